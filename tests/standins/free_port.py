"""A port of 127.0.0.1 that nobody listens on, for a program that has to be told one."""

from __future__ import annotations

import socket


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])
