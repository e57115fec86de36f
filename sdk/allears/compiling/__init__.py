"""Turns streaming int8 ``.tflite`` models into layer programs that the C runtime runs in place.

Needs ai-edge-litert (the extra [native] or [board]) for the schema of the files.
"""

from allears.compiling.compiler import compile_model

__all__ = ["compile_model"]
