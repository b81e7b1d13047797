"""Faults as rules: an action, what it strikes, how often, with what chance, and how long on the world's clock.

Rng is seeded, and each rule has its own: the same seed and the same commands give the same faults.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, NamedTuple

from msgspec import Meta, Struct
from msgspec.structs import replace

from kiwoom_mockserver.broker import fault_actions
from kiwoom_mockserver.broker.journal import fields_in
from kiwoom_mockserver.world.kst import SECOND
from kiwoom_mockserver.world.rng import Rng, seeded_rng

MILLION = 1_000_000


class Subject:
    """A call or a frame that a fault may strike. What it says is read only if a filter asks."""

    __slots__ = ("_fields", "_text", "accounts", "appkey", "name", "path")

    def __init__(self, name: str, path: str, appkey: str, accounts: tuple[str, ...], text: bytes) -> None:
        self.name = name
        """The API id of a call, or ``trnm`` of a frame."""
        self.path = path
        """Blank for a frame."""
        self.appkey = appkey
        self.accounts = accounts
        self._text = text
        self._fields: dict[str, Any] | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """What the request or the frame says; of a REAL frame its first row."""
        if self._fields is None:
            self._fields = fields_in(self._text)
        return self._fields


class Filter(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a fault strikes; what is blank matches everything."""

    api: tuple[str, ...] = ()
    """API ids, ``LOGIN``, or the beginnings of paths: of calls alone."""
    type: str = ""
    """``trnm`` or the type of a REAL frame: of frames alone."""
    order: Annotated[str, Meta(max_length=10)] = ""
    """The number of an order: that a frame tells of, or that a call modifies or cancels."""
    account: str = ""
    session: str = ""
    """The app key of a session, and of the calls beside it."""
    fields: dict[str, str] = {}
    """What the request or the frame says: ``{"stk_cd": "005930"}``, ``{"913": "체결"}``."""

    def matches(self, subject: Subject) -> bool:
        if self.session and self.session != subject.appkey:
            return False
        if self.api and not (subject.path and any(_is_of(one, subject) for one in self.api)):
            return False
        if self.type and (subject.path or not self._is_type(subject)):
            return False
        if self.account and not self._is_account(subject):
            return False
        if self.order and not self._is_order(subject):
            return False
        return all(subject.fields.get(name) == value for name, value in self.fields.items())

    def _is_type(self, subject: Subject) -> bool:
        return self.type == subject.name or (subject.name == "REAL" and subject.fields.get("type") == self.type)

    def _is_account(self, subject: Subject) -> bool:
        """A frame about an account is of that one, though its session hears of others, too."""
        told = "" if subject.path else subject.fields.get("9201")
        return self.account == told if told else self.account in subject.accounts

    def _is_order(self, subject: Subject) -> bool:
        told = [subject.fields.get(name) for name in ("9203", "904", "orig_ord_no")]
        return int(self.order) in [int(one) for one in told if isinstance(one, str) and one.isdecimal()]


def _is_of(one: str, subject: Subject) -> bool:
    return one == subject.name or (one.startswith("/") and subject.path.startswith(one))


class Fault(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A fault as a test or the control API asks for it."""

    action: fault_actions.AnyFault
    on: Filter = Filter()
    count: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 0
    """How often it strikes; 0 for without end."""
    probability: Annotated[float, Meta(ge=0, le=1)] = 1.0
    lasts: fault_actions.Seconds = 0.0
    """Seconds of the world's clock; 0 for good."""


class FaultRule(Struct):
    """A fault that was set."""

    fault: Fault
    rng: Rng
    until: int = 0
    """When it is over, on the world's clock; 0 for never."""
    hits: int = 0
    world_snapshot: bytes = b""
    """The world as it was when it began, where that matters."""


class Hit(NamedTuple):
    """A fault that strikes."""

    action: fault_actions.AnyFault
    share: float
    """From 0 to 1: how much of its jitter chance gives."""
    world_snapshot: bytes


class FaultRules(Struct):
    """The faults of one world, in the order in which they were set."""

    rules: dict[int, FaultRule] = {}
    next_number: int = 1

    def add(self, fault: Fault, now: int, seed: int, world_snapshot: bytes = b"") -> int:
        """Set a fault; its number."""
        number = self.next_number
        self.next_number = number + 1
        until = now + int(fault.lasts * SECOND) if fault.lasts else 0
        self.rules[number] = FaultRule(fault, seeded_rng(seed, f"fault {number}"), until, world_snapshot=world_snapshot)
        return number

    def follow(self, appkeys: Mapping[str, str]) -> None:
        """Strike the sessions of other app keys in place of those that were meant."""
        for rule in self.rules.values():
            on = rule.fault.on
            on = replace(on, session=appkeys.get(on.session, on.session))
            rule.fault = replace(rule.fault, on=on)

    def end(self, now: int) -> None:
        """Take away what is over."""
        self.rules = {number: rule for number, rule in self.rules.items() if not rule.until or now < rule.until}

    def match(self, families: Any, subject: Subject, now: int) -> list[Hit]:
        """The faults of some families of actions that strike a call or a frame, each counted."""
        self.end(now)
        return list(self._match(families, subject))

    def _match(self, families: Any, subject: Subject) -> Iterator[Hit]:
        taken: list[tuple[type, ...]] = []
        for number, rule in list(self.rules.items()):
            action, fault = rule.fault.action, rule.fault
            if not isinstance(action, families) or any(isinstance(action, group) for group in taken):
                continue
            if not fault.on.matches(subject):
                continue
            if fault.probability < 1 and rule.rng.below(MILLION) >= fault.probability * MILLION:
                continue
            rule.hits += 1
            if rule.hits == fault.count:
                del self.rules[number]
            taken += [group for group in fault_actions.ALONE if isinstance(action, group)]
            yield Hit(
                action, rule.rng.below(MILLION) / MILLION if getattr(action, "jitter", 0) else 0.0, rule.world_snapshot
            )
