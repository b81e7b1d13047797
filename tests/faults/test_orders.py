"""What becomes of orders whose fate is a fault."""

from __future__ import annotations

import msgspec
import pytest

from faults.listener import listening
from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.world.kst import SECOND
from rest.stage import STAGE, deposit, details, filled, holdings, neighbour, numbers, refused, unfilled
from wire import Wire, Worlds


def wait(client: Wire, seconds: float) -> None:
    broker = client.kiwoom.broker
    broker.advance(broker.world.now + int(seconds * SECOND))
    assert violations(broker.world.exchange) == []


def quantities(client: Wire) -> list[str]:
    """What the fills came to, oldest first."""
    return [row["cntr_qty"] for row in reversed(filled(client))]


def test_the_next_order_is_refused_and_no_other(client: Wire, faults: FaultAdmin) -> None:
    before = deposit(client)
    faults.reject("571489")
    assert client.cancel("0000007")["return_msg"].startswith("[2000](RC4032:")
    assert refused(client.buy(1, 60_000)) == "[2000](571489:장이 열리지 않는 날입니다.)"
    assert deposit(client) == before
    assert client.buy(1, 60_000)["ord_no"] == "0000001"


def test_orders_are_refused_by_what_they_say(client: Wire, faults: FaultAdmin) -> None:
    faults.reject("571489", api="kt10001", fields={"stk_cd": "005930", "trde_tp": "0"}, count=9)
    client.buy(3)
    assert [client.sell(1, 80_000)["return_code"] for _ in range(2)] == [20, 20]
    assert client.sell(1)["return_code"] == 0


def test_a_late_rejection_comes_after_the_answer(client: Wire, faults: FaultAdmin) -> None:
    with listening(client, "00") as listener:
        before = deposit(client)
        faults.reject_late("571489")
        assert client.buy(1)["return_code"] == 0
        told = [row["values"] for row in listener.rows(2)]
        assert [(one["9203"], one["913"], one["902"], one["919"]) for one in told] == [
            ("0000001", "접수", "1", "0"), ("0000001", "거부", "0", "571489"),
        ]  # fmt: skip
        assert deposit(client) == before
    (row,) = details(client)
    assert (row["acpt_tp"], row["cntr_qty"]) == ("거부", "0000000000")
    assert client.kiwoom.broker.journal.find("kt10000", injected=True)[0].injected == ("reject-late",)


def test_a_rejection_can_take_its_time(client: Wire, faults: FaultAdmin) -> None:
    faults.reject_late("571489", after=2.0, count=1)
    client.buy(1)
    wait(client, 1.9)
    assert numbers(unfilled(client)) == [1]
    wait(client, 0.2)
    assert unfilled(client) == []


def test_an_order_fills_at_once_at_its_own_price_whatever_the_book(client: Wire, faults: FaultAdmin) -> None:
    with listening(client, "00", "04", "0B") as listener:
        faults.fill_at_once(count=1)
        client.buy(50, 60_000)
        assert listener.notices(3) == ["접수", "체결", "04"]
        client.buy(1)
        assert listener.notices(3) == ["접수", "체결", "04"], "nothing was printed in between"
    assert [(row["cntr_pric"], row["cntr_qty"]) for row in filled(client)] == [("70100", "1"), ("60000", "50")]


def test_an_order_fills_in_parts_on_the_world_s_clock(client: Wire, faults: FaultAdmin) -> None:
    with listening(client, "00") as listener:
        faults.fill_in_parts(3, every=1.0)
        client.buy(10, 71_000)
        assert listener.notices(2) == ["접수", "체결"]
        assert quantities(client) == ["4"]
        wait(client, 1)
        assert quantities(client) == ["4", "3"]
        wait(client, 1)
        left = [row["values"]["902"] for row in listener.rows(2)]
        assert left == ["3", "0"]
    assert holdings(client)["A005930"]["rmnd_qty"] == "000000000000010"


def test_there_are_no_more_parts_than_shares_and_only_whole_lots(client: Wire, faults: FaultAdmin) -> None:
    faults.fill_in_parts(5)
    client.buy(2, 60_000)
    client.buy(20, 450, "57JBHH")
    assert quantities(client) == ["1", "1", "10", "10"]


