"""The import in Wagtail's admin: send a file, look at it, decide, write, take back. `runs.py` does the work."""
