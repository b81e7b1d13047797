"""The path to the real mock domain, as far as it can be gone on the loopback."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme

from cards.real_domain import NAME, Names, tls
from cards.wrong import body, with_
from kiwoom_cards import CARDS, AnyCard, Capability, Outcome, Result, Target, run
from kiwoom_cards.conditions import ConditionSearchRun
from kiwoom_cards.realtime import PushRun
from kiwoom_cards.ws_protocol import WsProtocolRun
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.broker.profiles import MOCKAPI
from kiwoom_mockserver.card_targets import simulated_cards
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_mockserver.world.kst import SECOND
from kiwoom_reference_client import RateLimit
from kiwoom_scenarios.loader import load_scenario

MORNING = datetime(2026, 11, 23, 10, 0)
NIGHT = datetime(2026, 11, 23, 22, 0)
SOCKETS = (WsProtocolRun, PushRun, ConditionSearchRun)

Domain = Callable[[WorldConfig], tuple[MockWorld, Target]]


@pytest.fixture(autouse=True)
def named(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if ``--kiwoom-target mockapi`` had been said: the host guard lets the name pass, which leads to the loopback here."""
    hooks: Any = pytestconfig.pluginmanager.get_plugin("kiwoom_host_guard")
    threads = hooks.guard.threads
    monkeypatch.setattr(threads, "running", threads.running._replace(mock_domain_passes=True))


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """Who vouches for the stand-in, and is trusted here."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    return authority


@pytest.fixture
def port(kiwoom_server: MockServer, authority: trustme.CA) -> Iterator[int]:
    with tls(urlsplit(kiwoom_server.rest_url).port or 0, authority) as port:
        yield port


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch, port: int) -> Names:
    return Names(monkeypatch, NAME, {443: port, 10_000: port})


@pytest.fixture
def domain(kiwoom_server: MockServer, names: Names) -> Iterator[Domain]:
    """Opens a world as the mock domain, and the target that a user of the command would have.

    Its clock is moved by what would be waited for, so that nobody has to.
    """
    with ExitStack() as stack:

        def open_world(config: WorldConfig) -> tuple[MockWorld, Target]:
            kiwoom = stack.enter_context(kiwoom_server.world(config))
            keys = {"KIWOOM_APPKEY": kiwoom.appkey, "KIWOOM_SECRETKEY": kiwoom.secretkey}
            real = Target.mockapi("005930", keys, now=lambda: kiwoom.clock.now)
            rate_limit = RateLimit(real.rate_limit.per_second, lambda: kiwoom.broker.world.now / SECOND)
            return kiwoom, replace(real, rate_limit=rate_limit, let_pass=kiwoom.clock.advance)

        yield open_world


def of(*plays: type) -> list[AnyCard]:
    return [card for card in CARDS if card.new_run in plays]


def rest() -> list[AnyCard]:
    return [
        card for card in simulated_cards() if card.new_run not in SOCKETS and card.new_run.__name__ != "AccountEventRun"
    ]


def card(card_id: str) -> AnyCard:
    (found,) = [one for one in CARDS if one.id == card_id]
    return found


def test_cards_run_over_tls_under_the_name_of_the_domain_at_its_pace(domain: Domain, names: Names) -> None:
    kiwoom, target = domain(WorldConfig(profile=MOCKAPI, clock="manual", start=MORNING))

    results = [run(one, target) for one in rest()]

    failed = [result for result in results if result.outcome is Outcome.FAILED]
    assert failed == []
    skipped = {result.card_id: result.why for result in results if result.outcome is Outcome.SKIPPED}
    offered = {one.id for one in rest() if one.needs is Capability.NONE}
    assert {number: why for number, why in skipped.items() if number in offered} == {
        "202": "the account does not hold the share",
        "501724": "holds for production only, and is checked on a simulator of it",
        **dict.fromkeys(
            ("kt00005", "kt00010", "kt20016", "kt20017", "kt50020", "kt50021", "kt50032"),
            "the mock domain does not offer it",
        ),
    }
    assert {why for number, why in skipped.items() if number not in offered} == {
        "the target lacks the capability clock",
        "the target lacks the capability faults",
    }
    assert set(names.asked) == {(NAME, 443)}
    too_soon = [entry.name for entry in kiwoom.journal.find(code="1700")]
    assert too_soon == ["ka00001"]  # the card that asks too soon
    assert kiwoom.customer.holdings == {}
    assert kiwoom.customer.orderable == 100_000_000
    assert [order for order in kiwoom.orders.list() if order.open] == []


def test_frames_come_over_tls_at_the_websockets_own_port(domain: Domain, names: Names) -> None:
    config = WorldConfig(profile=MOCKAPI, clock="real", speed=10, start=MORNING, scenario=load_scenario("all-types"))
    _, target = domain(config)
    target = replace(target, why_closed=lambda: "")

    assert run(card("0B"), target) == Result("0B", Outcome.PASSED)
    assert (NAME, 10_000) in names.asked


def test_what_nobody_can_make_happen_is_skipped(domain: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiwoom_cards.realtime.LONG_ENOUGH", 0.2)
    _, target = domain(WorldConfig(profile=MOCKAPI, clock="manual", start=MORNING))

    assert run(card("0B"), target) == Result("0B", Outcome.SKIPPED, "receive", "no frame that was waited for")


def test_nothing_is_asked_of_it_while_the_market_is_closed(domain: Domain, names: Names) -> None:
    _, target = domain(WorldConfig(profile=MOCKAPI, clock="manual", start=NIGHT))

    results = [run(one, target) for one in CARDS if one.in_hours and one.needs is Capability.NONE]

    assert {result.outcome for result in results} == {Outcome.SKIPPED}
    assert {result.why for result in results} == {"the market is open from 09:00 to 15:20; it is 22:00 in Korea"}
    assert names.asked == []
    assert run(card("101"), target).is_passed


def test_a_card_that_failed_halfway_leaves_nothing_behind(domain: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    kiwoom, target = domain(WorldConfig(profile=MOCKAPI, clock="manual", start=MORNING))
    body("kt10002", with_(mdfy_qty="000000000000"))(monkeypatch)

    result = run(card("205"), target)

    assert (result.outcome, result.step) == (Outcome.FAILED, "modify")
    assert result.why == "mdfy_qty is 000000000000, not 000000000001"
    assert [order for order in kiwoom.orders.list() if order.open] == []
    assert kiwoom.customer.orderable == 100_000_000


def test_the_number_of_an_order_may_be_lost(domain: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    kiwoom, target = domain(WorldConfig(profile=MOCKAPI, clock="manual", start=MORNING))
    body("kt10000", with_(ord_no="9999999"))(monkeypatch)

    result = run(card("201"), target)

    assert (result.outcome, result.step) == (Outcome.FAILED, "buy")
    assert [order for order in kiwoom.orders.list() if order.open] == []


def test_a_certificate_of_another_name_is_not_trusted(
    kiwoom_server: MockServer, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tls(urlsplit(kiwoom_server.rest_url).port or 0, authority, "other.kiwoom.com") as port:
        Names(monkeypatch, NAME, {443: port})
        result = run(card("101"), Target(f"https://{NAME}", "k", "s"))
    assert result.outcome is Outcome.FAILED
    assert "CERTIFICATE_VERIFY_FAILED" in result.why


def test_an_authority_that_nobody_knows_is_not_trusted(
    kiwoom_server: MockServer, authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tls(urlsplit(kiwoom_server.rest_url).port or 0, trustme.CA()) as port:
        Names(monkeypatch, NAME, {443: port})
        result = run(card("101"), Target(f"https://{NAME}", "k", "s"))
    assert result.outcome is Outcome.FAILED
    assert "CERTIFICATE_VERIFY_FAILED" in result.why
