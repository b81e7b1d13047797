"""What a session has registered, and that exactly this is delivered."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwoom_mockserver.broker.profiles import Profile, RealtimeRules
from kiwoom_mockserver.broker.subscription_groups import (
    MAX_PAIRS,
    MAX_PAIRS_OF_GROUP,
    RegistrationLimits,
    RegistrationRequest,
    SubscriptionGroups,
    pair_of,
)
from kiwoom_mockserver.broker.tokens import AppKey
from kiwoom_mockserver.dispatch.broker_factory import open_broker
from kiwoom_mockserver.exchange.accounts import Account
from kiwoom_mockserver.exchange.commands import Command, Halt, OpenPhase, Place, PrintTrade, Quote
from kiwoom_mockserver.exchange.session import Phase
from kiwoom_mockserver.realtime.protocol import RealtimeSession
from kiwoom_mockserver.realtime.session_manager import Login, SessionManager
from realtime.market import ACCOUNT, BUY, ELW, SHARE, small_market

A, B, C = ("0B", "A"), ("0B", "B"), ("0D", "C")
FREE = RegistrationLimits()


def groups(**pairs: list[tuple[str, str]]) -> SubscriptionGroups:
    registered = SubscriptionGroups()
    for name, wanted in pairs.items():
        assert registered.add(RegistrationRequest(name, True, wanted), FREE) is None
    return registered


@pytest.mark.parametrize("item", ["", "005930", "whatever"])
def test_some_types_come_whatever_the_item(item: str) -> None:
    assert [pair_of(kind, item) for kind in ("00", "04", "0s", "0B", "1h")] == [
        ("00", ""), ("04", ""), ("0s", ""), ("0B", item), ("1h", item),
    ]  # fmt: skip


def rest(registered: SubscriptionGroups, *others: str) -> set[tuple[str, str]]:
    """What is left of a group once the others are gone."""
    for name in others:
        registered.remove(RegistrationRequest(name, True, list(registered)))
    return set(registered)


def test_registrations_add_up_and_a_pair_counts_once() -> None:
    registered = groups(one=[A, B], two=[B, C])
    registered.add(RegistrationRequest("one", True, [B, C]), FREE)
    assert list(registered) == [A, B, C]
    assert rest(registered, "one") == {B, C}


def test_refresh_drops_what_its_own_group_had() -> None:
    registered = groups(one=[A, B], two=[B])
    registered.add(RegistrationRequest("one", False, [C]), FREE)
    assert set(registered) == {B, C}
    assert rest(registered, "two") == {C}


def test_remove_takes_out_of_its_own_group_and_what_is_not_there_is_no_fault() -> None:
    registered = groups(one=[A, B], two=[B])
    registered.remove(RegistrationRequest("one", True, [B, C]))
    registered.remove(RegistrationRequest("three", True, [A]))
    assert set(registered) == {A, B}
    assert rest(registered, "one") == {B}
    assert rest(registered, "two") == set()


def test_changes_are_told_once() -> None:
    registered = groups(one=[A, B])
    assert registered.take_changes() == [(A, True), (B, True)]
    registered.add(RegistrationRequest("two", True, [B, C]), FREE)
    registered.remove(RegistrationRequest("one", True, [A, B]))
    assert dict(registered.take_changes()) == {A: False, B: True, C: True}
    registered.add(RegistrationRequest("two", False, [C]), FREE)
    assert dict(registered.take_changes()) == {B: False, C: True}
    assert registered.take_changes() == []


@pytest.mark.parametrize(
    ("limits", "pairs", "code"),
    [
        (RegistrationLimits(codes_of_group=2), [C], "105118"),
        (RegistrationLimits(codes_of_group=2), [("0D", "A"), ("00", ""), ("1h", "")], None),
        (RegistrationLimits(codes=3), [C], None),
        (RegistrationLimits(codes=3), [C, ("0B", "D")], "105115"),
        (RegistrationLimits(codes=2, codes_of_group=2), [C], "105118"),
    ],
)
def test_a_limit_refuses_all_or_nothing(
    limits: RegistrationLimits, pairs: list[tuple[str, str]], code: str | None
) -> None:
    registered = groups(one=[A, B], two=[A])
    before = list(registered)
    assert registered.add(RegistrationRequest("one", True, pairs), limits) == code
    assert list(registered) == (before if code else [*before, *pairs])


def test_groups_and_sessions_have_bounds_without_any_limit() -> None:
    registered, more = SubscriptionGroups(), [("0B", "one more")]
    many = [("0B", str(number)) for number in range(MAX_PAIRS_OF_GROUP)]
    for turn in range(MAX_PAIRS // MAX_PAIRS_OF_GROUP):
        assert registered.add(RegistrationRequest(f"{turn}", True, many), FREE) is None
        assert registered.add(RegistrationRequest(f"{turn}", True, many), FREE) is None
    assert registered.add(RegistrationRequest("0", True, more), FREE) == "105118"
    assert registered.add(RegistrationRequest("new", True, more), FREE) == "105115"
    assert registered.add(RegistrationRequest("0", False, more), FREE) is None
    assert registered.add(RegistrationRequest("new", True, more), FREE) is None
    registered.remove(RegistrationRequest("1", True, many))
    assert registered.add(RegistrationRequest("1", True, many), FREE) is None


def test_a_refresh_that_breaks_a_limit_drops_nothing() -> None:
    registered = groups(one=[A, B])
    assert registered.add(RegistrationRequest("one", False, [A, B, C]), RegistrationLimits(codes=2)) == "105115"
    assert list(registered) == [A, B]


# -- what is delivered -------------------------------------------------------------------------------------------------

ITEMS = (SHARE, SHARE + "_NX", SHARE + "_AL", ELW, "001", "", "GARBAGE")
KINDS = ("00", "04", "0B", "0D", "0J", "0g", "0s", "0u", "1h")

Row = tuple[str, str]
Registered = dict[str, set[Row]]
"""The model: pairs by group."""

OTHER = "8100000211"


def labelled(kind: str, code: str) -> Callable[[set[Row]], set[Row]]:
    """Of a stock's own label and those of the venues, those that are registered."""
    return lambda pairs: {(kind, code + suffix) for suffix in ("", "_NX", "_AL")} & pairs


