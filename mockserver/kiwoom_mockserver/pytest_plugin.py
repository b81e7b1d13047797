"""The pytest fixtures. This module is imported in every pytest run of everyone who installs us: nothing but pytest."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from kiwoom_cards import TargetFactory
    from kiwoom_mockserver.admin.mock_world import MockWorld
    from kiwoom_mockserver.server.mock_server import MockServer

MARKER = "kiwoom({options}): how the test's world begins"
WORLD = pytest.StashKey["MockWorld"]()
INI = pytest.StashKey["IniOptions"]()


class IniOptions:
    """The ini options, such as ``kiwoom_cash``, one for each option of a world.

    They are made from the world's options where they are shown, said or asked for, since nobody else should pay for
    that import.
    """

    def __init__(self, parser: pytest.Parser) -> None:
        self._parser = parser
        self._are_known = False

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[INI] = self
        if config.option.help or _says_something(config):
            self.make_known()

    def make_known(self) -> None:
        """Add them to the parser."""
        if not self._are_known:
            from kiwoom_mockserver.control.world_options import OPTIONS

            for option in OPTIONS.values():
                self._parser.addini(f"kiwoom_{option.name}", f"{option.text} Values: {option.values}.")
        self._are_known = True


def _says_something(config: pytest.Config) -> bool:
    """Whether the ini file or ``-o`` seems to say one of the ini options."""
    said = list(config.option.override_ini or ())
    if config.inipath is not None:
        said.append(config.inipath.read_text(encoding="utf-8"))
    return any("kiwoom_" in text for text in said)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    parser.getgroup("kiwoom").addoption(
        "--kiwoom-target", default="mock", help="Where contract cards are run: mock, mockapi, or a base URL."
    )
    pluginmanager.register(IniOptions(parser))


def pytest_configure(config: pytest.Config) -> None:
    options = "..."
    if config.option.markers:
        from kiwoom_mockserver.control.world_options import OPTIONS

        options = ", ".join(OPTIONS)
    config.addinivalue_line("markers", MARKER.format(options=options))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Print the seed of a world whose test failed."""
    report = yield
    kiwoom = item.stash.get(WORLD, None)
    if kiwoom is not None and report.failed:
        report.sections.append(("kiwoom", f"seed {kiwoom.seed}, {kiwoom.clock.now.isoformat()}, {kiwoom.rest_url}"))
    if kiwoom is not None and report.when == "teardown":
        del item.stash[WORLD]  # the item stays for the whole session
    return report


@pytest.fixture(scope="session")
def kiwoom_server() -> Iterator[MockServer]:
    """One server on a free port of the loopback for the whole session; worlds come and go in it."""
    from kiwoom_mockserver.server.mock_server import MockServer

    with MockServer() as server:
        yield server


@pytest.fixture(scope="session")
def kiwoom_targets(request: pytest.FixtureRequest) -> Iterator[TargetFactory]:
    """Where contract cards are run, by ``--kiwoom-target``; of a server that wants a control token, by it too."""
    import os

    from kiwoom_mockserver.card_targets import target_factory

    token = os.environ.get("KIWOOM_MOCKSERVER_CONTROL_TOKEN") or None
    try:
        opened = target_factory(request.config.getoption("--kiwoom-target"), control_token=token)
        with opened as one:
            yield one
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.fixture
def kiwoom_options() -> dict[str, Any]:
    """How the worlds of a test file or folder begin: override it there. What a test's marker says comes first."""
    return {}


@pytest.fixture
def kiwoom(
    request: pytest.FixtureRequest, kiwoom_server: MockServer, kiwoom_options: dict[str, Any]
) -> Iterator[MockWorld]:
    """A fresh world: one customer with 100,000,000 won, a still market, and a manual clock.

    It begins as the first of these says: the marker ``kiwoom`` of the test, of its class, of its file, the fixture
    ``kiwoom_options``, the environment (``KIWOOM_MOCKSERVER_CASH``), the ini file (``kiwoom_cash``).
    """
    from kiwoom_mockserver.admin.options import checked, configured, world_config

    request.config.stash[INI].make_known()
    said = configured(request.config.getini)
    said |= checked(kiwoom_options, "kiwoom_options")
    for marker in reversed(list(request.node.iter_markers("kiwoom"))):
        if marker.args:
            raise ValueError(f"the marker kiwoom takes words such as cash=0 alone, not {marker.args[0]!r}")
        said |= checked(marker.kwargs, "@pytest.mark.kiwoom")
    with kiwoom_server.world(world_config(**said)) as world:
        request.node.stash[WORLD] = world
        yield world
