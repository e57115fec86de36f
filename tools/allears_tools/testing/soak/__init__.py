"""Plays hours of speech and noise, with calls in between, and watches what grows or fails."""
