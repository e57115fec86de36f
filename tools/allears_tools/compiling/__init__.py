"""`allears compile`: a layer program from a ``.tflite``, and what it needs."""
