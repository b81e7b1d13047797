"""The targets that contract cards run on: worlds of this simulator, a server at a URL, or the real mock domain."""

from __future__ import annotations

import socket
from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from typing import NamedTuple
from urllib.parse import urlsplit

from kiwoom_cards import CARDS, AnyCard, Capability, CriterionMissed, Target, TargetFactory, check
from kiwoom_cards.recorder import Recorder
from kiwoom_cards.recording import Recording
from kiwoom_cards.target import CHEAP_SHARE, TargetRefused
from kiwoom_mockserver.admin.config import APPKEY, SECRETKEY
from kiwoom_mockserver.broker.profiles import PROFILES
from kiwoom_mockserver.control.client import Control
from kiwoom_mockserver.control.errors import ControlError, NotAllowedError, UnreachableError
from kiwoom_mockserver.control.world import RemoteWorld
from kiwoom_mockserver.dispatch.coverage import coverage
from kiwoom_mockserver.help_pages import HelpPage
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_reference_client import RateLimit
from kiwoom_scenarios.loader import names, scenario_file

__all__ = [
    "Keys",
    "check",
    "record_mock",
    "require_reachable",
    "select_cards",
    "simulated_cards",
    "target_factory",
    "world_per_card",
]

MOCK, MOCKAPI = "mock", "mockapi"


class Keys(NamedTuple):
    """The app key and secret key of the account on which cards run."""

    appkey: str
    secretkey: str


DEFAULT_KEYS = Keys(APPKEY, SECRETKEY)
"""The keys of the first customer of ``kiwoom-mockserver serve``."""


def select_cards(card_ids: Collection[str]) -> list[AnyCard]:
    """The cards with these ids in the order of all cards, or all cards if none is given.

    Raises ValueError for an id that no card has.
    """
    unknown = set(card_ids) - {card.id for card in CARDS}
    if unknown:
        raise ValueError(f"there is no card {min(unknown)}")
    return [card for card in CARDS if not card_ids or card.id in card_ids]


def simulated_cards() -> list[AnyCard]:
    """Return all cards but those of the inquiries that this simulator does not simulate, which it would skip."""
    not_simulated = {row.api_id for row in coverage() if not row.does.startswith("simulated")}
    return [card for card in CARDS if card.id not in not_simulated]


@contextmanager
def target_factory(
    name: str, keys: Keys | None = None, share: str = "", control_token: str | None = None
) -> Iterator[TargetFactory]:
    """The targets that ``--target`` names: ``mock``, ``mockapi``, or the base URL of a server.

    A kiwoom-mockserver at a URL gives each card a world of its own, over its control API. With keys, or at another
    server, all cards share one account instead, and none may move a clock or a price.

    Raises TargetRefused for the real broker, UnreachableError for a server that is down, and ValueError for ``mockapi``
    without keys in the environment and for a server that needs another control token.
    """
    if name == MOCK:
        with MockServer() as server, Control(server.rest_url) as control:
            yield world_per_card(control, server.rest_url)
    elif name == MOCKAPI:
        mock_domain = Target.mockapi(share or CHEAP_SHARE)
        yield lambda card: nullcontext(mock_domain)
    else:
        account = Target(name, *(keys or DEFAULT_KEYS), share or "005930")
        if account.is_mock_domain:
            raise TargetRefused(f"{name} is only run with its rate limits: use --target {MOCKAPI}")
        require_reachable(name)
        with Control(name, control_token) as control:
            has_worlds = keys is None and _has_control_api(control)
            yield world_per_card(control, name) if has_worlds else lambda card: nullcontext(account)


def require_reachable(name: str) -> None:
    """Raises UnreachableError if the target is a URL at which nothing listens."""
    if name in (MOCK, MOCKAPI):
        return
    url = urlsplit(name)
    try:
        socket.create_connection((url.hostname, url.port or (443 if url.scheme == "https" else 80)), 5.0).close()
    except OSError as error:
        text = f"no server listens at {name}: {error.strerror or error}"
        raise UnreachableError(text, page=HelpPage.UNREACHABLE) from error


def record_mock(day: date) -> Recording:
    """Run the cards of what is simulated on this simulator, and return the recording of its responses and frames."""
    recorder = Recorder()
    with target_factory(MOCK) as targets:
        for _ in check(simulated_cards(), recorder.observing(targets)):
            pass
    return recorder.recording(day, "kiwoom-mockserver")


def _has_control_api(control: Control) -> bool:
    """Whether the server is a kiwoom-mockserver. Raises ValueError for one that needs another control token."""
    try:
        control.health()
    except NotAllowedError as error:
        raise ValueError(f"{error.text}; give it with --control-token, or give the keys of an account") from error
    except ControlError:
        return False
    return True


def world_per_card(control: Control, url: str) -> TargetFactory:
    """Targets that are worlds of a server: each card gets a new one with the setup that it needs."""

    @contextmanager
    def world_of(card: AnyCard) -> Iterator[Target]:
        setup = card.setup
        is_in_library = setup.scenario in names()
        world = control.create_world(
            scenario=setup.scenario if is_in_library else None,
            script=None if is_in_library else scenario_file(setup.scenario) or None,
            profile=setup.profile,
            hours=setup.hours or None,
            start=setup.start,
            clock="manual",
            holdings=setup.holdings,
        )
        try:
            world.clock.advance(0)  # starts the scenario, whose first steps are due now
            yield _target(world, url, PROFILES[setup.profile].requests_per_second)
        finally:
            world.remove()

    return world_of


def _target(world: RemoteWorld, url: str, requests_per_second: int) -> Target:
    return Target(
        url,
        world.appkey,
        world.secretkey,
        capabilities=frozenset(Capability),
        # The limit of a world counts on its own clock, which stands still: the client must count on that clock too.
        rate_limit=RateLimit(requests_per_second, lambda: world.clock.now.timestamp()),
        let_pass=lambda seconds: _advance(world, seconds),
    )


def _advance(world: RemoteWorld, seconds: float) -> None:
    """Raises CriterionMissed if the clock cannot be advanced."""
    try:
        world.clock.advance(seconds)
    except ControlError as error:
        raise CriterionMissed(f"{seconds:g} seconds did not pass: {error}") from error
