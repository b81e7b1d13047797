"""The pages list the options of a world as the code declares them."""

from __future__ import annotations

import pytest

from docs.pages import ROOT
from kiwoom_mockserver.world_options import OPTIONS


def options_table() -> str:
    """The options of a world as the pages list them."""
    rows = ["| option | what it says | values | default |", "| --- | --- | --- | --- |"]
    rows += [
        f"| `{option.name}` | {option.text.rstrip('.')} | {option.values} | {option.shown_default} |"
        for option in OPTIONS.values()
    ]
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("page", ["testing.md", "control.md"])
def test_the_pages_list_the_options_of_a_world(page: str) -> None:
    assert f"\n\n{options_table()}\n" in (ROOT / "docs" / page).read_text(encoding="utf-8")
