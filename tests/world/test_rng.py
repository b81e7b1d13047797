"""Rng that depends on its seed alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kiwoom_mockserver.world.rng import Rng, seeded_rng


def test_draws_are_splitmix64() -> None:
    """The published test vector of the generator for seed 1234567."""
    rng = Rng(1234567)

    assert [rng.draw() for _ in range(5)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


def test_state_is_all_there_is() -> None:
    rng = Rng(7)
    rng.draw()
    copy = Rng(rng.state)

    assert [rng.draw() for _ in range(3)] == [copy.draw() for _ in range(3)]


def test_every_seed_and_every_purpose_has_a_stream_of_its_own() -> None:
    streams = {
        tuple(seeded_rng(seed, name).draw() for _ in range(2))
        for seed in (0, 1, 2)
        for name in ("", "005930", "000660")
    }

    assert len(streams) == 9


def test_same_seed_and_purpose_give_the_same_stream() -> None:
    assert seeded_rng(5, "feed").draw() == seeded_rng(5, "feed").draw()


@given(seed=st.integers(-(2**70), 2**70), limit=st.integers(1, 10**12))
def test_number_below_a_limit_is_below_it(seed: int, limit: int) -> None:
    assert 0 <= seeded_rng(seed, "x").below(limit) < limit


def test_every_number_below_a_limit_comes_up() -> None:
    rng = Rng(1)

    assert {rng.below(6) for _ in range(200)} == set(range(6))
