"""What stops the service from starting; the message is the remedy and the command line prints it as it is."""

from __future__ import annotations


class ServiceError(Exception):
    """Cannot start or go on. The text names what, where and what to do."""
