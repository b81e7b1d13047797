"""A card for each realtime type, which checks its frame key by key, and cards of the order events of an account."""

from __future__ import annotations

from typing import Any, NamedTuple

from kiwoom_cards.assertions import require
from kiwoom_cards.context import CardContext
from kiwoom_cards.format_checks import check_keys, check_values
from kiwoom_cards.model import Card, CardStep, WorldSetup
from kiwoom_cards.orders import LOOK
from kiwoom_cards.socket import Socket
from kiwoom_cards.target import Capability
from kiwoom_cards.trading import SKIP_WHEN, TradingRun
from kiwoom_contracts import catalogue
from kiwoom_contracts.model import Evidence

ORDER, INTERRUPTION = "00", "1h"
EVERYTHING = WorldSetup("all-types")
"""A world that sends every realtime type within fifteen seconds."""

THREE_PRICES = WorldSetup(
    """instruments:
  - code: "005930"
    price: 269000
    bids: [[269000, 50]]
    asks: [[269500, 1], [270000, 2], [270500, 16], [271000, 50]]
"""
)
"""A world in which a buy of nineteen shares fills as it was recorded: 1, 2 and 16 of them."""

INTERRUPTED = WorldSetup(
    """timeline:
  - at: 1s
    vi: {code: "005930", percent: 10}
  - at: 3s
    resume: {code: "005930"}
"""
)
"""A world in which an interruption begins and ends."""

LONG_ENOUGH = 20.0
"""Seconds within which a frame of a type comes in a busy market, and in the world of EVERYTHING."""

ROW = ("values", "type", "name", "item")


class Registration(NamedTuple):
    """The item to register for a realtime type."""

    item: str
    needs: Capability = Capability.NONE
    """FAULTS for a type that a market sends seldom, or only after a trade of the account."""


SHARE = "$CODE"
"""Placeholder for the share that the target trades."""

ITEMS = {
    "00": Registration("", Capability.FAULTS),
    "04": Registration("", Capability.FAULTS),
    "0A": Registration(SHARE, Capability.FAULTS),
    "0B": Registration(SHARE),
    "0C": Registration(SHARE),
    "0D": Registration(SHARE),
    "0E": Registration(SHARE, Capability.FAULTS),
    "0F": Registration(SHARE),
    "0G": Registration("069500"),
    "0H": Registration(SHARE, Capability.FAULTS),
    "0I": Registration("MGD"),
    "0J": Registration("001"),
    "0U": Registration("001"),
    "0g": Registration(SHARE, Capability.FAULTS),
    "0m": Registration("57JBHH", Capability.FAULTS),
    "0s": Registration("", Capability.FAULTS),
    "0u": Registration("57JBHH", Capability.FAULTS),
    "0w": Registration(SHARE),
    "1h": Registration("", Capability.FAULTS),
}
"""The cards of the realtime types, in the order of the catalogue."""


