from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kiwoom_cards import CARDS, Capability, Outcome, Result, Target, TargetRefused, check
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.card_targets import DEFAULT_KEYS, Keys, select_cards, target_factory
from kiwoom_mockserver.control import RemoteClock, UnreachableError
from kiwoom_mockserver.server.app import App
from kiwoom_mockserver.server.control_api.api import ControlApi
from kiwoom_mockserver.server.mock_server import MockServer
from kiwoom_mockserver.server.runner import ThreadedServer

BY_ID = {card.id: card for card in CARDS}


@contextmanager
def server(control_token: str = "", *, is_ours: bool = True) -> Iterator[str]:
    """The URL of a server with a world that has the well-known keys, with or without a control API."""
    worlds = WorldRegistry()
    worlds.open(WorldConfig(), "default")
    control = ControlApi(worlds, control_token or None) if is_ours else None
    with ThreadedServer(App(worlds.gateway, control=control), worlds.gateway) as running:
        yield f"http://127.0.0.1:{running.port}"


def test_the_mock_is_a_new_world_for_each_card_set_up_as_it_says() -> None:
    with target_factory("mock") as places, places(BY_ID["702"]) as one, places(BY_ID["231"]) as other:
        assert one.capabilities == set(Capability)
        assert one.appkey != other.appkey
        assert (one.rate_limit.per_second, other.rate_limit.per_second) == (0, 1)
        assert one.is_loopback


def test_a_server_of_ours_gives_each_card_a_world_and_keeps_the_others(
    kiwoom: MockWorld, kiwoom_server: MockServer
) -> None:
    before = kiwoom.state_hash(), list(kiwoom_server)
    with target_factory(kiwoom.rest_url) as places:
        with places(BY_ID["702"]) as target:
            assert target.capabilities == set(Capability)
            assert target.url == kiwoom.rest_url
            (made,) = set(kiwoom_server) - set(before[1])
            assert (target.appkey, made.customer.holdings) == (made.appkey, {"005930": 10})
            assert f"{made.clock.now:%Y-%m-%dT%H:%M}" == "2026-11-23T08:50"
        numbers = "101", "205", "231", "0B", "702"
        results = [result for _, result in check([BY_ID[number] for number in numbers], places)]
    assert results == [Result(number, Outcome.PASSED) for number in numbers]
    assert (kiwoom.state_hash(), list(kiwoom_server)) == before


def test_a_world_goes_even_if_its_card_breaks_down(kiwoom_server: MockServer) -> None:
    before = list(kiwoom_server)
    with target_factory(kiwoom_server.rest_url) as places, pytest.raises(KeyboardInterrupt), places(BY_ID["101"]):
        raise KeyboardInterrupt
    assert list(kiwoom_server) == before


def test_a_clock_that_does_not_move_fails_its_card(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(clock: RemoteClock, seconds: float) -> None:
        if seconds:
            raise UnreachableError("timed out")

    monkeypatch.setattr(RemoteClock, "advance", refuse)
    with target_factory("mock") as places:
        ((_, result),) = check([BY_ID["702"]], places)
    assert result == Result("702", Outcome.FAILED, "wait for 09:01", "660 seconds did not pass: timed out")


def test_a_server_of_ours_may_need_a_token() -> None:
    with server("mine") as url:
        with target_factory(url, control_token="mine") as places, places(CARDS[0]) as target:
            assert target.capabilities == set(Capability)
        for token in (None, "another"):
            with pytest.raises(ValueError, match="needs its token"), target_factory(url, control_token=token):
                pass
        with target_factory(url, DEFAULT_KEYS) as places:
            assert [result.outcome for _, result in check([BY_ID["ka00001"]], places)] == [Outcome.PASSED]


def test_no_card_has_power_over_a_server_of_others() -> None:
    with server(is_ours=False) as url, target_factory(url) as places:
        cards = [BY_ID[number] for number in ("101", "104", "209")]
        assert [result for _, result in check(cards, places)] == [
            Result("101", Outcome.PASSED),
            Result("104", Outcome.SKIPPED, why="the target lacks the capability clock"),
            Result("209", Outcome.SKIPPED, why="the target lacks the capability faults"),
        ]


def test_keys_name_the_account_to_run_on(kiwoom: MockWorld, kiwoom_server: MockServer) -> None:
    before = list(kiwoom_server)
    with (
        target_factory(kiwoom.rest_url, Keys(kiwoom.appkey, kiwoom.secretkey), "000660") as places,
        places(CARDS[0]) as target,
    ):
        assert target == Target(
            kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey, "000660", rate_limit=target.rate_limit
        )
        assert target.capabilities == {Capability.NONE}
        assert list(kiwoom_server) == before


def test_the_mock_domain_trades_a_cheap_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIWOOM_APPKEY", "k")
    monkeypatch.setenv("KIWOOM_SECRETKEY", "s")
    with target_factory("mockapi") as places, places(CARDS[0]) as target, places(CARDS[1]) as again:
        assert (target.url, target.appkey, target.instrument) == ("https://mockapi.kiwoom.com", "k", "003530")
        assert target.rate_limit is again.rate_limit


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://api.kiwoom.com", "api.kiwoom.com trades real money"),
        ("https://mockapi.kiwoom.com", "use --target mockapi"),
        ("http://MOCKAPI.kiwoom.com.:80/", "use --target mockapi"),
    ],
)
def test_a_real_domain_is_refused_before_it_is_looked_up(monkeypatch: pytest.MonkeyPatch, url: str, why: str) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **settings: pytest.fail(f"asked for {args}"))
    with pytest.raises(TargetRefused, match=why), target_factory(url, Keys("k", "s")):
        pass


def test_cards_are_chosen_by_id() -> None:
    assert select_cards([]) == list(CARDS)
    assert [card.id for card in select_cards(["205", "101"])] == ["101", "205"]
    with pytest.raises(ValueError, match="there is no card 7"):
        select_cards(["101", "7"])
