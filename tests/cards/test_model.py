from __future__ import annotations

import pytest

from kiwoom_contracts.cards import CARDS, Power, Target, TargetRefused
from kiwoom_contracts.cards.model import CriterionMissed, demand


@pytest.mark.parametrize(
    "url",
    [
        "https://api.kiwoom.com",
        "https://API.KIWOOM.COM/",
        "https://api.kiwoom.com.:443",
        "http://api.kiwoom.com:80/api",
        "https://mockapi.kiwoom.com@api.kiwoom.com",
        "https://api。kiwoom。com",
        "https://kiwoom.com",
        "https://openapi.kiwoom.com",
        "https://mockapi.kiwoom.com.api.kiwoom.com",
    ],
)
def test_the_real_broker_is_refused(url: str) -> None:
    with pytest.raises(TargetRefused, match="trades real money"):
        Target(url, "k", "s")


@pytest.mark.parametrize("url", ["api.kiwoom.com", "", "http://", "https://ａpi.kiwoom.com"])
def test_what_names_no_host_is_refused(url: str) -> None:
    with pytest.raises(TargetRefused, match=r"names no host|is no URL"):
        Target(url, "k", "s")


@pytest.mark.parametrize(
    "url",
    ["https://mockapi.kiwoom.com", "http://127.0.0.1:8000", "http://[::1]:8000", "https://kiwoom.com.example.org"],
)
def test_other_hosts_are_fine(url: str) -> None:
    assert Target(url, "k", "s").url == url


@pytest.mark.parametrize(
    ("url", "is_loopback"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://[::1]:8000", True),
        ("https://mockapi.kiwoom.com", False),
    ],
)
def test_loopback(url: str, is_loopback: bool) -> None:
    assert Target(url, "k", "s").is_loopback is is_loopback


def test_a_target_keeps_its_keys_to_itself() -> None:
    told = repr(Target("http://127.0.0.1", "the-appkey", "the-secretkey"))
    assert "the-" not in told


def test_a_missed_criterion_tells_what_was_seen() -> None:
    demand(True, "unsaid")
    with pytest.raises(CriterionMissed, match="ord_no is 7"):
        demand(False, "ord_no is 7")


def test_cards_are_numbered_and_can_be_listed_without_running_them() -> None:
    assert [card.number for card in CARDS] == list(range(1, len(CARDS) + 1))
    for card in CARDS:
        assert card.title
        assert card.needs in Power
        assert card.evidence.where
        assert all(step.title and step.criterion for step in card.steps)
        assert len({step.title for step in card.steps}) == len(card.steps)
