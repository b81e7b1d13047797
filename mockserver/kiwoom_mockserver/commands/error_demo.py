"""The world of an error's cause, and a stage for it in this process, without a socket."""

from __future__ import annotations

from datetime import datetime

from kiwoom_contracts.causes import Cause
from kiwoom_contracts.staging import Answered, Sent
from kiwoom_mockserver.admin.config import APPKEY, SECRETKEY, WorldConfig, create_broker
from kiwoom_mockserver.broker.profiles import PROFILES
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.server.network import response_headers
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_mockserver.world.kst import moment
from kiwoom_scenarios.loader import scenario_file
from kiwoom_scenarios.model import Scenario
from kiwoom_scenarios.reading import read


def config_of(cause: Cause) -> WorldConfig:
    """The world that a cause needs, on a manual clock; it is advanced by nothing, so that its script begins."""
    return WorldConfig(
        profile=PROFILES[cause.profile],
        hours=Hours(cause.hours) if cause.hours else None,
        clock="manual",
        start=datetime.fromisoformat(cause.start),
        scenario=_scenario(cause),
    )


def _scenario(cause: Cause) -> Scenario | None:
    text = scenario_file(cause.scenario)
    return read(text.encode(), Scenario, "") if text else None


class InProcessTarget:
    """A stage in this process, without a socket; each one is like every other."""

    appkey = APPKEY
    secretkey = SECRETKEY

    def __init__(self, cause: Cause) -> None:
        wall = moment(datetime.fromisoformat(cause.start))
        broker = create_broker(config_of(cause), wall)
        broker.advance(wall)
        self._gateway = Gateway(lambda: wall)
        self._gateway.add(broker)

    def send(self, sent: Sent) -> Answered:
        headers = [(name.encode(), value.encode()) for name, value in sent.headers]
        answer = self._gateway.handle(sent.path, headers, sent.body.encode(), sent.address)
        told = tuple((name.decode(), value.decode()) for name, value in response_headers(answer))
        return Answered(answer.status, told, answer.body.decode())
