"""The C runtime behind `allears.Listener`: ``Listener("gb", interpreter="native")``.

Its library, liballears.so, is built from sdk/firmware when the package is installed and a compiler
is there (docs/decisions/0009). Models are compiled to layer programs on first use, which needs the
extra [native], and kept in a cache.
"""
