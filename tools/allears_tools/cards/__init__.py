"""Measured figures on the model cards, and from there in the README."""
