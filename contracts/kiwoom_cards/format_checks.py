"""Whether values are written, and keys ordered, as the catalogue says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kiwoom_cards.assertions import require
from kiwoom_contracts.formats import Format


def check_keys(what: str, wanted: Iterable[str], raw: Mapping[str, Any]) -> None:
    """Raises CriterionMissed unless exactly these keys are there, in this order."""
    keys, found = list(wanted), list(raw)
    if found == keys:
        return
    missing = [key for key in keys if key not in raw]
    besides = [key for key in found if key not in keys]
    told = [f"without {', '.join(missing)}"] if missing else []
    told += [f"with {', '.join(besides)} besides"] if besides else []
    require(False, f"{what}: keys {' and '.join(told) or f'in another order: {found}'}")


def check_values(what: str, specs: Mapping[str, str], raw: Mapping[str, Any]) -> None:
    """Raises CriterionMissed for the first value that is no text, or not in its format."""
    for name, spec in specs.items():
        value = raw[name]
        require(isinstance(value, str), f"{what}: {name} is no text: {value!r}")
        require(Format.of(spec).strict_pattern.fullmatch(value) is not None, f"{what}: {name} is {value!r}, not {spec}")
