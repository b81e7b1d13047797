"""A script of the tests, run in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys


def story_told_elsewhere(script: str, hash_seed: str, *arguments: str) -> list[str]:
    """The words that it prints."""
    done = subprocess.run(
        [sys.executable, script, *arguments],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    return done.stdout.split()
