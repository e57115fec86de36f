"""Finds devices, looks at what they hold, and puts packs onto them."""
