"""Every fault on every target: it strikes on the wire, or it is refused with a reason, as the table of the page says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import msgspec
from websockets.exceptions import ConnectionClosed

from faults.listener import Listener, connected, listening
from kiwoom_contracts import catalogue
from kiwoom_mockserver.broker import fault_actions, fault_aliases
from kiwoom_mockserver.broker.fault_actions import FaultAction
from kiwoom_mockserver.broker.fault_aliases import FaultAlias
from kiwoom_mockserver.broker.fault_rules import Fault
from kiwoom_mockserver.broker.journal import JournalError
from kiwoom_mockserver.exchange.commands import PrintTrade
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.help_pages import message_of
from kiwoom_mockserver.world.kst import SECOND
from rest.stage import SHARE, STAGE
from wire import Wire, Worlds

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"
HEADING = "## Which fault works where\n"

HOW: dict[str, dict[str, Any]] = {
    "latency": {"seconds": 0.01},
    "error": {"code": "1687", "values": ["x"]},
    "status": {"status": 503},
    "drip": {"bytes_per_second": 100_000},
    "fill-in-parts": {"parts": 2},
    "fill-after": {"seconds": 1},
    "reject-late": {"cause": "x"},
    "reject": {"code": "571489"},
    "delay": {"seconds": 0.01},
    "slow-frames": {"bytes_per_second": 100_000},
}
"""The values without which an action is not complete."""

NAMES = [
    str(one.__struct_config__.tag)
    for module in (fault_actions, fault_aliases)
    for one in vars(module).values()
    if isinstance(one, type) and issubclass(one, FaultAction) and one not in (FaultAction, FaultAlias)
    if one.__module__ == module.__name__
]

REASONS = {
    "a": (
        "which have an API and no type",
        "a fault of calls takes `api`, not `type`; the text names the like of frames",
    ),
    "f": (
        "which have a type and no API",
        "a fault of frames takes `type`, not `api`; the text names the like of calls",
    ),
    "n": ("is a frame and no API", "the name of a frame is a `type`"),
    "x": ("has no effect on", "nothing of it can happen there; the text says where it can"),
    "o": (" is a fault of ", "a name that is short for a fault has a filter of its own, which this leaves nothing of"),
    "r": ("order", "no call or frame that it matches has an order number"),
    "w": ("has the field", "no call or frame that it matches has the field"),
}
"""By letter: what the text of a refusal has in it, and what it means."""


class Target(NamedTuple):
    """What a fault is set on, and what a client does to meet it."""

    title: str
    on: dict[str, Any]
    meet: Callable[[Stage], None]


class Stage:
    """A client with an order, and with a session that has registered."""

    def __init__(self, wire: Wire, listener: Listener) -> None:
        self.wire, self.listener = wire, listener

    def post(self, api_id: str, **body: Any) -> None:
        """A request, whatever comes back, and within a moment: the fault may be that nothing does."""
        headers = {"api-id": api_id, "authorization": f"Bearer {self.wire.token}"}
        with suppress(httpx2.TransportError):
            url = self.wire.kiwoom.rest_url + catalogue.api(api_id).path
            self.wire.http.post(url, json=body, headers=headers, timeout=0.2)

    def token(self) -> None:
        key = self.wire.kiwoom
        body = {"grant_type": "client_credentials", "appkey": key.appkey, "secretkey": key.secretkey}
        with suppress(httpx2.TransportError):
            self.wire.http.post(f"{key.rest_url}/oauth2/token", json=body, timeout=0.2)

    def inquiry(self) -> None:
        self.post("ka10076", stk_cd=SHARE, qry_tp="1", sell_tp="0", ord_no="", stex_tp="0")

    def balance(self) -> None:
        self.post("ka10085", stex_tp="0")

    def buy(self) -> None:
        self.post("kt10000", dmst_stex_tp="KRX", stk_cd=SHARE, ord_qty="1", ord_uv="", trde_tp="3")

    def modify(self) -> None:
        self.post("kt10002", dmst_stex_tp="KRX", orig_ord_no="0000001", stk_cd=SHARE, mdfy_qty="0", mdfy_uv="61000")

    def log_in(self) -> None:
        with connected(self.wire) as other:
            other.say(trnm="LOGIN", token=self.wire.token)
            self.wire.kiwoom.journal.wait_for("LOGIN", injected=True)

    def say(self, trnm: str) -> Callable[[], None]:
        frame: dict[str, Any] = {"trnm": trnm, "seq": "0", "search_type": "0", "stex_tp": "K", "grp_no": "1"}
        data = [{"item": [SHARE], "type": ["0C"]}]

        def act() -> None:
            with suppress(ConnectionClosed):  # a fault may have ended the session before
                self.listener.say(**frame, refresh="1", data=data)

        return act

    def trade(self) -> None:
        self.wire.kiwoom.broker.apply(PrintTrade(SHARE, 70_000, 1, Side.BUY))

    def ping(self) -> None:
        broker = self.wire.kiwoom.broker
        broker.advance(broker.world.now + 10 * SECOND)

    def kick(self) -> None:
        self.wire.kiwoom.faults.kick_now()

    def anything(self) -> None:
        """Calls, an order, frames of each kind, and at last a LOGIN."""
        for act in (self.inquiry, self.balance, self.buy, self.say("REG"), self.trade, self.ping):
            act()
        self.post("kt00010", stk_cd=SHARE)
        with connected(self.wire) as other, suppress(ConnectionClosed):
            other.say(trnm="LOGIN", token=self.wire.token)
            other.socket.recv(timeout=1)

    def of_the_order(self) -> None:
        self.modify()
        self.wire.kiwoom.orders.fill(
            1 if self.wire.kiwoom.orders.get(1).open else self.wire.kiwoom.orders.list()[-1].number
        )


def targets(wire: Wire) -> list[Target]:
    kiwoom = wire.kiwoom
    verbs = ("REG", "REMOVE", "CNSRLST", "CNSRREQ", "CNSRCLR")
    return [
        Target("no filter", {}, Stage.anything),
        Target("`api`: inquiry", {"api": ["ka10076"]}, Stage.inquiry),
        Target("`api`: balance", {"api": ["ka10085"]}, Stage.balance),
        Target("`api`: order", {"api": ["kt10000"]}, Stage.buy),
        Target("`api`: modify", {"api": ["kt10002"]}, Stage.modify),
        Target("`api`: token", {"api": ["au10001"]}, Stage.token),
        Target("`api`: path of orders", {"api": ["/api/dostk/ordr"]}, Stage.buy),
        Target("`api`: LOGIN", {"api": ["LOGIN"]}, Stage.log_in),
        Target("`api`: REG", {"api": ["REG"]}, Stage.anything),
        Target("`type`: LOGIN", {"type": "LOGIN"}, Stage.log_in),
        Target("`type`: PING", {"type": "PING"}, Stage.ping),
        *(Target(f"`type`: {verb}", {"type": verb}, lambda stage, verb=verb: stage.say(verb)()) for verb in verbs),  # type: ignore[misc]
        Target("`type`: SYSTEM", {"type": "SYSTEM"}, Stage.kick),
        Target("`type`: REAL", {"type": "REAL"}, Stage.trade),
        Target("`type`: 0B", {"type": "0B"}, Stage.trade),
        Target("`type`: 00", {"type": "00"}, Stage.buy),
        Target("`order`", {"order": "0000001"}, Stage.of_the_order),
        Target("`account`", {"account": kiwoom.account}, Stage.anything),
        Target("`session`", {"session": kiwoom.appkey}, Stage.anything),
        Target("`fields` of a call", {"fields": {"stk_cd": SHARE}}, Stage.anything),
        Target("`fields` of a frame", {"fields": {"913": "체결"}}, Stage.buy),
    ]


def fault_on(wire: Wire, name: str, place: int) -> Fault:
    on = targets(wire)[place].on
    return msgspec.convert({"action": {"does": name, **HOW.get(name, {})}, "on": on, "count": 1}, Fault)


def cell(worlds: Worlds, quiet: Wire, name: str, place: int) -> str:
    """✓ for a fault that strikes, and the letter of the reason for one that is refused."""
    fault = fault_on(quiet, name, place)
    before = quiet.kiwoom.state_hash()
    try:
        quiet.kiwoom.faults.add(fault)
    except ValueError as error:
        assert quiet.kiwoom.state_hash() == before
        return next(letter for letter, (text, _) in REASONS.items() if text in message_of(error))
    quiet.kiwoom.faults.clear()
    return strike(worlds.open(STAGE), name, place)


def strike(wire: Wire, name: str, place: int) -> str:
    """✓ once the fault has struck what the client sends or hears."""
    kiwoom = wire.kiwoom
    wire.buy(1, 60_000)
    with listening(wire, "0B", "00") as listener:
        number = kiwoom.faults.add(fault_on(wire, name, place))
        action = kiwoom.faults.list()[number].fault.action.name
        targets(wire)[place].meet(Stage(wire, listener))
        try:
            struck = kiwoom.journal.wait_for(injected=True)
        except JournalError:
            return "never strikes"
        assert (struck.injected, number in kiwoom.faults.list()) == ((action,), False), (name, place)
    return "✓"


def rows(worlds: Worlds) -> Iterator[tuple[list[str], list[str]]]:
    """The faults that work in the same places, and where."""
    quiet = worlds.open(STAGE)
    quiet.buy(1, 60_000)
    by_cells: dict[tuple[str, ...], list[str]] = {}
    for name in NAMES:
        cells = tuple(cell(worlds, quiet, name, place) for place in range(len(targets(quiet))))
        by_cells.setdefault(cells, []).append(name)
    for cells, names in by_cells.items():
        yield names, list(cells)


def test_every_fault_strikes_on_every_target_or_is_refused(worlds: Worlds) -> None:
    titles = [target.title for target in targets(worlds.open(STAGE))]
    lines = [
        f"| fault | {' | '.join(titles)} |",
        f"| --- |{' --- |' * len(titles)}",
        *(f"| {', '.join(f'`{name}`' for name in names)} | {' | '.join(cells)} |" for names, cells in rows(worlds)),
    ]
    legend = [f"| {letter} | {meaning} |" for letter, (_, meaning) in REASONS.items()]
    table = "\n".join([*lines, "", "| refused | why |", "| --- | --- |", *legend])
    page = PAGE.read_text(encoding="utf-8")
    assert table in page.partition(HEADING)[2].partition("\n## ")[0], table
