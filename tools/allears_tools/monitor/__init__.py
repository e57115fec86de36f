"""Watches a device while it listens, in the terminal or on a local page."""
