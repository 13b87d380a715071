"""What a visitor sets an experiment with: forms from the fields of specs, the cards of presets, the upload of a text.

Here belong widgets that change the experiment; none has a bound, a default or a label of its own. May import Streamlit,
`state`, to which every control reports, of `player` what is usual, and `browser` for the parts of Streamlit's page.
"""
