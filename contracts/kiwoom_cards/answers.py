"""Whether an answer is what the catalogue says: headers, keys in their order, formats, text; errors to the letter."""

from __future__ import annotations

import re

from kiwoom_cards.assertions import require
from kiwoom_cards.context import Reply, read
from kiwoom_cards.format_checks import check_keys, check_values
from kiwoom_contracts import catalogue
from kiwoom_contracts.model import Api, Field
from kiwoom_contracts.recipe_runner import ReceivedResponse
from kiwoom_reference_client.errors import answered, code_in

LEFT_BLANK = {"kt50030": "ord_remnq"}
"""Padded numbers that were recorded blank."""

ORDER_SYSTEM = 20
"""The class whose texts come from the order system."""


def check_answer(reply: Reply, side: str = "") -> None:
    """Raises CriterionMissed unless it is a successful answer of its API as the catalogue describes it.

    ``side`` is what the text of an order names.
    """
    api = catalogue.api(reply.api_id)
    require(reply.status == 200, f"{api.id}: HTTP {reply.status}")
    names = [field.name for field in api.response]
    check_keys(api.id, api.order or (*names, "return_code", "return_msg"), reply.raw)
    require(reply.raw["return_code"] == 0, f"{api.id}: return_code {reply.raw['return_code']}")
    check_values(api.id, _formats(api, api.response), reply.raw)
    rows = 0
    for table in (field for field in api.response if field.fields):
        for row in reply.rows(table.name):
            rows += 1
            check_keys(f"{api.id} {table.name}", [field.name for field in table.fields], row)
            check_values(f"{api.id} {table.name}", _formats(api, table.fields), row)
    _check_headers(reply)
    _check_text(api, reply, rows, side)


def _formats(api: Api, fields: tuple[Field, ...]) -> dict[str, str]:
    blank = LEFT_BLANK.get(api.id, "")
    return {field.name: field.format for field in fields if not field.fields and field.name != blank}


def _check_headers(reply: Reply) -> None:
    found = {name: reply.headers.get(name) for name in ("api-id", "cont-yn", "next-key", "resp-cnt")}
    what = f"{reply.api_id}: headers {found}"
    content = reply.headers.get("content-type", "")
    require(content.startswith("application/json"), f"{reply.api_id}: content-type {content}")
    require(found["api-id"] == reply.api_id, what)
    require(found["cont-yn"] in ("Y", "N"), what)
    require((found["cont-yn"] == "Y") == bool(found["next-key"]), what)
    require((found["resp-cnt"] or "").isdigit(), what)


def _check_text(api: Api, reply: Reply, rows: int, side: str) -> None:
    texts = api.success
    wanted = texts.message
    if reply.next_key and texts.more is not None:
        wanted = texts.more
    elif not rows and texts.empty is not None:
        wanted = texts.empty
    text = reply.raw["return_msg"]
    require(text == wanted.replace("{side}", side), f"{api.id}: return_msg is {text!r}, not {wanted!r}")


def check_error(code: str, answer: ReceivedResponse) -> None:
    """Raises CriterionMissed unless it is the answer of an error code: its status, and every letter of its body.

    What fills the gaps of the text is not looked at.
    """
    error = catalogue.errors()[code]
    text = "(?:.+)".join(re.escape(part) for part in error.text.split("{?}"))
    if error.return_code == ORDER_SYSTEM:
        told = rf"\[2000\]\({code}:{text}\)"
    else:
        told = rf"{catalogue.class_sentence(error.return_code)}\[{code}:{text}\]"
    body = rf'{{"return_msg":"{told}","return_code":{error.return_code}}}'
    seen = f"{code}: HTTP {answer.status} {answer.body[:300]}"
    require(answer.status == error.http_status, seen)
    require(re.fullmatch(body, answer.body) is not None, seen)
    content = {name.lower(): value for name, value in answer.headers}.get("content-type", "")
    require(content.startswith("application/json"), f"{code}: content-type {content}")


def check_refusal(code: str, api_id: str, answer: ReceivedResponse) -> None:
    """:func:`check_error` for an order: raises the KiwoomError of another code, which may be why a card is skipped."""
    raw = read(api_id, answer).raw
    if raw["return_code"] and code_in(raw["return_msg"]) != code:
        raise answered(raw["return_code"], raw["return_msg"], api_id)
    check_error(code, answer)
