"""Plays recordings to a device, judges what it heard, and reports; and soaks it for hours."""
