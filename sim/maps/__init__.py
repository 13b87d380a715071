"""Maps: where a row lies in the plane, as a function of the row alone.

A map is fitted to real rows once and never again, so the same place means the same thing in every generation. The
principal map is always there, at once; a UMAP map is a set of landmarks, real rows with their places, beside which any
other row is placed. Maps of the built-in tables are shipped as plain arrays, so that nothing on the way to a picture
imports umap or numba; other maps are fitted by a worker process (`sim.workers.maps`).
"""
