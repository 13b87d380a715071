"""Workers: a computation in another process, which may be ended at any moment.

The process, the pipe to it, who keeps one ready, and what is asked of it: runs and maps.
May import the engine, the recorder and maps; only the dashboard and benchmarks import it.
"""
