"""What the tests of cards share: where they are run, and how a server is made to be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from kiwoom_cards import Target, TargetFactory
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.card_targets import world_per_card
from kiwoom_mockserver.control import Control
from kiwoom_mockserver.server.mock_server import MockServer


@pytest.fixture(scope="session")
def target_factory(kiwoom_server: MockServer) -> Iterator[TargetFactory]:
    """A new world for each card."""
    with Control(kiwoom_server.rest_url) as control:
        yield world_per_card(control, kiwoom_server.rest_url)


@pytest.fixture
def target(kiwoom: MockWorld) -> Target:
    """The world of ``kiwoom``, over which a card has no power."""
    return Target(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey)


def one_target(target: Target) -> TargetFactory:
    """The same for all cards."""
    return lambda card: nullcontext(target)
