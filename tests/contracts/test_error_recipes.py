"""Every error code, caused over HTTP as its cause says, with the exact body."""

from __future__ import annotations

import http.client
import re
import sys
from urllib.parse import urlsplit

import pytest

from kiwoom_contracts import catalogue
from kiwoom_contracts.error_help import ERROR_HELP
from kiwoom_contracts.error_recipes import ERROR_RECIPES, HERE
from kiwoom_contracts.recipe_runner import ReceivedResponse, SentRequest, run_recipe
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.commands.error_demo import config_of
from kiwoom_mockserver.server.mock_server import MockServer

pytestmark = pytest.mark.usefixtures("unsimulated")

SENTENCES = {
    1: "잘못된 요청입니다",
    2: "입력 값 오류입니다",
    3: "인증에 실패했습니다",
    5: "허용된 요청 개수를 초과하였습니다",
    7: "서비스를 처리하는 중에 오류가 발생했습니다",
}

VALUES: dict[str, tuple[str, ...]] = {
    "1504": ("ka00001", "/api/dostk/ordr"),
    "1505": ("zz99999",),
    "1511": ("qry_tp",),
    "1517": ("ord_qty", "숫자가 아닙니다"),
    "1687": ("ka10075",),
    "1700": ("1", "ka00001"),
    "1701": ("3",),
    "1702": ("2", "kt00018"),
    "1901": ("005930_XX",),
    "1902": ("118970",),
    "1903": ("NXT", "069500"),
    "1999": ("kiwoom-mockserver does not simulate ka10171",),
    "8002": ("해지된 App Key입니다",),
    "8003": ("조회 오류",),
    "8006": ("생성 오류",),
    "8009": ("발급 오류",),
    "8015": ("Token이 유효하지 않습니다",),
    "8103": ("해지된 App Key입니다",),
    "8200": ("kt10006", "/api/dostk/crdordr"),
    "RC4099": ("0",),
    "855056": ("371",),
}
"""What stands in the gaps of the texts."""


class Outside:
    """A world on a real socket, for clients at several addresses of the loopback."""

    def __init__(self, kiwoom: MockWorld) -> None:
        self.appkey, self.secretkey = kiwoom.appkey, kiwoom.secretkey
        self._port = urlsplit(kiwoom.rest_url).port

    def send(self, sent: SentRequest) -> ReceivedResponse:
        connection = http.client.HTTPConnection(HERE, self._port, timeout=10, source_address=(sent.address, 0))
        connection.putrequest("POST", sent.path)
        body = sent.body.encode()
        for name, value in (*sent.headers, ("content-length", str(len(body)))):
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        answered = ReceivedResponse(response.status, tuple(response.getheaders()), response.read().decode())
        connection.close()
        return answered


def expected(code: str) -> str:
    error = catalogue.errors()[code]
    text = (error.recorded or error.message).replace("{?}", "{}").format(*VALUES.get(code, ()))
    where = SENTENCES.get(error.return_code)
    told = f"{where}[{code}:{text}]" if where else f"[2000]({code}:{text})"
    return f'{{"return_msg":"{told}","return_code":{error.return_code}}}'


@pytest.mark.parametrize("code", catalogue.errors())
def test_every_code_has_a_cause_that_causes_it(kiwoom_server: MockServer, code: str) -> None:
    recipe = ERROR_RECIPES[code]
    if sys.platform == "darwin" and any(request.address != HERE for request in recipe.requests):
        pytest.skip("a second address of the loopback has to be set up first")
    with kiwoom_server.world(config_of(recipe)) as kiwoom:
        kiwoom.broker.advance(kiwoom.broker.world.now)
        *earlier, last = [answered for _, answered in run_recipe(recipe, Outside(kiwoom))]
    assert (last.status, last.body) == (429 if code in ("1700", "1701", "1702") else 200, expected(code))
    assert dict(last.headers)["content-type"] == "application/json;charset=UTF-8"
    assert all('"return_code":0' in answered.body for answered in earlier)


def test_the_causes_are_in_the_order_of_the_catalogue() -> None:
    assert list(ERROR_RECIPES) == list(catalogue.errors())


def test_only_what_has_no_cause_of_its_own_needs_a_rule() -> None:
    by_rule = [code for code, recipe in ERROR_RECIPES.items() if recipe.needs_rule]
    assert by_rule == [
        "8003", "8006", "8009", "571578", "509247", "571758", "501307",
    ]  # fmt: skip


def test_every_code_is_explained_in_sentences() -> None:
    assert list(ERROR_HELP) == list(catalogue.errors())
    for code, explanation in ERROR_HELP.items():
        for text in explanation:
            assert re.fullmatch(r"[A-Z].*\.", text), code
            assert 1 <= len(re.findall(r"\.(?= [A-Z]|$)", text)) <= 3, code
