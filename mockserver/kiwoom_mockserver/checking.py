"""Where contract cards are run: on worlds of this simulator, on a server at some URL, on the real mock domain."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date

from kiwoom_contracts.cards import CARDS, AnyCard, Ground, Power, Target, check
from kiwoom_contracts.cards.recorder import Recorder
from kiwoom_contracts.cards.recording import Recording
from kiwoom_contracts.cards.target import CHEAP_SHARE
from kiwoom_mockserver.server.demonstration import opening
from kiwoom_mockserver.server.fixture import FixtureServer, Worlds
from kiwoom_mockserver.server.opening import APPKEY, SECRETKEY
from kiwoom_mockserver.world.kst import SECOND
from kiwoom_reference_client import Pace

__all__ = ["check", "chosen", "ground", "overheard", "worlds"]

MOCK, MOCKAPI = "mock", "mockapi"


def chosen(numbers: Collection[int]) -> list[AnyCard]:
    """The cards of these numbers, all for none. Raises ValueError for a number that no card has."""
    unknown = set(numbers) - {card.number for card in CARDS}
    if unknown:
        raise ValueError(f"there is no card {min(unknown)}")
    return [card for card in CARDS if not numbers or card.number in numbers]


@contextmanager
def ground(said: str, appkey: str = APPKEY, secretkey: str = SECRETKEY, share: str = "") -> Iterator[Ground]:
    """The ground that ``--target`` names: ``mock``, ``mockapi``, or a base URL with keys.

    Raises TargetRefused for the real broker, and ValueError for ``mockapi`` without keys in the environment.
    """
    if said == MOCK:
        with FixtureServer() as server:
            yield worlds(server)
    elif said == MOCKAPI:
        real = Target.mockapi(share or CHEAP_SHARE)
        yield lambda card: nullcontext(real)
    else:
        other = Target(said, appkey, secretkey, share or "005930")
        yield lambda card: nullcontext(other)


def overheard(day: date) -> Recording:
    """What this simulator answers and tells while all cards are run on it."""
    recorder = Recorder()
    with FixtureServer() as server:
        for _ in check(CARDS, recorder.at(worlds(server))):
            pass
    return recorder.recording(day, "kiwoom-mockserver")


def worlds(server: Worlds) -> Ground:
    """A new world for each card, set up as the card says, with a clock that the card moves."""

    @contextmanager
    def world(card: AnyCard) -> Iterator[Target]:
        with server.world(opening(card.setting)) as kiwoom:
            for code, quantity in card.setting.holdings.items():
                kiwoom.customer.hold(code, quantity)
            kiwoom.counter.advance(kiwoom.counter.world.now)
            pace = Pace(kiwoom.counter.profile.requests_per_second, lambda: kiwoom.counter.world.now / SECOND)
            yield Target(
                kiwoom.rest_url,
                kiwoom.appkey,
                kiwoom.secretkey,
                powers=frozenset(Power),
                pace=pace,
                let_pass=kiwoom.clock.advance,
            )

    return world
