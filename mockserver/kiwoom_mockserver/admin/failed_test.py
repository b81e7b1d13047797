"""What is told of the world of a failed test: a section of pytest's report, and files if somebody asked for them.

Whatever goes wrong here is told in the section, and never takes the place of the test's own error.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from kiwoom_mockserver.admin.failure_report import failure_report
from kiwoom_mockserver.admin.mock_world import MockWorld

LONGEST_NAME = 60
"""Letters of a node id that a file name keeps; a file system counts bytes, and a Korean letter has three."""


def section(kiwoom: MockWorld, node_id: str, folder: Path | None) -> str:
    """The text of the report's section. With a folder, the report and the whole journal are written there, too."""
    try:
        report = failure_report(kiwoom)
    except Exception as error:
        report = f"the report of the world failed: {error!r}"
    if folder is None:
        return report
    try:
        file = _write(kiwoom, report, folder / file_name(node_id))
    except Exception as error:
        return f"{report}\nthe journal was not written to {folder}: {error!r}"
    return f"{report}\njournal: {file}"


def file_name(node_id: str) -> str:
    """The name of a test's files without a suffix: letters, digits and hyphens that every file system takes.

    Names that are equal without case or other signs, and names that are cut, differ in the digits at the end.
    """
    digest = hashlib.sha256(node_id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    letters = re.sub(r"\W+", "-", node_id.encode("utf-8", "replace").decode()).strip("-")
    return f"{letters[-LONGEST_NAME:].strip('-')}-{digest}"


def _write(kiwoom: MockWorld, report: str, path: Path) -> Path:
    """Write the report and the journal, and return the file of the journal."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".txt").write_text(f"{report}\n", encoding="utf-8")
    file = path.with_suffix(".jsonl")
    file.write_text("".join(f"{line}\n" for line in kiwoom.journal.export()), encoding="utf-8")
    return file
