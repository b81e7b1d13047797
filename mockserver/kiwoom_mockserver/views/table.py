"""Picks the fields of a view that an API's response defines.

A view has the values of one thing under every field name that the wire uses for it.
"""

from __future__ import annotations

from functools import cache

from kiwoom_contracts import catalogue
from kiwoom_contracts.formats import Format
from kiwoom_mockserver.views.serializer import Values


def pick(api_id: str, view: Values) -> Values:
    """The values of a view for the fields that an API's response defines, at its top or in its rows.

    A view gives a price with its base. Where the API writes prices without the sign of their distance from the base,
    the price alone is taken.
    """
    is_relative = _relative(api_id)
    return {
        name: value[0] if isinstance(value, tuple) and not is_relative[name] else value
        for name, value in view.items()
        if name in is_relative
    }


@cache
def _relative(api_id: str) -> dict[str, bool]:
    """Whether each field of a response is written with the sign of its distance from the base price."""
    response = catalogue.api(api_id).response
    fields = [*(field for field in response if not field.fields), *(row for field in response for row in field.fields)]
    return {field.name: Format.of(field.format).is_relative for field in fields}


def blank_row(api_id: str) -> Values:
    """A row of an API's list with every field blank."""
    return {row.name: None for field in catalogue.api(api_id).response for row in field.fields}
