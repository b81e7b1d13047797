"""Exponential and logarithm against those of the C library, and their digits on every system."""

from __future__ import annotations

import math

import pytest

from kiwoom_mockserver.market.elementary import exp, ln


@pytest.mark.parametrize("tenths", range(-80, 81, 4))
def test_exponential(tenths: int) -> None:
    assert exp(tenths / 10) == pytest.approx(math.exp(tenths / 10), rel=1e-8)


@pytest.mark.parametrize("hundredths", [10, 40, 70, 99, 100, 130, 160, 250, 400, 1_000])
def test_logarithm(hundredths: int) -> None:
    assert ln(hundredths / 100) == pytest.approx(math.log(hundredths / 100), abs=1e-8)


def test_digits_are_the_same_on_every_system() -> None:
    assert [exp(-0.3).hex(), exp(1.7).hex(), ln(1.3).hex(), ln(0.7).hex()] == DIGITS


DIGITS = ["0x1.7b4c869c37bd6p-1", "0x1.5e552770df6f7p+2", "0x1.0ca937be1b9dcp-2", "-0x1.6d3c324e13f50p-2"]
