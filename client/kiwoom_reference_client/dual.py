"""Methods that are written once, as flows, and have two faces: blocking, and awaited.

Which face a method shows is decided by the client that it is called on, and the type checker sees the same::

    class Quotes(Methods):
        @Method
        def quote(self, code: str) -> Flow[Quote]: ...

    Kiwoom(...).quote("005930")             # Quote
    await AsyncKiwoom(...).quote("005930")  # Quote
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import wraps
from types import MethodType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from kiwoom_reference_client import protocol
from kiwoom_reference_client.protocol import Flow, RestSession

P = ParamSpec("P")
T = TypeVar("T")


class DualMethods:
    """A family of methods."""

    _session: RestSession


class Blocking(ABC):
    """Goes through a flow, and returns when it is done."""

    @abstractmethod
    def _run(self, flow: Flow[T]) -> T: ...

    @abstractmethod
    def _list(self, flow: protocol.ItemFlow[T]) -> Iterator[T]: ...


class Awaited(ABC):
    """Goes through a flow while others go on."""

    @abstractmethod
    async def _run(self, flow: Flow[T]) -> T: ...

    @abstractmethod
    def _list(self, flow: protocol.ItemFlow[T]) -> AsyncIterator[T]: ...


class Method(Generic[P, T]):
    """A method that gives one result."""

    def __init__(self, flow: Callable[Concatenate[Any, P], Flow[T]]) -> None:
        @wraps(flow)
        def method(client: Any, /, *args: P.args, **kwargs: P.kwargs) -> Any:
            return client._run(flow(client, *args, **kwargs))

        self._method = method

    @overload
    def __get__(self, client: Blocking, kind: type) -> Callable[P, T]: ...

    @overload
    def __get__(self, client: Awaited, kind: type) -> Callable[P, Coroutine[Any, Any, T]]: ...

    @overload
    def __get__(self, client: None, kind: type) -> Self: ...

    def __get__(self, client: Any, kind: type) -> Any:
        return self._method if client is None else MethodType(self._method, client)


class ListMethod(Generic[P, T]):
    """A method that lists something, page by page. Nothing is sent before the first of it is asked for."""

    def __init__(self, flow: Callable[Concatenate[Any, P], protocol.ItemFlow[T]]) -> None:
        @wraps(flow)
        def method(client: Any, /, *args: P.args, **kwargs: P.kwargs) -> Any:
            return client._list(flow(client, *args, **kwargs))

        self._method = method

    @overload
    def __get__(self, client: Blocking, kind: type) -> Callable[P, Iterator[T]]: ...

    @overload
    def __get__(self, client: Awaited, kind: type) -> Callable[P, AsyncIterator[T]]: ...

    @overload
    def __get__(self, client: None, kind: type) -> Self: ...

    def __get__(self, client: Any, kind: type) -> Any:
        return self._method if client is None else MethodType(self._method, client)
