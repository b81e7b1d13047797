"""Methods that are written once, as flows, and have a blocking and an async variant.

The client that a method is called on decides which variant it is, for the type checker too. A flow is a generator
without I/O; see :mod:`kiwoom_reference_client.protocol`::

    class Quotes(DualMethods):
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
    """Base of the classes that group methods by topic; the client inherits from all of them."""

    _session: RestSession


class Blocking(ABC):
    """Base of a client that drives flows to their end before it returns."""

    @abstractmethod
    def _run(self, flow: Flow[T]) -> T: ...

    @abstractmethod
    def _list(self, flow: protocol.ItemFlow[T]) -> Iterator[T]: ...


class Awaited(ABC):
    """Base of a client that drives flows as coroutines."""

    @abstractmethod
    async def _run(self, flow: Flow[T]) -> T: ...

    @abstractmethod
    def _list(self, flow: protocol.ItemFlow[T]) -> AsyncIterator[T]: ...


class Method(Generic[P, T]):
    """Decorator for a flow with one result: a plain method of a blocking client, a coroutine of an async one."""

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
    """Decorator for a flow that lists items: an iterator of a blocking client, an async iterator of an async one.

    Nothing is sent before the first item is requested, and each page is requested when its first item is.
    """

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
