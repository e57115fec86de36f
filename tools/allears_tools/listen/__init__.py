"""Events of a file, a pipe or the microphone, as they come."""
