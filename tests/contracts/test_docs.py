"""Every example of the page on the contract, run as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from kiwoom_contracts.export import FORMATS

TEXT = (Path(__file__).parents[2] / "docs" / "contracts.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
TESTS = [example for example in EXAMPLES if "def test_" in example or "TestCase" in example]


@pytest.mark.parametrize("example", [example for example in EXAMPLES if example not in TESTS])
def test_a_script_runs(example: str) -> None:
    subprocess.run([sys.executable, "-c", example], check=True)


@pytest.mark.parametrize("example", TESTS)
def test_a_test_passes(tmp_path: Path, example: str) -> None:
    (tmp_path / "test_example.py").write_text(example, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_every_format_is_told_of() -> None:
    assert re.findall(r"^\| `([a-z-]+)` \|", TEXT, re.MULTILINE) == list(FORMATS)
