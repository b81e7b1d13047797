"""Exponential and logarithm by addition, multiplication and division alone.

Those of :mod:`math` come from the C library, and C libraries differ in the last digit. A price that is rounded to its
tick would differ with them between two systems.
"""

from __future__ import annotations

_HALVINGS = 8


def exp(exponent: float) -> float:
    """Return e to a power between -8 and 8, to ten digits or so."""
    part = exponent / (1 << _HALVINGS)
    power = 1 + part * (1 + part / 2 * (1 + part / 3 * (1 + part / 4 * (1 + part / 5))))
    for _ in range(_HALVINGS):
        power *= power
    return power


def ln(number: float) -> float:
    """Return the natural logarithm of a number between 0.1 and 10, to ten digits or so."""
    ratio = (number - 1) / (number + 1)
    square, power, total = ratio * ratio, ratio, 0.0
    for odd in range(1, 140, 2):
        total += power / odd
        power *= square
    return 2 * total
