"""Guides a person through the commands and records them with a device's microphone."""
