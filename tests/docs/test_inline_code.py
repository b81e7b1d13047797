"""Inline code of the pages is true: names exist, calls fit their signatures, commands and paths are there."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

import kiwoom_cards
import kiwoom_cards.lifecycle
import kiwoom_mockserver
import kiwoom_reference_client
from docs.pages import PAGES, all_blocks, inline_code
from kiwoom_contracts import examples, formats, strategies
from kiwoom_mockserver import MockWorld
from kiwoom_mockserver.control import Control
from kiwoom_mockserver.server.control_api.api import CONTROL_PATH, OPERATIONS
from kiwoom_reference_client import AsyncKiwoom, Kiwoom, Stream

READ = [page for page in PAGES if page.name != "CHANGELOG.md" and page.parent.name != "tests"]
"""The pages that speak of today's public names: the changelog has those of before, too, the map of the tests helpers."""

PACKAGES = ("kiwoom_mockserver", "kiwoom_contracts", "kiwoom_cards", "kiwoom_reference_client", "kiwoom_scenarios")
DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
NOT_OURS = {
    "asyncio.to_thread", "time.sleep", "bytes", "float", "int", "json", "kiwoom.com", "len", "open", "st.just",
}  # fmt: skip
"""What pages name of Python and of hosts."""


def resolve(name: str, roots: dict[str, Any]) -> Any:
    """What a dotted name stands for. Raises AttributeError or ImportError where there is no such thing."""
    first, *rest = name.split(".")
    value = roots[first] if first in roots else import_module(first)
    for attribute in rest:
        if isinstance(value, ModuleType) and not hasattr(value, attribute):
            value = import_module(f"{value.__name__}.{attribute}")
        else:
            value = getattr(value, attribute)
    return value


@pytest.fixture
def roots(kiwoom: MockWorld) -> Iterator[dict[str, Any]]:
    """What the first word of a name stands for in the pages."""
    with Control(kiwoom.rest_url) as control:
        yield {
            "kiwoom": kiwoom,
            "faults": kiwoom.faults,
            "control": control,
            "world": control.world(kiwoom.name),
            "client": Kiwoom,
            "Kiwoom": Kiwoom,
            "AsyncKiwoom": AsyncKiwoom,
            "stream": Stream,
        }


def homes(roots: dict[str, Any]) -> list[Any]:
    """Where a name without a root may live: what a page says of ``kiwoom.clock`` it may call ``advance(60)``."""
    kiwoom, world = roots["kiwoom"], roots["world"]
    return [
        *roots.values(),
        *(getattr(kiwoom, part) for part in ("clock", "market", "orders", "customer", "journal")),
        *(getattr(world, part) for part in ("clock", "market", "orders", "customer", "journal", "faults")),
        kiwoom_mockserver,
        kiwoom_reference_client,
        kiwoom_cards,
        kiwoom_cards.lifecycle,
        examples,
        formats,
        strategies,
    ]


def calls(code: str) -> Iterator[ast.Call]:
    """The calls in inline code that is a Python expression; none in other inline code."""
    try:
        tree = ast.parse(code.replace("…", "..."), mode="eval")
    except SyntaxError:
        return
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def misfit(call: ast.Call, roots: dict[str, Any]) -> str | None:
    """Why a call of a page cannot be made: there is no such name, or the arguments do not fit; None if it can."""
    name = ast.unparse(call.func)
    if name in NOT_OURS or not re.fullmatch(r"[\w.]+", name):
        return None
    try:
        if "." in name:
            found = [resolve(name, roots)]
        else:
            known = [getattr(home, name) for home in homes(roots) if hasattr(home, name)]
            found = [one for one in known if callable(one)]
    except (AttributeError, ImportError) as error:
        return str(error)
    reasons = [_unbound(function, call) for function in found]
    return None if None in reasons else f"{name}: {reasons[0] if reasons else 'nothing has this name'}"


