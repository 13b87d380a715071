"""The run as an animated GIF: the first panel on stage that can be, drawn again with Pillow, one frame a generation.

Each way of drawing is a file; none of them computes anything of a run, for a panel already holds what there is to draw. May
import figures, captions, theme and version; the tab imports `gif`.
"""
