"""One example request for each API, with the values filled in that only the caller knows."""

from __future__ import annotations

from typing import TypedDict, Unpack

from kiwoom_contracts import catalogue


class Known(TypedDict, total=False):
    """The values that stand in the place of ``$CODE``, ``$TODAY`` and so on in an example."""

    code: str
    """The listed stock that is asked about or traded."""
    today: str
    """The day in Korea, YYYYMMDD."""
    order: str
    """The number of an open order."""
    price: str
    """A price in won inside of the daily limits of what is ordered."""
    appkey: str
    secretkey: str
    token: str
    """A living access token."""


SAMPLE: Known = {
    "code": "005930",
    "today": "20261123",
    "order": "0000139",
    "price": "269000",
    "appkey": "APPKEY",
    "secretkey": "SECRETKEY",
    "token": "TOKEN",
}
"""Values of the right form, for documents that show what a request looks like."""


def request(api_id: str, **known: Unpack[Known]) -> dict[str, str]:
    """The example request body of an API, filled in with what is known; what it does not need is ignored.

    Raises KeyError for an API that the catalogue does not know, ValueError that names every value that is missing.
    """
    example = catalogue.api(api_id).example
    values = {f"${name.upper()}": str(value) for name, value in known.items()}
    missing = {text for text in example.values() if text.startswith("$")} - values.keys()
    if missing:
        names = ", ".join(sorted(text.removeprefix("$").lower() for text in missing))
        raise ValueError(f"the example of {api_id} needs {names}")
    return {name: values.get(text, text) for name, text in example.items()}
