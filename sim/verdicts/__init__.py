"""Verdicts: what a finished run shows, decided by tests and definitions, never by impression.

Phases, significance, stationarity, lost modes; a difference of two runs belongs here too.
May import records, metrics, sources and theory; nothing in `sim` but lessons and presets imports it.
"""
