"""How faithful to be, as data: a profile is a set of settings, and every setting can be changed alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from kiwoom_mockserver.broker.subscription_groups import RegistrationLimits
from kiwoom_mockserver.world.calendar import Hours

S = TypeVar("S", bound=Struct)


class RealtimeRules(Struct, frozen=True):
    """What differs between the profiles."""

    limits: RegistrationLimits = RegistrationLimits()
    missed_pings: Annotated[int, Meta(ge=0)] = 0
    """Unanswered PINGs that end a session; 0 for never."""
    login_takes_time: bool = False
    """Whether what follows LOGIN before its answer is dropped, as on the mock domain."""


class Profile(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The settings that a client can notice."""

    name: str
    hours: Hours = Hours.OPEN
    off_hours: bool = True
    """Whether the off-hours board opens under KRX hours."""
    requests_per_second: Annotated[int, Meta(ge=0)] = 0
    """Per app key and API; 0 for no limit."""
    requests_per_second_of_group: Annotated[int, Meta(ge=0)] = 0
    """Per app key and path, 0 for no limit: that a group is the APIs of one path is assumed."""
    requests_per_second_in_all: Annotated[int, Meta(ge=0)] = 0
    """Per app key; 0 for no limit."""
    realtime: RealtimeRules = RealtimeRules()
    """Limits and manners of the WebSocket."""
    push_every: Annotated[int, Meta(ge=0)] = 0
    """Milliseconds of the grid on which pushes leave; 0 for at once."""
    venues: tuple[str, ...] = ("KRX", "NXT", "SOR")
    """What ``dmst_stex_tp`` may name in an order; others answer RC9000."""
    refuses: bool = False
    """Whether APIs that the real mock domain refuses are refused."""
    reissue: Literal["same", "replace"] = "same"
    """What a second token request returns: the living token, or a new one that kills it. Sources disagree."""
    token_life: Annotated[int, Meta(ge=1)] = 86_400
    """Seconds."""
    page_size: Annotated[int, Meta(ge=1)] = 100
    """Rows of one page of a list; the real size is unknown (assumed)."""


OPEN = Profile("open")
"""Texts, formats and codes of the mock domain without its limits and refusals."""

MOCKAPI = Profile(
    "mockapi",
    hours=Hours.KRX,
    off_hours=False,
    requests_per_second=1,
    realtime=RealtimeRules(
        RegistrationLimits(codes=200, codes_of_group=200, requests_per_second=5), missed_pings=5, login_takes_time=True
    ),
    push_every=100,
    venues=("KRX",),
    refuses=True,
)
"""What was observed of mockapi.kiwoom.com."""

PROFILES = {profile.name: profile for profile in (OPEN, MOCKAPI)}


def _settings(kind: type[Struct], group: str = "") -> Iterator[str]:
    for field in msgspec.structs.fields(kind):
        name = group + field.name
        is_group = isinstance(field.type, type) and issubclass(field.type, Struct)
        yield from _settings(field.type, f"{name}.") if is_group else (name,)


SETTINGS = tuple(name for name in _settings(Profile) if name != "name")
"""All that can be changed; a dot leads into a group, as in ``realtime.missed_pings``."""


def changed(profile: S, setting: str, value: Any) -> S:
    """The profile, or a group of it, with one of the SETTINGS changed.

    Raises msgspec.ValidationError for a value that the setting cannot have.
    """
    name, _, rest = setting.partition(".")
    if rest:
        return msgspec.structs.replace(profile, **{name: changed(getattr(profile, name), rest, value)})
    kinds = {field.name: field.type for field in msgspec.structs.fields(profile)}
    return msgspec.structs.replace(profile, **{name: msgspec.convert(value, kinds[name])})
