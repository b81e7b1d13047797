"""What came of a run of cards, for a person at a terminal or in a browser, for a program, and for a build server."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html import escape
from typing import Any
from xml.etree import ElementTree

import msgspec

from kiwoom_cards.model import AnyCard, Outcome, Result

NEVER = "never run on the real domain"
"""Said of every card that was not, in every report."""

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
    """Why the promise is believed, in words."""
    said = card.evidence
    return f"{said.level}: {said.where}" + (f", {said.date}" if said.date else "")


def on_the_real_domain(card: AnyCard) -> str:
    """When it was last run there, in words."""
    return f"run on the real domain on {card.ran}" if card.ran else NEVER


def reason(result: Result) -> str:
    """Where it stopped and why; blank for one that passed."""
    return ": ".join(part for part in (result.step, result.why) if part)


def line(card: AnyCard, result: Result) -> str:
    """One card for a terminal, without its line end."""
    told = [f"{card.id} {result.outcome:7} {card.title}", f"    {evidence(card)}; {on_the_real_domain(card)}"]
    why = reason(result)
    return "\n".join([*told, f"    {why}"] if why else told)


@dataclass
class Report:
    """The results of one run, in their order."""

    target: str
    """What was called: ``mock``, or a base URL."""
    entries: list[tuple[AnyCard, Result]] = field(default_factory=list)

    def add(self, card: AnyCard, result: Result) -> None:
        self.entries.append((card, result))

    @property
    def has_failed(self) -> bool:
        """Whether a card failed."""
        return any(result.outcome is Outcome.FAILED for _, result in self.entries)

    @property
    def summary(self) -> str:
        """How many of each, in words."""
        count = Counter(result.outcome for _, result in self.entries)
        told = ", ".join(f"{count[outcome]} {outcome}" for outcome in Outcome)
        never = sum(not card.ran for card, _ in self.entries)
        return f"{len(self.entries)} cards on {self.target}: {told}; {never} {NEVER}"

    def as_json(self) -> bytes:
        """One object; a card by a key each."""
        cards = [_entry(card, result) for card, result in self.entries]
        said = {"target": self.target, "summary": self.summary, "failed": self.has_failed, "cards": cards}
        return msgspec.json.format(msgspec.json.encode(said), indent=2) + b"\n"

    def as_junit(self) -> bytes:
        """A suite as build servers read it; what a card is stands in its properties."""
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
        """One page that needs nothing else."""
        rows = "\n".join(_row(card, result) for card, result in self.entries)
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
    """Without the control characters that XML cannot carry: a wrong target may have sent any."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _row(card: AnyCard, result: Result) -> str:
    cells = (card.id, card.title, evidence(card), result.outcome, reason(result), on_the_real_domain(card))
    return f'<tr class="{result.outcome}">' + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
