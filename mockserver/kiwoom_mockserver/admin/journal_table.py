"""The last entries of a journal as a table for people: one line for each call, frame and event of the market."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kiwoom_contracts import catalogue
from kiwoom_mockserver.admin.text_table import aligned
from kiwoom_mockserver.broker.journal import EntryKind, Journal, JournalEntry
from kiwoom_mockserver.world import kst

ROWS = 20
"""How many entries the table has at most."""
LONGEST = 60
"""The longest value in letters; the rest of it is in the journal."""

ARROWS = {EntryKind.CALL: "→", EntryKind.RECEIVED: "→", EntryKind.PUSHED: "←", EntryKind.EVENT: "·"}
"""To the mock server, from it, or neither: an event of the market."""

REQUEST_FIELDS = (
    "ord_qty", "ord_uv", "trde_tp", "cond_uv", "orig_ord_no", "mdfy_qty", "mdfy_uv", "cncl_qty", "grp_no", "refresh",
)  # fmt: skip
"""What is shown of a request or a frame from a client, beside its code."""
ANSWER_FIELDS = ("ord_no", "base_orig_ord_no")

FIDS = {
    "00": ("9203", "913", "900", "901", "902", "910", "911"),
    "04": ("930", "931"),
    "0B": ("10", "15"),
    "0C": ("27", "28"),
    "0D": ("41", "51"),
    "0H": ("10", "15"),
    "1h": ("9068", "1221", "1224"),
}
"""What is shown of a realtime frame: order number, state, quantities, prices. Of another type the first two fields."""


def journal_table(journal: Journal) -> list[str]:
    """The last entries of a journal as aligned lines, with a heading; empty for an empty journal."""
    entries = list(journal)[-ROWS:]
    if not entries:
        return []
    return [f"last {len(entries)} of {journal.last} journal entries:", *aligned([_row(entry) for entry in entries])]


def _row(entry: JournalEntry) -> tuple[str, ...]:
    fields = entry.fields
    time = f"{kst.at(entry.at):%H:%M:%S.%f}"[:-3]
    is_real = entry.name == "REAL"
    name = f"REAL {fields.get('type')}" if is_real else entry.name
    details = [*_told(entry, fields), *(f"fault {name}" for name in entry.injected), *(["stub"] if entry.stub else [])]
    return (f"  {entry.number}", time, ARROWS[entry.kind], name, _code(entry, fields), " ".join(filter(None, details)))


def _code(entry: JournalEntry, fields: dict[str, Any]) -> str:
    """The instrument of an entry; of a registration its items."""
    rows = fields.get("data")
    if isinstance(rows, list) and entry.kind is EntryKind.RECEIVED:
        return _short(" ".join(_texts(rows, "item")))
    return _short(str(fields.get("stk_cd") or fields.get("item") or fields.get("market") or ""))


def _texts(rows: list[Any], name: str) -> Iterable[str]:
    """The values of a field in the rows of a registration, each of which may be a list."""
    for row in rows:
        value = row.get(name) if isinstance(row, dict) else None
        yield from (str(one) for one in (value if isinstance(value, list) else [value]) if one)


def _told(entry: JournalEntry, fields: dict[str, Any]) -> Iterable[str]:
    """What is worth knowing of an entry, each as ``name=value``."""
    if entry.kind is EntryKind.EVENT:
        return _named({name: value for name, value in fields.items() if name not in ("stk_cd", "market")})
    if entry.name == "REAL":
        return _of_frame(fields)
    told = [*_named({name: fields[name] for name in REQUEST_FIELDS if fields.get(name) not in (None, "")})]
    rows = fields.get("data")
    if isinstance(rows, list) and entry.kind is EntryKind.RECEIVED:
        told += _texts(rows, "type")
    return told + _of_answer(entry, fields)


def _of_answer(entry: JournalEntry, fields: dict[str, Any]) -> list[str]:
    """What a call, or a frame of the mock server, answers: its order number, or why it refuses."""
    reply = entry.reply if entry.kind is EntryKind.CALL else fields
    told = _named({name: reply[name] for name in ANSWER_FIELDS if reply.get(name)})
    if entry.kind is EntryKind.CALL:
        told = [f"{entry.status}", *told]
    if entry.name == "SYSTEM":
        return [*told, *map(str, (reply.get("code", ""), reply.get("message", "")))]
    is_refused = entry.code not in ("", "0") or str(reply.get("return_code", "0")) != "0"
    return [*told, _short(str(reply.get("return_msg", "")))] if is_refused else told


def _of_frame(fields: dict[str, Any]) -> list[str]:
    described = catalogue.realtime().get(str(fields.get("type")))
    names = {} if described is None else {field.fid: field.korean for field in described.fields}
    fids = FIDS.get(str(fields.get("type"))) or [fid for fid in fields if fid in names][:2]
    return _named({f"{names.get(fid, '')}[{fid}]": fields[fid] for fid in fids if str(fields.get(fid, "")).strip()})


def _named(fields: dict[str, Any]) -> list[str]:
    return [f"{name}={_short(str(value).strip())}" for name, value in fields.items()]


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
