"""Reports of a run of cards: lines for a terminal, an HTML page, JSON, and JUnit XML for build servers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html import escape
from typing import Any
from xml.etree import ElementTree

import msgspec

from kiwoom_cards.model import AnyCard, Outcome, Result

NEVER = "never run on the real domain"
"""Stated in every report for each card that was never run on the real mock domain."""

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Contract cards on {target}</title>
<style>
body {{ font: 15px/1.4 sans-serif; margin: 2em; }}
table {{ border-collapse: collapse; }}
td, th {{ border: 1px solid #ccc; padding: .3em .6em; text-align: left; vertical-align: top; }}
.passed {{ background: #e6f4e6; }} .failed {{ background: #fbdcdc; }} .skipped {{ background: #f4f4f4; }}
</style>
<h1>Contract cards on {target}</h1>
<p>{summary}</p>
<table>
<tr><th>card</th><th>title</th><th>evidence</th><th>result</th><th>why</th><th>real domain</th></tr>
{rows}
</table>
</html>
"""


def evidence(card: AnyCard) -> str:
    """Return the evidence for the statement of a card as text."""
    evidence = card.evidence
    return f"{evidence.level}: {evidence.where}" + (f", {evidence.date}" if evidence.date else "")


def on_the_real_domain(card: AnyCard) -> str:
    """Return when a card was last run on the real mock domain as text."""
    return f"run on the real domain on {card.ran}" if card.ran else NEVER


def reason(result: Result) -> str:
    """Return the step at which a card failed or was skipped, and why; blank for a card that passed."""
    return ": ".join(part for part in (result.step, result.why) if part)


def line(card: AnyCard, result: Result) -> str:
    """Return the lines of one card for a terminal, without the last line end."""
    lines = [f"{card.id} {result.outcome:7} {card.title}", f"    {evidence(card)}; {on_the_real_domain(card)}"]
    why = reason(result)
    return "\n".join([*lines, f"    {why}"] if why else lines)


@dataclass
class Report:
    """The results of one run of cards, in their order."""

    target: str
    """The target as it was named: ``mock``, ``mockapi`` or a base URL."""
    entries: list[tuple[AnyCard, Result]] = field(default_factory=list)

    def add(self, card: AnyCard, result: Result) -> None:
        """Add the result of a card."""
        self.entries.append((card, result))

    @property
    def has_failed(self) -> bool:
        """Whether a card failed."""
        return any(result.outcome is Outcome.FAILED for _, result in self.entries)

    @property
    def summary(self) -> str:
        """The number of cards by outcome as text."""
        count = Counter(result.outcome for _, result in self.entries)
        counts = ", ".join(f"{count[outcome]} {outcome}" for outcome in Outcome)
        never = sum(not card.ran for card, _ in self.entries)
        return f"{len(self.entries)} cards on {self.target}: {counts}; {never} {NEVER}"

    def as_json(self) -> bytes:
        """Return the report as a JSON object with a list of cards."""
        cards = [_entry(card, result) for card, result in self.entries]
        report = {"target": self.target, "summary": self.summary, "failed": self.has_failed, "cards": cards}
        return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"

    def as_junit(self) -> bytes:
        """Return the report as a JUnit XML test suite; evidence is in the properties of each case."""
        count = Counter(result.outcome for _, result in self.entries)
        suite = ElementTree.Element(
            "testsuite",
            name=f"contract cards on {self.target}",
            tests=str(len(self.entries)),
            failures=str(count[Outcome.FAILED]),
            errors="0",
            skipped=str(count[Outcome.SKIPPED]),
            time=f"{sum(result.seconds for _, result in self.entries):.3f}",
        )
        for card, result in self.entries:
            suite.append(_case(card, result))
        ElementTree.indent(suite)
        text: bytes = ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)
        return text + b"\n"

    def as_html(self) -> bytes:
        """Return the report as one self-contained HTML page."""
        rows = "\n".join(_result_row(card, result) for card, result in self.entries)
        return _PAGE.format(target=escape(self.target), summary=escape(self.summary), rows=rows).encode()


def _entry(card: AnyCard, result: Result) -> dict[str, Any]:
    return {
        "id": card.id,
        "title": card.title,
        "evidence": evidence(card),
        "needs": card.needs,
        "steps": [{"title": step.title, "criterion": step.criterion} for step in card.steps],
        "result": result.outcome,
        "step": result.step,
        "why": result.why,
        "seconds": round(result.seconds, 3),
        "real_domain": on_the_real_domain(card),
    }


def _case(card: AnyCard, result: Result) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase", classname="contract-cards", name=f"{card.id} {card.title}", time=f"{result.seconds:.3f}"
    )
    properties = ElementTree.SubElement(case, "properties")
    for name, value in {"evidence": evidence(card), "real domain": on_the_real_domain(card)}.items():
        ElementTree.SubElement(properties, "property", name=name, value=value)
    if result.outcome is not Outcome.PASSED:
        name = "failure" if result.outcome is Outcome.FAILED else "skipped"
        ElementTree.SubElement(case, name, message=_xml_text(reason(result)))
    return case


def _xml_text(text: str) -> str:
    """Replace characters that XML cannot represent: a target may have sent any."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _result_row(card: AnyCard, result: Result) -> str:
    cells = (card.id, card.title, evidence(card), result.outcome, reason(result), on_the_real_domain(card))
    return f'<tr class="{result.outcome}">' + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
