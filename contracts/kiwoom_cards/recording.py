"""A recording: answers and frames of a service on one day, in a JSON file to be kept, published and compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from kiwoom_reference_client.errors import code_in

OLD = timedelta(days=180)
"""Age after which the service may have changed."""

MOCK_DOMAIN, PRODUCTION = "mock domain", "production"

SHIPPED = Path(__file__).parent / "recordings"
"""Folder of the first recordings: answers of the real service that others published, each with its source."""


class RecordedAnswer(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One answer of a REST API, with its request."""

    api_id: str
    body: dict[str, Any]
    request: dict[str, Any] = {}
    status: int = 200
    has_more: bool = False
    """Whether another page followed."""
    is_part: bool = False
    """Whether only a part of the answer was published."""
    left_out: tuple[str, ...] = ()
    """Paths of fields that were received and not kept."""

    @property
    def outcome(self) -> str:
        """The error code; ``0`` for a successful answer."""
        return code_in(str(self.body.get("return_msg", ""))) if self.body.get("return_code") else "0"

    @property
    def kind(self) -> tuple[str, ...]:
        """API id and outcome: answers that agree in them have the same keys and formats."""
        return self.api_id, self.outcome


class RecordedFrame(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One frame of the WebSocket: the answer to a request, or a REAL frame with one row."""

    frame: dict[str, Any]
    left_out: tuple[str, ...] = ()
    """Paths of fields that were received and not kept."""

    @property
    def row(self) -> dict[str, Any]:
        """The row of a REAL frame; empty for any other frame."""
        row: dict[str, Any] = self.frame["data"][0] if self.frame.get("trnm") == "REAL" else {}
        return row

    @property
    def kind(self) -> tuple[str, ...]:
        """What frames of the same keys and formats agree in: type and order state, or ``trnm`` and code."""
        if not self.row:
            return str(self.frame.get("trnm")), str(self.frame.get("code", self.frame.get("return_code", "")))
        state = self.row["values"].get("913", "")
        return (str(self.row["type"]), state) if state else (str(self.row["type"]),)


class Recording(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All answers and frames of one service on one day."""

    taken: date | None
    """Day in Korea; None if it is unknown."""
    of: str
    """The service: ``mock domain``, ``production``, or a host name."""
    source: str
    """The name of who made the recording, or the publication it is from."""
    answers: tuple[RecordedAnswer, ...] = ()
    frames: tuple[RecordedFrame, ...] = ()

    def is_old(self, today: date) -> bool:
        """Return whether the service may have changed since."""
        return self.taken is None or today - self.taken > OLD


def save(recording: Recording, folder: Path, moment: datetime) -> Path:
    """Write a recording into a folder, and return the file, which is named after the moment and the service."""
    folder.mkdir(parents=True, exist_ok=True)
    service = recording.of.replace(" ", "-").replace(":", "-")
    file = folder / f"{moment:%Y-%m-%dT%H%M%S}-{service}.json"
    file.write_bytes(msgspec.json.format(msgspec.json.encode(recording), indent=1) + b"\n")
    return file


def load(folder: Path) -> Iterator[tuple[str, Recording]]:
    """Yield the recordings of a folder with their file names. Raises ValueError for a file that is not a recording."""
    for file in sorted(folder.glob("*.json")):
        try:
            yield file.name, msgspec.json.decode(file.read_bytes(), type=Recording)
        except (msgspec.DecodeError, OSError) as error:
            raise ValueError(f"{file}: {error}") from error
