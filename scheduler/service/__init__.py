"""Wiring, checking, the clockwork: the shell that owns the clock."""
