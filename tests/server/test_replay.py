"""Same seed, scenario and commands: same state hashes and same frames, in two processes, after going back, in a fork."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

STORY = Path(__file__).with_name("replayed_story.py")


def told(seed: str) -> str:
    environment = os.environ | {"PYTHONHASHSEED": seed}
    return subprocess.run(
        [sys.executable, str(STORY)], env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_two_processes_tell_the_same_story() -> None:
    first = told("1")
    assert first == told("2")
    assert first.count('"trnm":"REAL"') > 50


def test_a_world_that_went_back_and_a_fork_go_on_as_the_first_did() -> None:
    story, restored = told("3").split("-- restored\n")
    restored, forked = restored.split("-- forked\n")
    after_the_snapshot, going_back = story.split("-- connected\n")[1].split("-- went back\n")
    assert after_the_snapshot == restored
    assert going_back.startswith("1012 world restored\n")
    frames = [line for line in restored.splitlines() if '"REAL"' in line]
    assert frames == [line for line in forked.splitlines() if '"REAL"' in line]
    assert len(frames) > 20