def plain(kind: str, item: str, told_as: str | None = None) -> Callable[[set[Row]], set[Row]]:
    return lambda pairs: {(kind, item if told_as is None else told_as)} if (kind, item) in pairs else set()


EVENTS: dict[str, tuple[Command, list[Callable[[set[Row]], set[Row]]]]] = {
    "trade": (PrintTrade(SHARE, 70_000, 1, BUY), [labelled("0B", SHARE), labelled("0D", SHARE), plain("0J", "001")]),
    "warrant": (PrintTrade(ELW, 450, 10, BUY), [labelled("0B", ELW), labelled("0D", ELW), labelled("0u", ELW)]),
    "quote": (Quote(SHARE, 70_000, [(69_900, 9)], [(70_100, 9)]), [labelled("0D", SHARE)]),
    "rest": (Place(ACCOUNT, SHARE, BUY, 1, 60_000), [plain("00", "", SHARE), labelled("0D", SHARE)]),
    "refused": (Place(ACCOUNT, SHARE, BUY, 1_000_000, 60_000), []),
    "halt": (Halt(SHARE, halted=True), [labelled("0g", SHARE), labelled("0D", SHARE)]),
    "let-go": (Halt(SHARE, halted=False), [labelled("0g", SHARE), labelled("0D", SHARE)]),
    "session": (OpenPhase(Phase.CONTINUOUS), [plain("0s", ""), labelled("0D", SHARE), labelled("0D", ELW)]),
    "buy": (
        Place(ACCOUNT, SHARE, BUY, 1, 70_100),
        [
            plain("00", "", SHARE), plain("04", "", SHARE), labelled("0B", SHARE), labelled("0D", SHARE),
            plain("0J", "001"),
        ],
    ),
    "interruption": (
        PrintTrade(SHARE, 77_000, 1, BUY),
        [
            labelled("0B", SHARE), labelled("0D", SHARE), plain("0J", "001"), labelled("0g", SHARE),
            plain("1h", SHARE), plain("1h", "", SHARE),
        ],
    ),
}  # fmt: skip
"""What happens, in this order, and what each tells of the pairs that are registered."""

