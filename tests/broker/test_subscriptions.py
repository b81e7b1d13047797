"""Who listens to what in one world."""

from __future__ import annotations

import json
from typing import Any

from kiwoom_mockserver.broker.profiles import OPEN, Profile, changed
from kiwoom_mockserver.broker.subscriber import SessionState, Subscriber
from kiwoom_mockserver.broker.subscriptions import Subscriptions
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.dispatch.broker_factory import open_broker
from kiwoom_mockserver.realtime.protocol import RealtimeSession
from kiwoom_mockserver.realtime.session_manager import Login, SessionManager
from realtime.market import SHARE, small_market

TRADES, DEPTH = ("0B", SHARE), ("0D", SHARE)


class House:
    """A world's counter with a desk, and sessions by app key."""

    def __init__(self, *worlds: str, profile: Profile = OPEN) -> None:
        self.brokers = {name: open_broker(small_market(), profile, (), None) for name in worlds or ("here",)}
        self.desk = SessionManager(self._authorize)

    def _authorize(self, token: str, address: str) -> Login:
        name, _, appkey = token.rpartition("/")
        return Login(self.brokers[name or "here"], AppKey(appkey, "secret", f"account of {appkey}"))

    @property
    def subscriptions(self) -> Subscriptions:
        return self.brokers["here"].subscriptions

    def session(self, token: str) -> tuple[RealtimeSession, list[Any], list[tuple[int, str]]]:
        """A logged-in session, what it is sent from here on, and how it was closed."""
        sent: list[Any] = []
        closed: list[tuple[int, str]] = []
        session = self.desk.open(
            lambda text: sent.append(json.loads(text)), lambda code, reason: closed.append((code, reason))
        )
        log_in(session, token)
        sent.clear()
        return session, sent, closed

    def audience(self, pair: tuple[str, str] = TRADES) -> list[Subscriber]:
        return list(self.subscriptions.audience(pair))


def log_in(session: RealtimeSession, token: str) -> None:
    session.receive(json.dumps({"trnm": "LOGIN", "token": token}))


def register(session: RealtimeSession, *kinds: str, trnm: str = "REG") -> None:
    session.receive(json.dumps({"trnm": trnm, "grp_no": "1", "data": [{"item": [SHARE], "type": kinds}]}))


def test_nobody() -> None:
    subscriptions = Subscriptions()
    assert subscriptions.is_empty
    assert list(subscriptions.audience(TRADES)) == []
    assert not subscriptions.searching


def test_audience_stands_in_the_order_of_registration() -> None:
    house = House()
    first, second, third = (house.session(name)[0] for name in ("1", "2", "3"))
    for session in (second, third, first):
        register(session, "0B")
    register(second, "0D")
    assert house.audience() == [second, third, first]
    assert house.audience(DEPTH) == [second]
    register(third, "0B", trnm="REMOVE")
    assert third not in house.audience()


def test_welcome_tells_whose_session_it_is() -> None:
    house = House()
    session, _, _ = house.session("key")
    assert (session.appkey, session.accounts, house.subscriptions.is_empty) == ("key", ("account of key",), False)


def test_the_newest_session_of_an_app_key_wins() -> None:
    house = House()
    older, sent, closed = house.session("key")
    register(older, "0B")
    sent.clear()
    newer, _, _ = house.session("key")
    assert [(frame["trnm"], frame["code"]) for frame in sent] == [("SYSTEM", "R10001")]
    assert (older.state, closed, house.audience()) == (SessionState.CLOSED, [(1000, "Bye")], [])
    register(newer, "0B")
    house.desk.mark_closed(older)
    assert house.audience() == [newer], "what the older one leaves behind is not the newer one's"
    assert not house.subscriptions.is_empty


def test_two_sessions_of_an_app_key_live_side_by_side_where_the_profile_lets_them() -> None:
    house = House(profile=changed(OPEN, "realtime.second_login", "both"))
    older, sent, closed = house.session("key")
    register(older, "0B")
    sent.clear()
    newer, _, _ = house.session("key")
    register(newer, "0B")
    assert (sent, closed, house.audience()) == ([], [], [older, newer])
    assert house.subscriptions.sessions == [older, newer]
    house.desk.mark_closed(older)
    assert (house.audience(), house.subscriptions.sessions) == ([newer], [newer])
    house.desk.mark_closed(newer)
    assert house.subscriptions.is_empty


def test_a_session_that_logs_in_again_is_not_its_own_rival() -> None:
    house = House()
    session, _, closed = house.session("key")
    register(session, "0B")
    log_in(session, "key")
    assert (session.state, closed, house.audience()) == (SessionState.LOGGED_IN, [], [session])


def test_other_app_keys_are_no_rivals() -> None:
    house = House()
    first, _, closed = house.session("1")
    house.session("2")
    assert (first.state, closed) == (SessionState.LOGGED_IN, [])


def test_who_leaves_is_gone_and_may_leave_again() -> None:
    house = House()
    session, _, _ = house.session("key")
    register(session, "0B", "0D")
    for _ in range(2):
        house.desk.mark_closed(session)
        house.subscriptions.remove(session)
        assert (house.audience(), house.audience(DEPTH), house.subscriptions.is_empty) == ([], [], True)


def test_live_searches_are_those_of_sessions_that_are_there() -> None:
    house = House()
    (first, _, _), (second, _, _) = house.session("1"), house.session("2")
    second.receive('{"trnm":"CNSRREQ","seq":"0","search_type":"1","stex_tp":"K"}')
    first.receive('{"trnm":"CNSRREQ","seq":"0","search_type":"0","stex_tp":"K"}')
    assert list(house.subscriptions.searching) == [second]
    second.receive('{"trnm":"CNSRCLR","seq":"0"}')
    assert not house.subscriptions.searching


def test_a_session_that_logs_in_with_another_key_leaves_nothing_under_the_first() -> None:
    house = House()
    session, _, _ = house.session("1")
    log_in(session, "2")
    house.desk.mark_closed(session)
    assert house.subscriptions.is_empty


def test_a_session_that_logs_in_to_another_world_hears_no_more_of_the_first() -> None:
    house = House("here", "there")
    session, _, _ = house.session("here/1")
    register(session, "0B")
    log_in(session, "there/2")
    house.desk.mark_closed(session)
    assert house.subscriptions.is_empty
    assert house.audience() == []
