from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator
from typing import TypeVar

from kiwoom_reference_client import AsyncKiwoom, Kiwoom, dual, protocol
from kiwoom_reference_client.protocol import Flow, Item

T = TypeVar("T")


class Counting(dual.DualMethods):
    @dual.Method
    def twice(self, number: int, *, plus: int = 0) -> Flow[int]:
        """Two times a number."""
        yield from ()
        return 2 * number + plus

    @dual.ListMethod
    def up_to(self, number: int) -> protocol.ItemFlow[int]:
        for one in range(number):
            yield Item(one)


def result(flow: Flow[T]) -> T:
    try:
        flow.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    raise AssertionError("the flow wants something")


class Now(Counting, dual.Blocking):
    def _run(self, flow: Flow[T]) -> T:
        return result(flow)

    def _list(self, flow: protocol.ItemFlow[T]) -> Iterator[T]:
        return (step.item for step in flow if isinstance(step, Item))


class Later(Counting, dual.Awaited):
    async def _run(self, flow: Flow[T]) -> T:
        return result(flow)

    async def _list(self, flow: protocol.ItemFlow[T]) -> AsyncIterator[T]:
        for step in flow:
            if isinstance(step, Item):
                yield step.item


def test_a_method_is_called_or_awaited() -> None:
    async def later() -> tuple[int, list[int]]:
        return await Later().twice(20, plus=2), [one async for one in Later().up_to(3)]

    number: int = Now().twice(20, plus=2)
    assert (number, list(Now().up_to(3))) == asyncio.run(later()) == (42, [0, 1, 2])


def test_a_method_keeps_its_name_its_words_and_its_parameters() -> None:
    assert Now().twice.__doc__ == "Two times a number."
    assert str(inspect.signature(Now().twice)).startswith("(number: 'int', *, plus: 'int' = 0)")
    assert getattr(Now.twice, "__name__", "") == "twice"


def test_both_clients_have_the_same_methods() -> None:
    def methods(client: type) -> set[str]:
        return {name for name in dir(client) if not name.startswith("_")} - {"close", "aclose", "realtime"}

    assert methods(Kiwoom) == methods(AsyncKiwoom)
