"""The tabs below the stage: numbers, closed forms, and how to get the same run elsewhere.

A tab is one file with a `draw`, and one line in `tabs`.
May import Streamlit, `captions` for sentences, `pictures` for small figures, `player` for a run that goes on, `runs`, `state`, and
the tab of `takeaway`.
"""
