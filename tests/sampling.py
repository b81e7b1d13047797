"""How much of a test that grows with every API, or that hunts at random, is run by ``make test``; ``make soak`` runs all of it."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime

import pytest

SEED = "KIWOOM_TESTS_SEED"
"""The variable of the environment that decides what is drawn; the day (UTC) if it is not set."""


def settle_seed() -> str:
    """Return the seed of this run, and leave it to the workers and processes that the run starts."""
    return os.environ.setdefault(SEED, datetime.now(UTC).date().isoformat())


def rng(purpose: str) -> random.Random:
    """Return the generator of this run for a purpose: the same in every process."""
    return random.Random(f"{settle_seed()} {purpose}")  # noqa: S311 - no secret


def examples(few: int, many: int) -> pytest.MarkDecorator:
    """Parametrise a test by its number of Hypothesis ``examples``: few in ``make test``, many in ``make soak``."""
    return pytest.mark.parametrize("examples", [few, pytest.param(many, marks=pytest.mark.soak)])
