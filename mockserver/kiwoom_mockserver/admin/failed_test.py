"""What is told of the worlds of a failed test: sections of pytest's report, and files if somebody asked for them.

Whatever goes wrong here is told in the section, and never takes the place of the test's own error.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from kiwoom_mockserver.admin.failure_report import failure_report
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.registry import WorldRegistry

LONGEST_NAME = 60
"""Letters of a node id that a file name keeps; a file system counts bytes, and a Korean letter has three."""

MAX_WORLDS = 20
"""How many worlds that a test has closed are kept for its report: the last ones."""


class WorldsOfTests:
    """The worlds of a server that the current test has opened, or that were open before it; for one test at a time.

    They are noted when they open, as those that a test closes are to be told too. Until a test fails, nothing else is
    done.
    """

    def __init__(self, server: WorldRegistry) -> None:
        """Begins with the current test."""
        self.server = server
        self._opened: deque[MockWorld] = deque(maxlen=MAX_WORLDS)
        self._entries_before: dict[MockWorld, int] = {}
        self.begin()

    def begin(self) -> None:
        """Begin a test: note the worlds that are open already, and how far their journals are."""
        self.server.opened = self._opened
        self._opened.clear()
        self._entries_before = {world: world.journal.last for world in self.server}

    def end(self) -> None:
        """End a test: let go of its worlds, which a whole session would keep otherwise."""
        self.server.opened = None
        self._opened.clear()
        self._entries_before = {}

    def sections(
        self, kiwoom: MockWorld | None, node_id: str, folder: Path | None, *, tells_closed: bool = True
    ) -> Iterator[tuple[str, str]]:
        """Heading and text for each world: that of the fixture ``kiwoom``, those opened since, those open before.

        With a folder, the report and the whole journal are written there, too. A world that was open before, and had no
        traffic since, has one line and no files.
        """
        is_open = {*self.server}
        first = [] if kiwoom is None else [kiwoom]
        new = [world for world in self.server if world not in self._entries_before and world not in self._opened]
        worlds = dict.fromkeys([*first, *new, *self._opened, *self._entries_before])
        for number, world in enumerate(worlds, 1):
            heading = "kiwoom" if world is kiwoom else f"kiwoom world {world.name}"
            if tells_closed and world not in is_open:
                heading += " (closed)"
            if world is not kiwoom and world.journal.last == self._entries_before.get(world):
                yield heading, "no traffic since the test began"
            else:
                # Names of worlds may come again in a test that closes them.
                yield (
                    heading,
                    section(world, node_id if world is kiwoom else f"{node_id}-{number}-{world.name}", folder),
                )

    def are_used(self) -> bool:
        """Whether any world was opened since the test began, or had traffic."""
        return bool(self._opened) or any(world.journal.last != last for world, last in self._entries_before.items())


def section(kiwoom: MockWorld, name: str, folder: Path | None) -> str:
    """The text of a world's section. With a folder, the report and the whole journal are written there, too."""
    try:
        report = failure_report(kiwoom)
    except Exception as error:
        report = f"the report of the world failed: {error!r}"
    if folder is None:
        return report
    try:
        file = _write(kiwoom, report, folder / file_name(name))
    except Exception as error:
        return f"{report}\nthe journal was not written to {folder}: {error!r}"
    return f"{report}\njournal: {file}"


def file_name(name: str) -> str:
    """The name of the files of a test's world without a suffix: letters, digits and hyphens, for every file system.

    Names that are equal without case or other signs, and names that are cut, differ in the digits at the end.
    """
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    letters = re.sub(r"\W+", "-", name.encode("utf-8", "replace").decode()).strip("-")
    return f"{letters[-LONGEST_NAME:].strip('-')}-{digest}"


def _write(kiwoom: MockWorld, report: str, path: Path) -> Path:
    """Write the report and the journal, and return the file of the journal."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".txt").write_text(f"{report}\n", encoding="utf-8")
    file = path.with_suffix(".jsonl")
    file.write_text("".join(f"{line}\n" for line in kiwoom.journal.export()), encoding="utf-8")
    return file
