"""Runs: the one queue of all visitors, who computes what when, and the dashboard's only cache.

What is computed (a job is a run, a map fit is a map), who waits for it, in which lane, and what is kept afterwards.
May import `sim`; of the dashboard nothing, and Streamlit only where visitors are known (`visitors`).
"""
