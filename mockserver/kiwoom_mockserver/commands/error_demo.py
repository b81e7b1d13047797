"""Runs the recipe of an error code in this process, without a socket."""

from __future__ import annotations

from datetime import datetime

from kiwoom_contracts.error_recipes import ErrorRecipe
from kiwoom_contracts.recipe_runner import ReceivedResponse, SentRequest
from kiwoom_mockserver.admin.config import APPKEY, SECRETKEY, WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.broker.profiles import PROFILES
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_mockserver.server.network import response_headers
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_mockserver.world.kst import SECOND, moment
from kiwoom_scenarios.loader import scenario_file
from kiwoom_scenarios.model import Scenario
from kiwoom_scenarios.reading import read


def config_of(recipe: ErrorRecipe) -> WorldConfig:
    """The configuration of the world in which a recipe causes its error, with a manual clock."""
    return WorldConfig(
        profile=PROFILES[recipe.profile],
        hours=Hours(recipe.hours) if recipe.hours else None,
        clock="manual",
        start=datetime.fromisoformat(recipe.start),
        scenario=_scenario(recipe),
    )


def _scenario(recipe: ErrorRecipe) -> Scenario | None:
    text = scenario_file(recipe.scenario)
    return read(text.encode(), Scenario, "") if text else None


class InProcessTarget:
    """A gateway in this process with the world that a recipe needs; all targets of a recipe give the same responses."""

    appkey = APPKEY
    secretkey = SECRETKEY

    def __init__(self, recipe: ErrorRecipe, pause: int = 0) -> None:
        """``pause`` is how many seconds of the world's clock pass before each request."""
        self._pause = pause
        wall = moment(datetime.fromisoformat(recipe.start))
        broker = create_broker(config_of(recipe), wall)
        broker.advance(wall)  # starts the scenario, whose first steps are due now
        self._broker = broker
        self._gateway = Gateway(lambda: wall)
        self._gateway.add(broker)

    def send(self, sent: SentRequest) -> ReceivedResponse:
        """The response of the gateway to a request."""
        if self._pause:
            self._broker.advance(self._broker.world.now + self._pause * SECOND)
        request_headers = [(name.encode(), value.encode()) for name, value in sent.headers]
        response = self._gateway.handle(sent.path, request_headers, sent.body.encode(), sent.address)
        headers = tuple((name.decode(), value.decode()) for name, value in response_headers(response))
        return ReceivedResponse(response.status, headers, response.body.decode())
