"""Workers: a computation in another process, which may be ended at any moment.

What is computed is a task, a value (`tasks`; runs and maps are one file each); who computes it is a runner, one file too: a
worker process (`runner`), or this very thread (`inline`).
May import `engine`, `experiment`, `recording`, `records`, `state` and `maps`; the command line, the dashboard and benchmarks import it.
"""