def rows_of(frame: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a REAL frame; none for any other frame."""
    rows = frame.get("data") if frame.get("trnm") == "REAL" else []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def check_frame(frame: dict[str, Any], kind: str, item: str) -> None:
    """Raise CriterionMissed unless a REAL frame is as the catalogue describes its type.

    The rows of other types in the frame are not checked. ``item`` is the expected item; blank for any.
    """
    check_keys(f"{kind}: frame", ("data", "trnm"), frame)
    realtime_type = catalogue.realtime()[kind]
    formats = {field.fid: field.format for field in realtime_type.fields}
    for row in rows_of(frame):
        check_keys(f"{kind}: row", ROW, row)
        if row["type"] != kind:
            continue
        require(
            row["name"] == realtime_type.message_name,
            f"{kind}: name is {row['name']!r}, not {realtime_type.message_name!r}",
        )
        require(not item or row["item"] == item, f"{kind}: item is {row['item']!r}, not {item!r}")
        require(isinstance(row["values"], dict), f"{kind}: values is not an object")
        fids = realtime_type.sent or tuple(formats)
        check_keys(f"{kind}: values", fids, row["values"])
        check_values(kind, {fid: formats[fid] for fid in fids}, row["values"])


class PushRun:
    """A run of the card of one realtime type."""

    def __init__(self, context: CardContext) -> None:
        self._context = context
        self._socket: Socket | None = None

    def register(self, kind: str) -> None:
        """Log in, and register the type."""
        self._socket = self._context.open_session()
        answer = self._socket.register([kind], [self._item(kind)])
        expected = {"trnm": "REG", "return_code": 0, "return_msg": ""}
        require(answer == expected and list(answer) == list(expected), f"REG was answered with {answer}")

    def receive(self, kind: str) -> None:
        """Receive a frame of the type, and check it."""
        if self._socket is None:
            raise RuntimeError("nothing was registered")
        frame = self._context.receive(
            self._socket, LONG_ENOUGH, lambda frame: any(row.get("type") == kind for row in rows_of(frame))
        )
        check_frame(frame, kind, self._item(kind))

    def _item(self, kind: str) -> str:
        item = ITEMS[kind].item
        return self._context.code if item == SHARE else item


def _push_card(kind: str) -> Card[PushRun]:
    realtime_type = catalogue.realtime()[kind]
    return Card(
        kind,
        f"{kind} is sent: {realtime_type.name}",
        realtime_type.evidence,
        PushRun,
        (
            CardStep(
                "register", "the answer to REG has three keys and no data", lambda card_run: card_run.register(kind)
            ),
            CardStep(
                "receive",
                "data before trnm; values, type, name and item of each row; FIDs in order, formats of the catalogue",
                lambda card_run: card_run.receive(kind),
            ),
        ),
        ITEMS[kind].needs,
        SKIP_WHEN,
        EVERYTHING,
        in_hours=True,
    )


class InterruptionRun:
    """A run with one volatility interruption."""

    _FACTS = ("9001", "302", "1221", "1223", "1225", "1236", "1237", "1238", "1239", "1489", "1490", "9069", "1279")
    """The FIDs that name an interruption."""

    def __init__(self, context: CardContext) -> None:
        self._context = context
        self._socket: Socket | None = None
        self._begun: dict[str, str] = {}

    def register(self) -> None:
        """Log in, and register the interruptions of the share."""
        self._socket = self._context.open_session()
        self._socket.register([INTERRUPTION], [self._context.code])

    def begin(self) -> None:
        """Receive the begin of an interruption."""
        self._begun = self._receive("1")

    def end(self) -> None:
        """Receive its end, and compare both."""
        ended = self._receive("2")
        changed = {fid: (self._begun[fid], ended[fid]) for fid in self._FACTS if ended[fid] != self._begun[fid]}
        require(not changed, f"1h: the end differs from the begin in {changed}")

    def _receive(self, kind: str) -> dict[str, str]:
        def matches(frame: dict[str, Any]) -> bool:
            return any(row["type"] == INTERRUPTION and row["values"].get("9068") == kind for row in rows_of(frame))

        if self._socket is None:
            raise RuntimeError("nothing was registered")
        frame = self._context.receive(self._socket, LONG_ENOUGH, matches)
        check_frame(frame, INTERRUPTION, self._context.code)
        values: dict[str, str] = rows_of(frame)[0]["values"]
        return values


class AccountEventRun(TradingRun):
    """A run with one order and the order events of its account."""

    def __init__(self, context: CardContext) -> None:
        super().__init__(context)
        self.socket: Socket | None = None
        self.root = ""
        self.newest = ""
        self.last_fill: dict[str, str] = {}

    def register(self) -> None:
        """Log in, and register the order events of the account."""
        self.socket = self.context.open_session()
        self.socket.register([ORDER], [""])

    def receive(self, number: str, *states: str) -> list[dict[str, str]]:
        """Receive the next frames of 00, and return their values.

        Raises CriterionMissed unless they are about that order, with these states (913), in this order.
        """
        if self.socket is None:
            raise RuntimeError("nothing was registered")
        events = []
        for state in states:
            frame = self.socket.wait_for(lambda frame: bool(rows_of(frame)), LONG_ENOUGH, f"of 00, {state}")
            check_frame(frame, ORDER, self.context.code)
            for row in rows_of(frame):
                values = row["values"]
                actual = values["9203"], values["913"]
                require(actual == (number, state), f"00: (9203, 913) are {actual}, not {(number, state)}")
                events.append(values)
        return events

    def place(self) -> None:
        """Buy at the lower limit."""
        self.root = self.newest = self.buy().record.text("ord_no")
        (values,) = self.receive(self.root, "접수")
        self._require(values, {"904": "0000000", "905": "+매수", "900": "1", "902": "1", "909": ""})

    def move(self) -> None:
        """Modify the price of the order."""
        before = self.newest
        self.newest = self.modify(before, 1, self.next_price()).record.text("ord_no")
        accepted, confirmed = self.receive(self.newest, "접수", "확인")
        for values in (accepted, confirmed):
            self._require(values, {"904": before, "905": "+매수정정", "900": "1", "901": str(self.low)})

    def cancel_all(self) -> None:
        """Cancel the order."""
        before = self.newest
        number = self.cancel(before).record.text("ord_no")
        accepted, confirmed = self.receive(number, "접수", "확인")
        self._require(accepted, {"904": before, "905": "매수취소", "902": "1"})
        self._require(confirmed, {"904": before, "905": "매수취소", "902": "0"})

    def fill(self) -> None:
        """Buy at the market."""
        number = self.buy(1, "0", trde_tp="3").record.text("ord_no")
        accepted, filled = self.receive(number, "접수", "체결")
        self._require(accepted, {"906": "시장가", "901": "0", "902": "1", "909": "", "910": "", "914": ""})
        self._require(filled, {"902": "0", "911": "1", "915": "1", "914": filled["910"], "903": filled["910"]})

    def fill_at_three_prices(self) -> None:
        """Buy the shares that are offered at three prices."""
        self.root = self.buy(19, 270_500).record.text("ord_no")
        accepted, *fills = self.receive(self.root, "접수", "체결", "체결", "체결")
        self._require(accepted, {"900": "19", "902": "19", "910": "", "911": "", "914": "", "915": ""})
        quantity = value = 0
        for values in fills:
            quantity += int(values["915"])
            value += int(values["914"]) * int(values["915"])
            average = (2 * value + quantity) // (2 * quantity)
            so_far = {"902": str(19 - quantity), "903": str(value), "910": str(average), "911": str(quantity)}
            self._require(values, {"900": "19"} | so_far)
        prices = [values["914"] for values in fills]
        require(len(set(prices)) == 3, f"00: the prices of the fills (914) are {', '.join(prices)}")
        self.last_fill = fills[-1]

    def compare(self) -> None:
        """Compare the last fill with the order in kt00007."""
        today = {"ord_dt": "", "qry_tp": "1", "stk_bond_tp": "1", "sell_tp": "0", "stk_cd": self.context.code}
        page = self.context.call("kt00007", today | {"fr_ord_no": self.root, "dmst_stex_tp": "KRX"})
        row = page.record.rows("acnt_ord_cntr_prps_dtl")[0]
        listed = {"911": row.whole("cntr_qty"), "910": row.whole("cntr_uv"), "902": row.whole("ord_remnq")}
        told = {fid: int(self.last_fill[fid]) for fid in listed}
        require(told == listed, f"kt00007 says {listed}, and 00 said {told}")

    def _require(self, values: dict[str, str], expected: dict[str, str]) -> None:
        actual = {fid: values[fid] for fid in expected}
        require(actual == expected, f"00: values are {actual}, not {expected}")


REGISTER = CardStep("register", "REG of 00", AccountEventRun.register)
PLACE = CardStep("buy", "접수 of the number in the answer, all of it unfilled", AccountEventRun.place, may_skip=True)
MOVE = CardStep("modify", "접수 and 확인 of the new number, 904 the old one", AccountEventRun.move)
CANCEL = CardStep(
    "cancel",
    "접수 and 확인 of a new number, 905 without a sign; in the last one nothing is left",
    AccountEventRun.cancel_all,
)

ORDER_EVENTS: tuple[Card[Any], ...] = (
    Card(
        "641",
        "The events of an order are pushed to its account: accepted, modified, cancelled",
        Evidence("observed", "mock domain for 접수; the older simulation for 확인"),
        AccountEventRun,
        (LOOK, REGISTER, PLACE, MOVE, CANCEL),
        Capability.NONE,
        SKIP_WHEN,
        WorldSetup(),
        in_hours=True,
        trades=True,
    ),
    Card(
        "642",
        "The event of an order is pushed before the event of its fill",
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
    Card(
        "643",
        "The events of fills at several prices add up: 911, 910 and 903 are those of all fills so far",
        Evidence("observed", "mock domain", "2026-09-11"),
        AccountEventRun,
        (
            REGISTER,
            CardStep(
                "buy at three prices",
                "914 and 915 of each fill; 911 is their sum, 911 + 902 = 900, 910 the average, rounded",
                AccountEventRun.fill_at_three_prices,
            ),
            CardStep("compare", "kt00007 has the quantity and the average of the last fill", AccountEventRun.compare),
        ),
        Capability.FAULTS,
        setup=THREE_PRICES,
    ),
    Card(
        "644",
        "The end of a volatility interruption names the interruption that ends",
        Evidence("documented", "page 523: the fields of 1h; ka10054 lists the time of the begin"),
        InterruptionRun,
        (
            CardStep("register", "REG of 1h", InterruptionRun.register),
            CardStep("begin", "9068 is 1", InterruptionRun.begin),
            CardStep(
                "end",
                "9068 is 2; kind, prices, rates, count and time of the begin are those of the begin",
                InterruptionRun.end,
            ),
        ),
        Capability.FAULTS,
        setup=INTERRUPTED,
    ),
)

CARDS: tuple[Card[Any], ...] = (*map(_push_card, ITEMS), *ORDER_EVENTS)
"""One card for each realtime type, with the type as its id, and cards 641 to 644."""
