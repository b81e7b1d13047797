"""The examples of a page that are tests, run by pytest as a reader would run them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def run_as_tests(folder: Path, examples: list[str], *options: str) -> None:
    """Run each example as a test module of its own in ``folder``, all in one process, and fail if one of them does."""
    for number, example in enumerate(examples):
        (folder / f"test_example_{number}.py").write_text(example, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *options, str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert f"{len(examples)} passed" in done.stdout
