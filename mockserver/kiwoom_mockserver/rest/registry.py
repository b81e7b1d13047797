"""The registry of handlers. A handler registers itself for its APIs where it stands::

    @answers("ka10004")
    def order_book(call: Call) -> Values: ...

Every module of this package is imported, so that a new handler needs no list. Begin one with
``kiwoom-mockserver contracts scaffold API_ID``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TypeVar

from kiwoom_mockserver import rest
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.reply import Page, Reply, SideReply
from kiwoom_mockserver.views.serializer import Values

Handler = Callable[[Call], Reply]
H = TypeVar("H", Callable[[Call], Values], Callable[[Call], Page], Callable[[Call], SideReply])

_HANDLERS: dict[str, Handler] = {}


def answers(*api_ids: str) -> Callable[[H], H]:
    """Register a function as the handler of one or more APIs. Raises ValueError for an API that has a handler."""

    def register(handler: H) -> H:
        for api_id in api_ids:
            if api_id in _HANDLERS:
                raise ValueError(f"{api_id} has a handler already: {_HANDLERS[api_id].__qualname__}")
            _HANDLERS[api_id] = handler
        return handler

    return register


@cache
def handlers() -> Mapping[str, Handler]:
    """The handler of every API that is simulated with a token in the header, by API id in alphabetical order."""
    for module in iter_modules(rest.__path__):
        import_module(f"{rest.__name__}.{module.name}")
    return MappingProxyType(dict(sorted(_HANDLERS.items())))
