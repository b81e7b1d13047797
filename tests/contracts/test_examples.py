from __future__ import annotations

import jsonschema_rs
import pytest

from kiwoom_contracts import catalogue, examples
from kiwoom_contracts.export import schemas
from kiwoom_contracts.validation import validate
from misses import misses

DEFINED = schemas.definitions()


def test_an_example_keeps_the_contract() -> None:
    def check(api_id: str) -> None:
        body = examples.request(api_id, **examples.SAMPLE)
        assert validate(api_id, body) is None
        schema = DEFINED[f"{api_id}.request"]
        assert jsonschema_rs.is_valid(schema, body)
        assert schema["examples"] == [body]
        assert not any(text.startswith("$") for text in body.values())

    assert misses(catalogue.api_ids(), check) == {}


def test_an_example_has_fields_of_the_request_in_their_order_and_all_that_are_required() -> None:
    def check(api_id: str) -> None:
        api = catalogue.api(api_id)
        assert list(api.example) == [field.name for field in api.request if field.name in api.example]
        assert {field.name for field in api.request if field.required} <= api.example.keys()

    assert misses(catalogue.api_ids(), check) == {}


def test_the_values_that_only_the_caller_knows_are_filled_in() -> None:
    assert examples.request("ka10081", code="000660", today="20260910") == {
        "stk_cd": "000660",
        "base_dt": "20260910",
        "upd_stkpc_tp": "1",
    }
    assert examples.request("ka00001", code="000660") == {}


def test_every_value_that_is_missing_is_named() -> None:
    with pytest.raises(ValueError, match="the example of kt10002 needs order, price"):
        examples.request("kt10002", code="005930")


def test_the_words_for_unknown_values_are_few() -> None:
    texts = {text for api_id in catalogue.api_ids() for text in catalogue.api(api_id).example.values()}
    assert {text for text in texts if text.startswith("$")} == {f"${name.upper()}" for name in examples.SAMPLE}
