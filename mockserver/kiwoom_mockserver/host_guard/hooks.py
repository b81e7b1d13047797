"""The guard in a run of pytest: on in tests that use the mock server, and each refusal is a failure of its test."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, nullcontext

import pytest

from kiwoom_mockserver.host_guard.destinations import asking
from kiwoom_mockserver.host_guard.guard import HostGuard
from kiwoom_mockserver.host_guard.patches import Patches
from kiwoom_mockserver.host_guard.proxies import connecting_directly
from kiwoom_mockserver.host_guard.threads import GuardedTest

SENT = "kiwoom_refused"
"""Where an xdist worker leaves for the controller what was refused after its tests."""


class HostGuardHooks:
    """Tells the guard which test runs, and reports what it refused.

    The patches stay from the first guarded test to the end of the run. They stay for good if a thread of a guarded test
    outlives the run: Python waits for it, and it is refused to the end.
    """

    def __init__(self, guarded: frozenset[str], passing: frozenset[str]) -> None:
        """Guard the tests that use one of these fixtures. Tests that use one of ``passing`` reach the mock domain."""
        self.guard = HostGuard()
        self.after_tests: list[str] = []
        """What was refused in threads that outlived their tests."""
        self._guarded = guarded
        self._passing = passing
        self._patches = Patches([*asking(self.guard), *self.guard.threads.patches()])
        self._protected: pytest.Item | None = None
        self._of_test = ExitStack()

    def protect(self, item: pytest.Item) -> None:
        """Refuse connections from now on; does nothing if those of this test are refused already."""
        if self._protected is item:
            return
        self._protected = item
        self._of_test.enter_context(connecting_directly())
        self._patches.install()
        self.guard.threads.running = GuardedTest(item.nodeid, _uses(item, self._passing))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self.guard.threads.running = None
        if _uses(item, self._guarded):
            self.protect(item)
        try:
            return (yield)
        finally:
            self._end_of_test()

    def pytest_runtest_logfinish(self) -> None:
        """The end of a test that asked for the fixture by its name, in the midst of which these hooks may be new."""
        self._end_of_test()

    def _end_of_test(self) -> None:
        self._of_test.close()
        self._protected = None  # pytest would keep its fixtures

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
        """The threads of the mock server, which run functions of tests as stubs, belong to no test alone."""
        with self.guard.threads.shared() if fixturedef.argname in self._guarded else nullcontext():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Fail each phase of a test in which a connection was refused; if it failed anyway, its report says so, too."""
        report = yield
        if refused := self.guard.take(item.nodeid):
            if report.failed:
                report.sections.append(("refused connections", refused))
            else:
                _fail(report, item, refused)
        return report

    @pytest.hookimpl(wrapper=True, trylast=True)  # after all others, and before the summary is written
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        result = yield
        self.after_tests += [f"after {test}: {self.guard.take(test)}" for test in self.guard.tests()]
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[SENT] = self.after_tests
        elif self.after_tests and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        return result

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.after_tests:
            terminalreporter.section("kiwoom", red=True)
        for refused in self.after_tests:
            terminalreporter.line(refused)

    def pytest_unconfigure(self) -> None:
        self.guard.threads.running = None
        if not self.guard.threads.are_left:
            self._patches.remove()


def _uses(item: pytest.Item, fixtures: frozenset[str]) -> bool:
    """Whether a test uses one of the fixtures, directly or through another one."""
    return not fixtures.isdisjoint(getattr(item, "fixturenames", ()))


def _fail(report: pytest.TestReport, item: pytest.Item, text: str) -> None:
    """Turn the report of a phase that passed, skipped or failed as expected into a failure."""
    with pytest.raises(pytest.fail.Exception) as failure:
        pytest.fail(text, pytrace=False)
    report.outcome = "failed"
    report.longrepr = item.repr_failure(failure)
    if hasattr(report, "wasxfail"):
        del report.wasxfail
