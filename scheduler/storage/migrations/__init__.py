"""Alembic's environment; `migrating` runs it. There is no alembic.ini."""
