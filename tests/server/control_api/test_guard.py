"""Who may ask, and who may not."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.control import Control, NotAllowedError
from kiwoom_mockserver.server.app import App
from kiwoom_mockserver.server.control_api.api import ControlApi
from kiwoom_mockserver.server.control_api.guard import Guard, is_loopback
from kiwoom_mockserver.server.runner import ThreadedServer
from wire import Wire

HOME = {"host": "127.0.0.1:8000"}


def status(guard: Guard, address: str = "127.0.0.1", **headers: str) -> int:
    said = HOME | {name.replace("_", "-"): value for name, value in headers.items()}
    refused = guard.denial("http", said, address)
    return 200 if refused is None else refused.status


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "127.0.0.1", "localhost:8000", "LOCALHOST", "[::1]:8000", "127.9.9.9:1"]
)
def test_this_machine_may_ask_by_its_own_names(host: str) -> None:
    assert status(Guard(None), host=host) == 200
    assert status(Guard(None), "::1", host=host) == 200


@pytest.mark.parametrize(
    "host", ["evil.example:8000", "127.0.0.1.evil.example", "localhost.evil.example", "", "[::", "10.0.0.7"]
)
def test_a_name_that_was_made_to_lead_here_is_refused(host: str) -> None:
    assert status(Guard(None), host=host) == 403


@pytest.mark.parametrize("address", ["10.0.0.7", "", "unknown"])
def test_without_a_token_nobody_else_may_ask(address: str) -> None:
    assert status(Guard(None), address) == 403


@pytest.mark.parametrize(
    ("headers", "answer"),
    [
        ({"origin": "http://127.0.0.1:8000"}, 200),
        ({"origin": "http://127.0.0.1:3000"}, 403),
        ({"origin": "https://127.0.0.1:8000"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ""}, 403),
        ({"sec_fetch_site": "same-origin"}, 200),
        ({"sec_fetch_site": "none"}, 200),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
    ],
)
def test_web_pages_of_another_origin_may_not_ask(headers: dict[str, str], answer: int) -> None:
    assert status(Guard(None), **headers) == answer
    assert status(Guard("s3cret"), authorization="Bearer s3cret", **headers) == answer


@pytest.mark.parametrize(
    ("authorization", "answer"),
    [
        ("Bearer s3cret", 200),
        ("bearer s3cret", 200),
        ("Bearer s3cre", 401),
        ("Bearer s3crets", 401),
        ("Bearer ", 401),
        ("Basic s3cret", 401),
        ("s3cret", 401),
        ("", 401),
        ("Bearer é", 401),
    ],
)
def test_a_token_is_compared_whole(authorization: str, answer: int) -> None:
    assert status(Guard("s3cret"), "10.0.0.7", host="server.example", authorization=authorization) == answer


def test_a_missing_token_is_refused_on_the_loopback_too() -> None:
    assert status(Guard("s3cret")) == 401


def test_a_token_is_not_blank() -> None:
    with pytest.raises(ValueError, match="not blank"):
        Guard("")


def test_ipv4_addresses_that_a_socket_of_both_families_gives() -> None:
    assert (is_loopback("::ffff:127.0.0.1"), is_loopback("::ffff:10.0.0.7")) == (True, False)
    assert status(Guard(None), "::ffff:127.0.0.1", host="[::ffff:127.0.0.1]:8000") == 200
    assert status(Guard(None), "::ffff:10.0.0.7") == 403


def test_names_of_this_machine() -> None:
    assert [is_loopback(host) for host in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "example.org")] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_a_token_of_kiwoom_opens_nothing(wire: Wire) -> None:
    for token in (None, "s3cret"):
        refused = Guard(token).denial("http", HOME | {"authorization": f"Bearer {wire.token}"}, "127.0.0.1")
        assert refused is not None
        assert refused.status == 401
    with Control(wire.kiwoom.rest_url, wire.token) as control, pytest.raises(NotAllowedError, match="none of Kiwoom's"):
        control.health()


@pytest.fixture
def guarded() -> Iterator[str]:
    """The URL of a server that needs a token."""
    worlds = WorldRegistry()
    worlds.create(name="default")
    app = App(worlds.gateway, control=ControlApi(worlds, "s3cret"))
    with ThreadedServer(app, worlds.gateway) as server:
        yield f"http://127.0.0.1:{server.port}"


def test_a_server_with_a_token_lets_in_whoever_has_it(guarded: str) -> None:
    with Control(guarded, "s3cret") as control:
        assert control.health().worlds == 1
        assert control.world().invariants() == []
    for wrong in (None, "secret"):
        with Control(guarded, wrong) as control, pytest.raises(NotAllowedError, match="needs its token") as refused:
            control.health()
        assert refused.value.status == 401


@pytest.mark.parametrize("host", ["[2001:db8::1]:8000", "server.example:9000", "server"])
def test_with_a_token_a_server_goes_by_any_name(guarded: str, http: httpx2.Client, host: str) -> None:
    headers = {"authorization": "Bearer s3cret", "host": host}
    assert http.get(f"{guarded}/__control/worlds", headers=headers).json()[0]["rest_url"] == f"http://{host}"


def test_what_is_refused_says_so_without_a_word_for_browsers(kiwoom: MockWorld, http: httpx2.Client) -> None:
    for path in ("health", "openapi.json", "nowhere"):
        answer = http.get(f"{kiwoom.rest_url}/__control/{path}", headers={"origin": "http://evil.example"})
        assert (answer.status_code, answer.json()) == (
            403,
            {
                "error": "web pages of http://evil.example may not use the control API",
                "page": "docs/control.md#who-may-ask",
            },
        )
        assert not [name for name in answer.headers if name.startswith("access-control")]
    answer = http.options(f"{kiwoom.rest_url}/__control/worlds", headers={"origin": kiwoom.rest_url})
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]
