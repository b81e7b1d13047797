"""A check of many cases as one test that names every case that misses, not only the first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Case = TypeVar("Case")


def misses(cases: Iterable[Case], check: Callable[[Case], None]) -> dict[str, str]:
    """Return what each case fails by for which ``check`` raises an AssertionError; ``{}`` if all hold."""
    found = {}
    for case in cases:
        try:
            check(case)
        except AssertionError as error:
            found[str(case)] = str(error)
        except Exception as error:
            error.add_note(f"in the case {case}")
            raise
    return found
