"""Checks REST answers against the catalogue: headers, keys in order, formats and text; error answers byte for byte."""

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
"""By API id, a padded number that was recorded as blank."""

ORDER_SYSTEM = 20
"""The ``return_code`` of errors whose text comes from the order system."""


def check_answer(reply: Reply, side: str = "") -> None:
    """Raise CriterionMissed unless a reply is a successful answer of its API as the catalogue describes it.

    ``side`` replaces ``{side}`` in the expected ``return_msg``: 매수 or 매도 for the answers to orders.
    """
    api = catalogue.api(reply.api_id)
    require(reply.status == 200, f"{api.id}: HTTP {reply.status}")
    names = [field.name for field in api.response]
    check_keys(api.id, api.order or (*names, "return_code", "return_msg"), reply.raw)
    require(reply.raw["return_code"] == 0, f"{api.id}: return_code {reply.raw['return_code']}")
    check_values(api.id, _formats(api, api.response), reply.raw)
    row_count = 0
    for table in (field for field in api.response if field.fields):
        for row in reply.rows(table.name):
            row_count += 1
            check_keys(f"{api.id} {table.name}", [field.name for field in table.fields], row)
            check_values(f"{api.id} {table.name}", _formats(api, table.fields), row)
    _check_headers(reply)
    _check_text(api, reply, row_count, side)


def _formats(api: Api, fields: tuple[Field, ...]) -> dict[str, str]:
    blank = LEFT_BLANK.get(api.id, "")
    return {field.name: field.format for field in fields if not field.fields and field.name != blank}


def _check_headers(reply: Reply) -> None:
    headers = {name: reply.headers.get(name) for name in ("api-id", "cont-yn", "next-key", "resp-cnt")}
    otherwise = f"{reply.api_id}: headers {headers}"
    content_type = reply.headers.get("content-type", "")
    require(content_type.startswith("application/json"), f"{reply.api_id}: content-type {content_type}")
    require(headers["api-id"] == reply.api_id, otherwise)
    require(headers["cont-yn"] in ("Y", "N"), otherwise)
    require((headers["cont-yn"] == "Y") == bool(headers["next-key"]), otherwise)
    require((headers["resp-cnt"] or "").isdigit(), otherwise)


def _check_text(api: Api, reply: Reply, row_count: int, side: str) -> None:
    texts = api.success
    expected = texts.message
    if reply.next_key and texts.more is not None:
        expected = texts.more
    elif not row_count and texts.empty is not None:
        expected = texts.empty
    text = reply.raw["return_msg"]
    require(text == expected.replace("{side}", side), f"{api.id}: return_msg is {text!r}, not {expected!r}")


def check_error(code: str, response: ReceivedResponse) -> None:
    """Raise CriterionMissed unless a response is the answer of an error code: its HTTP status and exact body.

    The values that fill the placeholders of the text are not checked.
    """
    error = catalogue.errors()[code]
    text = "(?:.+)".join(re.escape(part) for part in error.text.split("{?}"))
    if error.return_code == ORDER_SYSTEM:
        message = rf"\[2000\]\({code}:{text}\)"
    else:
        message = rf"{catalogue.class_sentence(error.return_code)}\[{code}:{text}\]"
    body = rf'{{"return_msg":"{message}","return_code":{error.return_code}}}'
    otherwise = f"{code}: HTTP {response.status} {response.body[:300]}"
    require(response.status == error.http_status, otherwise)
    require(re.fullmatch(body, response.body) is not None, otherwise)
    content_type = {name.lower(): value for name, value in response.headers}.get("content-type", "")
    require(content_type.startswith("application/json"), f"{code}: content-type {content_type}")


def check_refusal(code: str, api_id: str, response: ReceivedResponse) -> None:
    """Check an error answer to an order as :func:`check_error` does.

    Raises the KiwoomError of another error code, so that the runner can skip the card for it.
    """
    raw = read(api_id, response).raw
    if raw["return_code"] and code_in(raw["return_msg"]) != code:
        raise answered(raw["return_code"], raw["return_msg"], api_id)
    check_error(code, response)
