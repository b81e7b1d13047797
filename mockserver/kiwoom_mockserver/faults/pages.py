"""Faults of pages: what the headers of a list say of further pages, whatever the list holds."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from kiwoom_contracts import catalogue
from kiwoom_mockserver.broker.continuation_key import ContinuationKey, first_page_again
from kiwoom_mockserver.broker.fault_actions import EmptyPage, PageFault, PageWithoutKey
from kiwoom_mockserver.broker.fault_rules import Hit
from kiwoom_mockserver.broker.journal import fields_in
from kiwoom_mockserver.broker.response import Response


def with_page_fault(hits: Sequence[Hit], api_id: str, body: bytes, response: Response) -> Response:
    """Return the response to a request with the page fault that hit it, if there is one. An error has no pages."""
    hit = next((hit for hit in hits if isinstance(hit.action, PageFault)), None)
    if hit is None or response.code != "0":
        return response
    if isinstance(hit.action, PageWithoutKey):
        return response._replace(more=True, next_key="")
    key = ContinuationKey.of(catalogue.api(api_id).next_key, {**fields_in(body), "api": api_id})
    response = response._replace(more=True, next_key=key.at(first_page_again(hit.number)))
    if not isinstance(hit.action, EmptyPage):
        return response
    lists: dict[str, list[str]] = {field.name: [] for field in catalogue.api(api_id).response if field.fields}
    return response._replace(body=orjson.dumps({**orjson.loads(response.body), **lists}), rows=0)
