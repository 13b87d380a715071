"""Small pictures of real runs beside the words of a page: one for every lesson, and those of the page Method.

Each is drawn in Python from the arrays of a run, as SVG that knows both schemes, with words for whoever does not see it.
May import `theme` and `sim`; never Streamlit.
"""
