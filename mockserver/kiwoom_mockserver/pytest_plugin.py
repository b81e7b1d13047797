"""The pytest plugin: fixtures, the marker ``kiwoom``, and the options of both.

pytest imports this module in every test run of everyone who has the package installed. So it imports nothing but pytest
at the top; what a fixture needs is imported when the fixture is used.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from kiwoom_cards import TargetFactory
    from kiwoom_mockserver.admin.failed_test import WorldsOfTests
    from kiwoom_mockserver.admin.mock_world import MockWorld
    from kiwoom_mockserver.host_guard.hooks import HostGuardHooks
    from kiwoom_mockserver.server.mock_server import MockServer

MARKER = "kiwoom({options}): options of the test's world"
CARDS = frozenset({"kiwoom_targets"})
"""The fixture of contract cards, whose tests alone may be let through to the mock domain."""
GUARDED = frozenset({"kiwoom_server"}) | CARDS
"""The fixtures whose tests may not reach the real broker; ``kiwoom`` uses the first."""
WORLD = pytest.StashKey["MockWorld"]()
"""The world of a test that uses ``kiwoom``."""
WORLDS: pytest.StashKey[WorldsOfTests] = pytest.StashKey()
INI = pytest.StashKey["IniOptions"]()


class IniOptions:
    """The ini options, such as ``kiwoom_cash``, one for each option of a world.

    They are made from the options of a world, whose import takes time. So they are only registered in test runs that
    show them, set them or use a fixture that reads them.
    """

    def __init__(self, parser: pytest.Parser) -> None:
        self._parser = parser
        self._are_registered = False

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[INI] = self
        if config.option.help or _sets_ini_options(config):
            self.register()

    def register(self) -> None:
        """Register the ini options with pytest; does nothing if they are."""
        if not self._are_registered:
            from kiwoom_mockserver.world_options import OPTIONS

            for option in OPTIONS.values():
                self._parser.addini(f"kiwoom_{option.name}", f"{option.text} Values: {option.values}.")
        self._are_registered = True


def _sets_ini_options(config: pytest.Config) -> bool:
    """Whether the ini file or ``-o`` seems to set one of the ini options."""
    texts = list(config.option.override_ini or ())
    if config.inipath is not None:
        texts.append(config.inipath.read_text(encoding="utf-8"))
    return any("kiwoom_" in text for text in texts)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    group = parser.getgroup("kiwoom")
    group.addoption(
        "--kiwoom-target", default="mock", help="Where contract cards are run: mock, mockapi, or a base URL."
    )
    group.addoption(
        "--kiwoom-journal", metavar="DIR", help="Folder in which each failed test leaves its journal and its report."
    )
    pluginmanager.register(IniOptions(parser))


def pytest_configure(config: pytest.Config) -> None:
    options = "..."
    if config.option.markers:
        from kiwoom_mockserver.world_options import OPTIONS

        options = ", ".join(OPTIONS)
    config.addinivalue_line("markers", MARKER.format(options=options))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Bring in the host guard, if any test of the run needs it."""
    if not all(GUARDED.isdisjoint(getattr(item, "fixturenames", ())) for item in session.items):
        _host_guard(session.config)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over from a worker of xdist what the host guard refused after its tests."""
    if refused := getattr(node, "workeroutput", {}).get("kiwoom_refused"):
        _host_guard(node.config).after_tests += refused


def _host_guard(config: pytest.Config) -> HostGuardHooks:
    """The hooks of the host guard, which are registered when they are first needed."""
    from kiwoom_mockserver.host_guard.hooks import HostGuardHooks

    registered: HostGuardHooks | None = config.pluginmanager.get_plugin("kiwoom_host_guard")
    if registered is None:
        passing = CARDS if config.getoption("--kiwoom-target") == "mockapi" else frozenset[str]()
        registered = HostGuardHooks(GUARDED, passing)
        config.pluginmanager.register(registered, "kiwoom_host_guard")
    return registered


@pytest.hookimpl(tryfirst=True)  # before the fixtures of the test open worlds
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin to note the worlds of a test, once there is a server."""
    worlds = item.config.stash.get(WORLDS, None)
    if worlds is not None:
        worlds.begin()


def _note_worlds(config: pytest.Config, server: MockServer) -> None:
    """Note the worlds of a server from the current test on."""
    from kiwoom_mockserver.admin.failed_test import WorldsOfTests

    worlds = config.stash.get(WORLDS, None)
    if worlds is None or worlds.server is not server:
        config.stash[WORLDS] = WorldsOfTests(server)


