"""Lessons on the page: the bet, the stage with the bet on it, the questions, and the sheet to print."""
