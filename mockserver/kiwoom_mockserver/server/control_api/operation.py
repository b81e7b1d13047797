"""The operations of the control API as data: routes, OpenAPI description and docs are made from it."""

from __future__ import annotations

from collections.abc import Callable
from inspect import isgeneratorfunction
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from kiwoom_mockserver.broker.executor import T

if TYPE_CHECKING:
    from kiwoom_mockserver.admin.mock_world import MockWorld
    from kiwoom_mockserver.admin.registry import WorldRegistry

WORLD = "/worlds/{world}"
"""The path of one world, with which the paths of everything in it begin."""


class NothingThereError(LookupError):
    """A path names a world, customer, order, fault, stub or snapshot that does not exist."""


class OperationCall:
    """One call of an operation: the worlds of the server, and the parameters of the path."""

    def __init__(self, worlds: WorldRegistry, path: dict[str, str], url: str) -> None:
        self.worlds = worlds
        self.path = path
        """The values of the path parameters, by name."""
        self.url = url
        """The base URL under which the caller reaches the server, without a slash at the end."""

    @property
    def world(self) -> MockWorld:
        """The world that the path names. Raises NothingThereError."""
        try:
            return self.worlds.get(self.path["world"])
        except LookupError as error:
            raise NothingThereError(error.args[0]) from None

    def read(self, reader: Callable[[], T]) -> T:
        """The result of a function that reads several values of a world, which nothing changes meanwhile."""
        return self.worlds.gateway.run_on_loop(reader)


class Operation:
    """One operation of the control API: a method, a path, and the function that carries it out.

    The function's name, docstring, and the types of its parameter ``request`` and its result describe the operation. It
    runs on the event loop that serves the clients. So it is short, or a generator
    (:data:`~kiwoom_mockserver.broker.executor.Steps`), or reads scripts and creates worlds, beside the loop.
    """

    def __init__(
        self,
        method: str,
        path: str,
        function: Callable[..., Any],
        *,
        is_beside_loop: bool = False,
        pausing: bool = False,
    ) -> None:
        self.method = method
        self.path = path
        self.function = function
        self.is_beside_loop = is_beside_loop
        """Whether it computes long before it touches a world, and so runs in a thread."""
        self.pausing = pausing
        """Whether nothing else happens in the world meanwhile; for long work."""
        self.is_long = isgeneratorfunction(function)
        """Whether it is long work of the world that the path names."""
        hints = get_type_hints(function)
        result = hints.pop("return")
        self.response_type: Any = get_args(result)[2] if self.is_long else result
        """The type of the result: ``str`` is sent as JSON lines, None as an empty response, all else as JSON."""
        self.request_type: Any = hints.get("request")
        """The type of the query of a GET, or of the body of other methods; None if the operation takes neither."""

    @property
    def name(self) -> str:
        """The ``operationId`` in the OpenAPI description."""
        return self.function.__name__

    @property
    def summary(self) -> str:
        """The first line of the function's docstring, without the full stop."""
        return (self.function.__doc__ or "").partition("\n")[0].rstrip(".")

    @property
    def group(self) -> str:
        """The tag in the OpenAPI description: the name of the function's module."""
        return self.function.__module__.rpartition(".")[2]
