from __future__ import annotations

from collections.abc import Iterable

import msgspec
import pytest

from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.profiles import OPEN
from kiwoom_mockserver.broker.rate_limit import RateLimiter
from kiwoom_mockserver.world.kst import SECOND

ACCOUNTS, ORDERS = "/api/dostk/acnt", "/api/dostk/ordr"


def admitted(calls: Iterable[tuple[str, str, str, int]], **limits: int) -> list[str]:
    """The code that each call gets, with its values; blank if it is let through."""
    rates, profile = RateLimiter(), msgspec.structs.replace(OPEN, **limits)
    told = []
    for appkey, api_id, path, now in calls:
        try:
            rates.admit(profile, appkey, api_id, path, now)
            told.append("")
        except ApiError as error:
            told.append(" ".join((error.code, *error.values)))
    return told


def test_without_limits_nothing_is_remembered() -> None:
    rates = RateLimiter()
    for _ in range(3):
        rates.admit(OPEN, "me", "kt00018", ACCOUNTS, 0)
    assert rates == RateLimiter()


def test_an_api_has_a_window_of_its_own() -> None:
    calls = [("me", "kt00018", ACCOUNTS, 0), ("me", "kt00001", ACCOUNTS, 1), ("me", "kt00018", ACCOUNTS, SECOND - 1)]
    calls += [("you", "kt00018", ACCOUNTS, SECOND - 1), ("me", "kt00018", ACCOUNTS, SECOND)]
    assert admitted(calls, requests_per_second=1) == ["", "", "1700 1 kt00018", "", ""]


def test_the_apis_of_a_path_share_a_window() -> None:
    calls = [("me", "kt00018", ACCOUNTS, 0), ("me", "kt10000", ORDERS, 0), ("me", "kt00001", ACCOUNTS, SECOND - 1)]
    calls += [("you", "kt00001", ACCOUNTS, SECOND - 1), ("me", "kt00001", ACCOUNTS, SECOND)]
    assert admitted(calls, requests_per_second_of_group=1) == ["", "", "1702 1 kt00001", "", ""]


def test_all_requests_of_an_app_key_share_a_window() -> None:
    calls = [("me", "kt00018", ACCOUNTS, 0), ("me", "kt10000", ORDERS, 0), ("me", "kt10001", ORDERS, SECOND - 1)]
    calls += [("you", "kt00001", ACCOUNTS, SECOND - 1), ("me", "kt10001", ORDERS, SECOND)]
    assert admitted(calls, requests_per_second_in_all=2) == ["", "", "1701 2", "", ""]


def test_a_refused_request_counts_nowhere() -> None:
    calls = [("me", "kt00018", ACCOUNTS, 0), ("me", "kt00018", ACCOUNTS, 1), ("me", "kt00001", ACCOUNTS, 2)]
    assert admitted(calls, requests_per_second=1, requests_per_second_in_all=2) == ["", "1700 1 kt00018", ""]
    calls = [
        ("me", "kt00018", ACCOUNTS, 0),
        ("me", "kt00001", ACCOUNTS, SECOND - 1),
        ("me", "kt00001", ACCOUNTS, SECOND),
    ]
    assert admitted(calls, requests_per_second=1, requests_per_second_in_all=1) == ["", "1701 1", ""]


def test_the_narrowest_limit_is_named_first() -> None:
    limits = {"requests_per_second": 1, "requests_per_second_of_group": 1, "requests_per_second_in_all": 1}
    calls = [("me", "kt00018", ACCOUNTS, 0), ("me", "kt00018", ACCOUNTS, 0), ("me", "kt00001", ACCOUNTS, 0)]
    assert admitted([*calls, ("me", "kt10000", ORDERS, 0)], **limits) == [
        "",
        "1700 1 kt00018",
        "1702 1 kt00001",
        "1701 1",
    ]


def turned(rates: RateLimiter, *pages: tuple[str, str], appkey: str = "me") -> None:
    for api_id, next_key in pages:
        rates.count_page(appkey, api_id, next_key)


def test_a_page_may_be_asked_for_ten_times_in_a_row() -> None:
    rates = RateLimiter()
    turned(rates, *[("ka10075", "2")] * 10)
    for _ in range(2):
        with pytest.raises(ApiError) as caught:
            turned(rates, ("ka10075", "2"))
        assert (caught.value.code, caught.value.values) == ("1687", ("ka10075",))
    turned(rates, ("ka10075", "2"), appkey="you")


@pytest.mark.parametrize("between", [("ka10075", "3"), ("kt00007", "2"), ("ka10075", ""), ("kt10000", "")])
def test_anything_in_between_begins_anew(between: tuple[str, str]) -> None:
    rates = RateLimiter()
    turned(rates, *[("ka10075", "2")] * 10, between, *[("ka10075", "2")] * 10)
    with pytest.raises(ApiError):
        turned(rates, ("ka10075", "2"))
