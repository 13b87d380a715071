"""What a visitor takes away: a replay, pictures, an animation, a citation, links. Each is one file here; `tab` shows them.

Here belongs what leaves the page as a file or a link. May import Streamlit, `player`, `stage`, `runs`, `state`, `figures`,
`captions` and `browser`.
"""
