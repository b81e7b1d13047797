"""Against connections that are made of two queues, and at the end against the simulator."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from websockets.asyncio.client import connect

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.broker.profiles import MOCKAPI
from kiwoom_mockserver.exchange.commands import PrintTrade as Traded
from kiwoom_mockserver.exchange.orders import Side as TakingSide
from kiwoom_reference_client import AsyncKiwoom, AuthError, KiwoomError, NoAnswer, Side, UnreadableAnswer
from kiwoom_reference_client.errors import LoggedInElsewhere, RealtimeError, TokenRefused, WrongDomain
from kiwoom_reference_client.events import Depth, Event, Gap, HoldingEvent, OrderEvent, Trade
from reference_client.lines import LOGGED_IN, NOON, Line, Service, run, with_client
from wire import Worlds

PREFIX = "토큰 인증에 실패했습니다. 접속을 종료합니다"


def login_refused(code: str) -> dict[str, Any]:
    message = f"{PREFIX} [CODE={code}, MESSAGE=Token이 유효하지 않습니다]"
    return {"trnm": "LOGIN", "return_code": 805004, "return_msg": message}


def real(price: int) -> dict[str, Any]:
    return {"data": [{"values": {"10": str(price)}, "type": "0A", "name": "", "item": "005930"}], "trnm": "REAL"}


def registration(*items: str, kind: str = "0A") -> dict[str, Any]:
    return {"trnm": "REG", "grp_no": "1", "refresh": "1", "data": [{"item": list(items), "type": [kind]}]}


def price(event: Event | Gap) -> int:
    assert isinstance(event, Event)
    return event.record.price("10")


def test_it_logs_in_registers_and_tells() -> None:
    async def story() -> None:
        line = Line()
        async with Service(line).stream() as stream:
            await stream.register(["005930"], ["0A"])
            line.say(real(1))
            line.say({"data": [*real(2)["data"], *real(3)["data"]], "trnm": "REAL"})
            assert [price(await anext(stream)) for _ in range(3)] == [1, 2, 3]
            await stream.remove(["005930"], ["0A"])
        assert line.sent == [
            {"trnm": "LOGIN", "token": "first"},
            registration("005930"),
            {"trnm": "REMOVE", "grp_no": "1", "data": [{"item": ["005930"], "type": ["0A"]}]},
        ]
        assert line.is_closed

    run(story())


def test_a_ping_is_echoed_as_it_came() -> None:
    async def story() -> None:
        line = Line()
        async with Service(line).stream() as stream:
            line.say({"trnm": "PING", "more": "1"})
            line.say(real(1))
            await anext(stream)
            assert line.sent[-1] == {"trnm": "PING", "more": "1"}

    run(story())


def test_after_a_drop_it_comes_back_and_tells_of_the_gap() -> None:
    async def story() -> None:
        first, second = Line(), Line()
        service = Service(first, OSError("refused"), second)
        async with service.stream() as stream:
            await stream.register(["005930", "000660"], ["0A"])
            service.now += timedelta(minutes=5)
            first.say(real(1))
            assert price(await anext(stream)) == 1
            service.now += timedelta(seconds=8)
            first.drop()
            gap = await anext(stream)
            second.say(real(2))
            assert price(await anext(stream)) == 2
        heard = NOON + timedelta(minutes=5)
        assert gap == Gap(heard, heard + timedelta(seconds=8 + 1 + 2))
        assert service.slept == [1.0, 2.0]
        assert first.is_closed
        assert second.sent == [{"trnm": "LOGIN", "token": "first"}, registration("005930", "000660")]

    run(story())


def test_pauses_grow_to_a_minute() -> None:
    async def story() -> None:
        first, last = Line(), Line()
        service = Service(first, *(OSError("refused") for _ in range(8)), last)
        async with service.stream() as stream:
            await stream.register(["005930"], ["0A"])
            first.drop()
            assert isinstance(await anext(stream), Gap)
        assert service.slept == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]

    run(story())


def test_nothing_can_be_missed_where_nothing_is_registered() -> None:
    async def story() -> None:
        first, second = Line(), Line()
        async with Service(first, second).stream() as stream:
            first.drop()
            await stream.register(["005930"], ["0A"])
            second.say(real(2))
            assert price(await anext(stream)) == 2

    run(story())


def test_silence_counts_as_a_drop() -> None:
    async def story() -> None:
        first, second = Line(), Line()
        async with Service(first, second).stream(silence=0.05) as stream:
            await stream.register(["005930"], ["0A"])
            assert isinstance(await anext(stream), Gap)
        assert first.is_closed

    run(story())


def test_what_happens_while_it_registers_again_is_told() -> None:
    async def story() -> None:
        first, second = Line(), Line()
        async with Service(first, second).stream() as stream:
            await stream.register(["005930"], ["0A"])
            first.drop()
            second.say({"trnm": "PING"})
            second.say(real(2))
            assert price(await anext(stream)) == 2
            assert isinstance(await anext(stream), Gap)
        assert {"trnm": "PING"} in second.sent

    run(story())


def test_who_registers_while_the_connection_drops_is_registered_on_the_next() -> None:
    async def story() -> None:
        first, second = Line(), Line()
        async with Service(first, second).stream() as stream:
            first.is_mute = True
            registering = asyncio.create_task(stream.register(["005930"], ["0A"]))
            await first.was_asked.wait()
            first.drop()
            await registering
        assert second.sent[1:] == [registration("005930")]

    run(story())


def test_who_registers_on_a_connection_that_is_lost_already_is_registered_on_the_next() -> None:
    async def story() -> None:
        first, second = Line(), Line()
        async with Service(first, second).stream() as stream:
            first.drop()
            await stream.register(["005930"], ["0A"])
        assert second.sent[1:] == [registration("005930")]

    run(story())


def test_a_refused_registration_is_raised_and_not_repeated() -> None:
    async def story() -> None:
        first, second = Line(), Line()
        first.refusal = {"trnm": "REG", "return_code": 105115, "return_msg": "등록 종목이 허용 개수(200)를 초과"}
        async with Service(first, second).stream() as stream:
            with pytest.raises(RealtimeError) as raised:
                await stream.register(["005930"], ["0A"])
            first.refusal = None
            await stream.register(["000660"], ["0A"])
            first.drop()
            assert isinstance(await anext(stream), Gap)
        assert (raised.value.code, raised.value.return_code, raised.value.api_id) == ("105115", 105115, "REG")
        assert second.sent[1:] == [registration("000660")]

    run(story())


def test_registrations_keep_to_five_a_second() -> None:
    async def story() -> None:
        service = Service(Line())
        async with service.stream() as stream:
            for number in range(6):
                await stream.register([f"{number:06d}"], ["0A"])
        (waited,) = service.slept
        assert 0 < waited <= 1.1

    run(story())


def test_another_login_is_the_end() -> None:
    async def story() -> None:
        line = Line()
        async with Service(line).stream() as stream:
            line.say(real(1))
            line.say({"trnm": "SYSTEM", "code": "R10001", "message": "동일한 App key로 접속이 되었습니다."})
            assert price(await anext(stream)) == 1
            for _ in range(2):
                with pytest.raises(LoggedInElsewhere, match="동일한 App key로 접속이 되었습니다") as raised:
                    await anext(stream)
            with pytest.raises(LoggedInElsewhere):
                await stream.register(["005930"], ["0A"])
        assert (raised.value.code, raised.value.api_id) == ("R10001", "SYSTEM")

    run(story())


def test_any_other_word_of_the_system_is_followed_by_a_drop() -> None:
    async def story() -> None:
        first, second = Line(), Line()
        async with Service(first, second).stream() as stream:
            await stream.register(["005930"], ["0A"])
            first.say({"trnm": "SYSTEM", "code": "R10002", "message": "Heartbeat"})
            first.drop()
            assert isinstance(await anext(stream), Gap)

    run(story())


def test_a_dead_token_is_renewed_once() -> None:
    async def story() -> None:
        first, second = Line(login_refused("8005")), Line()
        service = Service(first, second)
        async with service.stream():
            pass
        assert service.asked == ["first"]
        assert first.is_closed
        assert second.sent == [{"trnm": "LOGIN", "token": "second"}]

    run(story())


@pytest.mark.parametrize(
    ("answers", "kind", "code"),
    [
        ([login_refused("8005"), login_refused("8005")], TokenRefused, "8005"),
        ([login_refused("8031")], WrongDomain, "8031"),
        ([login_refused("8777")], AuthError, "8777"),
        ([{"trnm": "LOGIN", "return_code": 805002, "return_msg": "Token 값이 없습니다"}], RealtimeError, "805002"),
        ([{"trnm": "LOGIN"}], RealtimeError, "-1"),
    ],
)
def test_a_login_that_is_refused_is_raised(answers: list[dict[str, Any]], kind: type[KiwoomError], code: str) -> None:
    async def story() -> None:
        lines = [Line(answer) for answer in answers]
        with pytest.raises(kind) as raised:
            async with Service(*lines).stream():
                pass
        assert (type(raised.value), raised.value.code, raised.value.api_id) == (kind, code, "LOGIN")
        assert all(line.is_closed for line in lines)

    run(story())


def test_a_login_that_is_refused_on_the_way_back_is_the_end() -> None:
    async def story() -> None:
        first = Line()
        async with Service(first, Line(login_refused("8010"))).stream() as stream:
            await stream.register(["005930"], ["0A"])
            first.drop()
            with pytest.raises(AuthError, match="8010"):
                await anext(stream)

    run(story())


def test_a_service_that_is_down_when_it_begins_is_told_at_once() -> None:
    async def story() -> None:
        with pytest.raises(NoAnswer, match="no connection: ConnectionRefusedError"):
            async with Service(ConnectionRefusedError("down")).stream():
                pass

    run(story())


@pytest.mark.parametrize("frame", ["no json", "[]", {"trnm": "REAL"}, {"trnm": "REAL", "data": [{}]}])
def test_what_cannot_be_read_is_raised_and_the_next_event_comes(frame: Any) -> None:
    async def story() -> None:
        line = Line()
        async with Service(line).stream() as stream:
            line.say(frame)
            line.say(real(2))
            with pytest.raises(UnreadableAnswer):
                await anext(stream)
            assert price(await anext(stream)) == 2

    run(story())


def test_what_is_never_answered_is_given_up() -> None:
    async def story() -> None:
        line = Line()
        async with Service(line).stream(silence=0.2) as stream:
            line.is_mute = True
            registering = asyncio.create_task(stream.register(["005930"], ["0A"]))
            while not registering.done():
                line.say({"trnm": "PING"})
                await asyncio.sleep(0)
            with pytest.raises(NoAnswer, match=r"REG: no answer in 0\.2 seconds"):
                await registering

    run(story())


def test_a_frame_that_nobody_waits_for_is_passed_over() -> None:
    async def story() -> None:
        line = Line()
        async with Service(line).stream() as stream:
            line.say({"trnm": "REG", "return_code": 0, "return_msg": ""})
            line.say({"trnm": "NEWS"})
            line.say(real(2))
            assert price(await anext(stream)) == 2

    run(story())


def test_closing_ends_the_iteration_and_what_is_asked_for() -> None:
    async def story() -> None:
        line = Line()
        stream = Service(line).stream()
        async with stream:
            waiting = asyncio.create_task(anext(stream, None))
            await asyncio.sleep(0)
        assert await waiting is None
        assert [event async for event in stream] == []
        with pytest.raises(NoAnswer, match="the stream is closed"):
            await stream.register(["005930"], ["0A"])

    run(story())


# -- against the simulator ------------------------------------------------------------------------------------------


def trade(kiwoom: MockWorld, price: int) -> None:
    kiwoom.broker.apply(Traded("005930", price, 10, TakingSide.SELL))


def test_an_order_is_told_from_its_taking_to_the_holding(kiwoom: MockWorld) -> None:
    async def story(client: AsyncKiwoom) -> None:
        async with client.realtime() as stream:
            await stream.register([], ["00", "04"])
            placed = await client.buy("005930", 20, 269_500)
            taken, filled, held = [await anext(stream) for _ in range(3)]
        assert isinstance(taken, OrderEvent)
        assert isinstance(filled, OrderEvent)
        assert isinstance(held, HoldingEvent)
        assert taken.number == filled.number == placed.number
        assert (taken.open, filled.open, filled.fill_quantity, filled.fill_price) == (20, 2, 18, 269_500)
        assert (held.code, held.quantity) == ("005930", 18)

    with_client(kiwoom, story)


def test_trades_and_books_are_told(kiwoom: MockWorld) -> None:
    async def story(client: AsyncKiwoom) -> None:
        async with client.realtime() as stream:
            await stream.register(["005930"], ["0B", "0D"])
            trade(kiwoom, 269_000)
            traded, book = [await anext(stream) for _ in range(2)]
        assert isinstance(traded, Trade)
        assert (traded.price, traded.quantity, traded.taker) == (269_000, 10, Side.SELL)
        assert traded["현재가"] == 269_000
        assert isinstance(book, Depth)
        assert (book.asks, book.bids) == ((quoted := await client.order_book("005930")).asks, quoted.bids)

    with_client(kiwoom, story)


def test_it_comes_back_to_the_simulator(kiwoom: MockWorld) -> None:
    async def story(client: AsyncKiwoom) -> None:
        async with client.realtime() as stream:
            await stream.register(["005930"], ["0B"])
            (session,) = kiwoom.broker.subscriptions.sessions
            kiwoom.broker.run_on_loop(lambda: session.end("R10002"))
            gap = await anext(stream)
            trade(kiwoom, 269_000)
            traded = await anext(stream)
        assert isinstance(gap, Gap)
        assert gap.begins <= gap.ends
        assert isinstance(traded, Trade)

    with_client(kiwoom, story)


def test_it_stays_connected_where_pings_must_be_echoed(worlds: Worlds) -> None:
    kiwoom = worlds.open(WorldConfig(profile=MOCKAPI, clock="manual", start=datetime(2026, 11, 23, 10))).kiwoom
    kiwoom.clock.advance(timedelta(seconds=1))  # since the token that opening it took

    async def story(client: AsyncKiwoom) -> None:
        async with client.realtime() as stream:
            await stream.register(["005930"], ["0B"])
            await asyncio.to_thread(kiwoom.clock.advance, timedelta(minutes=5))
            trade(kiwoom, 269_000)
            assert isinstance(await anext(stream), Trade)

    with_client(kiwoom, story)


def test_it_does_not_fight_another_login(kiwoom: MockWorld) -> None:
    async def story(client: AsyncKiwoom) -> None:
        token = await client.token()
        address = f"{client.realtime_url}/api/dostk/websocket"
        async with client.realtime() as stream, connect(address, proxy=None) as other:
            await other.send(json.dumps({"trnm": "LOGIN", "token": token.text}))
            assert json.loads(await other.recv()) == LOGGED_IN
            with pytest.raises(LoggedInElsewhere):
                await anext(stream)

    with_client(kiwoom, story)


def test_a_token_that_somebody_revoked_is_renewed_at_login(kiwoom: MockWorld) -> None:
    async def story(client: AsyncKiwoom) -> None:
        dead = await client.token()
        async with AsyncKiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey) as somebody:
            await somebody.token()
            await somebody.revoke_token()
        async with client.realtime() as stream:
            await stream.register(["005930"], ["0B"])
        assert (await client.token()).text != dead.text

    with_client(kiwoom, story)


def test_the_token_stays_out_of_the_log(kiwoom: MockWorld, caplog: pytest.LogCaptureFixture) -> None:
    async def story(client: AsyncKiwoom) -> None:
        async with client.realtime() as stream:
            await stream.register(["005930"], ["0B"])
        assert (await client.token()).text not in caplog.text

    with caplog.at_level("DEBUG"):
        with_client(kiwoom, story)
    assert caplog.text
