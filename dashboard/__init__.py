"""Collapse Lab in a browser: a shell around `sim`, experiment in, figures out.

`app` is the entry script, `navigation` lists the pages, `theme` the palette, the type and the number formats, `version` names
the software. Everything else has a room; each room's own docstring says what belongs in it and what it may import. All may
import `sim`, `theme` and `version`; `sim` never imports any of them.

    server     what an HTTP server does besides Streamlit
    views      pages; each puts rooms together
    controls   forms from fields, cards of presets, a visitor's own text
    state      what a visitor looks at, between the session and the address bar
    runs       who computes what when, and the only cache
    player     stage and run together: payload, progress, map
    details    the tabs below the stage
    figures    panels from a run
    captions   sentences from a run
    stage      the component in the browser that draws panels and owns time
    browser    what all components in the browser share
    lessons    bets, quizzes and sheets
    takeaway   files, pictures and links
    tour       the first visit
"""
