"""One name has one meaning: no two classes of the simulator share a name, and no private function stands everywhere."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import kiwoom_mockserver

ROOT = Path(kiwoom_mockserver.__file__).parent


def places(kind: type[ast.ClassDef | ast.FunctionDef]) -> dict[str, list[str]]:
    """The modules in which a class or a function of each name stands at the top."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, kind):
                found[node.name].append(str(path.relative_to(ROOT)))
    return found


def test_no_two_classes_share_a_name() -> None:
    assert {name: where for name, where in places(ast.ClassDef).items() if len(where) > 1} == {}


def test_no_private_function_stands_in_more_than_three_modules() -> None:
    functions = places(ast.FunctionDef)
    assert {name: where for name, where in functions.items() if name[0] == "_" and len(where) > 3} == {}
