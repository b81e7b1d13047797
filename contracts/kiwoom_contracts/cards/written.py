"""Whether values are written, and keys ordered, as the catalogue says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from kiwoom_contracts import formats
from kiwoom_contracts.cards.findings import demand

_NAMED = {
    "": r"[\s\S]*",
    "code": r"(?:[0-9][0-9A-Z]{2,5}|M\d{8})(?:_NX|_AL)?",
    "A+code": r"[AJQ][0-9A-Z]{6}|M\d{8}",
    "order": r"\d{7}",
    "HHmmss": r"\d{6}",
    "HH:mm:ss": r"\d\d:\d\d:\d\d",
    "YYYYMMDD": r"\d{8}",
    "YYYYMMDDHHmmss": r"\d{14}",
}


@cache
def pattern(spec: str) -> re.Pattern[str]:
    """What a value of a format of the catalogue looks like. All but padded numbers may be left blank."""
    number = formats.number(spec)
    if number is not None and number.width:
        return re.compile(_number(number))
    return re.compile(f"(?:{_NAMED[spec] if number is None else _number(number)})?")


def _number(number: formats.Number) -> str:
    fraction = rf"\.\d{{{number.decimals}}}" if number.decimals else ""
    if number.width:
        return rf"(?=.{{{number.width}}}$)-?\d+{fraction}"
    whole = r"(?:0|[1-9]\d*)" + fraction
    zero = "0" + (r"\." + "0" * number.decimals if number.decimals else "")
    if number.sign == "±":
        flat = f" {whole}|{zero}" if number.blank else whole
        return f"{flat}|[+-]{whole}"
    if number.sign == "+":
        return f"{' ' if number.blank else ''}{zero}|(?!.{zero}$)[+-]{whole}"
    return f"-?{whole}"


def check_keys(what: str, wanted: Iterable[str], raw: Mapping[str, Any]) -> None:
    """Raises CriterionMissed unless exactly these keys are there, in this order."""
    keys, found = list(wanted), list(raw)
    if found == keys:
        return
    missing = [key for key in keys if key not in raw]
    besides = [key for key in found if key not in keys]
    told = [f"without {', '.join(missing)}"] if missing else []
    told += [f"with {', '.join(besides)} besides"] if besides else []
    demand(False, f"{what}: keys {' and '.join(told) or f'in another order: {found}'}")


def check_values(what: str, specs: Mapping[str, str], raw: Mapping[str, Any]) -> None:
    """Raises CriterionMissed for the first value that is no text, or not in its format."""
    for name, spec in specs.items():
        value = raw[name]
        demand(isinstance(value, str), f"{what}: {name} is no text: {value!r}")
        demand(pattern(spec).fullmatch(value) is not None, f"{what}: {name} is {value!r}, not {spec}")
