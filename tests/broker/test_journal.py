"""What the journal keeps, finds, proves and tells."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from websockets.sync.client import connect

from kiwoom_mockserver.broker.journal import (
    MAX_TEXT,
    EntryKind,
    Journal,
    JournalEntry,
    JournalError,
    JournalQuery,
)
from kiwoom_mockserver.help_pages import HelpPage
from rest.stage import STAGE
from wire import Wire, Worlds


@pytest.fixture
def client(worlds: Worlds) -> Wire:
    return worlds.open(STAGE)


def journal(client: Wire) -> Journal:
    return client.kiwoom.broker.journal


def test_a_call_is_kept_with_its_answer(client: Wire) -> None:
    client.buy(3, 70_100)
    (entry,) = journal(client).find("kt10000")
    assert (entry.kind, entry.accounts, entry.status, entry.code) == (
        EntryKind.CALL, ("8100000111", "8100000113"), 200, "0",
    )  # fmt: skip
    assert (entry.fields["stk_cd"], entry.fields["ord_qty"], entry.reply["ord_no"]) == ("005930", "3", "0000001")
    assert json.loads(entry.as_json()) == {
        "number": entry.number, "at": "2026-11-23T10:00:00+09:00", "kind": "call", "name": "kt10000",
        "accounts": ["8100000111", "8100000113"],
        "request": {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "3", "ord_uv": "70100", "trde_tp": "0",
                    "cond_uv": ""},
        "answer": {"ord_no": "0000001", "dmst_stex_tp": "KRX", "return_code": 0, "return_msg": "모의투자 매수주문완료"},
        "status": 200, "code": "0", "injected": [], "stub": False, "cut": 0,
    }  # fmt: skip


def test_refusals_are_kept_by_their_code_and_malformed_bodies_as_text(client: Wire) -> None:
    client.cancel("0000007")
    client.http.post(
        client.kiwoom.rest_url + "/api/dostk/ordr",
        content=b"{oops",
        headers={"api-id": "kt10000", "authorization": f"Bearer {client.token}"},
    )
    assert [entry.name for entry in journal(client).find(code="RC4032")] == ["kt10003"]
    (entry,) = journal(client).find(code="1517")
    assert (entry.request, entry.fields) == (b"{oops", {})
    assert '"request":"{oops"' in entry.as_json().decode()


def test_a_kind_that_is_none_is_named(client: Wire) -> None:
    with pytest.raises(
        ValueError, match=r"^kind: expected one of call, received, pushed, event, got 'shout'; see docs/"
    ):
        journal(client).verify("kt10000", kind="shout", count=0)
    with pytest.raises(ValueError, match=r"^fields: expected a dict, got 5; see docs/"):
        journal(client).find("kt10000", fields=5)
    with pytest.raises(ValueError, match=r"^within: expected seconds from 0 to 3,600, got 'long'; see docs/"):
        journal(client).wait_for("kt10000", within="long")  # type: ignore[arg-type]
    assert journal(client).find("au10001", kind="call") == journal(client).find("au10001", kind=EntryKind.CALL)


def test_secrets_do_not_get_in(client: Wire) -> None:
    client.call("kt00001", qry_tp="2", secretkey="mine", token='mine "too" mine\\')
    told = "\n".join(journal(client).export())
    assert client.kiwoom.secretkey not in told
    assert client.token not in told
    assert "mine" not in told
    assert '"secretkey":"***","token":"***"}' in told
    assert journal(client).find("au10001")[0].fields["appkey"] == client.kiwoom.appkey


@pytest.mark.parametrize(
    "body",
    [
        '{"secretk\\u0065y":"%(secretkey)s","tok\\u0065n":"%(token)s"}',
        '{"token":12345678,"secretkey":["%(secretkey)s"],"x":{"y":"Bearer %(token)s"}}',
        '{"x":"%(token)s',
        '{"x":"\\u%(escaped)s"}',
    ],
    ids=["escaped names", "other values", "no JSON", "escaped value"],
)
def test_secrets_are_masked_by_their_value(client: Wire, body: str) -> None:
    secrets = {"secretkey": client.kiwoom.secretkey, "token": client.token}
    escaped = f"{ord(client.token[0]):04x}{client.token[1:]}"
    content = (body % (secrets | {"escaped": escaped})).encode()
    headers = {"api-id": "kt00001", "authorization": f"Bearer {client.token}"}
    client.http.post(client.kiwoom.rest_url + "/api/dostk/acnt", content=content, headers=headers)
    told = journal(client).find("kt00001")[-1].as_json().decode()
    assert "***" in told
    assert all(hidden not in told for hidden in (client.kiwoom.secretkey, client.token[1:], "12345678"))


def test_secrets_in_frames_are_masked_in_any_member(client: Wire) -> None:
    with connect(client.kiwoom.websocket_url) as socket:
        for frame in (
            {"trnm": "LOGIN", "token": client.token},
            {"trnm": client.token},
            {"trnm": "REG", "grp_no": client.kiwoom.secretkey, "Token": client.token},
        ):
            socket.send(json.dumps(frame))
            socket.recv(timeout=10)
    told = "\n".join(journal(client).export())
    assert told.count('"name":"***"') == 2
    assert client.kiwoom.secretkey not in told
    assert client.token[:32] not in told


def test_a_part_of_a_secret_in_a_made_up_name_is_masked(client: Wire) -> None:
    token, secretkey = client.token, client.kiwoom.secretkey
    escaped = "".join(f"\\u{ord(one):04x}" for one in secretkey)
    with connect(client.kiwoom.websocket_url) as socket:
        socket.send(json.dumps({"trnm": "LOGIN", "token": token}))
        socket.recv(timeout=10)
        for text in (
            json.dumps({"trnm": "x" * 10 + token}),
            json.dumps({"trnm": token[:40]}),
            json.dumps({"trnm": f"<{token[30:50]}>"}),
            json.dumps({"trnm": "made-up-name"}),
            f'{{"trnm": "REG", "x": "{escaped}',
        ):
            socket.send(text)
            socket.recv(timeout=10)
    entries = [entry for entry in journal(client) if entry.kind is EntryKind.RECEIVED][1:]
    assert [entry.name for entry in entries][:4] == ["xxxxxxxxxx***", "***", "<***>", "made-up-name"]
    told = "\n".join(journal(client).export())
    runs = [secret[at : at + 16] for secret in (token, secretkey) for at in range(len(secret) - 15)]
    known = client.kiwoom.appkey  # begins as the secret key does
    assert [run for run in runs if run in told and run not in known] == []
    assert escaped[:60] not in told.replace("\\\\", "\\")


def test_frames_are_kept_both_ways_and_a_push_once(client: Wire) -> None:
    with connect(client.kiwoom.websocket_url) as socket:
        socket.send(json.dumps({"trnm": "LOGIN", "token": client.token}))
        socket.recv(timeout=10)
        socket.send(
            json.dumps({"trnm": "REG", "grp_no": "1", "refresh": "1", "data": [{"item": [""], "type": ["00", "04"]}]})
        )
        socket.recv(timeout=10)
        client.buy(3, 70_100)
        for _ in range(3):
            socket.recv(timeout=10)
    held = [(entry.kind, entry.name) for entry in journal(client) if entry.kind is not EntryKind.CALL]
    assert held == [
        (EntryKind.RECEIVED, "LOGIN"), (EntryKind.PUSHED, "LOGIN"), (EntryKind.RECEIVED, "REG"), (EntryKind.PUSHED, "REG"),
        (EntryKind.PUSHED, "REAL"), (EntryKind.PUSHED, "REAL"), (EntryKind.PUSHED, "REAL"),
    ]  # fmt: skip
    assert client.token not in "".join(journal(client).export())
    (filled,) = journal(client).verify("REAL", count=1, type="00", fields={"913": "체결"})
    assert (filled.fields["item"], filled.fields["911"]) == ("005930", "3")
    assert filled.accounts == ("8100000111", "8100000113")


def test_later_entries_alone_are_found(client: Wire) -> None:
    client.buy(1)
    mark = journal(client).last
    client.buy(2)
    assert [entry.fields["ord_qty"] for entry in journal(client).find("kt10000", after=mark)] == ["2"]


def test_a_count_that_is_not_there_names_the_nearest(client: Wire) -> None:
    client.buy(3, 70_100)
    client.buy(3, 10_000, "069500")
    with pytest.raises(JournalError) as caught:
        journal(client).verify("kt10000", count=1, stk_cd="005930", ord_qty="4", ord_uv="70100")
    assert str(caught.value) == (
        "expected 1 of kt10000 stk_cd='005930' ord_qty='4' ord_uv='70100', found 0; the nearest is entry 2, kt10000, "
        "which differs in ord_qty: expected '4', was '3'; "
        "see docs/testing.md#prove-what-the-bot-sent-and-see-it-when-a-test-fails"
    )
    journal(client).verify("kt10001", count=0)


@pytest.mark.parametrize(
    ("name", "criteria", "said"),
    [
        (
            "kt10001",
            {},
            "expected any of kt10001, found 0; the nearest name is kt10000; what came: kt10000 2, au10001 1",
        ),
        ("REG", {"count": 2}, "expected 2 of REG, found 0; what came: kt10000 2, au10001 1"),
        ("kt10000", {"count": 0}, "expected 0 of kt10000, found 2, entries 2, 3"),
        (
            "kt10000",
            {"after": 3},
            "expected any of kt10000, found 0; the last kt10000 is entry 3, not after 3; nothing came",
        ),
        (
            "kt10000",
            {"after": 1, "status": 200, "stk_cd": "069500", "ord_qty": "4"},
            "expected any of kt10000 status=200 stk_cd='069500' ord_qty='4', found 0; the nearest is entry 3, kt10000, "
            "which differs in ord_qty: expected '4', was '3'",
        ),
    ],
)
def test_what_is_not_there_names_what_came_instead(
    client: Wire, name: str, criteria: dict[str, Any], said: str
) -> None:
    client.buy(3, 70_100)
    client.buy(3, 10_000, "069500")
    with pytest.raises(JournalError) as caught:
        journal(client).verify(name, **criteria)
    assert str(caught.value).partition("; see docs/")[0] == said


def test_many_names_are_counted() -> None:
    seen = Journal()
    for number in range(14):
        seen.add(0, EntryKind.CALL, f"ka{number:05d}", ())
    seen.add(0, EntryKind.CALL, "ka00013", ())
    with pytest.raises(JournalError, match=r"found 0; what came: ka00013 2, ka00000 1, .*, ka00008 1 and 4 more; see"):
        seen.verify("LOGIN")
    with pytest.raises(
        JournalError, match=r"expected 0 of anything, found 15, entries 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …; see"
    ):
        seen.verify(count=0)
    with pytest.raises(JournalError, match=r"waited 0 s for kt00018; nothing came"):
        Journal().wait_for("kt00018", within=0)


def test_waiting_ends_with_the_entry_or_with_the_time(client: Wire) -> None:
    seen = journal(client)
    caller = threading.Thread(target=client.buy, args=(1,))
    caller.start()
    assert seen.wait_for("kt10000", within=30).fields["ord_qty"] == "1"
    caller.join()
    with pytest.raises(JournalError, match=r"waited 0 s for kt10001 code='0'"):
        seen.wait_for("kt10001", within=0, code="0")


def test_verify_waits_for_what_is_missing(client: Wire) -> None:
    seen = journal(client)
    client.buy(1)
    caller = threading.Thread(target=lambda: [client.buy(quantity) for quantity in (2, 3)])
    caller.start()
    entries = seen.verify("kt10000", count=3, within=30)
    caller.join()
    assert [entry.fields["ord_qty"] for entry in entries] == ["1", "2", "3"]
    assert len(seen.verify("kt10000", count=3, within=30)) == 3
    with pytest.raises(JournalError, match="expected 2 of kt10000, found 3"):
        seen.verify("kt10000", count=2, within=30)
    with pytest.raises(JournalError, match="expected 4 of kt10000, found 3"):
        seen.verify("kt10000", count=4, within=0.01)


def test_a_wait_looks_at_each_entry_once_and_misses_none_that_comes_in_a_pause(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: list[int] = []
    woken: list[int] = []
    matches = JournalQuery.matches

    def look(query: JournalQuery, entry: JournalEntry) -> bool:
        looks.append(entry.number)
        return matches(query, entry)

    monkeypatch.setattr(JournalQuery, "matches", look)
    kept = Journal(size=10)

    def add(name: str) -> None:
        kept.add(0, EntryKind.CALL, name, ())

    add("kt1")
    add("kt1")
    steps = kept.waiting(JournalQuery("kt9"), 5)
    assert next(steps) is None  # entry 1 was looked at
    add("kt1")  # in a pause
    assert next(steps) is None
    wait = next(steps)
    assert wait is not None
    add("kt1")  # before anybody listens
    unsubscribe = wait.subscribe(lambda: woken.append(kept.last))
    add("kt1")
    assert not wait.is_over()
    add("kt9")
    assert wait.is_over()
    unsubscribe()
    with pytest.raises(StopIteration) as stop:
        next(steps)
    assert (stop.value.value.number, looks, woken) == (6, [1, 2, 3, 4, 5, 6], [6])


@pytest.mark.parametrize(
    ("criteria", "text"),
    [
        ({"name": "kt1000"}, 'name: no call, frame or event is called "kt1000"; did you mean "kt10009"?'),
        ({"name": "kt10000", "ord_qyt": "10"}, 'a request of kt10000 has no field "ord_qyt"; did you mean "ord_qty"?'),
        ({"name": "kt10000", "fields": {"9203": "1"}}, 'a request of kt10000 has no field "9203"; expected one of '),
    ],
)
def test_the_absence_of_what_cannot_be_proves_nothing(client: Wire, criteria: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text follows
        journal(client).verify(count=0, **criteria)
    assert str(caught.value).startswith(text)
    for name in ("kt10000", "REAL", "vi", ""):
        journal(client).verify(name, count=0, code="8005")


def test_nobody_is_woken_who_has_stopped_waiting() -> None:
    kept, woken = Journal(), list[int]()
    stop = kept.on_added(lambda entry: woken.append(entry.number))
    kept.add(0, EntryKind.CALL, "kt1", ())
    stop()
    stop()
    kept.add(0, EntryKind.CALL, "kt2", ())
    assert woken == [1]


@pytest.mark.parametrize("within", [-1, 3_601, float("nan"), float("inf"), "5", None, True])
def test_a_wait_is_of_seconds_up_to_an_hour(within: Any) -> None:
    for ask in (Journal().wait_for, Journal().verify):
        with pytest.raises(ValueError, match="within: expected seconds from 0 to 3,600, got"):
            ask("kt10000", within=within)


@pytest.mark.parametrize(
    ("criteria", "text"),
    [
        ({"status": "200"}, 'status: expected an integer, got "200"'),
        ({"status": True}, "status: expected an integer, got true"),
        ({"injected": "yes"}, 'injected: expected true or false, got "yes"'),
        ({"stub": 1}, "stub: expected true or false, got 1"),
        ({"account": 5}, "account: expected text, got 5"),
        ({"code": 0}, "code: expected text, got 0"),
        ({"after": "1"}, 'after: expected an integer, got "1"'),
        ({"after": None}, "after: expected an integer, got nothing"),
        ({"name": 10000}, "name: expected text, got 10000"),
        ({"ord_qty": 1}, "ord_qty: expected text, got 1"),
        ({"fields": {"913": b"x"}}, "fields.913: expected text, got b'x'"),
        ({"fields": "913"}, 'fields: expected a dict, got "913"'),
        ({"kind": 5}, "kind: expected one of call, received, pushed, event, got 5"),
    ],
)
def test_a_criterion_that_no_entry_can_meet_is_refused(criteria: dict[str, Any], text: str) -> None:
    kept = Journal()
    kept.add(0, EntryKind.CALL, "au10001", (), b'{"ord_qty":1}', status=200)
    assert kept.verify("au10001", status=200, injected=False, stub=False, ord_qty="1", account=None, count=1)
    for ask in (kept.find, kept.wait_for, kept.verify, lambda **criteria: kept.verify(count=0, **criteria)):
        with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole text follows
            ask(**criteria)
        assert str(caught.value) == f"{text}; see {HelpPage.JOURNAL}"


@pytest.mark.parametrize(("count", "shown"), [("1", '"1"'), (-1, "-1"), (1.5, "1.5"), (True, "true")])
def test_a_count_is_a_whole_number(count: Any, shown: str) -> None:
    with pytest.raises(ValueError, match=f"^count: expected an integer of at least 0, got {shown}; see docs/"):
        Journal().verify("kt10000", count=count)


def test_what_must_not_come_is_not_waited_for() -> None:
    with pytest.raises(ValueError, match=r"^within: nothing is waited for that must not come; wait for what comes "):
        Journal().verify("kt10000", count=0, within=2)
    assert Journal().verify("kt10000", count=0) == []


def test_it_is_bounded_and_counts_what_it_drops() -> None:
    small = Journal(size=2)
    for turn in range(5):
        small.add(0, EntryKind.CALL, f"kt{turn}", ())
    assert [entry.name for entry in small] == ["kt3", "kt4"]
    assert (small.dropped, small.last, len(small)) == (3, 5, 2)


def test_it_is_bounded_in_bytes_too() -> None:
    small = Journal(max_bytes=10_000)
    for turn in range(4):
        small.add(0, EntryKind.RECEIVED, f"{turn}", (), b"x" * 4_000)
    assert [entry.name for entry in small] == ["2", "3"]
    small.load(small.state)
    small.add(0, EntryKind.RECEIVED, "4", (), answer=b"x" * 5_000)
    assert ([entry.name for entry in small], small.dropped) == (["3", "4"], 3)
    assert json.loads(next(iter(small.export()))) == {"dropped": 3}
    for failing in (lambda: small.verify("0"), lambda: small.wait_for("0", within=0)):
        with pytest.raises(
            JournalError, match="; the journal has dropped its 3 oldest entries; what came: 3 1, 4 1; see docs/"
        ):
            failing()


def test_what_is_too_long_to_keep_is_cut_and_counted() -> None:
    seen = Journal()
    seen.add(0, EntryKind.CALL, "kt00009", (), b'{"a":"b"}', b'{"list":"' + b"x" * MAX_TEXT + b'"}')
    (entry,) = seen
    assert (len(entry.answer), entry.cut, entry.fields, entry.reply) == (MAX_TEXT, 11, {"a": "b"}, {})
    told = json.loads(entry.as_json())
    assert (told["cut"], told["request"], len(told["answer"])) == (11, {"a": "b"}, MAX_TEXT)


def test_snapshots_share_the_entries(client: Wire) -> None:
    client.buy(1)
    first, second = client.kiwoom.snapshot(), client.kiwoom.snapshot()
    assert all(one is other for one, other in zip(first.journal[1], second.journal[1], strict=True))


def test_a_number_in_a_request_is_found_by_its_text(wire: Wire) -> None:
    body = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": 10, "ord_uv": 269_500, "trde_tp": 0}
    assert wire.send("kt10000", body).json()["return_code"] == 0
    assert [entry.name for entry in wire.kiwoom.journal.find("kt10000", ord_qty="10", trde_tp="0")] == ["kt10000"]
