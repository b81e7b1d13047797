"""The report of a failed test: what stops orders, who listens, what goes wrong on purpose, and what was exchanged."""

from __future__ import annotations

import msgspec
import pytest

from faults.listener import listening
from kiwoom_mockserver.admin.failure_report import failure_report
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.broker.profiles import OPEN, changed
from kiwoom_reference_client import Kiwoom, OrderRejected
from rest.stage import SHARE, STAGE
from wire import Wire, Worlds


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    return worlds.open(STAGE)


def report(client: Wire) -> list[str]:
    return failure_report(client.kiwoom).splitlines()


def section(lines: list[str], heading: str) -> list[str]:
    """The indented lines under a heading."""
    start = next(index for index, line in enumerate(lines) if line.startswith(heading)) + 1
    rest = lines[start:]
    return rest[: next((index for index, line in enumerate(rest) if not line.startswith("  ")), len(rest))]


def test_a_world_in_which_nothing_happened_has_one_line(kiwoom: MockWorld) -> None:
    assert failure_report(kiwoom) == (f"seed 1, {kiwoom.clock.now.isoformat()}, {kiwoom.rest_url}, session continuous")


def test_it_tells_what_an_order_waits_for(client: Wire) -> None:
    until = client.kiwoom.market.vi(SHARE)
    client.buy(10, 77_000)
    lines = report(client)
    assert lines[1] == f"005930: volatility interruption until {until:%H:%M:%S}; 1 order waits: 0000001 buy 10"
    assert section(lines, "open orders:") == [
        "  0000001  8100000111  005930  buy limit  10 of 10 open  at 77,000  last price 77,000"
    ]


def test_stops_of_every_kind_are_told(client: Wire) -> None:
    market = client.kiwoom.market
    client.buy(2, 69_000)
    client.kiwoom.faults.fill_never()
    client.buy(3, 69_100)
    market.halt(SHARE)
    market.vi("035900")
    market.sidecar("kosdaq", "buy")
    lines = report(client)
    assert f"{SHARE}: trading halted; 1 order waits: 0000001 buy 2" in lines
    assert any(line.startswith("035900: volatility interruption until 10:02:") for line in lines)
    assert "kosdaq: sidecar buy" in lines
    assert section(lines, "open orders:")[1].split()[-4:] == ["held", "by", "a", "fault"]
    market.resume(SHARE)
    market.circuit_breaker("kospi", 1)
    assert {
        "kospi: circuit breaker stage 1, halt",
        f"{SHARE}: circuit breaker, halt; 1 order waits: 0000001 buy 2",
    } <= {*report(client)}


def test_a_session_that_collects_orders_is_told(client: Wire) -> None:
    client.buy(2, 69_000)
    client.kiwoom.market.open_session("closing-auction")
    assert f"{SHARE}: auction in session closing-auction; 1 order waits: 0000001 buy 2" in report(client)


def test_sessions_faults_and_the_last_exchanges(client: Wire) -> None:
    kiwoom = client.kiwoom
    kiwoom.faults.status(503, api="kt10001", count=3)
    with listening(client, "0B") as listener:
        assert listener.register("00", item="")["return_code"] == 0
        client.sell(1)
        client.buy(5, 68_500)
        kiwoom.market.set_price(SHARE, 68_000)
        listener.rows(4)
        lines = report(client)
    assert section(lines, "realtime sessions:") == ["  8100000111  00; 0B 005930"]
    (fault,) = section(lines, "active faults:")
    assert fault.split()[:3] == ["1", "1", "hit"]
    assert "api=kt10001" in fault
    assert section(lines, "last 13 of 13 journal entries:") == [
        "  1   10:00:00.000  →  au10001          200",
        "  2   10:00:00.000  →  LOGIN",
        "  3   10:00:00.000  ←  LOGIN",
        "  4   10:00:00.000  →  REG      005930  grp_no=1 refresh=1 0B",
        "  5   10:00:00.000  ←  REG",
        "  6   10:00:00.000  →  REG              grp_no=1 refresh=1 00",
        "  7   10:00:00.000  ←  REG",
        "  8   10:00:00.000  →  kt10001  005930  ord_qty=1 trde_tp=3 503 fault status",
        "  9   10:00:00.000  →  kt10000  005930  ord_qty=5 ord_uv=68500 trde_tp=0 200 ord_no=0000001",
        "  10  10:00:00.000  ←  REAL 00  005930  주문번호[9203]=0000001 주문상태[913]=접수 주문수량[900]=5 "
        "주문가격[901]=68500 미체결수량[902]=5",
        "  11  10:00:00.000  ←  REAL 00  005930  주문번호[9203]=0000001 주문상태[913]=체결 주문수량[900]=5 "
        "주문가격[901]=68500 미체결수량[902]=0 체결가[910]=68500 체결량[911]=5",
        "  12  10:00:00.000  ←  REAL 0B  005930  현재가[10]=-68500 거래량[15]=-5",
        "  13  10:00:00.000  ←  REAL 0B  005930  현재가[10]=-68000 거래량[15]=-1",
    ]


def test_secrets_are_not_told(client: Wire) -> None:
    with listening(client, "0B"):
        text = failure_report(client.kiwoom)
    assert client.token not in text
    assert client.kiwoom.secretkey not in text


def test_refusals_say_why(kiwoom: MockWorld) -> None:
    keys = kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey
    with Kiwoom.mockserver(*keys) as client, pytest.raises(OrderRejected, match="RC4003"):
        client.buy(SHARE, 1, price=269_001)
    lines = failure_report(kiwoom).splitlines()
    assert "ord_uv=269001" in lines[-2]
    assert "RC4003:" in lines[-2]
    assert lines[-1] == "refused: kt10000 RC4003 (docs/errors.md#rc4003)"


def test_long_lists_are_cut_from_the_front(client: Wire) -> None:
    for _ in range(30):
        client.buy(1, 60_000)
    lines = report(client)
    assert [line.split()[0] for line in section(lines, "open orders: the last 20 of 30")] == [
        f"{number:07d}" for number in range(11, 31)
    ]
    assert len(section(lines, "last 20 of 31 journal entries:")) == 20


def test_a_limit_that_only_an_advance_opens_is_told(worlds: Worlds) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, profile=changed(OPEN, "requests_per_second", 1)))
    line = "the clock is frozen: the limit of the profile open opens again when it is advanced"
    client.call("kt00001", qry_tp="2")
    assert line not in failure_report(client.kiwoom)
    client.call("kt00001", qry_tp="2")
    assert failure_report(client.kiwoom).endswith(line)
    client.kiwoom.clock.speed = 1
    assert line not in failure_report(client.kiwoom)


def test_a_system_frame_says_why_the_session_ended(client: Wire) -> None:
    with listening(client, "00"):
        client.kiwoom.faults.kick_now()
        row = next(line for line in report(client) if " SYSTEM " in line)
        assert row.endswith("R10001 동일한 App key로 접속이 되었습니다. 기존 세션은 종료가 됩니다")
