"""REST and WebSocket tell the same story, whatever the orders are: requests as a client sends them, without a socket."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from executors import PutOffExecutor
from kiwoom_contracts import catalogue
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.broker.profiles import OPEN
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.exchange.commands import Command, EndInterruption, Halt, OpenPhase, Place, PrintTrade, Quote
from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.exchange.orders import Side
from kiwoom_mockserver.exchange.session import Phase
from realtime.naive_client import NaiveClient, Positions, positions_of
from rest.stage import ETF, SHARE, STAGE
from sampling import examples

OPENING = msgspec.structs.replace(STAGE, accounts=2, profile=msgspec.structs.replace(OPEN, page_size=1_000))
TOKEN_PATH = "/oauth2/token"
NEW = "0000000"
HOLDING = {"930": "rmnd_qty", "931": "pur_pric", "932": "pur_amt", "933": "trde_able_qty", "917": "crd_tp"}
OPEN_ORDER = {
    "909": "cntr_no", "910": "cntr_pric", "911": "cntr_qty", "914": "unit_cntr_pric", "915": "unit_cntr_qty",
    "902": "oso_qty", "903": "cntr_tot_amt", "938": "tdy_trde_cmsn", "939": "tdy_trde_tax", "905": "io_tp_nm",
    "906": "trde_tp", "904": "orig_ord_no", "2134": "stex_tp", "2135": "stex_tp_txt", "2136": "sor_yn",
}  # fmt: skip
"""What ka10075 says of an order that is filled in part, by the FIDs of its last fill."""
DETAIL = {"911": "cntr_qty", "910": "cntr_uv"}
"""What kt00007 and kt00009 say of each order with a fill."""
OWN_PART = 45
"""Percent of a buy on credit that is one's own."""
NOTHING = dict.fromkeys(HOLDING.values(), "0")
PRICES = range(69_700, 70_500, 100)


class Loan:
    """What was borrowed for the shares of one day, and is repaid with them."""

    def __init__(self) -> None:
        self.won = self.shares = 0

    def moves(self, buys: bool, amount: int, shares: int) -> int:
        """Won that a fill lets come in, negative where it repays."""
        won = amount - amount * OWN_PART // 100 if buys else -(self.won * shares // self.shares)
        self.won += won
        self.shares += shares if buys else -shares
        return won


