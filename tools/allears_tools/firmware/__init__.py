"""Builds the C runtime on this machine and compares it with the Python runtime."""