def test_an_order_fills_after_a_while(client: Wire, faults: FaultAdmin) -> None:
    faults.fill_after(30.0, api="kt10000")
    client.buy(1, 71_000)
    wait(client, 29)
    assert (numbers(unfilled(client)), filled(client)) == ([1], [])
    wait(client, 1)
    assert quantities(client) == ["1"]


def test_an_order_that_never_fills_can_be_cancelled(client: Wire, faults: FaultAdmin) -> None:
    faults.fill_never(fields={"trde_tp": "3"})
    client.buy(1)
    wait(client, 3_600)
    assert numbers(unfilled(client)) == [1]
    assert client.cancel("0000001")["return_code"] == 0
    client.buy(1, 70_100)
    assert quantities(client) == ["1"]


def test_what_was_modified_fills_under_its_new_number(client: Wire, faults: FaultAdmin) -> None:
    faults.fill_after(1.0, count=1)
    client.buy(3, 60_000)
    client.modify("0000001", 0, 61_000)
    wait(client, 1)
    assert [(row["ord_no"], row["cntr_pric"], row["cntr_qty"]) for row in filled(client)] == [("0000002", "61000", "3")]


def test_what_was_cancelled_meanwhile_is_not_filled(client: Wire, faults: FaultAdmin) -> None:
    faults.fill_in_parts(2, every=1.0, after=1.0)
    client.buy(4, 60_000)
    client.cancel("0000001", 3)
    wait(client, 1)
    assert quantities(client) == ["1"]
    wait(client, 1)
    assert quantities(client) == ["1"]


def test_numbers_of_another_day_mean_other_orders(client: Wire, faults: FaultAdmin) -> None:
    faults.fill_after(15 * 3_600.0, count=1)
    client.buy(1, 60_000)
    wait(client, 14.5 * 3_600)
    client.login()
    assert client.buy(1, 61_000)["ord_no"] == "0000001"
    wait(client, 3_600)
    assert numbers(unfilled(client)) == [1]


def test_gold_and_credit_orders_have_a_fate_too(client: Wire, faults: FaultAdmin) -> None:
    faults.fill_at_once(api="/api/dostk/", count=2)
    client.buy_gold(1, 150_000)
    client.buy_on_credit(1, 60_000)
    accounts = client.kiwoom.broker.world.ledger.accounts.values()
    assert sorted(fill.price for account in accounts for fill in account.fills) == [60_000, 150_000]


def test_orders_of_one_account_alone(worlds: Worlds) -> None:
    client = worlds.open(msgspec.structs.replace(STAGE, accounts=2))
    other = neighbour(client)
    client.kiwoom.faults.fill_never(account=client.kiwoom.account)
    for wire in (client, other):
        wire.buy(1)
    assert (numbers(unfilled(client)), quantities(client)) == ([1], [])
    assert (numbers(unfilled(other)), quantities(other)) == ([], ["1"])


def test_the_first_fate_counts(client: Wire, faults: FaultAdmin) -> None:
    faults.fill_never(count=1)
    faults.reject_late("571489")
    client.buy(1)
    assert numbers(unfilled(client)) == [1]
    client.buy(1)
    assert numbers(unfilled(client)) == [1]


@pytest.mark.parametrize("swapped", [False, True])
def test_accepted_comes_after_filled(client: Wire, faults: FaultAdmin, *, swapped: bool) -> None:
    with listening(client, "00") as listener:
        if swapped:
            faults.swap_fills()
        client.buy(1, 60_000)
        client.buy(4)
        heard = ["체결", "접수", "체결"] if swapped else ["접수", "접수", "체결", "체결"]
        assert listener.notices(len(heard)) == heard


def test_the_frame_of_a_fill_is_lost_and_the_ledger_is_true(client: Wire, faults: FaultAdmin) -> None:
    with listening(client, "00", "04") as listener:
        faults.lose_fills(count=1)
        client.buy(4)
        assert listener.notices(4) == ["접수", "04", "체결", "04"]
    assert quantities(client) == ["3", "1"]
    journal = client.kiwoom.broker.journal
    lost, told = journal.verify("REAL", count=2, fields={"913": "체결"})
    assert (lost.injected, lost.fields["911"], told.injected) == (("drop",), "3", ())
