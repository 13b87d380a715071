"""The store: runs on disk, and the ways in which they leave it.

Files of arrays with a checksum, the runs that ship with the presets, results of the command line, export formats (one file
each in `exports`); a ledger belongs here too.
May import `engine`, `experiment`, `metrics`, `presets`, `records` and `state`.
"""
