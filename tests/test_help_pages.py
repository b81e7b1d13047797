"""The pages that refusals lead to."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.pages import ROOT, anchors
from kiwoom_contracts import catalogue
from kiwoom_mockserver.help_pages import ExplainedError, HelpPage, error_page, explained_by, with_page


def is_there(page: str) -> bool:
    file, _, anchor = page.partition("#")
    path: Path = ROOT / file
    return path.is_file() and (not anchor or anchor in anchors(path))


@pytest.mark.parametrize("page", HelpPage)
def test_every_page_is_there(page: HelpPage) -> None:
    assert is_there(page)


def test_every_code_has_a_section() -> None:
    assert [code for code in catalogue.errors() if not is_there(error_page(code))] == []
    assert not is_there(error_page("9999"))


def test_a_refusal_ends_with_its_page() -> None:
    assert with_page("no", HelpPage.STUBS) == "no; see docs/faults.md#stubs"
    assert with_page("no", "") == "no"


def test_an_error_is_explained_once_by_the_page_next_to_it() -> None:
    with (
        pytest.raises(ExplainedError, match=r"^no; see docs/faults\.md#stubs$") as caught,
        explained_by(HelpPage.CONTROL_ERRORS),
        explained_by(HelpPage.STUBS),
    ):
        raise ValueError("no")
    assert (caught.value.text, caught.value.page) == ("no", HelpPage.STUBS)


def test_other_errors_pass() -> None:
    with pytest.raises(KeyError), explained_by(HelpPage.STUBS):
        raise KeyError
    with pytest.raises(ValueError, match=r"^no$"), explained_by(HelpPage.STUBS, UnicodeError):
        raise ValueError("no")
