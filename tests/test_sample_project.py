"""A project of somebody else: the installed wheel, its fixture found without configuration, nothing left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from venv import EnvBuilder
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
"""In which nothing leads to this checkout."""

TESTS = """
import asyncio

import httpx2
import pytest
from kiwoom_reference_client import AsyncKiwoom, Kiwoom


@pytest.mark.parametrize("turn", range(36))
def test_sync(kiwoom, turn):
    with Kiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey) as client:
        assert client.buy("005930", turn % 18 + 1, price=269_500).number == "0000001"
    assert kiwoom.customer.holdings == {"005930": turn % 18 + 1}
    kiwoom.clock.advance(turn)


@pytest.mark.parametrize("turn", range(24))
def test_async(kiwoom, turn):
    async def trade():
        async with AsyncKiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey) as client:
            await asyncio.gather(*(client.buy("000660", 1, price=900_000 + 1_000 * step) for step in range(3)))

    asyncio.run(trade())
    kiwoom.journal.verify("kt10000", count=3, code="0")
"""

CONFTEST = """
import os
import threading

import pytest

LEFT = []


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left():
    threads, files = threading.active_count(), _open_files()
    yield
    LEFT.append((threads, files))


def _open_files():
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    for threads, files in LEFT:
        assert threading.active_count() <= threads, threading.enumerate()
        assert _open_files() <= files + 1


@pytest.fixture(scope="session", autouse=True)
def no_world_is_left(nothing_is_left, kiwoom_server):
    yield
    assert kiwoom_server.gateway.brokers == []
"""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that has the wheel, and of everything else what is here; not this checkout."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    (wheel,) = folder.glob("*.whl")
    EnvBuilder(with_pip=False).create(folder / "venv")
    packages = Path(
        sysconfig.get_path("purelib", "venv", {"base": str(folder / "venv"), "platbase": str(folder / "venv")})
    )
    with ZipFile(wheel) as archive:
        archive.extractall(packages)  # as pip does, but for the scripts, which are not used here
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    scripts = "Scripts" if os.name == "nt" else "bin"
    return folder / "venv" / scripts / "python"


def test_sixty_tests_in_parallel_leave_nothing_behind(python: Path, tmp_path: Path) -> None:
    (tmp_path / "test_bot.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    options = ["-q", "-n", "2", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-W", "error"]
    command = [str(python), "-m", "pytest", "-p", "no:asyncio", *options]
    done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "60 passed" in done.stdout


def test_what_runs_is_the_wheel(python: Path, tmp_path: Path) -> None:
    code = "import kiwoom_mockserver, kiwoom_scenarios; print(kiwoom_mockserver.__file__, kiwoom_scenarios.__file__)"
    command = [str(python), "-c", code]
    done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert str(ROOT) not in done.stdout
    assert done.stdout.count("venv") == 2
