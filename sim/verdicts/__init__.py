"""Verdicts: what a finished run shows, decided by tests and definitions, never by impression.

Phases, significance, stationarity, lost modes, causes; a difference of two runs belongs here too.
May import `experiment`, `families`, `regimes`, `sources`, `metrics`, `recording`, `records` and `theory`;
lessons and the dashboard read it.
"""
