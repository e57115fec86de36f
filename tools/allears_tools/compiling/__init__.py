"""Turns streaming int8 ``.tflite`` models into layer programs that the C runtime runs in place."""

from allears_tools.compiling.compiler import compile_model

__all__ = ["compile_model"]