class Story:
    """A customer who asks and listens, and what the frames have said so far."""

    def __init__(self, used_up: bool) -> None:
        self.broker = create_broker(OPENING, 0)
        self.broker.world.ledger.consumes_depth = used_up
        self.gateway = Gateway(lambda: 0)
        self.gateway.add(self.broker)
        executor = PutOffExecutor()
        self.put_off = executor.put_off
        self.gateway.executor = executor
        key, other = self.broker.state.keys.values()
        self.cash = self.broker.account(key).cash
        self.other = other.account
        keys = {"grant_type": "client_credentials", "appkey": key.appkey, "secretkey": key.secretkey}
        self.token = json.loads(self.gateway.handle(TOKEN_PATH, [], json.dumps(keys).encode()).body)["token"]
        self.frames: list[Any] = []
        self.session = self.gateway.realtime.open(
            lambda text: self.frames.append(json.loads(text)), lambda code, reason: None
        )
        entries = [{"item": [""], "type": ["00", "04"]}, {"item": [SHARE, ETF], "type": ["0B", "0D"]}]
        self.listen({"trnm": "LOGIN", "token": self.token}, {"trnm": "REG", "grp_no": "1", "data": entries})
        self.naive = NaiveClient()
        self.orders: list[dict[str, str]] = []
        """The values of every 00."""
        self.left: dict[str, int] = {}
        self.last: dict[tuple[str, str], dict[str, str]] = {}
        """The last values of each type and item."""

    def listen(self, *requests: dict[str, Any]) -> None:
        for request in requests:
            self.session.receive(json.dumps(request))
            assert self.frames.pop()["return_code"] == 0

    def ask(self, api_id: str, **body: str) -> Any:
        """The answer to a request, after which no frame has left yet."""
        headers = [(b"api-id", api_id.encode()), (b"authorization", f"Bearer {self.token}".encode())]
        answer = self.gateway.handle(catalogue.api(api_id).path, headers, json.dumps(body).encode())
        assert answer.status == 200
        assert self.frames == [], "frames come after the answer"
        return json.loads(answer.body)

    def hear(self) -> list[Any]:
        """What was put off until the answer had left, in its order."""
        while self.put_off:
            self.put_off.pop(0)()
        rows = [row for frame in self.frames for row in frame["data"]]
        self.frames.clear()
        for row in rows:
            self.take(row["type"], row["item"], row["values"])
        return rows

    def take(self, kind: str, item: str, values: dict[str, str]) -> None:
        before = self.last.get((kind, item))
        self.last[kind, item + values.get("917", "")] = values
        if kind == "0B" and before is not None:
            assert int(values["13"]) - int(before["13"]) == abs(int(values["15"]))
            assert int(values["14"]) >= int(before["14"])
        if kind != "00":
            return
        self.orders.append(values)
        self.naive.hears(values)
        number, parent = values["9203"], values["904"]
        self.left[number] = int(values["902"])
        if values["913"] == "확인" and parent == NEW:
            self.left[number] = 0
        elif values["913"] == "확인":
            self.left[parent] -= int(values["900"])
            if "취소" in values["905"]:
                self.left[number] = 0

    # -- what REST says --

    def agree(self, told: list[Any]) -> None:
        """Everything that was told is what REST says now."""
        self.agree_on_fills()
        rows = self.ask("ka10075", all_stk_tp="0", trde_tp="0", stk_cd="", stex_tp="0")["oso"]
        open_orders = {row["ord_no"]: int(row["oso_qty"]) for row in rows}
        assert open_orders == {number: left for number, left in self.left.items() if left}
        self.agree_on_orders(rows)
        answer = self.ask("kt00018", qry_tp="2", dmst_stex_tp="KRX")
        held = {row["stk_cd"][1:] + row["crd_tp"]: row for row in answer["acnt_evlt_remn_indv_tot"]}
        added_up = self.added_up()
        assert self.naive.positions == positions_of(added_up)
        held |= {row["stk_cd"][1:] + "99": row for row in added_up if row["crd_tp"] == "99"}
        for holding in {row["item"] + row["values"]["917"] for row in told if row["type"] == "04"}:
            said = self.last["04", holding]
            row = held.get(holding, NOTHING | {"crd_tp": said["917"]})
            assert [int(said[fid]) for fid in HOLDING] == [int(row[name]) for name in HOLDING.values()]
        for code in (SHARE, ETF):
            self.agree_on_market(code, traded=any(row["type"] == "0B" and row["item"] == code for row in told))

    def added_up(self) -> list[dict[str, str]]:
        """The rows of kt00018 with loans added up."""
        rows: list[dict[str, str]] = self.ask("kt00018", qry_tp="1", dmst_stex_tp="KRX")["acnt_evlt_remn_indv_tot"]
        return rows

    def positions(self) -> Positions:
        return positions_of(self.added_up())

    def agree_on_orders(self, open_rows: list[dict[str, str]]) -> None:
        """The last fill of each order says what the lists of orders say."""
        last_fills = {values["9203"]: values for values in self.orders if values["913"] == "체결"}
        for values in last_fills.values():
            assert int(values["911"]) + int(values["902"]) == int(values["900"])
        for row in open_rows:
            if row["ord_no"] in last_fills:
                # 902 of the last fill does not know what was cancelled or modified since.
                said = last_fills[row["ord_no"]] | {"902": str(self.left[row["ord_no"]])}
                assert [said[fid] for fid in OPEN_ORDER] == [row[name] for name in OPEN_ORDER.values()]
        asked = {"ord_dt": "", "stk_bond_tp": "0", "sell_tp": "0", "stk_cd": "", "fr_ord_no": "", "dmst_stex_tp": "%"}
        details = self.ask("kt00007", qry_tp="1", **asked)["acnt_ord_cntr_prps_dtl"]
        assert {row["ord_no"]: int(row["ord_remnq"]) for row in details} == self.left
        executions = self.ask("kt00009", mrkt_tp="0", qry_tp="1", **asked)["acnt_ord_cntr_prst_array"]
        assert {row["ord_no"]: int(row["cntr_no"]) for row in executions} == {
            number: int(values["909"]) for number, values in last_fills.items()
        }
        for row in details + executions:
            said = last_fills.get(row["ord_no"], dict.fromkeys(DETAIL, "0"))
            assert [int(said[fid]) for fid in DETAIL] == [int(row[name]) for name in DETAIL.values()]

    def agree_on_fills(self) -> None:
        told, fees = [], dict[str, tuple[int, int]]()
        balance, loan = self.cash, Loan()
        for values in self.orders:
            if values["913"] != "체결":
                continue
            number = values["9203"]
            commission, tax = int(values["938"]), int(values["939"])
            before = fees.get(number, (0, 0))
            fees[number] = commission, tax
            parts = values["9203"], values["914"], values["915"], values["902"]
            told.append((*parts, commission - before[0], tax - before[1]))
            amount = int(values["914"]) * int(values["915"])
            balance += (amount if values["907"] == "1" else -amount) - (commission - before[0]) - (tax - before[1])
            if values["922"] != "00":
                balance += loan.moves(values["907"] == "2", amount, int(values["915"]))
        asked = {"stk_cd": "", "qry_tp": "0", "sell_tp": "0", "ord_no": "", "stex_tp": "0"}
        names = "ord_no", "cntr_pric", "cntr_qty", "oso_qty"
        rows = [
            (*(row[name] for name in names), int(row["tdy_trde_cmsn"]), int(row["tdy_trde_tax"]))
            for row in reversed(self.ask("ka10076", **asked)["cntr"])
        ]
        assert told == rows
        assert int(self.ask("kt00001", qry_tp="2")["d2_entra"]) == balance

    def agree_on_market(self, code: str, *, traded: bool) -> None:
        depth = self.last.get(("0D", code))
        if depth is not None:
            book = self.ask("ka10004", stk_cd=code)
            assert levels(depth) == rest_levels(book)
            assert (depth["121"], depth["125"]) == (book["tot_sel_req"], book["tot_buy_req"])
        if traded:
            market_data, basic = self.last["0B", code], self.ask("ka10001", stk_cd=code)
            assert market_data["13"] == basic["trde_qty"]
            assert [int(market_data[fid]) for fid in ("10", "16", "17", "18")] == [
                int(basic[name]) for name in ("cur_prc", "open_pric", "high_pric", "low_pric")
            ]


