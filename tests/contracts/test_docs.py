"""Every example of the page on the contract, run as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from example_tests import run_as_tests
from kiwoom_contracts.export import FORMATS

TEXT = (Path(__file__).parents[2] / "docs" / "contracts.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
TESTS = [example for example in EXAMPLES if "def test_" in example or "TestCase" in example]


@pytest.mark.parametrize("example", [example for example in EXAMPLES if example not in TESTS])
def test_a_script_runs(example: str) -> None:
    exec(example, {})  # noqa: S102 - our own page


def test_the_tests_pass(tmp_path: Path) -> None:
    run_as_tests(tmp_path, TESTS)


def test_every_format_is_told_of() -> None:
    assert re.findall(r"^\| `([a-z-]+)` \|", TEXT, re.MULTILINE) == list(FORMATS)
