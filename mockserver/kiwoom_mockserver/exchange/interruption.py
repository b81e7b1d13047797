"""One volatility interruption, as data; :mod:`.volatility` decides when there is one."""

from __future__ import annotations

from msgspec import Struct


class Interruption(Struct, frozen=True, array_like=True, gc=False):
    """An interruption as it began. It is kept until its end, which is told with the same facts. Prices in won."""

    is_static: bool
    reference: int
    """The price that the move counts from."""
    price: int
    """The price that set it off."""
    base: int
    """The base price of the instrument on the day on which it began."""
    began: int
    """Microseconds since 1970."""
    number: int
    """How many interruptions of the instrument had begun on that day, this one included."""
