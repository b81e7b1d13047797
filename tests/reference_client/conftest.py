from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_reference_client import Kiwoom


@pytest.fixture
def client(kiwoom: MockWorld) -> Iterator[Kiwoom]:
    """A client of the ``kiwoom`` fixture's world."""
    with Kiwoom.mockserver(kiwoom.rest_url, kiwoom.appkey, kiwoom.secretkey) as client:
        yield client
