"""The pages that refusals lead to."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.pages import ROOT, anchors
from kiwoom_contracts import catalogue
from kiwoom_mockserver.help_pages import (
    ExplainedError,
    HelpPage,
    error_page,
    explained,
    explained_by,
    explains_all,
    message_of,
    with_page,
)
from kiwoom_scenarios.origin import ScenarioError


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
    assert (message_of(caught.value), caught.value.page) == ("no", HelpPage.STUBS)


def test_an_explained_error_stays_of_its_kind() -> None:
    error = explained(ScenarioError("no field", "mine.yaml", 3), HelpPage.SCENARIO_ERRORS)
    assert isinstance(error, ScenarioError)
    assert isinstance(error, ExplainedError)
    assert str(error) == "mine.yaml:3: no field; see docs/scenarios.md#errors"
    assert (message_of(error), error.text, error.line) == ("mine.yaml:3: no field", "no field", 3)
    assert explained(error, HelpPage.STUBS) is error
    for other in (TimeoutError("late"), LookupError("none"), AssertionError("wrong")):
        kind = type(explained(other, HelpPage.STUBS))
        assert (issubclass(kind, type(other)), kind.__name__) == (True, type(other).__name__)


def test_all_public_members_of_a_class_are_explained() -> None:
    @explains_all(HelpPage.STUBS, without=("run",))
    class Part:
        @property
        def value(self) -> int:
            """The value."""
            raise LookupError("no value")

        @value.setter
        def value(self, value: int) -> None:
            raise ValueError(f"not {value}")

        def call(self) -> None:
            raise TypeError("passes")

        def run(self) -> None:
            raise ValueError("passes")

    assert Part.value.__doc__ == "The value."
    with pytest.raises(LookupError, match=r"^no value; see docs/faults\.md#stubs$"):
        _ = Part().value
    with pytest.raises(ValueError, match=r"^not 5; see docs/faults\.md#stubs$"):
        Part().value = 5
    with pytest.raises(TypeError, match=r"^passes$"):
        Part().call()
    with pytest.raises(ValueError, match=r"^passes$"):
        Part().run()


def test_other_errors_pass() -> None:
    with pytest.raises(KeyError), explained_by(HelpPage.STUBS):
        raise KeyError
    with pytest.raises(ValueError, match=r"^no$"), explained_by(HelpPage.STUBS, UnicodeError):
        raise ValueError("no")
