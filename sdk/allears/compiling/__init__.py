"""Turns streaming int8 ``.tflite`` models into layer programs that the C runtime runs in place.

`compiler.compile_model` needs ai-edge-litert (the extra [native] or [board]) for the schema of
the files; `layout` needs nothing, so that packs are built where only the extra [flash] is.
"""
