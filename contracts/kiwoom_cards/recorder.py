"""Records what a target answers and sends while cards run on it, without the data of the customer."""

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

Sample = TypeVar("Sample", RecordedAnswer, RecordedFrame)

SAMPLES = 20
"""How many answers or frames of one kind are kept."""


class Recorder(Observer):
    """Observes one run of cards, on any number of targets."""

    def __init__(self) -> None:
        self._answers: list[tuple[str, str, ReceivedResponse]] = []
        self._frames: list[dict[str, Any]] = []
        self._secrets: dict[str, None] = {}
        self._service = ""

    def answer(self, api_id: str, request_body: str, response: ReceivedResponse) -> None:
        self._answers.append((api_id, request_body, response))

    def frame(self, frame: dict[str, Any]) -> None:
        self._frames.append(frame)

    def observing(self, target_factory: TargetFactory) -> TargetFactory:
        """Return a factory of the same targets, with this recorder as their observer."""

        @contextmanager
        def observed(card: AnyCard) -> Iterator[Target]:
            with target_factory(card) as target:
                self._secrets |= dict.fromkeys((target.appkey, target.secretkey))
                self._service = MOCK_DOMAIN if target.is_mock_domain else httpx2.URL(target.url).host
                yield replace(target, observer=self)

        return observed

    def recording(self, taken: date, source: str) -> Recording:
        """Return what was observed until now, anonymised."""
        anonymiser = Anonymiser(self._secrets)
        answers = [answer for observed in self._answers for answer in _answer(anonymiser, *observed)]
        frames = [_frame(anonymiser, single) for frame in self._frames for single in _single_rows(frame)]
        return Recording(
            taken,
            self._service,
            source,
            tuple(_samples(_without_secrets(anonymiser, answer) for answer in answers)),
            tuple(_samples(_without_secrets(anonymiser, frame) for frame in frames)),
        )


def _answer(
    anonymiser: Anonymiser, api_id: str, request_body: str, response: ReceivedResponse
) -> Iterator[RecordedAnswer]:
    """Yield the anonymised answer; nothing for an unknown API, and for a body that is not a JSON object."""
    raw = _object(response.body)
    if api_id not in catalogue.api_ids() or not raw:
        return
    kept = anonymiser.answer(api_id, raw)
    headers = {name.lower(): value for name, value in response.headers}
    yield RecordedAnswer(
        api_id,
        kept.value,
        anonymiser.request(api_id, _object(request_body)),
        response.status,
        headers.get("cont-yn") == "Y",
        left_out=kept.left_out,
    )


def _single_rows(frame: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Split a REAL frame into one frame for each row; any other frame is yielded as it is."""
    rows = frame.get("data")
    if frame.get("trnm") != "REAL" or not isinstance(rows, list):
        yield frame
        return
    for row in rows:
        if isinstance(row, dict) and isinstance(row.get("values"), dict):
            yield frame | {"data": [row]}


def _frame(anonymiser: Anonymiser, frame: dict[str, Any]) -> RecordedFrame:
    kept = anonymiser.frame(frame)
    return RecordedFrame(kept.value, kept.left_out)


def _without_secrets(anonymiser: Anonymiser, sample: Sample) -> Sample:
    if isinstance(sample, RecordedAnswer):
        return msgspec.structs.replace(
            sample,
            body=anonymiser.without_secrets(sample.body),
            request=anonymiser.without_secrets(sample.request),
        )
    return msgspec.structs.replace(sample, frame=anonymiser.without_secrets(sample.frame))


def _samples(kept: Iterable[Sample]) -> Iterator[Sample]:
    counts: Counter[tuple[str, ...]] = Counter()
    for sample in kept:
        counts[sample.kind] += 1
        if counts[sample.kind] <= SAMPLES:
            yield sample


def _object(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