requests = st.tuples(
    st.sampled_from(("REG", "REG", "REMOVE")),
    st.sampled_from(("1", "2")),
    st.sampled_from(("0", "1")),
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(ITEMS), max_size=3), st.lists(st.sampled_from(KINDS), min_size=1, max_size=3)
        ),
        min_size=1,
        max_size=2,
    ),
)
limits = st.sampled_from(
    (
        RegistrationLimits(),
        RegistrationLimits(codes=3),
        RegistrationLimits(codes_of_group=2),
        RegistrationLimits(codes=3, codes_of_group=2),
    )
)


class Customer:
    """A session of one account, and the model of what it has registered."""

    def __init__(self, desk: SessionManager, account: str, limits: RegistrationLimits) -> None:
        self.account, self.limits = account, limits
        self.frames: list[Any] = []
        self.registered: Registered = {}
        self.session: RealtimeSession = desk.open(
            lambda text: self.frames.append(json.loads(text)), lambda code, reason: None
        )
        self.session.receive(json.dumps({"trnm": "LOGIN", "token": account}))
        self.frames.clear()

    def ask(self, trnm: str, group: str, refresh: str, entries: list[tuple[list[str], list[str]]]) -> None:
        """Send a request, and do to the model what it says."""
        data = [{"item": items, "type": kinds} for items, kinds in entries]
        self.session.receive(json.dumps({"trnm": trnm, "grp_no": group, "refresh": refresh, "data": data}))
        pairs = {
            (kind, "" if kind in ("00", "04", "0s") else item)
            for items, kinds in entries
            for item in items or [""]
            for kind in kinds
        }
        code = self._model(trnm, group, refresh == "1", pairs)
        assert self.frames.pop()["return_code"] == code
        self.frames.clear()

    def _model(self, trnm: str, group: str, keep: bool, pairs: set[Row]) -> int:
        had = self.registered.get(group, set())
        if trnm == "REMOVE":
            self.registered[group] = had - pairs
            return 0
        new = pairs | had if keep else pairs
        if self.limits.codes_of_group and self._codes(new) > self.limits.codes_of_group:
            return 105118
        everything = self.registered | {group: new}
        if self.limits.codes and self._codes(set().union(*everything.values())) > self.limits.codes:
            return 105115
        self.registered = everything
        return 0

    @staticmethod
    def _codes(pairs: set[Row]) -> int:
        return len({item for _, item in pairs if item})

    def expected(self, event: str) -> set[Row]:
        pairs = set().union(*self.registered.values())
        told = set().union(*(tell(pairs) for tell in EVENTS[event][1]))
        return {row for row in told if row[0] not in ("00", "04") or self.account == ACCOUNT}

    def told(self) -> list[Row]:
        assert all(frame["trnm"] == "REAL" for frame in self.frames)
        rows = [(row["type"], row["item"]) for frame in self.frames for row in frame["data"]]
        self.frames.clear()
        return rows


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.booleans(), requests), max_size=8), limits)
def test_exactly_what_is_registered_is_delivered(asked: list[tuple[bool, Any]], limits: RegistrationLimits) -> None:
    world = small_market()
    world.open_account(Account(OTHER, "이영희", 1_000_000))
    keys = {number: AppKey(f"key of {number}", "secret", number) for number in (ACCOUNT, OTHER)}
    broker = open_broker(world, Profile("test", realtime=RealtimeRules(limits)), keys.values(), None)
    desk = SessionManager(lambda token, address: Login(broker, keys[token]))
    customers = [Customer(desk, number, limits) for number in (ACCOUNT, OTHER)]
    for second, request in asked:
        customers[second].ask(*request)
    for name, (command, _) in EVENTS.items():
        broker.apply(command)
        for customer in customers:
            told = customer.told()
            assert set(told) == customer.expected(name), name
            repeated = {row for row in told if told.count(row) > 1}
            assert repeated <= {("00", SHARE)}, "one row each, but for what happens to an order"
    for customer in customers:
        desk.mark_closed(customer.session)
    broker.apply(PrintTrade(SHARE, 70_000, 1, BUY))
    assert [customer.told() for customer in customers] == [[], []]
    assert broker.subscriptions.is_empty
