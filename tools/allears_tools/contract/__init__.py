"""The facts shared by host and device, and their generated forms."""
