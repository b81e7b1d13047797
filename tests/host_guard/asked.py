"""A policy for tests of the patches."""

from __future__ import annotations


class Asked:
    """A policy that refuses one host and remembers what it was asked."""

    def __init__(self, refused: str = "refused.test") -> None:
        self.refused = refused
        self.destinations: list[tuple[object, object]] = []

    def __call__(self, host: object, port: object) -> None:
        self.destinations.append((host, port))
        if host == self.refused:
            raise ConnectionRefusedError(host)
