"""Every example of the README, run as it stands."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from example_tests import run_as_tests
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.server.app import App
from kiwoom_mockserver.server.runner import ThreadedServer
from kiwoom_scenarios.loader import load_scenario

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def blocks(language: str, heading: str) -> list[str]:
    """The code blocks of a language under a heading."""
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(rf"```{language}\n(.*?)```", section, flags=re.DOTALL)


def test_the_test_in_ten_lines_passes(tmp_path: Path) -> None:
    (example,) = blocks("python", "A test in ten lines")
    run_as_tests(tmp_path, [example], "-p", "no:schemathesis")


def test_the_faults_of_the_readme_are_set(kiwoom: MockWorld) -> None:
    (example,) = blocks("python", "Faults")
    exec(example + "test_a_lost_fill_is_found(kiwoom)", {"kiwoom": kiwoom})  # noqa: S102 - our own page
    assert list(kiwoom.faults.list()) == [1, 2]


@pytest.mark.skipif(shutil.which("curl") is None or shutil.which("bash") is None, reason="needs curl and bash")
def test_the_walk_with_curl_prints_what_it_says() -> None:
    gateway = Gateway(wall_clock)
    gateway.add(create_broker(WorldConfig(clock="manual", start=datetime(2026, 11, 23, 10)), wall_clock()))
    with ThreadedServer(App(gateway), gateway) as server:
        script = "\n".join(blocks("sh", "A walk with curl"))
        script = script.replace("http://127.0.0.1:8000", f"http://127.0.0.1:{server.port}")
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "".join(blocks("json", "A walk with curl"))


def test_the_script_of_the_readme_plays(tmp_path: Path) -> None:
    (example,) = blocks("yaml", "Realtime")
    path = tmp_path / "spike.yaml"
    path.write_text(example, encoding="utf-8")
    command = [sys.executable, "-m", "kiwoom_mockserver", "scenarios", "run", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert '"type":"1h"' in done.stdout


def test_the_scenario_of_the_simulation_page_opens(tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "simulation.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    path = tmp_path / "strict.yaml"
    path.write_text(example, encoding="utf-8")
    broker = create_broker(WorldConfig(scenario=load_scenario(str(path))), wall_clock())
    assert (broker.profile.page_size, broker.profile.reissue) == (20, "replace")
    assert broker.world.ledger.market_data["900900"].instrument.name == "우리회사"