def levels(depth: dict[str, str]) -> list[tuple[int, int]]:
    """Price and quantity of ten asks and ten bids."""
    return [
        (int(depth[str(price + place)]), int(depth[str(price + 20 + place)]))
        for price in (41, 51)
        for place in range(10)
    ]


def rest_levels(book: dict[str, str]) -> list[tuple[int, int]]:
    names = [f"{side}_{place}" for side in ("sel", "buy") for place in ("fpr", *(f"{n}th_pre" for n in range(2, 11)))]
    return [(int(book[f"{name}_bid"] or 0), int(book[f"{name}_req"] or 0)) for name in names]


# -- what happens ------------------------------------------------------------------------------------------------------

Deed = Callable[[Story], Any]


def order(api_id: str, quantity: int, price: int, kind: str) -> Deed:
    body = {"dmst_stex_tp": "KRX", "stk_cd": SHARE, "ord_qty": str(quantity), "trde_tp": kind, "cond_uv": ""}
    body["ord_uv"] = str(price) if kind in ("0", "10", "20") else ""
    return lambda story: story.ask(api_id, **body)


def of_fund(api_id: str, quantity: int) -> Deed:
    body = {"dmst_stex_tp": "KRX", "stk_cd": ETF, "ord_qty": str(quantity), "ord_uv": "", "trde_tp": "3", "cond_uv": ""}
    return lambda story: story.ask(api_id, **body)


def on_credit(api_id: str, quantity: int, price: int, kind: str) -> Deed:
    """On credit: which money is said with a sale alone."""
    body = {"dmst_stex_tp": "KRX", "stk_cd": SHARE, "ord_qty": str(quantity), "trde_tp": kind, "cond_uv": ""}
    body["ord_uv"] = str(price) if kind == "0" else ""
    if api_id == "kt10007":
        body |= {"crd_deal_tp": "99" if quantity % 2 else "33", "crd_loan_dt": "20261123"}
    return lambda story: story.ask(api_id, **body)


def modify(turn: int, quantity: int, price: int) -> Deed:
    def deed(story: Story) -> Any:
        number = f"{turn:07d}"
        body = {"orig_ord_no": number, "mdfy_qty": str(quantity), "mdfy_uv": str(price), "mdfy_cond_uv": ""}
        return story.ask("kt10002", dmst_stex_tp="KRX", stk_cd=SHARE, **body)

    return deed


def cancel(turn: int, quantity: int) -> Deed:
    return lambda story: story.ask(
        "kt10003", dmst_stex_tp="KRX", orig_ord_no=f"{turn:07d}", stk_cd=SHARE, cncl_qty=str(quantity)
    )


def command(make: Callable[[Story], Command]) -> Deed:
    def deed(story: Story) -> None:
        story.broker.apply(make(story))

    return deed


def happens(one: Command) -> Deed:
    return command(lambda story: one)


def quoted(bid: int, sizes: tuple[int, int, int, int]) -> Command:
    bids = [(bid, sizes[0]), (bid - 200, sizes[1])]
    return Quote(SHARE, bid, bids, [(bid + 100, sizes[2]), (bid + 300, sizes[3])])


