"""Turns a trained `StreamNetwork` into the streaming int8 ``.tflite`` files that devices run."""

from allears_tools.training.export.streaming import Ending, export_stream

__all__ = ["Ending", "export_stream"]
