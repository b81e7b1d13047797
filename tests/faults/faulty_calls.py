"""Tells which of a hundred calls some faults strike by chance, and the state that is left."""

from __future__ import annotations

import json
from datetime import datetime

from kiwoom_mockserver.admin.config import APPKEY, SECRETKEY, WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.admin.faults import FaultAdmin
from kiwoom_mockserver.dispatch.gateway import Gateway


def story() -> str:
    """The statuses, the seconds of latency, and the hash of the state."""
    gateway = Gateway(lambda: 0)
    broker = create_broker(WorldConfig(clock="manual", start=datetime(2026, 11, 23, 10), seed=11), 0)
    gateway.add(broker)
    said = {"grant_type": "client_credentials", "appkey": APPKEY, "secretkey": SECRETKEY}
    token = json.loads(gateway.handle("/oauth2/token", [], json.dumps(said).encode()).body)["token"]
    FaultAdmin(broker).status(503, probability=0.5)
    FaultAdmin(broker).latency(0.1, jitter=1.0, probability=0.5)
    FaultAdmin(broker).fill_in_parts(2, every=1.0)
    headers = [(b"api-id", b"ka00001"), (b"authorization", f"Bearer {token}".encode())]
    answers = [gateway.handle("/api/dostk/acnt", headers, b"{}") for _ in range(100)]
    late = [answer.conditions.seconds if answer.conditions else 0 for answer in answers]
    return " ".join(map(str, [*(answer.status for answer in answers), *late, broker.state_hash()]))


if __name__ == "__main__":
    print(story())