@pytest.hookimpl(wrapper=True, tryfirst=True)  # around that of the host guard, which may fail a test that passed
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what the worlds of a failed test were like to its report, and write their journals if somebody asked."""
    report = yield
    worlds = item.config.stash.get(WORLDS, None)
    if worlds is None:
        return report
    if report.failed and (worlds.are_used() or "kiwoom_server" in getattr(item, "fixturenames", ())):
        folder = item.config.option.kiwoom_journal
        path = None if folder is None else item.config.invocation_params.dir / folder
        # When fixtures are torn down, they have closed their worlds: it says nothing about the test.
        is_before = report.when != "teardown"
        report.sections += worlds.sections(item.stash.get(WORLD, None), item.nodeid, path, tells_closed=is_before)
    if report.when == "teardown":
        worlds.end()
        if WORLD in item.stash:
            del item.stash[WORLD]  # pytest keeps the items of a whole session, which would keep all worlds too
    return report


@pytest.fixture(scope="session")
def kiwoom_server(request: pytest.FixtureRequest) -> Iterator[MockServer]:
    """The server of the test session, on a free port of the loopback; the worlds of the tests are created in it."""
    from kiwoom_mockserver.server.mock_server import MockServer

    with MockServer() as server:
        _note_worlds(request.config, server)
        yield server


@pytest.fixture(scope="session")
def kiwoom_targets(request: pytest.FixtureRequest) -> Iterator[TargetFactory]:
    """The targets that contract cards run on, as ``--kiwoom-target`` says.

    A server that needs a control token gets it from ``KIWOOM_MOCKSERVER_CONTROL_TOKEN``.
    """
    import os

    from kiwoom_mockserver.card_targets import target_factory
    from kiwoom_mockserver.control.errors import UnreachableError
    from kiwoom_mockserver.help_pages import HelpPage, explained_by

    token = os.environ.get("KIWOOM_MOCKSERVER_CONTROL_TOKEN") or None
    try:
        with (
            explained_by(HelpPage.CONTRACT_CARDS),
            target_factory(request.config.getoption("--kiwoom-target"), control_token=token) as targets,
        ):
            yield targets
    except (ValueError, UnreachableError) as error:
        raise pytest.UsageError(str(error)) from error


@pytest.fixture
def kiwoom_options() -> dict[str, Any]:
    """The options of the worlds of a test file or folder, which overrides this fixture; the marker takes precedence."""
    return {}


def _refuse_unknown_names(config: pytest.Config) -> None:
    """Raises ValueError for an environment variable or ini option that has our prefix and that nobody reads."""
    import os

    from kiwoom_mockserver.help_pages import HelpPage, explained
    from kiwoom_mockserver.world_options import ENVIRONMENT, OPTIONS
    from kiwoom_scenarios.origin import nearest

    if {name for name in os.environ if name.startswith(ENVIRONMENT)} - {one.variable for one in OPTIONS.values()}:
        from kiwoom_mockserver.commands.environment import refuse_unread_variables
        from kiwoom_mockserver.commands.main import main

        refuse_unread_variables(main)
    # pytest has no public list of what an ini file sets: ``inicfg`` is deprecated, and newer releases have ``_inicfg``.
    in_file = config._inicfg if hasattr(config, "_inicfg") else getattr(config, "inicfg", {})
    overrides = [text.partition("=")[0] for text in config.option.override_ini or ()]
    for name in filter(lambda name: name.startswith("kiwoom_"), [*in_file, *overrides]):
        try:
            config.getini(name)
        except ValueError:
            text = f'unknown ini option "{name}"; {nearest(name, [f"kiwoom_{option}" for option in OPTIONS])}'
            raise explained(ValueError(text), HelpPage.WORLD_OPTIONS) from None


@pytest.fixture
def kiwoom(
    request: pytest.FixtureRequest, kiwoom_server: MockServer, kiwoom_options: dict[str, Any]
) -> Iterator[MockWorld]:
    """A fresh world: by default one customer with 100,000,000 won, a still market, and a frozen clock.

    Its options are taken from these places, the first one wins: the marker ``kiwoom`` of the test, of its class, of its
    file, the fixture ``kiwoom_options``, the environment (``KIWOOM_MOCKSERVER_CASH``), the ini file (``kiwoom_cash``).
    """
    from kiwoom_mockserver.admin.option_parsing import options_from_environment, parse_options, world_config
    from kiwoom_mockserver.help_pages import HelpPage, explained, explained_by
    from kiwoom_scenarios.origin import ScenarioError

    _host_guard(request.config).protect(request.node)
    _note_worlds(request.config, kiwoom_server)
    request.config.stash[INI].register()
    _refuse_unknown_names(request.config)
    options = options_from_environment(request.config.getini)
    options |= parse_options(kiwoom_options, "kiwoom_options")
    for marker in reversed(list(request.node.iter_markers("kiwoom"))):
        if marker.args:
            text = f"the marker kiwoom takes keyword arguments only, such as cash=0, not {marker.args[0]!r}"
            raise explained(ValueError(text), HelpPage.WORLD_OPTIONS)
        options |= parse_options(marker.kwargs, "@pytest.mark.kiwoom")
    with ExitStack() as stack:
        with explained_by(HelpPage.WORLD_OPTIONS), explained_by(HelpPage.SCENARIO_ERRORS, ScenarioError):
            world = stack.enter_context(kiwoom_server.world(world_config(**options)))
        request.node.stash[WORLD] = world
        yield world
        for error in world.stub_errors:
            raise error  # the server answered the client, which may have gone on as if nothing had happened
