"""Patches of functions in modules that may not be imported yet, which leave no trace when they are removed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NamedTuple

Function = Callable[..., Any]


class Patch(NamedTuple):
    """What is put in the place of a function."""

    module: str
    function: str
    """The name of the function, or of a class and its method."""
    replacement: Callable[[Function], Function]
    """Makes it, around the function that is there."""

    def owner(self, module: ModuleType) -> tuple[Any, str]:
        """The module or class that has the function, and the function's name there."""
        kind, _, name = self.function.rpartition(".")
        return (getattr(module, kind, None) if kind else module), name


class Patches:
    """Patches that are installed and removed together. A module that is not imported yet is patched when it is.

    Other tools patch the same functions. So patches are installed again before each test, and what somebody else has
    put on top stays when they are removed.
    """

    def __init__(self, patches: Iterable[Patch]) -> None:
        self._patches = tuple(patches)
        self._done: list[tuple[Any, str, Any, Any]] = []
        self._on_import = _OnImport({one.module for one in self._patches}, self._patch)

    @property
    def are_installed(self) -> bool:
        """Whether the functions are patched."""
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
        for one in self._patches:
            if one.module != module.__name__:
                continue
            owner, name = one.owner(module)
            function = getattr(owner, name, None)
            if function is not None and function not in ours:
                patched = one.replacement(function)
                self._done.append((owner, name, patched, vars(owner).get(name)))
                setattr(owner, name, patched)


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
