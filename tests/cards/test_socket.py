from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiwoom_cards import CriterionMissed, Target
from kiwoom_cards.context import CardContext
from kiwoom_cards.socket import Socket
from kiwoom_mockserver.admin.mock_world import MockWorld


@pytest.fixture
def socket(target: Target) -> Iterator[Socket]:
    with CardContext(target) as context:
        yield context.open_session()


def test_frames_that_were_not_waited_for_are_kept_in_their_order(kiwoom: MockWorld, socket: Socket) -> None:
    socket.register(["0B"], ["005930"])
    for price in (269_000, 269_500):
        kiwoom.market.trade("005930", price)
    socket.register(["0D"], ["000660"])

    heard = socket.drain()

    assert [frame["data"][0]["values"]["10"] for frame in heard] == [" 269000", "+269500"]
    assert socket.drain() == []


@pytest.mark.parametrize("echoes", [True, False])
def test_a_ping_is_echoed_unless_it_is_not_to_be(kiwoom: MockWorld, socket: Socket, echoes: bool) -> None:
    socket.echoes = echoes
    kiwoom.clock.advance(10)
    assert [frame["trnm"] for frame in socket.drain()] == ["PING"]
    assert socket.drain() == []  # by now an echo has arrived
    assert len(kiwoom.journal.find("PING", kind="received")) == echoes


def test_what_does_not_come_is_missed(socket: Socket) -> None:
    with pytest.raises(CriterionMissed, match="no frame REG"):
        socket.receive("REG", 0.02)


def test_a_socket_that_is_closed_says_so(target: Target, socket: Socket) -> None:
    with CardContext(target) as context:
        context.open_session()
        assert socket.receive("SYSTEM")["code"] == "R10001"
        with pytest.raises(CriterionMissed, match="the socket was closed before a frame REG"):
            socket.receive("REG")
        assert socket.close_frame() == (1000, "Bye")
