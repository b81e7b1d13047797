"""Handlers register themselves where they stand."""

from __future__ import annotations

import pytest

from kiwoom_contracts import catalogue
from kiwoom_mockserver.rest import quotes
from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.registry import answers, handlers
from kiwoom_mockserver.views.serializer import Values


def test_every_handler_answers_an_api_of_the_catalogue() -> None:
    assert list(handlers()) == sorted(handlers())
    assert set(handlers()) <= set(catalogue.api_ids())
    assert handlers()["ka10004"] is quotes.order_book


def test_an_api_has_one_handler() -> None:
    def other(call: Call) -> Values:
        return {}

    with pytest.raises(ValueError, match="ka10004 has a handler already: order_book"):
        answers("ka10004")(other)
