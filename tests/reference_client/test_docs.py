"""The page of the client: its tables are held against the code."""

from __future__ import annotations

import re
from pathlib import Path

from kiwoom_contracts import catalogue
from kiwoom_reference_client import Kiwoom, Stream, dual, errors
from kiwoom_reference_client.errors import CODES

TEXT = (Path(__file__).parents[2] / "docs" / "client.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
API_ID = r"(?:ka|kt|au)\d{5}"
DOCUMENTED = (
    "au10001 au10002 kt00018 kt10000 kt10001 kt10002 kt10003 kt10006 kt10007 kt10008 kt10009 kt20016 kt20017 "
    "kt50000 kt50001 kt50002 kt50003 kt50020 kt50021 kt50030 kt50031 kt50032 kt50075"
)
"""The REST APIs of the document that the project began with."""


def methods() -> dict[str, dual.Method[..., object] | dual.ListMethod[..., object]]:
    return {
        name: one
        for family in Kiwoom.__mro__
        for name, one in vars(family).items()
        if isinstance(one, dual.Method | dual.ListMethod)
    }


def rows(heading: str) -> list[list[str]]:
    """The cells of the rows under a heading that begin with a name in code and have three cells."""
    section = TEXT.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    table = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in table if len(row) == 3]


def test_every_example_says_what_it_prints() -> None:
    assert len(EXAMPLES) == TEXT.count("```python") == 6


def test_every_method_is_in_the_table_with_its_api_and_what_it_gives() -> None:
    told = {}
    for name, apis, gives in rows("Methods"):
        shape = re.sub(
            r"`(\w+)`( one by one)?", lambda match: f"{'ItemFlow' if match[2] else 'Flow'}[{match[1]}]", gives
        )
        told[name.split("`")[1]] = (re.findall(API_ID, apis), shape)
    for name, one in methods().items():
        function = one._method
        flow = function.__annotations__["return"].removeprefix("protocol.")
        assert told.pop(name) == (re.findall(API_ID, function.__doc__ or ""), flow), name
    assert told == {}


def test_every_method_of_the_stream_is_in_its_table_with_its_api() -> None:
    told = {name.strip("`"): re.findall(API_ID, apis) for name, apis, _ in rows("Condition search")}
    assert told == {name: re.findall(API_ID, getattr(Stream, name).__doc__) for name in told}
    assert [api_id for apis in told.values() for api_id in apis] == [
        api_id for api_id in catalogue.api_ids() if catalogue.api(api_id).menu.endswith("조건검색")
    ]


def test_every_documented_api_has_a_method() -> None:
    named = {api_id for _, apis, _ in rows("Methods") for api_id in re.findall(API_ID, apis)}
    assert set(DOCUMENTED.split()) <= named


def test_the_stars_stand_at_what_the_mock_domain_refuses() -> None:
    for name, apis, _ in rows("Methods"):
        refused = [catalogue.api(api_id).mockapi is not None for api_id in re.findall(API_ID, apis)]
        assert name.endswith("*") is any(refused), name


def test_the_table_of_errors_is_that_of_the_code() -> None:
    table = {name.strip("`"): (family.strip("`"), codes.split(", ")) for name, family, codes in rows("Errors")}
    assert table == {kind.__name__: (kind.__mro__[1].__name__, list(codes)) for kind, codes in CODES.items()}


def test_the_words_of_the_page_are_names_of_the_code() -> None:
    for word in ("NoAnswer", "UnreadableAnswer", "RealtimeError", "FateUnknown", "LoggedInElsewhere"):
        assert f"`{word}`" in TEXT
        assert issubclass(getattr(errors, word), errors.KiwoomError)
