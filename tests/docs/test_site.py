"""The site of the docs is built without a warning: ``make docs`` does the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from docs.pages import ROOT

DOCS = ROOT / "docs"


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "--quiet", "-b", "html"]
    built = [*command, "-d", str(tmp_path / "doctrees"), str(DOCS), str(tmp_path / "site")]
    done = subprocess.run(built, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert {page.with_suffix(".html").name for page in DOCS.glob("*.md")} <= {
        page.name for page in (tmp_path / "site").iterdir()
    }
    reference = (tmp_path / "site" / "reference.html").read_text(encoding="utf-8")
    assert "Advance the clock by seconds or a timedelta" in reference


def test_every_page_is_in_the_table_of_contents() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    entries = [line for block in index.split("```{toctree}")[1:] for line in block.partition("```")[0].splitlines()]
    assert {page.stem for page in DOCS.glob("*.md")} - {"index"} == {one for one in entries if one and one[0] != ":"}
