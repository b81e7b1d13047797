"""A card for each realtime type: its frame, key by key; and cards of what an account hears of its own orders."""

from __future__ import annotations

from typing import Any, NamedTuple

from kiwoom_contracts import catalogue
from kiwoom_contracts.cards.desk import Desk
from kiwoom_contracts.cards.findings import demand
from kiwoom_contracts.cards.model import Card, Setting, Step
from kiwoom_contracts.cards.socket import Socket
from kiwoom_contracts.cards.target import Power
from kiwoom_contracts.cards.trading import SKIP_WHEN, Trading, price_above
from kiwoom_contracts.cards.written import check_keys, check_values
from kiwoom_contracts.model import Evidence

ORDER, BALANCE = "00", "04"
EVERYTHING = Setting("all-types")
"""A market in which all types come within fifteen seconds."""

LONG_ENOUGH = 20.0
"""Seconds in which a type comes if the market is busy, and in which EVERYTHING happens."""

ROW = ("values", "type", "name", "item")


class Registered(NamedTuple):
    """What is registered to hear of a type."""

    item: str
    needs: Power = Power.NONE
    """FAULTS for what a market does seldom, and for what takes a trade of one's own."""


SHARE = "$CODE"
"""Stands for the share that is traded."""

ITEMS = {
    "00": Registered("", Power.FAULTS),
    "04": Registered("", Power.FAULTS),
    "0A": Registered(SHARE, Power.FAULTS),
    "0B": Registered(SHARE),
    "0C": Registered(SHARE),
    "0D": Registered(SHARE),
    "0E": Registered(SHARE, Power.FAULTS),
    "0F": Registered(SHARE),
    "0G": Registered("069500"),
    "0H": Registered(SHARE, Power.FAULTS),
    "0I": Registered("MGD"),
    "0J": Registered("001"),
    "0U": Registered("001"),
    "0g": Registered(SHARE, Power.FAULTS),
    "0m": Registered("57JBHH", Power.FAULTS),
    "0s": Registered("", Power.FAULTS),
    "0u": Registered("57JBHH", Power.FAULTS),
    "0w": Registered(SHARE),
    "1h": Registered("", Power.FAULTS),
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
        demand(row["name"] == said.message_name, f"{kind}: name is {row['name']!r}, not {said.message_name!r}")
        demand(not item or row["item"] == item, f"{kind}: item is {row['item']!r}, not {item!r}")
        demand(isinstance(row["values"], dict), f"{kind}: values is no object")
        fids = said.recorded or tuple(specs)
        check_keys(f"{kind}: values", fids, row["values"])
        check_values(kind, {fid: specs[fid] for fid in fids}, row["values"])


class Hearing:
    """A play of one type."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._socket: Socket | None = None

    def register(self, kind: str) -> None:
        self._socket = self._desk.listen()
        answer = self._socket.register([kind], [self._item(kind)])
        wanted = {"trnm": "REG", "return_code": 0, "return_msg": ""}
        demand(answer == wanted and list(answer) == list(wanted), f"REG was answered with {answer}")

    def hear(self, kind: str) -> None:
        if self._socket is None:
            raise RuntimeError("nothing was registered")
        frame = self._desk.hear(
            self._socket, LONG_ENOUGH, lambda frame: any(row.get("type") == kind for row in rows_of(frame))
        )
        check_frame(frame, kind, self._item(kind))

    def _item(self, kind: str) -> str:
        item = ITEMS[kind].item
        return self._desk.code if item == SHARE else item


def _card(number: int, kind: str) -> Card[Hearing]:
    said = catalogue.realtime()[kind]
    return Card(
        number,
        f"{kind} comes: {said.name}",
        Evidence(said.evidence.level, said.evidence.where, said.evidence.date),
        Hearing,
        (
            Step("register", "the answer to REG has three keys and no data", lambda hearing: hearing.register(kind)),
            Step(
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


class Own(Trading):
    """One order, and what its account hears of it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.socket: Socket | None = None
        self.root = ""
        self.newest = ""

    def register(self) -> None:
        self.socket = self.desk.listen()
        self.socket.register([ORDER], [""])

    def hear(self, number: str, *notices: str) -> list[dict[str, str]]:
        """The values of the next frames of 00, which are about that order and tell that, in this order."""
        if self.socket is None:
            raise RuntimeError("nothing was registered")
        told = []
        for notice in notices:
            frame = self.socket.wait_for(lambda frame: bool(rows_of(frame)), LONG_ENOUGH, f"of 00, {notice}")
            check_frame(frame, ORDER, self.desk.code)
            for row in rows_of(frame):
                values = row["values"]
                seen = values["9203"], values["913"]
                demand(seen == (number, notice), f"00 tells (9203, 913) {seen}, not {(number, notice)}")
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
        demand(seen == wanted, f"00 tells {seen}, not {wanted}")


LOOK: Step[Own] = Step("look", "ka10001 tells daily limits around the base price", Own.look)
REGISTER = Step("register", "REG of 00", Own.register)
PLACE = Step("buy", "접수 of the number in the answer, all of it unfilled", Own.place, may_skip=True)
MOVE = Step("modify", "접수 and 확인 of the new number, 904 the old one", Own.move)
TAKE_BACK = Step("cancel", "접수 and 확인 of a new number, 905 without a sign, at last nothing left", Own.take_back)

OWN: tuple[Card[Any], ...] = (
    Card(
        641,
        "An account hears of its order: taken, modified, cancelled",
        Evidence("observed", "mock domain for 접수; the older simulation for 확인"),
        Own,
        (LOOK, REGISTER, PLACE, MOVE, TAKE_BACK),
        Power.NONE,
        SKIP_WHEN,
        Setting(),
        in_hours=True,
        trades=True,
    ),
    Card(
        642,
        "An account hears of its fill after it heard of its order",
        Evidence("observed", "mock domain"),
        Own,
        (LOOK, REGISTER, Step("buy at the market", "접수, then 체결 with 910, 911, 914 and 915 of the fill", Own.fill)),
        Power.FAULTS,
    ),
)

CARDS: tuple[Card[Any], ...] = (*(_card(601 + place, kind) for place, kind in enumerate(ITEMS)), *OWN)
"""Cards 601 to 619, one for each type; 641 and 642."""
