"""The store: runs on disk, and the ways in which they leave it.

Files of arrays with a checksum, the recordings that ship with the presets, export formats; a ledger belongs here too.
May import everything in `sim` but workers and lessons.
"""
