"""The policy: what it refuses, and what it remembers."""

from __future__ import annotations

import errno

import pytest

from kiwoom_mockserver.host_guard.guard import HostGuard, KiwoomHostRefused
from kiwoom_mockserver.host_guard.threads import GuardedTest


@pytest.fixture
def guard() -> HostGuard:
    guard = HostGuard()
    guard.threads.running = GuardedTest("a")
    return guard


def refused(guard: HostGuard, host: object = "api.kiwoom.com", port: object = 443) -> KiwoomHostRefused:
    with pytest.raises(KiwoomHostRefused) as caught:
        guard(host, port)
    return caught.value


def test_a_refusal_is_a_refused_connection(guard: HostGuard) -> None:
    error = refused(guard, b"API.kiwoom.com.", "https")
    assert isinstance(error, ConnectionRefusedError)
    assert error.errno == errno.ECONNREFUSED
    assert str(error) == (
        "refused to connect to api.kiwoom.com:https, a host of the real broker (test a, thread MainThread): connect the client to"
        " kiwoom.rest_url and kiwoom.websocket_url; see docs/troubleshooting.md#the-bot-reaches-for-the-real-broker"
    )


def test_other_hosts_pass(guard: HostGuard) -> None:
    for host in ("127.0.0.1", "example.org", None):
        guard(host, 443)
    assert guard.tests() == []


def test_it_refuses_nothing_outside_of_guarded_tests(guard: HostGuard) -> None:
    guard.threads.running = None
    guard("api.kiwoom.com", 443)
    assert guard.tests() == []


def test_the_mock_domain_may_pass_and_production_may_not(guard: HostGuard) -> None:
    guard.threads.running = GuardedTest("a", mock_domain_passes=True)
    guard("MOCKAPI.kiwoom.com.", 443)
    for host in ("api.kiwoom.com", "kiwoom.com", "x.mockapi.kiwoom.com"):
        refused(guard, host)


def test_a_refusal_is_of_its_test_and_is_taken_once(guard: HostGuard) -> None:
    refused(guard)
    guard.threads.running = GuardedTest("b")
    refused(guard, port=None)
    refused(guard, port=None)
    assert guard.tests() == ["a", "b"]
    assert guard.take("c") == ""
    assert guard.take("b").startswith(
        "refused to connect to the real broker: api.kiwoom.com (thread MainThread, 2 times)\n"
    )
    assert guard.take("b") == ""
    assert guard.take("a").startswith("refused to connect to the real broker: api.kiwoom.com:443 (thread MainThread)\n")
    assert guard.tests() == []
