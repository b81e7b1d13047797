"""The pages that explain a refusal. Every message that refuses something ends with the page that explains it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum


class HelpPage(StrEnum):
    """A page of the documentation, with the heading that explains one kind of refusal."""

    WORLD_OPTIONS = "docs/testing.md#the-world-of-a-test"
    SCENARIO_ERRORS = "docs/scenarios.md#errors"
    CONTROL_ERRORS = "docs/control.md#errors"
    CONTROL_ACCESS = "docs/control.md#who-may-ask"
    FAULTS_AS_DATA = "docs/faults.md#as-data"
    STUBS = "docs/faults.md#stubs"
    CONTRACT_CARDS = "docs/contract-cards.md#run-them"
    ERROR_CODES = "docs/errors.md"
    TROUBLESHOOTING = "docs/troubleshooting.md"


class ExplainedError(ValueError):
    """A value is refused; the message ends with the page that explains it."""

    def __init__(self, text: str, page: HelpPage) -> None:
        super().__init__(with_page(text, page))
        self.text = text
        """The message without the page."""
        self.page = page


def with_page(text: str, page: str) -> str:
    """The text of a refusal that ends with the page that explains it; unchanged if ``page`` is blank."""
    return f"{text}; see {page}" if page else text


def error_page(code: str) -> str:
    """The section of the documentation on one error code."""
    return f"{HelpPage.ERROR_CODES}#{code.lower()}"


@contextmanager
def explained_by(page: HelpPage, kind: type[ValueError] = ValueError) -> Iterator[None]:
    """Replace each ``kind`` of error that is raised inside by an ExplainedError with this page.

    An error that is explained already passes unchanged.
    """
    try:
        yield
    except ExplainedError:
        raise
    except kind as error:
        raise ExplainedError(str(error), page) from None
