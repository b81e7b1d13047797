"""Listens while cards are run, and keeps what may be kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

import httpx2
import msgspec

from kiwoom_cards.anonymise import Anonymiser
from kiwoom_cards.model import AnyCard
from kiwoom_cards.recording import MOCK_DOMAIN, RecordedAnswer, RecordedFrame, Recording
from kiwoom_cards.runner import TargetFactory
from kiwoom_cards.target import Observer, Target
from kiwoom_contracts import catalogue
from kiwoom_contracts.recipe_runner import ReceivedResponse

Heard = TypeVar("Heard", RecordedAnswer, RecordedFrame)

SAMPLES = 20
"""How many answers or frames of a kind are kept."""


class Recorder(Observer):
    """Of one run of cards, on any number of targets."""

    def __init__(self) -> None:
        self._answers: list[tuple[str, str, ReceivedResponse]] = []
        self._frames: list[dict[str, Any]] = []
        self._secrets: dict[str, None] = {}
        self._of = ""

    def answer(self, api_id: str, asked: str, answered: ReceivedResponse) -> None:
        self._answers.append((api_id, asked, answered))

    def frame(self, frame: dict[str, Any]) -> None:
        self._frames.append(frame)

    def observing(self, target_factory: TargetFactory) -> TargetFactory:
        """The same ground, with an ear."""

        @contextmanager
        def overheard(card: AnyCard) -> Iterator[Target]:
            with target_factory(card) as target:
                self._secrets |= dict.fromkeys((target.appkey, target.secretkey))
                self._of = MOCK_DOMAIN if target.is_mock_domain else httpx2.URL(target.url).host
                yield replace(target, observer=self)

        return overheard

    def recording(self, taken: date, source: str) -> Recording:
        """What was heard until now, as far as it may be kept."""
        scrubber = Anonymiser(self._secrets)
        answers = [answer for heard in self._answers for answer in _answer(scrubber, *heard)]
        frames = [_frame(scrubber, one) for frame in self._frames for one in _single(frame)]
        return Recording(
            taken,
            self._of,
            source,
            tuple(_samples(_without(scrubber, answer) for answer in answers)),
            tuple(_samples(_without(scrubber, frame) for frame in frames)),
        )


def _answer(scrubber: Anonymiser, api_id: str, asked: str, answered: ReceivedResponse) -> Iterator[RecordedAnswer]:
    """What may be kept of an answer; nothing of one that is of no API, or no JSON object."""
    raw = _object(answered.body)
    if api_id not in catalogue.api_ids() or not raw:
        return
    kept = scrubber.answer(api_id, raw)
    headers = {name.lower(): value for name, value in answered.headers}
    yield RecordedAnswer(
        api_id,
        kept.value,
        scrubber.request(api_id, _object(asked)),
        answered.status,
        headers.get("cont-yn") == "Y",
        left_out=kept.left_out,
    )


def _single(frame: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A push row by row; any other frame as it is."""
    rows = frame.get("data")
    if frame.get("trnm") != "REAL" or not isinstance(rows, list):
        yield frame
        return
    for row in rows:
        if isinstance(row, dict) and isinstance(row.get("values"), dict):
            yield frame | {"data": [row]}


def _frame(scrubber: Anonymiser, frame: dict[str, Any]) -> RecordedFrame:
    kept = scrubber.frame(frame)
    return RecordedFrame(kept.value, kept.left_out)


def _without(scrubber: Anonymiser, one: Heard) -> Heard:
    if isinstance(one, RecordedAnswer):
        told = {"body": scrubber.without_those_met(one.body), "asked": scrubber.without_those_met(one.asked)}
        return msgspec.structs.replace(one, **told)
    return msgspec.structs.replace(one, frame=scrubber.without_those_met(one.frame))


def _samples(kept: Iterable[Heard]) -> Iterator[Heard]:
    seen: Counter[tuple[str, ...]] = Counter()
    for one in kept:
        seen[one.kind] += 1
        if seen[one.kind] <= SAMPLES:
            yield one


def _object(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
