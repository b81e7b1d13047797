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
from kiwoom_mockserver.broker.fault_aliases import AnyAlias, FaultAlias
from kiwoom_mockserver.broker.fault_filter import FaultSubject, Filter
from kiwoom_mockserver.world.kst import SECOND
from kiwoom_mockserver.world.rng import Rng, seeded_rng

MILLION = 1_000_000


class Fault(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A fault as a test or the control API sets it."""

    action: fault_actions.AnyAction | AnyAlias
    on: Filter = Filter()
    count: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None
    """How many times it hits before it ends; None for no limit."""
    probability: Annotated[float, Meta(gt=0, le=1)] = 1.0
    """The probability with which it hits what it matches."""
    lasts: Annotated[float, Meta(gt=0, le=366 * 86_400)] | None = None
    """Seconds of the world's clock until it ends; None for no limit."""

    def expanded(self) -> Fault:
        """Return the same fault without an alias. Raises ValueError if the filter leaves nothing of the alias's own."""
        alias = self.action
        if not isinstance(alias, FaultAlias):
            return self
        return replace(self, action=alias.action(), on=alias.narrowed(self.on), count=self.count or alias.count)


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

    action: fault_actions.AnyAction
    jitter_share: float
    """How much of the action's jitter applies, drawn from 0 to 1."""
    world_snapshot: bytes
    """The world when the fault was set, for the action ``stale``; else empty."""
    number: int
    """Which hit of its fault it is, from 1 on."""


class FaultRules(Struct):
    """The faults of one world, in the order in which they were set, which is the order in which they apply."""

    rules: dict[int, FaultRule] = {}
    """Rules by their number."""
    next_number: int = 1

    def add(self, fault: Fault, now: int, seed: int, world_snapshot: bytes = b"") -> int:
        """Set a fault from ``now`` on (microseconds of the world's clock); return the number of its rule.

        Raises ValueError for an alias whose filter does not fit.
        """
        fault = fault.expanded()
        number = self.next_number
        self.next_number = number + 1
        until = now + max(1, int(fault.lasts * SECOND)) if fault.lasts else 0
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

        ``families`` are action classes, or a union of them: only rules with such an action are looked at.
        """
        self.expire(now)
        return list(self._match(families, subject))

    def _match(self, families: Any, subject: FaultSubject) -> Iterator[Hit]:
        used_up: list[tuple[type, ...]] = []  # exclusive groups that already have their one hit
        for number, rule in list(self.rules.items()):
            action, fault = rule.fault.action, rule.fault
            if isinstance(action, FaultAlias) or not isinstance(action, families):
                continue
            if any(isinstance(action, group) for group in used_up) or not fault.on.matches(subject):
                continue
            # A rule whose probability is 1 draws no number here: its generator then serves the jitter alone.
            if fault.probability < 1 and rule.rng.below(MILLION) >= fault.probability * MILLION:
                continue
            rule.hits += 1
            if rule.hits == fault.count:
                del self.rules[number]
            used_up += [group for group in fault_actions.EXCLUSIVE_GROUPS if isinstance(action, group)]
            jitter_share = rule.rng.below(MILLION) / MILLION if getattr(action, "jitter", 0) else 0.0
            yield Hit(action, jitter_share, rule.world_snapshot, rule.hits)
