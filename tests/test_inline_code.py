"""Every name that README and docs write as inline code exists, and their examples import public names alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import kiwoom_mockserver
from kiwoom_mockserver import MockWorld
from kiwoom_mockserver.control import Control
from kiwoom_reference_client import Kiwoom, Stream

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
PACKAGES = ("kiwoom_mockserver", "kiwoom_contracts", "kiwoom_cards", "kiwoom_reference_client", "kiwoom_scenarios")
DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")


def inline_names(page: Path) -> Iterator[str]:
    """The dotted names with which inline code begins, such as ``kiwoom.market.set_price``."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for code in re.findall(r"`([^`\n]+)`", text):
        match = DOTTED.match(code)
        if match and match[0] != "kiwoom.com":
            yield match[0]


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
            "stream": Stream,
        }


def test_every_inline_name_exists(roots: dict[str, Any]) -> None:
    missing = []
    for page in PAGES:
        for name in inline_names(page):
            if name.split(".")[0] in (*roots, *PACKAGES):
                try:
                    resolve(name, roots)
                except (AttributeError, ImportError) as error:
                    missing.append(f"{page.name}: {name}: {error}")
    assert missing == []


def test_a_name_that_does_not_exist_is_found(roots: dict[str, Any]) -> None:
    with pytest.raises(AttributeError):
        resolve("kiwoom.broker.open_phase", roots)
    with pytest.raises(ImportError):
        resolve("kiwoom_contracts.nothing.there", roots)


def test_examples_import_public_names_alone() -> None:
    private = []
    for page in PAGES:
        for example in re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            for node in ast.walk(ast.parse(example)):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kiwoom_mockserver"):
                    names = [alias.name for alias in node.names]
                    is_public = node.module == "kiwoom_mockserver" and set(names) <= set(kiwoom_mockserver.__all__)
                    if not is_public and node.module != "kiwoom_mockserver.control":
                        private.append(f"{page.name}: from {node.module} import {', '.join(names)}")
    assert private == []


def test_no_page_sends_its_reader_into_the_broker() -> None:
    assert {page.name for page in PAGES if "kiwoom.broker." in page.read_text(encoding="utf-8")} == set()


def test_every_public_name_is_there() -> None:
    assert {name for name in kiwoom_mockserver.__all__ if not hasattr(kiwoom_mockserver, name)} == set()
    assert re.fullmatch(r"\d+\.\d+\.\d+", kiwoom_mockserver.__version__)
    with pytest.raises(AttributeError, match="has no attribute 'Counter'"):
        _ = kiwoom_mockserver.Counter
