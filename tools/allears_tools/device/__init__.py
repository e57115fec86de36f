"""Starts the Linux-class device."""
