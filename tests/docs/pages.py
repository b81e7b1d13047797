"""The pages of the project: their fenced blocks, their inline code and the headings that links lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import click

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "tests" / "README.md"])
"""Every Markdown page that a reader is sent to."""

_FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,6}) (.*)$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block of a page."""

    page: Path
    section: str
    """The heading of the second level that it stands under; blank before the first."""
    line: int
    language: str
    text: str
    printed: str | None
    """The text block that follows directly, which is what the example prints; None if there is none."""

    @property
    def place(self) -> str:
        """Where the block stands, for a reader of a failure."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in their order."""
    text = page.read_text(encoding="utf-8")
    section, found = "", list(_FENCE.finditer(text))
    headings = [(match.start(), match[2]) for match in _HEADING.finditer(_blanked(text)) if match[1] == "##"]
    for match, follower in zip_longest(found, found[1:]):
        section = next((title for start, title in reversed(headings) if start < match.start()), "")
        is_printed = follower is not None and follower[1] == "text" and not text[match.end() : follower.start()].strip()
        printed = follower[2] if follower is not None and is_printed else None
        yield Block(page, section, text.count("\n", 0, match.start()) + 1, match[1], match[2], printed)


def all_blocks(*languages: str) -> list[Block]:
    """The blocks of some languages on all pages."""
    return [block for page in PAGES for block in blocks(page) if block.language in languages]


def prose(page: Path) -> str:
    """The text of a page without its fenced blocks, whose lines are left blank."""
    return _blanked(page.read_text(encoding="utf-8"))


def inline_code(page: Path) -> Iterator[tuple[str, str]]:
    """Each piece of inline code with the place where it stands."""
    for number, line in enumerate(prose(page).splitlines(), 1):
        for code in re.findall(r"`([^`]+)`", line):
            yield f"{page.relative_to(ROOT)}:{number}", code


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: dict[str, int] = {}
    for match in _HEADING.finditer(prose(page)):
        plain = re.sub(r"\[([^]]*)]\([^)]*\)", r"\1", match[2])
        slug = re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")
        found[slug] = found.get(slug, -1) + 1
    return {slug if turn == 0 else f"{slug}-{turn}" for slug, count in found.items() for turn in range(count + 1)}


def commands(group: click.Group) -> Iterator[click.Command]:
    """A group of the command line with all commands below it."""
    yield group
    for command in group.commands.values():
        if isinstance(command, click.Group):
            yield from commands(command)
        else:
            yield command


def _blanked(text: str) -> str:
    """The text with blanks for every fenced block: lines and positions stay what they were."""
    return _FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
