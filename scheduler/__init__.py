"""Decides what is due to whom, and does it."""
