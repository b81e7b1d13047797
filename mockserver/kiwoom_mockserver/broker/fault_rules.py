"""Fault rules: an action, what it matches, how often, with which probability, and for how long on the world's clock.

Each rule has a random generator of its own, derived from the world's seed: the same seed and the same commands give
the same faults, whatever other rules are set.
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


class FaultSubject:
    """A call or a frame that a fault may match. Its body is parsed only if a filter needs a field of it."""

    __slots__ = ("_fields", "_text", "accounts", "appkey", "name", "path")

    def __init__(self, name: str, path: str, appkey: str, accounts: tuple[str, ...], text: bytes) -> None:
        self.name = name
        """The API id of a call, or ``trnm`` of a frame."""
        self.path = path
        """The path of a call; blank for a frame."""
        self.appkey = appkey
        self.accounts = accounts
        self._text = text
        self._fields: dict[str, Any] | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the request or the frame; of a REAL frame those of its first row."""
        if self._fields is None:
            self._fields = fields_in(self._text)
        return self._fields


class Filter(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The calls or frames that a fault matches; a blank criterion matches everything."""

    api: tuple[str, ...] = ()
    """API ids, ``LOGIN``, or the beginnings of paths. Matches calls only."""
    type: str = ""
    """``trnm``, or the type of a REAL frame. Matches frames only."""
    order: Annotated[str, Meta(max_length=10)] = ""
    """The order number that a frame reports, or that a call modifies or cancels."""
    account: str = ""
    """An account number of the customer."""
    session: str = ""
    """The app key of a session, and of REST calls with the same app key."""
    fields: dict[str, str] = {}
    """Fields of the request or the frame: ``{"stk_cd": "005930"}``, ``{"913": "체결"}``."""

    def matches(self, subject: FaultSubject) -> bool:
        """Return whether a call or a frame meets all criteria."""
        # Criteria that need no field of the body come first: most subjects fail them, and are never parsed.
        if self.session and self.session != subject.appkey:
            return False
        if self.api and not (subject.path and any(_names_call(api, subject) for api in self.api)):
            return False
        if self.type and (subject.path or not self._is_type(subject)):
            return False
        if self.account and not self._is_account(subject):
            return False
        if self.order and not self._is_order(subject):
            return False
        return all(subject.fields.get(name) == value for name, value in self.fields.items())

    def _is_type(self, subject: FaultSubject) -> bool:
        return self.type == subject.name or (subject.name == "REAL" and subject.fields.get("type") == self.type)

    def _is_account(self, subject: FaultSubject) -> bool:
        """Compare with the account in the frame, if it names one: its session gets frames of other accounts too."""
        number = "" if subject.path else subject.fields.get("9201")
        return self.account == number if number else self.account in subject.accounts

    def _is_order(self, subject: FaultSubject) -> bool:
        """Compare as numbers: requests may leave out the zeros that frames have in front."""
        numbers = [subject.fields.get(name) for name in ("9203", "904", "orig_ord_no")]
        return int(self.order) in [int(number) for number in numbers if isinstance(number, str) and number.isdecimal()]


def _names_call(api: str, subject: FaultSubject) -> bool:
    return api == subject.name or (api.startswith("/") and subject.path.startswith(api))


class Fault(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A fault as a test or the control API sets it."""

    action: fault_actions.AnyFault
    on: Filter = Filter()
    count: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 0
    """How many times it hits before it ends; 0 for no limit."""
    probability: Annotated[float, Meta(ge=0, le=1)] = 1.0
    """The probability with which it hits what it matches."""
    lasts: fault_actions.Seconds = 0.0
    """Seconds of the world's clock until it ends; 0 for no limit."""


class FaultRule(Struct):
    """A fault that is set in a world, with its random generator and its count of hits."""

    fault: Fault
    rng: Rng
    until: int = 0
    """When it ends, in microseconds of the world's clock; 0 for never."""
    hits: int = 0
    world_snapshot: bytes = b""
    """The world when the fault was set, for the action ``stale``; else empty."""


class Hit(NamedTuple):
    """A fault that applies to one call or frame."""

    action: fault_actions.AnyFault
    jitter_share: float
    """How much of the action's jitter applies, drawn from 0 to 1."""
    world_snapshot: bytes
    """The world when the fault was set, for the action ``stale``; else empty."""


class FaultRules(Struct):
    """The faults of one world, in the order in which they were set, which is the order in which they apply."""

    rules: dict[int, FaultRule] = {}
    """Rules by their number."""
    next_number: int = 1

    def add(self, fault: Fault, now: int, seed: int, world_snapshot: bytes = b"") -> int:
        """Set a fault from ``now`` on (microseconds of the world's clock); return the number of its rule."""
        number = self.next_number
        self.next_number = number + 1
        until = now + int(fault.lasts * SECOND) if fault.lasts else 0
        self.rules[number] = FaultRule(fault, seeded_rng(seed, f"fault {number}"), until, world_snapshot=world_snapshot)
        return number

    def rename_sessions(self, appkeys: Mapping[str, str]) -> None:
        """Replace app keys in the filters of all rules, from old to new."""
        for rule in self.rules.values():
            on = rule.fault.on
            on = replace(on, session=appkeys.get(on.session, on.session))
            rule.fault = replace(rule.fault, on=on)

    def expire(self, now: int) -> None:
        """Remove the rules whose time is over."""
        self.rules = {number: rule for number, rule in self.rules.items() if not rule.until or now < rule.until}

    def match(self, families: Any, subject: FaultSubject, now: int) -> list[Hit]:
        """Return the faults that hit a call or a frame, and count each hit.

        ``families`` is a union of action classes: only rules with such an action are looked at.
        """
        self.expire(now)
        return list(self._match(families, subject))

    def _match(self, families: Any, subject: FaultSubject) -> Iterator[Hit]:
        used_up: list[tuple[type, ...]] = []  # exclusive groups that already have their one hit
        for number, rule in list(self.rules.items()):
            action, fault = rule.fault.action, rule.fault
            if not isinstance(action, families) or any(isinstance(action, group) for group in used_up):
                continue
            if not fault.on.matches(subject):
                continue
            # A rule whose probability is 1 draws no number here: its generator then serves the jitter alone.
            if fault.probability < 1 and rule.rng.below(MILLION) >= fault.probability * MILLION:
                continue
            rule.hits += 1
            if rule.hits == fault.count:
                del self.rules[number]
            used_up += [group for group in fault_actions.EXCLUSIVE_GROUPS if isinstance(action, group)]
            jitter_share = rule.rng.below(MILLION) / MILLION if getattr(action, "jitter", 0) else 0.0
            yield Hit(action, jitter_share, rule.world_snapshot)
