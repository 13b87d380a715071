"""What a visitor looks at: the experiment and the view options, between the session, controls, and the address bar.

Here belongs what a link can say and how it is mended where it cannot be shown. A new view option is one declaration in
`view_options`. May import Streamlit and, of the dashboard, `browser` alone: whatever draws looks here.
"""
