"""What an API that is not simulated yet begins with: its handler, its test, and the lines of its catalogue file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click
import orjson

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import Api, Field
from kiwoom_mockserver.commands.click_options import ExplainedCommand
from kiwoom_mockserver.dispatch.gateway import OAUTH, WEBSOCKET_PATH
from kiwoom_mockserver.help_pages import HelpPage
from kiwoom_mockserver.rest.registry import handlers

HANDLER = '''"""{name}: {id}."""

from __future__ import annotations

{imports}

@answers("{id}")
def {id}(call: Call) -> {returns}:
    """{name}."""
{body}'''

HANDLER_IMPORTS = """from kiwoom_mockserver.rest.call import Call
from kiwoom_mockserver.rest.registry import answers
"""

TEST = '''"""{name}: {id}."""

from __future__ import annotations

from kiwoom_contracts import examples
from wire import Wire


def test_{id}(client: Wire) -> None:
    answer = client.call("{id}", **examples.request("{id}"{known}))
    assert answer == {answer}
'''


@click.command("scaffold", cls=ExplainedCommand, page=HelpPage.NEW_API)
@click.argument("api_id")
def scaffold(api_id: str) -> None:
    """Print what one more API begins with: handler, test, and the lines of its catalogue file."""
    if api_id not in catalogue.api_ids():
        raise click.UsageError(f"there is no API {api_id}; `kiwoom-mockserver contracts coverage` lists them")
    if api_id in handlers():
        raise click.UsageError(f"{api_id} is simulated: {handlers()[api_id].__module__}")
    if catalogue.api(api_id).path in (*OAUTH, WEBSOCKET_PATH):
        raise click.UsageError(f"{api_id} has no handler of its own: it makes tokens, or goes over the WebSocket")
    for file, text in parts(catalogue.api(api_id)):
        click.echo(f"# {file}\n{text}")


def parts(api: Api) -> Iterator[tuple[str, str]]:
    """Each file of a new API, by its path in the repository, with the text that it begins with."""
    menu = catalogue.family(api.id)
    module = _module_of_family(menu)
    yield f"mockserver/kiwoom_mockserver/rest/{module}.py", module_of_handler(api)
    yield f"tests/rest/test_{module}.py", module_of_test(api)
    yield f"contracts/kiwoom_contracts/catalogue/{menu}/{api.id}.json: check these lines", "\n".join(_lines(api)) + "\n"


def _module_of_family(menu: str) -> str:
    """The module in which the handlers of a family stand, or the one that it would have."""
    homes = [handler.__module__ for api_id, handler in handlers().items() if catalogue.family(api_id) == menu]
    return homes[0].rpartition(".")[2] if homes else menu.replace("-", "_")


def module_of_handler(api: Api) -> str:
    """A module with a handler in which every value of the response stands open."""
    lists = [field for field in api.response if field.fields]
    head = [field for field in api.response if not field.fields]
    if not lists:
        imports = f"{HANDLER_IMPORTS}from kiwoom_mockserver.views.serializer import Values\n"
        body = f"    return {_values(head, 4)}\n"
        return HANDLER.format(id=api.id, name=api.name, imports=imports, returns="Values", body=body)
    imports = (
        f"from typing import Any\n\n{HANDLER_IMPORTS}from kiwoom_mockserver.rest.reply import Page\n"
        "from kiwoom_mockserver.views.serializer import Values\n"
    )
    body = (
        "    items: list[Any] = []  # ordered by their cursor\n"
        "    return Page(\n"
        "        items=items,\n"
        '        cursor=lambda item: "",  # order numbers, codes, dates or times: 6 to 17 of [0-9A-Z]\n'
        "        row=_row,\n"
        f"        head={_values(head, 8)},\n"
        "    )\n\n\n"
        "def _row(item: Any) -> Values:\n"
        f"    return {_values(lists[0].fields, 4)}\n"
    )
    return HANDLER.format(id=api.id, name=api.name, imports=imports, returns="Page", body=body)


def _values(fields: Iterable[Field], indent: int) -> str:
    blank = " " * indent
    by_name = {field.name: field for field in fields}  # a few tables of the document name a field twice
    lines = [
        f'{blank}    "{name}": ...,  # {field.korean}, {field.format}{_evidence(field)}\n'
        for name, field in by_name.items()
    ]
    return "{\n" + "".join(lines) + blank + "}" if lines else "{}"


def _evidence(field: Field) -> str:
    return f" ({field.evidence.level})" if field.evidence is not None else ""


def module_of_test(api: Api) -> str:
    """A module with one test, of the whole response."""
    placeholders = {"$CODE": 'code="005930"', "$TODAY": 'today="20261123"'}
    known = "".join(f", {text}" for name, text in placeholders.items() if name in api.example.values())
    answer = "{\n" + "".join(f'        "{field.name}": ...,\n' for field in api.response) + "    }"
    return TEST.format(id=api.id, name=api.name, known=known, answer=answer)


def _lines(api: Api) -> Iterator[str]:
    """What the catalogue says of an API as a whole, and the formats that nobody has seen yet."""
    yield f'"success": {orjson.dumps({"message": api.success.message}).decode()} ({api.success.evidence.level})'
    yield f'"example": {orjson.dumps(api.example).decode()}'
    yield f'"next_key": "{api.next_key}"'
    yield f'"page_size": {api.page_size or "not known: 100"}'
    for field in (*api.response, *(row for one in api.response for row in one.fields)):
        if field.evidence is not None and field.evidence.level == "assumed":
            yield f'"{field.name}": "{field.format}", assumed: {field.evidence.where}'
