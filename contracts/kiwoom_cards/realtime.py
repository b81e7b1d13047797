"""A card for each realtime type: its frame, key by key; and cards of what an account hears of its own orders."""

from __future__ import annotations

from typing import Any, NamedTuple

from kiwoom_cards.assertions import require
from kiwoom_cards.context import CardContext
from kiwoom_cards.format_checks import check_keys, check_values
from kiwoom_cards.model import Card, CardStep, WorldSetup
from kiwoom_cards.socket import Socket
from kiwoom_cards.target import Capability
from kiwoom_cards.trading import SKIP_WHEN, TradingRun, price_above
from kiwoom_contracts import catalogue
from kiwoom_contracts.model import Evidence

ORDER, BALANCE = "00", "04"
EVERYTHING = WorldSetup("all-types")
"""A market in which all types come within fifteen seconds."""

LONG_ENOUGH = 20.0
"""Seconds in which a type comes if the market is busy, and in which EVERYTHING happens."""

ROW = ("values", "type", "name", "item")


class Registered(NamedTuple):
    """What is registered to hear of a type."""

    item: str
    needs: Capability = Capability.NONE
    """FAULTS for what a market does seldom, and for what takes a trade of one's own."""


SHARE = "$CODE"
"""Stands for the share that is traded."""

ITEMS = {
    "00": Registered("", Capability.FAULTS),
    "04": Registered("", Capability.FAULTS),
    "0A": Registered(SHARE, Capability.FAULTS),
    "0B": Registered(SHARE),
    "0C": Registered(SHARE),
    "0D": Registered(SHARE),
    "0E": Registered(SHARE, Capability.FAULTS),
    "0F": Registered(SHARE),
    "0G": Registered("069500"),
    "0H": Registered(SHARE, Capability.FAULTS),
    "0I": Registered("MGD"),
    "0J": Registered("001"),
    "0U": Registered("001"),
    "0g": Registered(SHARE, Capability.FAULTS),
    "0m": Registered("57JBHH", Capability.FAULTS),
    "0s": Registered("", Capability.FAULTS),
    "0u": Registered("57JBHH", Capability.FAULTS),
    "0w": Registered(SHARE),
    "1h": Registered("", Capability.FAULTS),
}
"""By type, in the order of the catalogue."""


