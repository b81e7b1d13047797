"""What the gateway keeps of its worlds."""

from __future__ import annotations

import httpx2

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.server.mock_server import MockServer
from wire import Wire


def test_tokens_that_are_valid_no_more_are_not_kept(kiwoom_server: MockServer, http: httpx2.Client) -> None:
    def kept() -> int:
        return len(kiwoom_server.gateway._tokens)

    with kiwoom_server.world(WorldConfig(clock="manual", accounts=2)) as kiwoom:
        first, second = (Wire(kiwoom, http, turn).login() for turn in (1, 2))
        held, before, old = kiwoom.snapshot(), kept(), first.token
        for _ in range(20):
            assert first.oauth("revoke", token=first.token)["return_code"] == 0
            first.login()
        assert kept() == before
        assert first.call("ka00001")["return_code"] == 0
        kiwoom.restore(held)
        assert "[8005:" in first.call("ka00001")["return_msg"]
        first.token = old
        for client in (first, second):
            assert client.call("ka00001")["return_code"] == 0
        assert kept() == before
    assert kept() == before - 2
