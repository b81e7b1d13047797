"""The pages that explain a refusal. Every message that refuses something ends with the page that explains it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import cache, wraps
from inspect import iscoroutinefunction
from types import FunctionType
from typing import Any, ParamSpec, TypeVar, cast

E = TypeVar("E", bound=Exception)
P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C")

MISTAKES = (KeyError, IndexError, UnicodeError)
"""Errors that are a REFUSALS class by inheritance alone: a fault of the simulator, which must be seen as it is."""

REFUSALS = (ValueError, LookupError, TimeoutError, AssertionError)
"""The errors with which the methods of a world refuse a call."""


class HelpPage(StrEnum):
    """A page of the documentation, with the heading that explains one kind of refusal."""

    WORLD_OPTIONS = "docs/testing.md#the-world-of-a-test"
    FIXTURE = "docs/testing.md#the-parts-of-the-fixture"
    JOURNAL = "docs/testing.md#prove-what-the-bot-sent-and-see-it-when-a-test-fails"
    SCENARIOS = "docs/scenarios.md"
    SCENARIO_ERRORS = "docs/scenarios.md#errors"
    CONTROL_ERRORS = "docs/control.md#errors"
    CONTROL_ACCESS = "docs/control.md#who-may-ask"
    CONTROL_WORLDS = "docs/control.md#worlds"
    CONTROL_COMMANDS = "docs/control.md#from-the-shell"
    FAULTS_AS_DATA = "docs/faults.md#as-data"
    STUBS = "docs/faults.md#stubs"
    CONTRACT_CARDS = "docs/contract-cards.md#run-them"
    CONTRACTS = "docs/contracts.md"
    NEW_API = "docs/architecture.md#how-to-add-an-api"
    ERROR_CODES = "docs/errors.md"
    UNREACHABLE = "docs/troubleshooting.md#the-server-cannot-be-reached"
    REAL_BROKER = "docs/troubleshooting.md#the-bot-reaches-for-the-real-broker"
    PORT_TAKEN = "docs/troubleshooting.md#the-port-is-taken"
    START_SERVER = "docs/tutorial.md#start-the-server"


class ExplainedError(Exception):
    """An error whose text ends with the page that explains it. It is also of the kind that it was raised as."""

    message: str
    """The text without the page."""
    page: HelpPage

    def __str__(self) -> str:
        return with_page(self.message, self.page)


def explained(error: E, page: HelpPage) -> E:
    """An error of the same kind, whose text ends with the page; the same error if it names a page already."""
    if isinstance(error, ExplainedError):
        return error
    kind: Any = type(error)
    kind = _explained_kind(kind)
    copy = kind.__new__(kind)
    vars(copy).update(vars(error), message=str(error), page=page)
    copy.args = error.args
    return copy  # type: ignore[no-any-return]


@cache
def _explained_kind(kind: type[Exception]) -> type[Exception]:
    return type(kind.__name__, (ExplainedError, kind), {"__module__": kind.__module__, "__doc__": kind.__doc__})


def message_of(error: Exception) -> str:
    """The text of an error without the page."""
    return error.message if isinstance(error, ExplainedError) else str(error)


def with_page(text: str, page: str) -> str:
    """The text of a refusal that ends with the page that explains it; unchanged if ``page`` is blank."""
    return f"{text}; see {page}" if page else text


def error_page(code: str) -> str:
    """The section of the documentation on one error code."""
    return f"{HelpPage.ERROR_CODES}#{code.lower()}"


@contextmanager
def explained_by(page: HelpPage, kind: type[ValueError] = ValueError) -> Iterator[None]:
    """Replace each ``kind`` of error that is raised inside by one that ends with this page.

    An error that is explained already passes unchanged.
    """
    try:
        yield
    except kind as error:
        raise explained(error, page) from None


def explains(page: HelpPage) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make the refusals of a function end with a page. Tracebacks of pytest end at the call of the function."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        # A context manager would leave frames of its own in the tracebacks.
        @wraps(function)
        def explaining(*args: P.args, **kwargs: P.kwargs) -> R:
            __tracebackhide__ = True
            try:
                return function(*args, **kwargs)
            except MISTAKES:
                raise
            except REFUSALS as error:
                raise explained(error, page) from error

        @wraps(function)
        async def explaining_later(*args: P.args, **kwargs: P.kwargs) -> Any:
            __tracebackhide__ = True
            try:
                return await cast("Awaitable[Any]", function(*args, **kwargs))
            except MISTAKES:
                raise
            except REFUSALS as error:
                raise explained(error, page) from error

        return cast("Callable[P, R]", explaining_later) if iscoroutinefunction(function) else explaining

    return decorate


def explains_all(page: HelpPage, *, without: tuple[str, ...] = ()) -> Callable[[type[C]], type[C]]:
    """Make the refusals of all public methods and properties of a class end with a page.

    ``without`` names the methods that call code of the user, whose errors must pass unchanged.
    """
    decorate: Any = explains(page)

    def decorate_all(kind: type[C]) -> type[C]:
        for name, member in list(vars(kind).items()):
            if name.startswith("_") or name in without:
                continue
            if isinstance(member, FunctionType):
                setattr(kind, name, decorate(member))
            elif isinstance(member, property):
                setter = member.fset and decorate(member.fset)
                setattr(kind, name, property(decorate(member.fget), setter, doc=member.__doc__))
        return kind

    return decorate_all
