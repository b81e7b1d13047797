"""The bodies that the page on the control API shows: each is taken by its operation, and none that is needed is missing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from kiwoom_mockserver.server.control_api.api import OPERATIONS

PAGE = Path(__file__).parents[2] / "docs" / "control.md"
BODIES = dict(re.findall(r"^\| `(/worlds\S*)` \| `(\{.*\})` \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
POSTS = {operation.path: operation for operation in OPERATIONS if operation.method == "POST"}


@pytest.mark.parametrize("path", BODIES)
def test_the_operation_takes_it(path: str) -> None:
    body = msgspec.json.decode(BODIES[path], type=POSTS[path].request_type)
    shown = json.loads(BODIES[path])
    assert shown == {name: json.loads(msgspec.json.encode(body))[name] for name in shown}


def test_every_body_with_a_field_that_is_needed_is_shown() -> None:
    needed = {
        path
        for path, operation in POSTS.items()
        if isinstance(operation.request_type, type)
        and issubclass(operation.request_type, msgspec.Struct)
        and any(field.required for field in msgspec.structs.fields(operation.request_type))
    }
    assert needed - set(BODIES) == set()
