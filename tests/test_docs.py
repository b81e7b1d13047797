"""Every example of the pages for testers, run as it stands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from example_tests import run_as_tests
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.server.app import asgi_app
from kiwoom_mockserver.server.control_api.api import OPERATIONS
from kiwoom_mockserver.server.runner import ThreadedServer
from kiwoom_mockserver.world_options import OPTIONS

pytestmark = pytest.mark.usefixtures("unsimulated")

DOCS = Path(__file__).parent.parent / "docs"
PAGES = ["testing.md"]


def examples(page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_every_example_passes(tmp_path: Path, page: str) -> None:
    run_as_tests(tmp_path, examples(page), "-p", "no:schemathesis")


CONTROL = (DOCS / "control.md").read_text(encoding="utf-8")
COMMANDS = {"sh": ["bash", "-c"], "python": [sys.executable, "-c"]}


@pytest.fixture
def served() -> Iterator[str]:
    """The URL of a server as `serve` is, but with a clock that stands."""
    worlds = WorldRegistry()
    worlds.open(WorldConfig(clock="manual", start=datetime(2026, 11, 23, 10)), "default")
    with ThreadedServer(asgi_app(worlds), worlds.gateway) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.mark.skipif(shutil.which("curl") is None or shutil.which("bash") is None, reason="needs curl and bash")
@pytest.mark.parametrize(
    ("heading", "language", "printed"),
    [("Worlds", "sh", "json"), ("From Python", "python", "text"), ("From the shell", "sh", "json")],
)
def test_the_control_api_does_what_its_page_says(served: str, heading: str, language: str, printed: str) -> None:
    section = CONTROL.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    script, says = (
        "".join(re.findall(rf"```{name}\n(.*?)```", section, flags=re.DOTALL)).replace("http://127.0.0.1:8000", served)
        for name in (language, printed)
    )
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "KIWOOM_MOCKSERVER_URL": served}
    command = [*COMMANDS[language], script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == says.replace("ws://127.0.0.1:8000", served.replace("http", "ws"))


def options_table() -> str:
    """The options of a world as the pages list them."""
    rows = ["| option | what it says | values | default |", "| --- | --- | --- | --- |"]
    rows += [
        f"| `{option.name}` | {option.text.rstrip('.')} | {option.values} | {option.shown_default} |"
        for option in OPTIONS.values()
    ]
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("page", ["testing.md", "control.md"])
def test_the_pages_list_the_options_of_a_world(page: str) -> None:
    assert f"\n\n{options_table()}\n" in (DOCS / page).read_text(encoding="utf-8")


def test_the_page_of_the_control_api_names_every_operation() -> None:
    rows = re.findall(r"^\| (\w+) \| `(\S+)` \| (.*) \|$", CONTROL, re.MULTILINE)
    assert rows == [(one.method, one.path, one.summary[0].lower() + one.summary[1:]) for one in OPERATIONS]
