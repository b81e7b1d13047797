"""Example requests: one for each API, with its placeholders replaced."""

from __future__ import annotations

from typing import TypedDict, Unpack

from kiwoom_contracts import catalogue


class PlaceholderValues(TypedDict, total=False):
    """The values for the placeholders ``$CODE``, ``$TODAY`` and so on of an example."""

    code: str
    """Code of a listed stock."""
    today: str
    """The day in Korea, YYYYMMDD."""
    order: str
    """The number of an open order."""
    price: str
    """A price in won within the daily limits of the instrument."""
    appkey: str
    secretkey: str
    token: str
    """A valid access token."""


SAMPLE: PlaceholderValues = {
    "code": "005930",
    "today": "20261123",
    "order": "0000139",
    "price": "269000",
    "appkey": "APPKEY",
    "secretkey": "SECRETKEY",
    "token": "TOKEN",
}
"""Values of the right format, for documents that show a request."""


def request(api_id: str, **known: Unpack[PlaceholderValues]) -> dict[str, str]:
    """Return the example request body of an API, with its placeholders replaced; unneeded values are ignored.

    Raises KeyError for an API that the catalogue does not know, and ValueError that names all missing values.
    """
    example = catalogue.api(api_id).example
    values = {f"${name.upper()}": str(value) for name, value in known.items()}
    missing = {text for text in example.values() if text.startswith("$")} - values.keys()
    if missing:
        names = ", ".join(sorted(text.removeprefix("$").lower() for text in missing))
        raise ValueError(f"the example of {api_id} needs {names}")
    return {name: values.get(text, text) for name, text in example.items()}
