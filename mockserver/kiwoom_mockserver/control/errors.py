"""What can come of a call besides its answer."""

from __future__ import annotations


class ControlError(Exception):
    """The control API refused a call, or could not be asked."""

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status
        """HTTP status; 0 if there was no answer."""


class BadRequestError(ControlError):
    """What was asked for makes no sense in this world; nothing was changed."""


class NotAllowedError(ControlError):
    """No token, a wrong one, or from where nobody may ask."""


class NotFoundError(ControlError):
    """There is no such world, customer or snapshot."""


class AssertionFailedError(ControlError, AssertionError):
    """What was to be proven, waited for or reached is not so."""


class UnreachableError(ControlError):
    """There is no server that answers, or it is none of ours."""


def refusal(status: int, text: str) -> ControlError:
    """The error of an answer that is none of success."""
    return _BY_STATUS.get(status, ControlError)(text, status)


_BY_STATUS: dict[int, type[ControlError]] = {
    400: BadRequestError,
    401: NotAllowedError,
    403: NotAllowedError,
    404: NotFoundError,
    409: AssertionFailedError,
    413: BadRequestError,
}
