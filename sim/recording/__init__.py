"""Recording: from the states of the loop to records, and from records to a `Run`.

What looks at rows without changing what comes next: the recorder, noise floors, scores of models, the assembly, endings. The arrays
that are kept of every generation are declared in `sim.traces`.
May import what is passed on (`experiment`, `state`, `traces`, `records`), `metrics` and `sources`; never the engine.
"""
