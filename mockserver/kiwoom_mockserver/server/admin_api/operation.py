"""What the control API can do, as data: routes, description and docs are made from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, get_type_hints

from kiwoom_mockserver.broker.broker import T

if TYPE_CHECKING:
    from kiwoom_mockserver.admin.mock_world import MockWorld
    from kiwoom_mockserver.admin.registry import WorldRegistry

WORLD = "/worlds/{world}"
"""The path of one world, which those of what is in it begin with."""


class NothingThereError(LookupError):
    """A path leads to something that does not exist."""


class OperationCall:
    """One call of an operation: the worlds, and what stands in the path."""

    def __init__(self, worlds: WorldRegistry, path: dict[str, str], url: str) -> None:
        self.worlds = worlds
        self.path = path
        self.url = url
        """Where the caller finds the server, without a slash at the end."""

    @property
    def kiwoom(self) -> MockWorld:
        """The world in the path. Raises NothingThereError."""
        try:
            return self.worlds.get(self.path["world"])
        except LookupError as error:
            raise NothingThereError(error.args[0]) from None

    def look(self, at: Callable[[], T]) -> T:
        """Read several things of a world at one moment."""
        return self.worlds.gateway.run_on_loop(at)


class Operation:
    """One thing that can be done. Its summary, and the types of what it asks and answers, are the function's own."""

    def __init__(self, method: str, path: str, act: Callable[..., Any]) -> None:
        self.method = method
        self.path = path
        self.act = act
        hints = get_type_hints(act)
        self.answers: Any = hints.pop("return")
        """Text is sent as it is, None as an empty answer, all else as JSON."""
        self.asks: Any = hints.get("asked")
        """Of a GET it is the query, else the body; None for nothing."""

    @property
    def name(self) -> str:
        """What the description calls it."""
        return self.act.__name__

    @property
    def summary(self) -> str:
        """In a line."""
        return (self.act.__doc__ or "").partition("\n")[0].rstrip(".")

    @property
    def group(self) -> str:
        """The module that it stands in."""
        return self.act.__module__.rpartition(".")[2]
