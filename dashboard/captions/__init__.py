"""Every sentence that is computed from a run: the verdict, the caption of a generation, what a walk stops for.

Here belong sentences that a run has earned, and nothing that is drawn. May import `figures` for the view that is told;
never Streamlit.
"""
