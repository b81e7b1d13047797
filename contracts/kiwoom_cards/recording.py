"""What a service was heard to say, on one day: a file that can be kept, published, and held against the simulator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from kiwoom_reference_client.errors import code_in

OLD = timedelta(days=180)
"""After which the service may have changed."""

MOCK_DOMAIN, PRODUCTION = "mock domain", "production"

SHIPPED = Path(__file__).parent / "recordings"
"""The first recordings: what others published of the real service, each with its source."""


class RecordedAnswer(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The answer of a REST API."""

    api_id: str
    body: dict[str, Any]
    asked: dict[str, Any] = {}
    status: int = 200
    has_more: bool = False
    """Whether another page followed."""
    is_part: bool = False
    """Whether a part of the answer was published, and not the rest."""
    left_out: tuple[str, ...] = ()
    """Where fields stood that were not kept."""

    @property
    def outcome(self) -> str:
        """The code of the error; ``0`` for none."""
        return code_in(str(self.body.get("return_msg", ""))) if self.body.get("return_code") else "0"

    @property
    def kind(self) -> tuple[str, ...]:
        """What is alike of answers that are written alike."""
        return self.api_id, self.outcome


class RecordedFrame(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A frame of the WebSocket: an answer, or a push with one row."""

    frame: dict[str, Any]
    left_out: tuple[str, ...] = ()

    @property
    def row(self) -> dict[str, Any]:
        """The row of a push; empty for an answer."""
        row: dict[str, Any] = self.frame["data"][0] if self.frame.get("trnm") == "REAL" else {}
        return row

    @property
    def kind(self) -> tuple[str, ...]:
        """What is alike of frames that are written alike: of own orders, their state too."""
        if not self.row:
            return str(self.frame.get("trnm")), str(self.frame.get("code", self.frame.get("return_code", "")))
        state = self.row["values"].get("913", "")
        return (str(self.row["type"]), state) if state else (str(self.row["type"]),)


class Recording(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All of one day."""

    taken: date | None
    """Korean day; None where it was not told."""
    of: str
    """``mock domain``, ``production``, or the host."""
    source: str
    """Who recorded it."""
    answers: tuple[RecordedAnswer, ...] = ()
    frames: tuple[RecordedFrame, ...] = ()

    def is_old(self, today: date) -> bool:
        """Whether the service may have changed since."""
        return self.taken is None or today - self.taken > OLD


def save(recording: Recording, folder: Path, moment: datetime) -> Path:
    """Write a recording into a folder, under its moment and host, and tell the file."""
    folder.mkdir(parents=True, exist_ok=True)
    host = recording.of.replace(" ", "-").replace(":", "-")
    file = folder / f"{moment:%Y-%m-%dT%H%M%S}-{host}.json"
    file.write_bytes(msgspec.json.format(msgspec.json.encode(recording), indent=1) + b"\n")
    return file


def load(folder: Path) -> Iterator[tuple[str, Recording]]:
    """The recordings of a folder by the names of their files. Raises ValueError that names a file that is none."""
    for file in sorted(folder.glob("*.json")):
        try:
            yield file.name, msgspec.json.decode(file.read_bytes(), type=Recording)
        except (msgspec.DecodeError, OSError) as error:
            raise ValueError(f"{file}: {error}") from error
