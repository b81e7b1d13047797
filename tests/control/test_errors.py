"""What the client raises."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.control import (
    AssertionFailedError,
    BadRequestError,
    ControlError,
    NotAllowedError,
    NotFoundError,
)
from kiwoom_mockserver.control.errors import error_of


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (401, NotAllowedError),
        (403, NotAllowedError),
        (404, NotFoundError),
        (409, AssertionFailedError),
        (413, BadRequestError),
        (415, ControlError),
        (500, ControlError),
    ],
)
def test_each_status_has_its_error(status: int, kind: type[ControlError]) -> None:
    error = error_of(status, "why")
    assert (type(error), error.status, str(error)) == (kind, status, "why")


def test_the_page_that_explains_an_error_is_at_its_end() -> None:
    error = error_of(404, "there is no world 'x'", "docs/control.md#errors")
    assert str(error) == "there is no world 'x'; see docs/control.md#errors"
    assert (error.text, error.page) == ("there is no world 'x'", "docs/control.md#errors")


def test_what_is_not_so_fails_a_test() -> None:
    assert issubclass(AssertionFailedError, AssertionError)
