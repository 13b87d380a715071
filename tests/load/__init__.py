"""A class on one server: real websocket clients on this machine, run by hand with `python -m tests.load`."""
