"""One story of a world, told to standard output: every answer and frame, and state hashes on the way.

Two processes must tell it alike. It needs no socket: a gateway, and a session that prints what it hears.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from kiwoom_contracts import catalogue
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.admin.registry import WorldRegistry
from kiwoom_scenarios.loader import load_scenario

OPENING = WorldConfig(
    clock="manual", start=datetime(2026, 11, 23, 10), seed=11, accounts=2, scenario=load_scenario("all-types")
)


class Teller:
    """A client of one world that prints all that it is told."""

    def __init__(self, worlds: WorldRegistry, kiwoom: MockWorld) -> None:
        self.worlds = worlds
        self.kiwoom = kiwoom
        self.token = ""
        keys = {"appkey": kiwoom.appkey, "secretkey": kiwoom.secretkey}
        self.token = self.post("/oauth2/token", "au10001", grant_type="client_credentials", **keys)["token"]
        self.connect()

    def connect(self) -> None:
        """Open a session, log in and register."""
        worlds = self.worlds
        self.session = worlds.gateway.realtime.open(print, lambda code, reason: print(code, reason))
        self.say(trnm="LOGIN", token=self.token)
        self.say(
            trnm="REG", grp_no="1", refresh="1", data=[{"item": ["005930", "MGD"], "type": ["0B", "0D", "00", "0I"]}]
        )

    def post(self, path: str, api_id: str, **body: str) -> Any:
        headers = [(b"api-id", api_id.encode()), (b"authorization", f"Bearer {self.token}".encode())]
        answer = self.worlds.gateway.handle(path, headers, orjson.dumps(body)).body
        told = orjson.loads(answer)
        print(orjson.dumps({name: value for name, value in told.items() if name != "expires_dt"}).decode())
        return told

    def call(self, api_id: str, **body: str) -> Any:
        return self.post(catalogue.api(api_id).path, api_id, **body)

    def say(self, **frame: Any) -> None:
        self.session.receive(orjson.dumps(frame).decode())

    def trade(self, quantity: int) -> None:
        order = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": str(quantity), "ord_uv": "", "trde_tp": "3"}
        self.call("kt10000", **order)
        self.call("kt10006", **order)
        self.call("kt50000", stk_cd="M04020000", ord_qty="3", ord_uv="160000", trde_tp="00")
        self.kiwoom.clock.advance(30)
        self.call("kt00018", qry_tp="2", dmst_stex_tp="KRX")
        print(self.kiwoom.state_hash())


def tell() -> None:
    worlds = WorldRegistry()
    with worlds.world(OPENING) as kiwoom:
        teller = Teller(worlds, kiwoom)
        teller.trade(7)
        kept, fork = kiwoom.snapshot(), kiwoom.fork()
        print("-- kept")
        teller.connect()  # an older session of the app key would hear of it, after a restore there is none
        print("-- connected")
        teller.trade(3)
        print("-- went back")
        kiwoom.restore(kept)
        teller.connect()
        print("-- restored")
        teller.trade(3)
        print("-- forked")
        Teller(worlds, fork).trade(3)


if __name__ == "__main__":
    tell()
