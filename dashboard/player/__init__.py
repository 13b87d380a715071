"""Stage and run together: a run is put on stage while it grows, with its payload, its progress and its map.

Here belongs what must know both the queue and the stage. May import Streamlit, `runs`, `stage`, `state`, `figures` and
`captions`.
"""
