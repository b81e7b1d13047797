"""Every fenced block of every page is run, loaded or parsed: what a page shows is what happens."""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from docs.pages import PAGES, ROOT, Block, all_blocks, blocks
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_mockserver.server.app import asgi_app
from kiwoom_mockserver.server.runner import ThreadedServer
from kiwoom_scenarios.loader import load_scenario
from serving import complaints

URL = "http://127.0.0.1:8000"
"""Where the examples look for a server; each gets a fresh one in its place."""

CHECKED = {"python", "sh", "console", "text", "json", "yaml", "toml", "ini", "javascript", "{eval-rst}", "{toctree}"}
"""The languages that a block may have. Text is output or a drawing; ``{eval-rst}`` and ``{toctree}`` are the site's."""


def is_test(block: Block) -> bool:
    """Whether an example is for pytest; any other is a script."""
    return "def test_" in block.text or "TestCase" in block.text


def named(block: Block) -> str:
    """The file that an example is saved as, ``# bot.py`` in its first line, which the page's tests import; else blank."""
    match = re.match(r"# (\w+\.py)\n", block.text)
    return match[1] if match else ""


def printed_by_the_shell(page: Path, section: str) -> str:
    """What a page shows as printed in a section, without what its programs in other languages print."""
    shown, before = [], None
    for block in blocks(page):
        is_of_program = before is not None and before.language in ("python", "javascript") and before.printed
        if block.section == section and block.language in ("json", "text") and not is_of_program:
            shown.append(block.text)
        before = block
    return "".join(shown)


def json_values(text: str) -> Iterator[Any]:
    """The JSON values of a block, one behind the other. Raises ValueError if something else stands there."""
    while text := text.strip():
        value, end = json.JSONDecoder().raw_decode(text)
        yield value
        text = text[end:]


PYTHON = all_blocks("python")
SCRIPTS = [block for block in PYTHON if not is_test(block) and not named(block)]
PAGES_WITH_TESTS = [page for page in PAGES if any(is_test(block) for block in PYTHON if block.page == page)]
SHELL = [list(group) for _, group in groupby(all_blocks("sh"), key=lambda block: (block.page, block.section))]


BASH = shutil.which("bash") or ""  # by its path: Windows would find the one of its Linux subsystem first


@pytest.fixture
def served() -> Iterator[str]:
    """The URL of a server as ``serve`` is, whose prices and clock stand."""
    worlds = WorldRegistry()
    worlds.open(WorldConfig(clock="manual", start=datetime(2026, 11, 23, 10)), "default")
    with ThreadedServer(asgi_app(worlds), worlds.gateway) as server:
        yield f"http://127.0.0.1:{server.port}"


def run(command: list[str], script: str, served: str) -> str:
    """What a script prints that finds the server ``served``. Fails if the script does."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "KIWOOM_MOCKSERVER_URL": served, "PYTHONUTF8": "1"}
    done = subprocess.run(
        [*command, script.replace(URL, served)],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,  # an example that would never end is a failure with its place
        check=False,
    )
    assert (done.returncode, complaints(done.stderr)) == (0, ""), done.stdout
    return done.stdout


def as_served(text: str, served: str) -> str:
    """Printed text with the addresses of the server in it."""
    return text.replace(URL, served).replace(URL.replace("http", "ws"), served.replace("http", "ws"))


@pytest.mark.parametrize("page", PAGES_WITH_TESTS, ids=lambda page: page.name)
def test_the_tests_of_a_page_pass(tmp_path: Path, page: Path) -> None:
    for block in blocks(page):
        if block.language == "python" and (is_test(block) or named(block)):
            (tmp_path / (named(block) or f"test_line_{block.line}.py")).write_text(block.text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("block", SCRIPTS, ids=lambda block: block.place)
def test_a_script_prints_what_its_page_says(served: str, block: Block) -> None:
    assert run([sys.executable, "-c"], block.text, served) == as_served(block.printed or "", served)


@pytest.mark.skipif(shutil.which("curl") is None or not BASH, reason="needs curl and bash")
@pytest.mark.parametrize("commands", SHELL, ids=lambda commands: commands[0].place)
def test_the_commands_of_a_section_print_what_their_page_says(served: str, commands: list[Block]) -> None:
    page, section = commands[0].page, commands[0].section
    script = "set -euo pipefail\n" + "".join(block.text for block in commands)
    assert run([BASH, "-c"], script, served) == as_served(printed_by_the_shell(page, section), served)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
@pytest.mark.parametrize("block", all_blocks("javascript"), ids=lambda block: block.place)
def test_a_node_program_prints_what_its_page_says(served: str, block: Block) -> None:
    command = ["node", "--input-type=module", "--eval"]
    assert run(command, block.text, served) == as_served(block.printed or "", served)


@pytest.mark.parametrize("block", all_blocks("yaml"), ids=lambda block: block.place)
def test_a_scenario_of_a_page_opens(tmp_path: Path, block: Block) -> None:
    """A whole file opens as a world; steps of a timeline load."""
    is_whole = block.text.lstrip("# ").startswith(("name:", "yaml-language-server"))
    path = tmp_path / "example.yaml"
    path.write_text(
        block.text if is_whole else f"name: example\ndescription: d\ntimeline:\n{block.text}", encoding="utf-8"
    )
    scenario = load_scenario(str(path))
    if is_whole:
        create_broker(WorldConfig(scenario=scenario, accounts=max(1, len(scenario.keys)), clock="manual"), 0)


def test_settings_and_messages_can_be_parsed() -> None:
    for block in all_blocks("toml"):
        tomllib.loads(block.text)
    for block in all_blocks("ini"):
        configparser.ConfigParser().read_string(block.text)
    shell = {(block.page, block.section) for block in all_blocks("sh")}
    for block in all_blocks("json"):
        if (block.page, block.section) not in shell:
            assert list(json_values(block.text))


def test_every_block_has_a_language_that_is_checked() -> None:
    strange = [f"{block.place}: {block.language!r}" for page in PAGES for block in blocks(page)]
    assert [place for place in strange if place.split(": ")[1].strip("'") not in CHECKED] == []


def test_no_block_is_indented() -> None:
    """An indented block would be shown, and run by nobody."""
    assert [page.name for page in PAGES if re.search(r"^ +```", page.read_text(encoding="utf-8"), re.MULTILINE)] == []


def test_the_pages_of_the_project_are_found() -> None:
    names = {page.relative_to(ROOT).as_posix() for page in PAGES}
    assert {"README.md", "CHANGELOG.md", "docs/testing.md", "tests/README.md"} <= names
    assert len(SCRIPTS) >= 6
    assert len(SHELL) >= 3
