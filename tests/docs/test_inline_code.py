"""Inline code of the pages is true: names exist, calls fit their signatures, commands and paths are there."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import kiwoom_cards
import kiwoom_cards.lifecycle
import kiwoom_mockserver
import kiwoom_reference_client
from docs.pages import PAGES, ROOT, all_blocks, inline_code
from kiwoom_contracts import examples, formats, strategies
from kiwoom_mockserver import MockWorld
from kiwoom_mockserver.admin.faults import FaultMatch
from kiwoom_mockserver.admin.option_parsing import parse_options
from kiwoom_mockserver.control import Control
from kiwoom_mockserver.server.control_api.api import CONTROL_PATH, OPERATIONS
from kiwoom_mockserver.world_options import OPTIONS
from kiwoom_reference_client import AsyncKiwoom, Kiwoom, Stream

READ = [page for page in PAGES if page.name != "CHANGELOG.md" and page.parent.name != "tests"]
"""The pages that speak of today's public names: the changelog has those of before, too, the map of the tests helpers."""

PACKAGES = ("kiwoom_mockserver", "kiwoom_contracts", "kiwoom_cards", "kiwoom_reference_client", "kiwoom_scenarios")
DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
ROOMS = ("benchmarks", "client", "contracts", "docs", "mockserver", "scenarios", "tests", ".github")
"""The folders of the project that pages speak of."""

FILE_ENDINGS = {"editorconfig", "json", "jsonl", "md", "ndjson", "py", "venv", "yaml"}

MADE = {"dist/"}
"""Folders that a command of the page makes."""

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


def expressions(code: str) -> Iterator[ast.AST]:
    """The nodes of inline code that is a Python expression, also one that is awaited; none of other inline code."""
    try:
        tree = ast.parse(code.replace("…", "...").removeprefix("await "), mode="eval")
    except SyntaxError:
        return
    yield from ast.walk(tree)


def calls(code: str) -> Iterator[ast.Call]:
    """The calls in inline code."""
    yield from (node for node in expressions(code) if isinstance(node, ast.Call))


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


def test_every_name_inside_of_a_call_exists(roots: dict[str, Any]) -> None:
    """``asyncio.to_thread(kiwoom.clock.advance, 60)`` names a method as well."""
    missing = []
    for page in READ:
        for place, code in inline_code(page):
            for name in {ast.unparse(node) for node in expressions(code) if isinstance(node, ast.Attribute)}:
                if DOTTED.fullmatch(name) and name.split(".")[0] in roots and not re.search(r"\.(com|py)$", name):
                    try:
                        resolve(name, roots)
                    except (AttributeError, ImportError) as error:
                        missing.append(f"{place}: {name}: {error}")
    assert "\n".join(missing) == ""


@pytest.mark.kiwoom(hours="krx", start="2026-11-23T09:30")
def test_calls_with_values_alone_can_be_made(kiwoom: MockWorld) -> None:
    """What a page calls with nothing but values is called: a word such as "closing-auction" has to exist."""
    names = {"kiwoom": kiwoom, "faults": kiwoom.faults}
    wrong = []
    beginning = kiwoom.snapshot()
    for page in READ:
        for place, code in inline_code(page):
            for call in calls(code):
                if _is_of_values_alone(call) and ast.unparse(call.func).split(".")[0] in names:
                    kiwoom.restore(beginning)
                    try:
                        result = eval(ast.unparse(call), names)  # noqa: S307 - our own pages
                        if inspect.iscoroutine(result):
                            result.close()  # it takes these values, and would wait for a bot
                    except (LookupError, AssertionError, TimeoutError):
                        pass  # the order, the fault or the entry of the example is not there
                    except (TypeError, ValueError) as error:
                        wrong.append(f"{place}: {ast.unparse(call)}: {error}")
    assert "\n".join(wrong) == ""


def _is_of_values_alone(call: ast.Call) -> bool:
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    is_placeholder = any(isinstance(node, ast.Constant) and node.value is ... for node in ast.walk(call))
    return not is_placeholder and not any(isinstance(node, ast.Name) for one in arguments for node in ast.walk(one))


