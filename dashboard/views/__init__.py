"""Pages: a view is one module with a `page()`, found under the name that `navigation` has for it.

Here belongs how rooms are put together on a page, and nothing that another page needs too. May import Streamlit,
`navigation` and whatever a page shows: `browser`, `controls`, `details`, `lessons`, `pictures`, `player`, `runs`, `state`, `takeaway`,
`tour`.
"""
