"""Collapse Lab: see generative models lose the truth when they learn from their own output.

Streamlit imports this file as the server's `app` and runs it as a script for every visitor. A host that knows nothing of
the first, and the tests of the script, only do the second.
"""

import os
import sys
from pathlib import Path

root = str(Path(__file__).resolve().parent.parent)
if root not in sys.path:
    sys.path.insert(0, root)

# Nothing has imported numpy yet, as `sim.workers.worker`, which knows these names for its workers, would. A product of matrices on
# many threads waits for the slowest of them, and on a busy machine that is long.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

if __name__ == "__main__":
    from importlib import import_module

    import streamlit as st

    from dashboard import arrival
    from dashboard.browser.streamlit import shell_style
    from dashboard.navigation import DESTINATIONS

    st.set_page_config(page_title="Collapse Lab", page_icon=str(Path(__file__).parent / "static" / "icon.png"), layout="wide")
    focus = ":is(a,summary):focus-visible{outline:2px solid currentColor;outline-offset:2px;border-radius:.3rem}"
    st.html(f"<style>{focus}{shell_style()}</style>")
    # A page's module is imported when it is opened, so that the first visitor waits for one of them.
    pages = {name: place.page(lambda name=name: import_module(f"dashboard.views.{name}").page()) for name, place in DESTINATIONS.items()}
    opened = st.navigation(list(pages.values()), position="hidden" if st.context.is_embedded else "top")
    arrival.lead(next(name for name, page in pages.items() if page == opened))
    opened.run()
else:
    from streamlit import App

    from dashboard.server.serving import MIDDLEWARE

    app = App(__file__, middleware=MIDDLEWARE)
