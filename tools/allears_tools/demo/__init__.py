"""`allears demo`: spoken wake words and commands from recordings, and what was recognised."""
