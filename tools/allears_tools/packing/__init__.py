"""Builds, signs and reads packs."""
