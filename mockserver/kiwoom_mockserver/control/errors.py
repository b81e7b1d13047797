"""The errors that a call of the control API raises."""

from __future__ import annotations

from kiwoom_mockserver.help_pages import with_page


class ControlError(Exception):
    """The control API refused a call, or could not be reached."""

    def __init__(self, text: str, status: int = 0, page: str = "") -> None:
        super().__init__(with_page(text, page))
        self.text = text
        """The message without the page."""
        self.status = status
        """The HTTP status of the response; 0 if there was none."""
        self.page = page
        """The page of the documentation that explains the error; blank if there is none."""


class BadRequestError(ControlError):
    """The request makes no sense in this world, and nothing was changed (400, 413)."""


class NotAllowedError(ControlError):
    """The token is missing or wrong, or the caller may not use the control API (401, 403)."""


class NotFoundError(ControlError):
    """The world, customer, order, fault, stub or snapshot does not exist (404)."""


class AssertionFailedError(ControlError, AssertionError):
    """An assertion about the journal failed, or a wait timed out (409)."""


class UnreachableError(ControlError):
    """No server answers at the URL, or what answers is not a kiwoom-mockserver."""


def error_of(status: int, text: str, page: str = "") -> ControlError:
    """The error for the status of a failed response, its text, and the page that explains it."""
    return _BY_STATUS.get(status, ControlError)(text, status, page)


_BY_STATUS: dict[int, type[ControlError]] = {
    400: BadRequestError,
    401: NotAllowedError,
    403: NotAllowedError,
    404: NotFoundError,
    409: AssertionFailedError,
    413: BadRequestError,
}
