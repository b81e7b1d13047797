"""The functions to which a connection gives its host, and the patches that ask a policy there.

A name is looked up by libc, by libuv or by c-ares, so each is patched where Python calls it. TLS names the host once
more. That is the only one that sees a host behind a proxy, or one whose address was looked up elsewhere.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NamedTuple

Policy = Callable[[object, object], None]
"""Is asked with the host and the port of a connection before the host is looked up. It raises to refuse the connection.

The port is None where it is not known.
"""


class Argument(NamedTuple):
    """Where a function takes a value: its position, and its name."""

    position: int
    name: str

    def of(self, values: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """The value that a call gives; None if it gives none."""
        return values[self.position] if self.position < len(values) else named.get(self.name)


NONE = Argument(sys.maxsize, "")
"""An argument that no call gives."""


class PatchPoint(NamedTuple):
    """A function to which a host is given as it was written in the program."""

    module: str
    function: str
    """The name of the function, or of a class and its method."""
    host: Argument
    """The host, or an address that begins with host and port. The path of a Unix socket is taken for a host."""
    port: Argument = NONE

    def destination(self, values: tuple[Any, ...], named: dict[str, Any]) -> tuple[object, object]:
        """The host and the port of a call."""
        host = self.host.of(values, named)
        if isinstance(host, tuple):
            host, port = (*host, None, None)[:2]
            return host, port
        return host, self.port.of(values, named)

    def owner(self, module: ModuleType) -> tuple[Any, str]:
        """The module or class that has the function, and the function's name there."""
        kind, _, name = self.function.rpartition(".")
        return (getattr(module, kind, None) if kind else module), name


PATCH_POINTS = (
    # libc. ``socket.getaddrinfo`` calls that of ``_socket``. A test that replaces the former has redirected the name.
    PatchPoint("_socket", "getaddrinfo", Argument(0, "host"), Argument(1, "port")),
    PatchPoint("_socket", "gethostbyname", Argument(0, "")),
    PatchPoint("_socket", "gethostbyname_ex", Argument(0, "")),
    PatchPoint("socket", "gethostbyname", Argument(0, "")),
    PatchPoint("socket", "gethostbyname_ex", Argument(0, "")),
    PatchPoint("socket", "socket.connect", Argument(1, "")),
    PatchPoint("socket", "socket.connect_ex", Argument(1, "")),
    # libuv
    PatchPoint("uvloop", "Loop.getaddrinfo", Argument(1, "host"), Argument(2, "port")),
    PatchPoint("uvloop", "Loop.create_connection", Argument(2, "host"), Argument(3, "port")),
    PatchPoint("uvloop", "Loop.sock_connect", Argument(2, "address")),
    # c-ares, under aiodns
    PatchPoint("pycares", "Channel.getaddrinfo", Argument(1, "host"), Argument(2, "port")),
    PatchPoint("pycares", "Channel.gethostbyname", Argument(1, "name")),
    PatchPoint("pycares", "Channel.query", Argument(1, "name")),
    PatchPoint("pycares", "Channel.search", Argument(1, "name")),
    # TLS
    PatchPoint("ssl", "SSLContext.wrap_socket", Argument(5, "server_hostname")),
    PatchPoint("ssl", "SSLContext.wrap_bio", Argument(4, "server_hostname")),
)


class Patches:
    """Patches of all these functions. A module that is not imported yet is patched when it is.

    Other tools patch the same functions. So patches are installed again before each test, and what somebody else has
    put on top stays when they are removed.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._done: list[tuple[Any, str, Any, Any]] = []
        self._on_import = _OnImport({point.module for point in PATCH_POINTS}, self._patch)

    @property
    def are_installed(self) -> bool:
        """Whether connections ask the policy."""
        return self._on_import in sys.meta_path

    def install(self) -> None:
        """Patch each function that is not patched."""
        for name in self._on_import.names:
            if (module := sys.modules.get(name)) is not None:
                self._patch(module)
        if not self.are_installed:
            sys.meta_path.insert(0, self._on_import)

    def remove(self) -> None:
        """Put the original functions back."""
        if self.are_installed:
            sys.meta_path.remove(self._on_import)
        while self._done:
            owner, name, patched, original = self._done.pop()
            if vars(owner).get(name) is not patched:
                continue
            if original is None:
                delattr(owner, name)
            else:
                setattr(owner, name, original)

    def _patch(self, module: ModuleType) -> None:
        ours = [patched for _, _, patched, _ in self._done]
        for point in PATCH_POINTS:
            if point.module != module.__name__:
                continue
            owner, name = point.owner(module)
            function = getattr(owner, name, None)
            if function is not None and function not in ours:
                patched = self._asking(point, function)
                self._done.append((owner, name, patched, vars(owner).get(name)))
                setattr(owner, name, patched)

    def _asking(self, point: PatchPoint, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, which asks the policy first; a coroutine function asks when it is awaited."""

        @wraps(function)
        async def asking_later(*values: Any, **named: Any) -> Any:
            self._policy(*point.destination(values, named))
            return await function(*values, **named)

        @wraps(function)
        def asking(*values: Any, **named: Any) -> Any:
            self._policy(*point.destination(values, named))
            return function(*values, **named)

        return asking_later if inspect.iscoroutinefunction(function) else asking


class _OnImport(MetaPathFinder):
    """Calls a function with each of a few modules, right after it was imported."""

    def __init__(self, names: set[str], then: Callable[[ModuleType], None]) -> None:
        self.names = names
        self._then = then

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in self.names:
            return None
        others = [finder for finder in sys.meta_path if finder is not self]
        specs = (finder.find_spec(fullname, path, target) for finder in others)
        spec = next((spec for spec in specs if spec is not None), None)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self._then)
        return spec


class _Loader(Loader):
    """A module's own loader, which calls a function with the module at the end."""

    def __init__(self, loader: Loader, then: Callable[[ModuleType], None]) -> None:
        self._loader = loader
        self._then = then

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)  # what else somebody wants of a loader that he was given as the module's

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader  # as if it had been imported without us
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._then(module)