quantities = st.integers(1, 30)
prices = st.sampled_from(PRICES)
numbers = st.integers(1, 12)
sides = st.sampled_from((Side.BUY, Side.SELL))
deeds: st.SearchStrategy[Deed] = st.one_of(
    st.builds(order, st.just("kt10000"), quantities, prices, st.sampled_from(("0", "0", "3", "10", "13"))),
    st.builds(order, st.just("kt10000"), quantities, prices, st.just("0")),
    st.builds(order, st.just("kt10001"), quantities, prices, st.sampled_from(("0", "0", "3", "10", "20"))),
    st.builds(on_credit, st.just("kt10006"), quantities, prices, st.sampled_from(("0", "3"))),
    st.builds(on_credit, st.just("kt10007"), quantities, prices, st.sampled_from(("0", "3"))),
    st.builds(of_fund, st.sampled_from(("kt10000", "kt10001")), quantities),
    st.builds(modify, numbers, st.integers(0, 5), prices),
    st.builds(cancel, numbers, st.integers(0, 5)),
    st.builds(
        lambda side, quantity, price: command(lambda story: Place(story.other, SHARE, side, quantity, price)),
        sides, quantities, prices,
    ),
    st.builds(lambda price, quantity, side: happens(PrintTrade(SHARE, price, quantity, side)), prices, quantities, sides),
    st.builds(lambda bid, sizes: happens(quoted(bid, sizes)), prices, st.tuples(*[quantities] * 4)),
    st.sampled_from([
        happens(one)
        for one in (
            PrintTrade(SHARE, 77_000, 1, Side.BUY),
            EndInterruption(SHARE),
            Halt(SHARE, halted=True),
            Halt(SHARE, halted=False),
            OpenPhase(Phase.CLOSING_AUCTION),
            OpenPhase(Phase.CONTINUOUS),
        )
    ]),
)  # fmt: skip


@examples(40, 1000)
def test_whatever_is_ordered(examples: int) -> None:
    @settings(max_examples=examples, deadline=None)
    @given(st.booleans(), st.lists(deeds, max_size=14))
    def play(used_up: bool, flow: list[Deed]) -> None:
        story = Story(used_up)
        for deed in [order("kt10000", 5, 70_100, "0"), *flow]:
            answer = deed(story)
            told = story.hear()
            if answer is not None:
                own = [row["values"] for row in told if row["type"] == "00"]
                accepted = [own[0]["9203"], own[0]["913"]] if own else []
                assert accepted == ([answer["ord_no"], "접수"] if answer["return_code"] == 0 else [])
            story.agree(told)
        assert violations(story.broker.world.exchange) == []

    play()


def test_the_flow_of_an_order_by_hand() -> None:
    story = Story(used_up=True)
    answer = order("kt10000", 9, 70_200, "0")(story)
    assert (answer["ord_no"], story.orders) == ("0000001", [])
    story.agree(story.hear())
    for deed in (modify(1, 1, 69_800), cancel(1, 1), order("kt10001", 7, 69_900, "0")):
        assert deed(story)["return_code"] == 0
        story.agree(story.hear())
    assert [(values["9203"], values["913"], values["915"], values["902"]) for values in story.orders] == [
        ("0000001", "접수", "", "9"),
        ("0000001", "체결", "3", "6"),
        ("0000001", "체결", "4", "2"),
        ("0000002", "접수", "", "1"),
        ("0000002", "확인", "", "1"),
        ("0000003", "접수", "", "1"),
        ("0000003", "확인", "", "0"),
        ("0000004", "접수", "", "7"),
        ("0000004", "체결", "7", "0"),
    ]
    assert (story.last["04", SHARE + "00"]["930"], story.last["0B", SHARE]["13"]) == ("0", "14")


def test_depth_follows_into_an_auction_and_out_of_it() -> None:
    story = Story(used_up=False)
    for deed in (
        order("kt10000", 5, 70_100, "0"),
        happens(OpenPhase(Phase.CLOSING_AUCTION)),
        order("kt10001", 2, 69_900, "0"),
        happens(OpenPhase(Phase.CONTINUOUS)),
    ):
        deed(story)
        story.agree(story.hear())


def test_depth_follows_into_a_halt_and_out_of_it() -> None:
    story = Story(used_up=False)
    for deed in (
        order("kt10000", 5, 70_100, "0"),
        happens(PrintTrade(SHARE, 77_000, 1, Side.BUY)),
        happens(Halt(SHARE, halted=True)),
        happens(Halt(SHARE, halted=False)),
    ):
        deed(story)
        story.agree(story.hear())
