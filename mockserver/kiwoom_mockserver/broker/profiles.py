"""Profiles: how closely the simulator follows the real service, as a set of settings that can be changed one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from kiwoom_mockserver.broker.subscription_groups import RegistrationLimits
from kiwoom_mockserver.exchange.ledger import Fills
from kiwoom_mockserver.world.calendar import Hours

S = TypeVar("S", bound=Struct)


class RealtimeRules(Struct, frozen=True):
    """Limits and behaviour of realtime sessions that differ between the profiles."""

    limits: RegistrationLimits = RegistrationLimits()
    missed_pings: Annotated[int, Meta(ge=0)] = 0
    """How many unanswered PINGs end a session; 0 for never."""
    login_takes_time: bool = False
    """Whether frames between LOGIN and its answer are dropped (observed on the mock domain)."""


class Profile(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The settings whose effect a client can see."""

    name: str
    hours: Hours = Hours.OPEN
    off_hours: bool = True
    """Whether the off-hours board opens under KRX hours."""
    requests_per_second: Annotated[int, Meta(ge=0)] = 0
    """Requests per second of one app key on one API; 0 for no limit."""
    requests_per_second_of_group: Annotated[int, Meta(ge=0)] = 0
    """Requests per second of one app key on one path; 0 for no limit. That a group is one path is assumed."""
    requests_per_second_in_all: Annotated[int, Meta(ge=0)] = 0
    """Requests per second of one app key overall; 0 for no limit."""
    realtime: RealtimeRules = RealtimeRules()
    """Limits and behaviour of realtime sessions."""
    push_every: Annotated[int, Meta(ge=0)] = 0
    """The grid of milliseconds on which realtime frames leave; 0 for right after the answer."""
    venues: tuple[str, ...] = ("KRX", "NXT", "SOR")
    """What ``dmst_stex_tp`` of an order may name; any other venue is answered with RC9000."""
    fills: Fills = Fills.FRONT
    """When trades of the outside market fill the orders that rest at their price."""
    refuses: bool = False
    """Whether the APIs that mockapi.kiwoom.com does not offer are refused."""
    reissue: Literal["same", "replace"] = "same"
    """What a second token request returns: the living token, or a new one that ends it. Sources disagree."""
    token_life: Annotated[int, Meta(ge=1)] = 86_400
    """Seconds until a token expires."""
    page_size: Annotated[int, Meta(ge=1)] = 100
    """Rows of one page of a list (assumed: the real size is unknown)."""


OPEN = Profile("open")
"""Texts, formats and codes of the mock domain without its limits and refusals, open at all hours."""

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
"""The behaviour that was observed of mockapi.kiwoom.com."""

PROFILES = {profile.name: profile for profile in (OPEN, MOCKAPI)}


def _setting_names(struct: type[Struct], group: str = "") -> Iterator[str]:
    for field in msgspec.structs.fields(struct):
        name = group + field.name
        is_group = isinstance(field.type, type) and issubclass(field.type, Struct)
        yield from _setting_names(field.type, f"{name}.") if is_group else (name,)


SETTINGS = tuple(name for name in _setting_names(Profile) if name != "name")
"""The names of all settings; a dot leads into a group, as in ``realtime.missed_pings``."""


def changed(profile: S, setting: str, value: Any) -> S:
    """Return a copy of a profile, or of a group of it, with one of the SETTINGS changed.

    Raises msgspec.ValidationError for a value that the setting cannot have.
    """
    name, _, rest = setting.partition(".")
    if rest:
        return msgspec.structs.replace(profile, **{name: changed(getattr(profile, name), rest, value)})
    types = {field.name: field.type for field in msgspec.structs.fields(profile)}
    return msgspec.structs.replace(profile, **{name: msgspec.convert(value, types[name])})
