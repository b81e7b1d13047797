"""Opening worlds under names and app keys."""

from __future__ import annotations

import msgspec
import pytest

from kiwoom_mockserver.admin.registry import TEST_CONFIG, WorldRegistry


def test_names_and_keys_are_text_that_can_be_sent() -> None:
    worlds = WorldRegistry()
    world = worlds.create(TEST_CONFIG, "one")
    with pytest.raises(ValueError, match=r"^name: expected text that UTF-8 can encode, got a lone surrogate in "):
        worlds.create(TEST_CONFIG, "\ud800")
    with pytest.raises(ValueError, match=r"^name: expected text that UTF-8 can encode"):
        worlds.fork(world, "\ud800")
    with pytest.raises(ValueError, match=r"^secretkey: expected text that UTF-8 can encode"):
        worlds.open(msgspec.structs.replace(TEST_CONFIG, appkey="a", secretkey="\udcff"), "two")
    assert [one.name for one in worlds] == ["one"]
