"""Same seed, start and commands: the same state and the same events, in every process."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.exchange.invariants import violations
from kiwoom_mockserver.world.rng import seeded_rng
from world import seeded_stream
from world.other_process import story_told_elsewhere


def outcome(seed: int, hash_seed: str) -> list[str]:
    """Last day, fills, digest of the events and hash of the state, from a process of its own."""
    return story_told_elsewhere(seeded_stream.__file__, hash_seed, str(seed))


def test_two_processes_that_hash_strings_differently_agree_bit_for_bit() -> None:
    first, second = outcome(11, "1"), outcome(11, "2")

    assert first == second
    day, fills, *_ = first
    assert int(day) >= 20261229, "a holiday and two day ends are on the way"
    assert int(fills) > 100, "the stream trades"


def test_another_seed_is_another_story() -> None:
    def story(seed: int) -> tuple[str, str]:
        world = seeded_stream.open_world(seed)
        return seeded_stream.run(world, seeded_rng(seed, "commands"), 50), world.state_hash()

    assert story(11) == story(11)
    assert story(11) != story(12)


@pytest.mark.parametrize("way", ["fork", "restore"])
def test_replay_from_the_middle_ends_the_same(way: str) -> None:
    world, rng = seeded_stream.open_world(5), seeded_rng(5, "commands")
    seeded_stream.run(world, rng, 300)
    snapshot, fork, state = world.snapshot(), world.fork(), rng.state

    told = seeded_stream.run(world, rng, 300)
    end = world.state_hash()

    if way == "restore":
        world.restore(snapshot)
    again = fork if way == "fork" else world
    rng.state = state
    assert again.state_hash() != end
    assert seeded_stream.run(again, rng, 300) == told
    assert again.state_hash() == end
    assert violations(again.exchange) == []
