"""The emulated board: builds its firmware, runs it in QEMU, and plays recordings to it."""
