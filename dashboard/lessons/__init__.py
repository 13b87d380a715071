"""Lessons on the page: the bet, the stage with the bet on it, the questions, and the sheet to print.

Here belongs what a class does around a run; the lessons themselves are files of `sim.lessons`. May import Streamlit,
`navigation`, `player`, `stage`, `runs`, `state`, `figures` and `browser`.
"""
