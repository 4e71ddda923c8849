"""Pages and callbacks over HTTP. Knows the desk (`scheduler/service/desk.py`) and nothing behind it."""
