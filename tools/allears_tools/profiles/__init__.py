"""Device profiles, listed and shown."""
