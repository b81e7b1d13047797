"""Profiles: how closely the simulator follows the real service, as a set of settings that can be changed one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from kiwoom_mockserver.broker.subscription_groups import RegistrationLimits
from kiwoom_mockserver.broker.words import Domain
from kiwoom_mockserver.exchange.ledger import OutsideFills
from kiwoom_mockserver.world.calendar import Hours

S = TypeVar("S", bound=Struct)

PAGE_SIZE = 100
"""Rows of one page of a list whose real size is unknown (assumed)."""


class RealtimeRules(Struct, frozen=True):
    """Limits and behaviour of realtime sessions that differ between the profiles."""

    limits: RegistrationLimits = RegistrationLimits()
    missed_pings: Annotated[int, Meta(ge=0)] = 0
    """How many unanswered PINGs end a session; 0 for never."""
    login_takes_time: bool = False
    """Whether frames between LOGIN and its answer are dropped (observed on the mock domain)."""
    second_login: Literal["kick", "both"] = "kick"
    """What a second LOGIN of an app key does: it ends the first session, or both live. Reports disagree.

    In production it ended the first session in 4 of 6 trials of one user; another had two sessions at once.
    """


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
    fills: OutsideFills = OutsideFills.FRONT
    """When trades of the outside market fill the orders that rest at their price."""
    changes_keep_venue: bool = True
    """Whether an order can only be modified and cancelled under its own venue; any other is answered with 571412.

    That an order to KRX or NXT is refused under SOR was recorded, and holds in any case. The rest is assumed.
    """
    refuses: bool = False
    """Whether the APIs that mockapi.kiwoom.com does not offer are refused."""
    words: Domain = "mock"
    """The domain whose codes and texts are answered: :data:`~kiwoom_mockserver.broker.words.WORDS`."""
    fees: Domain = "mock"
    """The domain whose fees stocks pay: :data:`~kiwoom_mockserver.exchange.fees.STOCK_FEES`."""
    keys: Domain = "mock"
    """The domain whose app keys are accepted; those of the other are answered with 8030 and 8031."""
    reissue: Literal["same", "replace"] = "same"
    """What a second token request returns: the living token, or a new one that ends it. Sources disagree."""
    token_bound_to_address: bool = False
    """Whether a token is good only at the address of the client that requested it; at another it is 8010 (observed)."""
    token_life: Annotated[int, Meta(ge=1)] = 86_400
    """Seconds until a token expires."""
    page_size: Annotated[int, Meta(ge=0)] = 0
    """Rows of one page of every list; 0 for the size that each API has by itself."""
    firewall: bool = False
    """Whether requests with the default User-Agent of urllib or aiohttp are blocked (observed in production)."""


OPEN = Profile("open")
"""Texts, formats and codes of the mock domain without its limits, open at all hours.

It refuses every order that either domain refuses, except for what the mock domain does not offer at all.
"""

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
    token_bound_to_address=True,
)
"""The behaviour that was observed of mockapi.kiwoom.com."""

PRODUCTION = Profile(
    "production",
    hours=Hours.KRX,
    requests_per_second=5,
    realtime=RealtimeRules(
        RegistrationLimits(codes=200, codes_of_group=200, requests_per_second=5), missed_pings=5, login_takes_time=True
    ),
    push_every=100,
    words="production",
    fees="production",
    keys="production",
    token_bound_to_address=True,
    firewall=True,
)
"""The behaviour that was observed of api.kiwoom.com; this server plays it, and nothing ever reaches that domain.

The limits of registrations were observed there. ``missed_pings``, ``login_takes_time`` and ``push_every`` were observed
on the mock domain alone, and are assumed here.
"""

PROFILES = {profile.name: profile for profile in (OPEN, MOCKAPI, PRODUCTION)}


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
