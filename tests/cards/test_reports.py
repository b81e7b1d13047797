from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from kiwoom_cards import Card, CardStep, Outcome, Result
from kiwoom_cards.reports import NEVER, Report, line
from kiwoom_contracts.model import Evidence

CARD = Card(
    "7",
    "Two < three & so on",
    Evidence("observed", "mock domain", "2026-09-11"),
    lambda context: context,
    (CardStep("look", "it is so", lambda context: None),),
)
RAN = replace(CARD, id="8", ran="2026-12-01")
PASSED = Result("7", Outcome.PASSED, seconds=0.25)
FAILED = Result("8", Outcome.FAILED, "look", "it was <b>\x00</b>", seconds=0.5)
SKIPPED = Result("7", Outcome.SKIPPED, why="the target lacks the capability clock")


@pytest.fixture
def report() -> Report:
    report = Report("mock")
    report.add(CARD, PASSED)
    report.add(RAN, FAILED)
    report.add(CARD, SKIPPED)
    return report


def test_a_line_for_the_terminal() -> None:
    assert line(CARD, PASSED) == (
        "7 passed  Two < three & so on\n    observed: mock domain, 2026-09-11; never run on the real domain"
    )
    assert line(CARD, SKIPPED).endswith("\n    the target lacks the capability clock")
    assert line(RAN, FAILED).splitlines()[1:] == [
        "    observed: mock domain, 2026-09-11; run on the real domain on 2026-12-01",
        "    look: it was <b>\x00</b>",
    ]


def test_the_summary(report: Report) -> None:
    assert report.summary == "3 cards on mock: 1 passed, 1 failed, 1 skipped; 2 never run on the real domain"
    assert report.has_failed
    assert not Report("mock", report.entries[::2]).has_failed


def test_json(report: Report) -> None:
    told = json.loads(report.as_json())
    assert (told["target"], told["failed"], told["summary"]) == ("mock", True, report.summary)
    assert told["cards"][1] == {
        "id": "8",
        "title": "Two < three & so on",
        "evidence": "observed: mock domain, 2026-09-11",
        "needs": "none",
        "steps": [{"title": "look", "criterion": "it is so"}],
        "result": "failed",
        "step": "look",
        "why": "it was <b>\x00</b>",
        "seconds": 0.5,
        "real_domain": "run on the real domain on 2026-12-01",
    }
    assert [card["real_domain"] for card in told["cards"][::2]] == [NEVER, NEVER]


def test_junit(report: Report) -> None:
    suite = ElementTree.fromstring(report.as_junit())  # noqa: S314 - our own
    assert suite.attrib == {
        "name": "contract cards on mock",
        "tests": "3",
        "failures": "1",
        "errors": "0",
        "skipped": "1",
        "time": "0.750",
    }
    passed, failed, skipped = suite
    assert passed.attrib == {"classname": "contract-cards", "name": "7 Two < three & so on", "time": "0.250"}
    assert [one.attrib["value"] for one in passed.iter("property")] == [
        "observed: mock domain, 2026-09-11",
        NEVER,
    ]
    assert [one.attrib["message"] for one in failed.iter("failure")] == ["look: it was <b>?</b>"]
    assert [one.attrib["message"] for one in skipped.iter("skipped")] == ["the target lacks the capability clock"]


class Cells(HTMLParser):
    """The texts of a page's table cells, and whatever it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "td":
            self.cells.append("")
        self.loads += [name for name, _ in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def test_html(report: Report) -> None:
    page = Cells()
    page.feed(report.as_html().decode())
    assert page.loads == []
    assert [cell.strip() for cell in page.cells[6:12]] == [
        "8",
        "Two < three & so on",
        "observed: mock domain, 2026-09-11",
        "failed",
        "look: it was <b>\x00</b>",
        "run on the real domain on 2026-12-01",
    ]
    assert page.cells[5].strip() == NEVER