def test_every_option_that_a_page_sets_takes_its_value(roots: dict[str, Any]) -> None:
    """`hours="krx"` is an option of a world, or a parameter of something public."""
    parameters = set(FaultMatch.__annotations__)
    for home in homes(roots):
        for name in dir(home):
            member = getattr(home, name, None)
            if callable(member) and name[0] != "_":
                with suppress(TypeError, ValueError):  # built in
                    parameters |= set(inspect.signature(getattr(member, "_method", member)).parameters)
    wrong = []
    for page in READ:
        for place, code in inline_code(page):
            for keyword in keywords(code):
                try:
                    if keyword.arg in OPTIONS:
                        parse_options({keyword.arg: ast.literal_eval(keyword.value)}, place)
                    elif keyword.arg not in parameters:
                        wrong.append(f"{place}: {keyword.arg} is no option and no parameter")
                except ValueError as error:
                    wrong.append(str(error))
    assert "\n".join(wrong) == ""


def keywords(code: str) -> list[ast.keyword]:
    """The keyword of inline code such as ``hours="krx"``, whose value is quoted or a number."""
    if not re.fullmatch(r"[a-z_]+=(\".*\"|\d+|True|False)", code):
        return []
    return [one for call in calls(f"f({code})") for one in call.keywords]


def test_every_attribute_that_begins_with_a_dot_exists(roots: dict[str, Any]) -> None:
    strange = [
        f"{place}: {code}"
        for page in READ
        for place, code in inline_code(page)
        if (match := re.fullmatch(r"\.([a-z_]+)(?:\(.*\))?", code))
        and match[1] not in FILE_ENDINGS
        and not any(hasattr(home, match[1]) for home in homes(roots))
    ]
    assert "\n".join(strange) == ""


def test_every_import_of_a_page_can_be_made() -> None:
    for page in READ:
        for _, code in inline_code(page):
            if re.match(r"from \w+[\w.]* import \w+|import \w+", code) and "kiwoom_client" not in code:
                exec(code)  # noqa: S102 - our own pages


def test_every_class_of_the_pages_exists() -> None:
    known = {name for package in PACKAGES for name in _classes(package)} | set(dir(builtins))
    strange = [
        f"{place}: {name}"
        for page in READ
        for place, code in inline_code(page)
        if (match := re.fullmatch(r"([A-Z][a-z]+(?:[A-Z][a-z]+)+)(?:\(.*\))?", code))
        and (name := match[1]) not in known
    ]
    assert "\n".join(strange) == ""


def _classes(package: str) -> set[str]:
    folder = Path(next(iter(import_module(package).__path__)))
    texts = (path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    return {
        name
        for text in texts
        for name in re.findall(r"^ *class (\w+)|^([A-Z]\w+) = ", text, re.MULTILINE)
        for name in name
    }


def test_every_path_of_the_pages_exists() -> None:
    """Files of the project, and the ends of paths of the control API."""
    paths = [path.relative_to(ROOT).as_posix() for room in ROOMS for path in (ROOT / room).rglob("*")]
    files = "\n".join(["", *paths, ""])
    folders = {f"/{path}/" for path in paths} | {f"/{room}/" for room in ROOMS}
    api = {re.sub(r"{\w+}", "", one.path) for one in OPERATIONS}
    strange = []
    for page in READ:
        for place, code in inline_code(page):
            is_file = re.fullmatch(r"[\w.-]+(?:/[\w.-]+)+\.(?:py|json|md|yml|toml)", code)
            is_folder = re.fullmatch(r"[\w-]+(?:/[\w-]+)*/", code)
            if is_file and f"/{code}\n" not in files and f"\n{code}\n" not in files:
                strange.append(f"{place}: {code}")
            if is_folder and not any(f"/{code}" in folder for folder in folders) and code not in MADE:
                strange.append(f"{place}: {code}")
            if (match := re.fullmatch(r"(?:GET|POST|DELETE) (/(?!__control|api/|oauth2/)\S*)", code)) and not any(
                path.endswith(re.sub(r"{\w+}", "", match[1])) for path in api
            ):
                strange.append(f"{place}: {code}")
    assert "\n".join(strange) == ""


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
