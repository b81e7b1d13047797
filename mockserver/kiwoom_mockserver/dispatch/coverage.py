"""What the simulator does with each API of the catalogue, read from the registry of handlers."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import NamedTuple

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import Evidence
from kiwoom_mockserver.dispatch.gateway import OAUTH
from kiwoom_mockserver.rest.registry import handlers


class Coverage(NamedTuple):
    """What the simulator does with one API."""

    api_id: str
    name: str
    does: str
    """``simulated``, ``stub``, or how it is refused, in the open profile and in mockapi."""
    evidence: Evidence
    """Why we believe the contract of the API."""


def coverage(stubs: Container[str] = ()) -> Iterator[Coverage]:
    """Every API of the catalogue; ``stubs`` are the APIs that have one in a world: ``kiwoom.broker.state.stubs``."""
    simulated = handlers().keys() | set(OAUTH.values())
    for api_id in catalogue.api_ids():
        api = catalogue.api(api_id)
        does = "simulated" if api_id in simulated else "refused: 1999"
        if api_id in stubs:
            does = "stub"
        elif api.mockapi is not None:
            does += f" (mockapi: {api.mockapi.code})"
        yield Coverage(api_id, api.name, does, api.evidence)


def simulated_table() -> str:
    """The simulated APIs as a Markdown table, a row for each family of the catalogue."""
    rows: dict[str, list[str]] = {}
    for row in coverage():
        if row.does.startswith("simulated"):
            rows.setdefault(catalogue.family(row.api_id), []).append(f"`{row.api_id}` {row.name}")
    lines = [f"| {family} | {', '.join(apis)} |" for family, apis in sorted(rows.items())]
    return "\n".join(["| family | simulated |", "| --- | --- |", *lines, ""])