def rows_of(frame: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a REAL frame; none of another."""
    rows = frame.get("data") if frame.get("trnm") == "REAL" else []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def check_frame(frame: dict[str, Any], kind: str, item: str) -> None:
    """Raises CriterionMissed unless a REAL frame is what the catalogue says of its type."""
    check_keys(f"{kind}: frame", ("data", "trnm"), frame)
    said = catalogue.realtime()[kind]
    specs = {field.fid: field.format for field in said.fields}
    for row in rows_of(frame):
        check_keys(f"{kind}: row", ROW, row)
        if row["type"] != kind:
            continue
        require(row["name"] == said.message_name, f"{kind}: name is {row['name']!r}, not {said.message_name!r}")
        require(not item or row["item"] == item, f"{kind}: item is {row['item']!r}, not {item!r}")
        require(isinstance(row["values"], dict), f"{kind}: values is no object")
        fids = said.recorded or tuple(specs)
        check_keys(f"{kind}: values", fids, row["values"])
        check_values(kind, {fid: specs[fid] for fid in fids}, row["values"])


class PushRun:
    """A play of one type."""

    def __init__(self, context: CardContext) -> None:
        self._context = context
        self._socket: Socket | None = None

    def register(self, kind: str) -> None:
        self._socket = self._context.listen()
        answer = self._socket.register([kind], [self._item(kind)])
        wanted = {"trnm": "REG", "return_code": 0, "return_msg": ""}
        require(answer == wanted and list(answer) == list(wanted), f"REG was answered with {answer}")

    def hear(self, kind: str) -> None:
        if self._socket is None:
            raise RuntimeError("nothing was registered")
        frame = self._context.hear(
            self._socket, LONG_ENOUGH, lambda frame: any(row.get("type") == kind for row in rows_of(frame))
        )
        check_frame(frame, kind, self._item(kind))

    def _item(self, kind: str) -> str:
        item = ITEMS[kind].item
        return self._context.code if item == SHARE else item


def _card(kind: str) -> Card[PushRun]:
    said = catalogue.realtime()[kind]
    return Card(
        kind,
        f"{kind} comes: {said.name}",
        Evidence(said.evidence.level, said.evidence.where, said.evidence.date),
        PushRun,
        (
            CardStep(
                "register", "the answer to REG has three keys and no data", lambda hearing: hearing.register(kind)
            ),
            CardStep(
                "hear",
                "data before trnm; values, type, name and item of each row; FIDs in order, formats of the catalogue",
                lambda hearing: hearing.hear(kind),
            ),
        ),
        ITEMS[kind].needs,
        SKIP_WHEN,
        EVERYTHING,
        in_hours=True,
    )


class AccountEventRun(TradingRun):
    """One order, and what its account hears of it."""

    def __init__(self, context: CardContext) -> None:
        super().__init__(context)
        self.socket: Socket | None = None
        self.root = ""
        self.newest = ""

    def register(self) -> None:
        self.socket = self.context.listen()
        self.socket.register([ORDER], [""])

    def hear(self, number: str, *notices: str) -> list[dict[str, str]]:
        """The values of the next frames of 00, which are about that order and tell that, in this order."""
        if self.socket is None:
            raise RuntimeError("nothing was registered")
        told = []
        for notice in notices:
            frame = self.socket.wait_for(lambda frame: bool(rows_of(frame)), LONG_ENOUGH, f"of 00, {notice}")
            check_frame(frame, ORDER, self.context.code)
            for row in rows_of(frame):
                values = row["values"]
                seen = values["9203"], values["913"]
                require(seen == (number, notice), f"00 tells (9203, 913) {seen}, not {(number, notice)}")
                told.append(values)
        return told

    def place(self) -> None:
        self.root = self.newest = self.buy().record.text("ord_no")
        (values,) = self.hear(self.root, "접수")
        self._demand(values, {"904": "0000000", "905": "+매수", "900": "1", "902": "1", "909": ""})

    def move(self) -> None:
        before, self.low = self.newest, price_above(self.low)
        self.newest = self.modify(before, 1, self.low).record.text("ord_no")
        taken, done = self.hear(self.newest, "접수", "확인")
        for values in (taken, done):
            self._demand(values, {"904": before, "905": "+매수정정", "900": "1", "901": str(self.low)})

    def take_back(self) -> None:
        before = self.newest
        number = self.cancel(before).record.text("ord_no")
        taken, done = self.hear(number, "접수", "확인")
        self._demand(taken, {"904": before, "905": "매수취소", "902": "1"})
        self._demand(done, {"904": before, "905": "매수취소", "902": "0"})

    def fill(self) -> None:
        number = self.buy(1, "0", trde_tp="3").record.text("ord_no")
        taken, filled = self.hear(number, "접수", "체결")
        self._demand(taken, {"906": "시장가", "901": "0", "902": "1", "909": "", "910": "", "914": ""})
        self._demand(filled, {"902": "0", "911": "1", "915": "1", "914": filled["910"], "903": filled["910"]})

    def _demand(self, values: dict[str, str], wanted: dict[str, str]) -> None:
        seen = {fid: values[fid] for fid in wanted}
        require(seen == wanted, f"00 tells {seen}, not {wanted}")


LOOK: CardStep[AccountEventRun] = CardStep(
    "look", "ka10001 tells daily limits around the base price", AccountEventRun.look
)
REGISTER = CardStep("register", "REG of 00", AccountEventRun.register)
PLACE = CardStep("buy", "접수 of the number in the answer, all of it unfilled", AccountEventRun.place, may_skip=True)
MOVE = CardStep("modify", "접수 and 확인 of the new number, 904 the old one", AccountEventRun.move)
TAKE_BACK = CardStep(
    "cancel", "접수 and 확인 of a new number, 905 without a sign, at last nothing left", AccountEventRun.take_back
)

OWN: tuple[Card[Any], ...] = (
    Card(
        "641",
        "An account hears of its order: taken, modified, cancelled",
        Evidence("observed", "mock domain for 접수; the older simulation for 확인"),
        AccountEventRun,
        (LOOK, REGISTER, PLACE, MOVE, TAKE_BACK),
        Capability.NONE,
        SKIP_WHEN,
        WorldSetup(),
        in_hours=True,
        trades=True,
    ),
    Card(
        "642",
        "An account hears of its fill after it heard of its order",
        Evidence("observed", "mock domain"),
        AccountEventRun,
        (
            LOOK,
            REGISTER,
            CardStep(
                "buy at the market", "접수, then 체결 with 910, 911, 914 and 915 of the fill", AccountEventRun.fill
            ),
        ),
        Capability.FAULTS,
    ),
)

CARDS: tuple[Card[Any], ...] = (*map(_card, ITEMS), *OWN)
"""One card for each realtime type, with the type as its id, and cards 641 and 642."""