def _unbound(function: Any, call: ast.Call) -> str | None:
    """Why the arguments of a call do not fit a function; ``...`` stands for any more positional ones."""
    function = getattr(function, "_method", function)  # a method of the client, blocking and awaited
    signature = inspect.signature(function)
    is_unbound = "self" in signature.parameters
    is_partial = any(isinstance(one, ast.Constant) and one.value is ... for one in call.args)
    positional = [None, *call.args] if is_unbound else list(call.args)
    keywords = {one.arg: one.value for one in call.keywords if one.arg is not None}
    try:
        (signature.bind_partial if is_partial else signature.bind)(*positional, **keywords)
        _check_unpacked(function, keywords)
    except TypeError as error:
        return str(error)
    return None


def _check_unpacked(function: Any, keywords: dict[str, Any]) -> None:
    """Raise TypeError for a keyword that only ``**on: Unpack[…]`` takes and that its TypedDict does not have."""
    parameters = inspect.signature(function).parameters
    for parameter in parameters.values():
        unpacked = re.fullmatch(r"Unpack\[(\w+)]", str(parameter.annotation))
        if parameter.kind is inspect.Parameter.VAR_KEYWORD and unpacked:
            known = inspect.unwrap(function).__globals__[unpacked[1]].__annotations__
            strange = keywords.keys() - known.keys() - parameters.keys()
            if strange:
                raise TypeError(f"got an unexpected keyword argument {min(strange)!r}")


def test_every_inline_name_exists(roots: dict[str, Any]) -> None:
    missing = []
    for page in READ:
        for place, code in inline_code(page):
            match = DOTTED.match(code)
            if match and match[0] not in NOT_OURS and match[0].split(".")[0] in (*roots, *PACKAGES):
                try:
                    resolve(match[0], roots)
                except (AttributeError, ImportError) as error:
                    missing.append(f"{place}: {match[0]}: {error}")
    assert "\n".join(missing) == ""


def test_every_inline_call_fits_its_signature(roots: dict[str, Any]) -> None:
    wrong = [
        f"{place}: {reason}"
        for page in READ
        for place, code in inline_code(page)
        for call in calls(code)
        if (reason := misfit(call, roots))
    ]
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("kiwoom.broker.open_phase(1)", "no attribute 'open_phase'"),
        ("kiwoom_contracts.nothing.there()", "No module named"),
        ("kiwoom.clock.advance()", "missing a required argument: 'by'"),
        ("faults.latency(0.5, apis='kt10000')", "unexpected keyword argument 'apis'"),
        ("client.buy('005930')", "missing a required argument"),
        ("set_prize(code, price)", "nothing has this name"),
    ],
)
def test_a_call_that_cannot_be_made_is_found(roots: dict[str, Any], code: str, reason: str) -> None:
    (call,) = calls(code)
    assert reason in (misfit(call, roots) or "")


def test_every_request_to_the_control_api_exists() -> None:
    known = [(one.method, re.sub(r"{\w+}", "[^/]+", one.path)) for one in OPERATIONS]
    strange = [
        f"{place}: {code}"
        for page in READ
        for place, code in inline_code(page)
        if (match := re.fullmatch(rf"(GET|POST|DELETE) {CONTROL_PATH}(/\S+)", code))
        and not any(match[1] == method and re.fullmatch(path, match[2]) for method, path in known)
    ]
    assert [one for one in strange if "/openapi.json" not in one] == []


def test_examples_import_public_names_alone() -> None:
    private = []
    for block in all_blocks("python"):
        for node in ast.walk(ast.parse(block.text)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kiwoom_mockserver"):
                names = [alias.name for alias in node.names]
                is_public = node.module == "kiwoom_mockserver" and set(names) <= set(kiwoom_mockserver.__all__)
                if not is_public and node.module != "kiwoom_mockserver.control":
                    private.append(f"{block.place}: from {node.module} import {', '.join(names)}")
    assert private == []


def test_no_page_sends_its_reader_into_the_broker() -> None:
    assert [place for page in READ for place, code in inline_code(page) if "kiwoom.broker." in code] == []


def test_every_public_name_is_there() -> None:
    assert {name for name in kiwoom_mockserver.__all__ if not hasattr(kiwoom_mockserver, name)} == set()
    assert re.fullmatch(r"\d+\.\d+\.\d+", kiwoom_mockserver.__version__)
    with pytest.raises(AttributeError, match="has no attribute 'Counter'"):
        _ = kiwoom_mockserver.Counter
