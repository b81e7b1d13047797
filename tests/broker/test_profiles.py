from __future__ import annotations

import msgspec
import pytest

from kiwoom_mockserver.broker.profiles import MOCKAPI, OPEN, PRODUCTION, PROFILES, SETTINGS, RealtimeRules, changed
from kiwoom_mockserver.broker.subscription_groups import RegistrationLimits
from kiwoom_mockserver.world.calendar import Hours


def test_profiles_go_by_their_names() -> None:
    assert PROFILES == {"open": OPEN, "mockapi": MOCKAPI, "production": PRODUCTION}


def test_settings_lead_into_groups() -> None:
    assert SETTINGS == (
        "hours", "off_hours", "requests_per_second", "requests_per_second_of_group", "requests_per_second_in_all",
        "realtime.limits.codes", "realtime.limits.codes_of_group",
        "realtime.limits.requests_per_second", "realtime.missed_pings", "realtime.login_takes_time", "realtime.second_login",
        "push_every", "venues", "fills", "changes_keep_venue", "refuses", "words", "fees", "keys", "reissue",
        "token_bound_to_address", "token_life", "page_size", "firewall",
    )  # fmt: skip


def test_each_is_changed_alone() -> None:
    assert changed(OPEN, "hours", "krx") == msgspec.structs.replace(OPEN, hours=Hours.KRX)
    assert changed(OPEN, "venues", ("KRX",)) == msgspec.structs.replace(OPEN, venues=("KRX",))
    lenient = RealtimeRules(
        RegistrationLimits(codes=200, codes_of_group=200, requests_per_second=5), 3, login_takes_time=True
    )
    assert changed(MOCKAPI, "realtime.missed_pings", 3) == msgspec.structs.replace(MOCKAPI, realtime=lenient)
    assert changed(OPEN, "realtime.limits.codes", 7).realtime == RealtimeRules(RegistrationLimits(codes=7))


@pytest.mark.parametrize(
    ("setting", "value"), [("page_size", -1), ("realtime.limits.codes", -1), ("refuses", 1), ("words", "open")]
)
def test_a_value_that_a_setting_cannot_have_is_refused(setting: str, value: int | str) -> None:
    with pytest.raises(msgspec.ValidationError):
        changed(OPEN, setting, value)
