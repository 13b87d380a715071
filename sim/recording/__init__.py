"""Recording: from the states of the loop to records, and from records to a `Run`.

What looks at rows without changing what comes next: the recorder, exact counts, scores of models, endings.
May import the engine's values (`sim.records`, `sim.experiment`), metrics and sources; the engine alone imports it from below.
"""
