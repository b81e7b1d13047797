from __future__ import annotations

import json

import msgspec
import pytest

from kiwoom_contracts import catalogue
from kiwoom_mockserver.admin.config import APPKEY, SECRETKEY, WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.key_kinds import KEY_KINDS, OTHER_DOMAIN, RefusalRule
from kiwoom_mockserver.broker.profiles import MOCKAPI, OPEN, PRODUCTION, Profile, changed
from kiwoom_mockserver.dispatch.gateway import Gateway
from kiwoom_scenarios.model import KeyKind, KeySpec, RefusalSpec, Scenario
from rest.stage import STAGE, neighbour
from wire import Wire, Worlds

pytestmark = pytest.mark.usefixtures("unsimulated")

ORDER = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "69000", "trde_tp": "0"}


def refusing(*rules: RefusalSpec, keys: tuple[KeySpec, ...] = (), accounts: int = 1) -> WorldConfig:
    scenario = Scenario(name="s", description="", refusals=rules, keys=keys)
    return msgspec.structs.replace(STAGE, scenario=scenario, accounts=accounts)


def code(wire: Wire, api_id: str, body: dict[str, str]) -> str:
    """The error code of an answer; blank for success."""
    answer = wire.call(api_id, **body)
    return "" if answer["return_code"] == 0 else answer["return_msg"].split("](")[-1].split("[")[-1].split(":")[0]


@pytest.mark.parametrize(
    ("covers", "api_id", "path", "does"),
    [
        ("kt10000", "kt10000", "/api/dostk/ordr", True),
        ("kt10000", "kt10001", "/api/dostk/ordr", False),
        ("/api/dostk/ordr", "kt10001", "/api/dostk/ordr", True),
        ("/api/", "ka10001", "/api/dostk/stkinfo", True),
        ("/api/", "au10001", "/oauth2/token", False),
        ("/oauth2/token", "au10002", "/oauth2/revoke", False),
    ],
)
def test_what_a_rule_covers(covers: str, api_id: str, path: str, does: bool) -> None:
    rule = RefusalRule("8200", covers, ("{api}", "{path}"))
    if not does:
        rule.check(api_id, path)
        return
    with pytest.raises(ApiError) as caught:
        rule.check(api_id, path)
    assert (caught.value.code, caught.value.values) == ("8200", (api_id, path))


def test_every_kind_is_refused_with_codes_of_the_catalogue() -> None:
    for kind in KEY_KINDS.values():
        for rule in (*kind.refusals, *OTHER_DOMAIN):
            assert len(rule.values) == catalogue.errors()[rule.code].message.count("{?}")


def test_rules_hold_for_all_accounts_and_change_nothing(worlds: Worlds) -> None:
    first = worlds.open(refusing(RefusalSpec("509193", "kt10000"), accounts=2))
    second = neighbour(first)
    before = first.kiwoom.broker.world.state_hash()
    for wire in (first, second):
        assert wire.send("kt10000", ORDER).text == '{"return_msg":"[2000](509193:CB 발동중입니다.)","return_code":20}'
        assert code(wire, "ka00001", {}) == ""
    assert first.kiwoom.broker.world.state_hash() == before


def test_the_first_rule_that_covers_counts(worlds: Worlds) -> None:
    rules = RefusalSpec("571242", "kt10000"), RefusalSpec("509193", "/api/dostk/ordr"), RefusalSpec("8005")
    wire = worlds.open(refusing(*rules))
    assert [code(wire, api_id, ORDER) for api_id in ("kt10000", "kt10001", "ka00001")] == ["571242", "509193", "8005"]


def test_a_rule_of_a_world_comes_and_goes(wire: Wire) -> None:
    number = wire.kiwoom.faults.error("RC4091")
    assert code(wire, "ka00001", {}) == "RC4091"
    wire.kiwoom.faults.remove(number)
    assert code(wire, "ka00001", {}) == ""


def test_rules_come_before_the_body_and_after_the_token(worlds: Worlds) -> None:
    wire = worlds.open(refusing(RefusalSpec("509193")))
    assert code(wire, "kt10000", {}) == "509193"
    assert code(wire, "ka10099", {}) == "509193"
    wire.token = "nonsense"
    assert code(wire, "kt10000", {}) == "8005"


@pytest.mark.parametrize(
    ("kind", "refused"),
    [
        ("mock", ["", "", ""]),
        ("corporate", ["", "", ""]),
        ("short-sellers", ["", "RC5006", ""]),
        ("ended", ["RC4091", "RC4091", "RC4091"]),
        ("production", ["8031", "8031", "8031"]),
        ("given-up", ["8103", "8103", "8103"]),
    ],
)
def test_kinds_of_app_keys(worlds: Worlds, kind: str, refused: list[str]) -> None:
    wire = worlds.open(STAGE)
    (key,) = wire.kiwoom.broker.state.keys.values()
    key.kind = kind
    calls = [("ka00001", {}), ("kt10000", ORDER), ("ka10001", {"stk_cd": "005930"})]
    assert [code(wire, api_id, body) for api_id, body in calls] == refused


@pytest.mark.parametrize(
    ("kind", "refused"),
    [
        (None, ["0", "0"]),
        ("production", ["0", "0"]),
        ("corporate", ["0", "0"]),
        ("given-up", ["8002", "8103"]),
        ("mock", ["8030", "8031"]),
        ("ended", ["8030", "8031"]),
        ("short-sellers", ["8030", "8031"]),
    ],
)
def test_production_knows_no_key_of_the_mock_domain(kind: KeyKind | None, refused: list[str]) -> None:
    door = Door(KeySpec(kind, token="t"), profile=PRODUCTION)
    door.token = "t"
    assert [door.token_for("10.0.0.1"), door.ask("10.0.0.1")] == refused


@pytest.mark.parametrize("api_id", ["kt10006", "kt10007", "kt10008", "kt10009"])
def test_corporations_do_not_trade_on_credit(worlds: Worlds, api_id: str) -> None:
    wire = worlds.open(refusing(keys=(KeySpec("corporate"),)))
    assert wire.send(api_id, {}).text == (
        '{"return_msg":"입력 값 오류입니다[8200:법인 고객은 해당 API를 지원하지 않습니다. '
        f'API ID={api_id}, URI=/api/dostk/crdordr]","return_code":2}}'
    )


class Door:
    """A gateway with one world, for clients at any address."""

    def __init__(self, *keys: KeySpec, profile: Profile = OPEN) -> None:
        self.gateway = Gateway(lambda: 0)
        self.broker = create_broker(msgspec.structs.replace(refusing(keys=keys), profile=profile), 0)
        self.gateway.add(self.broker)
        self.token = ""

    def token_for(self, address: str) -> str:
        """The code of a token request from there; the token is kept."""
        said = {"grant_type": "client_credentials", "appkey": APPKEY, "secretkey": SECRETKEY}
        answer = self.gateway.handle("/oauth2/token", [], json.dumps(said).encode(), address)
        self.token = json.loads(answer.body).get("token", self.token)
        return answer.code

    def ask(self, address: str) -> str:
        """The code of a request with that token from there."""
        headers = [(b"api-id", b"ka00001"), (b"authorization", b"Bearer " + self.token.encode())]
        return self.gateway.handle("/api/dostk/acnt", headers, b"{}", address).code

    def log_in(self, address: str) -> str:
        """What LOGIN answers there."""
        told: list[str] = []
        session = self.gateway.realtime.open(told.append, lambda code, reason: None, address)
        session.receive(json.dumps({"trnm": "LOGIN", "token": self.token}))
        return told[0]


LOGGED_IN = '{"trnm":"LOGIN","return_code":0,"return_msg":"","sor_yn":"Y"}'


BOUND = changed(OPEN, "token_bound_to_address", True)


def test_a_bound_token_is_good_where_it_was_issued() -> None:
    door = Door(profile=BOUND)
    assert door.token_for("10.0.0.1") == "0"
    assert [door.ask(address) for address in ("10.0.0.1", "10.0.0.2", "10.0.0.1")] == ["0", "8010", "0"]


def test_the_profile_says_whether_tokens_are_bound() -> None:
    assert [profile.token_bound_to_address for profile in (OPEN, MOCKAPI, PRODUCTION)] == [False, True, True]
    door = Door()
    assert door.token_for("10.0.0.1") == "0"
    assert [door.ask(address) for address in ("10.0.0.1", "10.0.0.2")] == ["0", "0"]
    assert door.log_in("10.0.0.2") == LOGGED_IN


def test_a_living_token_moves_to_where_it_is_asked_for_again() -> None:
    door = Door(profile=BOUND)
    door.token_for("10.0.0.1")
    first = door.token
    assert door.token_for("10.0.0.2") == "0"
    assert door.token == first
    assert [door.ask(address) for address in ("10.0.0.1", "10.0.0.2")] == ["8010", "0"]


def test_terminals_alone_get_tokens_and_may_use_them() -> None:
    door = Door(KeySpec(terminals=("10.0.0.1", "10.0.0.2")), profile=BOUND)
    assert [door.token_for(address) for address in ("10.0.0.3", "10.0.0.1")] == ["8050", "0"]
    assert [door.ask(address) for address in ("10.0.0.3", "10.0.0.2", "10.0.0.1")] == ["8040", "8010", "0"]


def test_a_token_from_elsewhere_is_good_anywhere() -> None:
    door = Door(KeySpec(token="from-elsewhere"))
    door.token = "from-elsewhere"
    assert [door.ask(address) for address in ("10.0.0.1", "10.0.0.2")] == ["0", "0"]
    assert door.token_for("10.0.0.1") == "0"
    assert door.token == "from-elsewhere"


def test_a_token_can_be_from_elsewhere_for_one_world_only() -> None:
    door = Door(KeySpec(token="from-elsewhere"))
    other = create_broker(msgspec.structs.replace(refusing(keys=(KeySpec(token="from-elsewhere"),)), appkey="other"), 0)
    with pytest.raises(ValueError, match="app key or token is taken"):
        door.gateway.add(other)
    door.gateway.remove(door.broker)
    door.gateway.add(other)


@pytest.mark.parametrize(
    ("key", "error"),
    [
        (
            KeySpec("production", token="t"),
            "CODE=8031, MESSAGE=투자구분(실전/모의)이 달라서 Token를 사용할수가 없습니다",
        ),
        (
            KeySpec("given-up", token="t"),
            "CODE=8103, MESSAGE=토큰 인증 또는 단말기인증에 실패했습니다. 실패사유=해지된 App Key입니다",
        ),
        (KeySpec(terminals=("10.0.0.1",), token="t"), "CODE=8040, MESSAGE=단말기 인증에 실패했습니다"),
    ],
)
def test_login_tells_the_same(key: KeySpec, error: str) -> None:
    door = Door(key)
    door.token = "t"
    assert door.log_in("10.0.0.2") == (
        f'{{"trnm":"LOGIN","return_code":805004,"return_msg":"토큰 인증에 실패했습니다. 접속을 종료합니다 [{error}]"}}'
    )


def test_login_knows_the_address() -> None:
    door = Door(profile=BOUND)
    door.token_for("10.0.0.1")
    assert "[CODE=8010, " in door.log_in("10.0.0.2")
    assert door.log_in("10.0.0.1") == LOGGED_IN


MOCK_DOMAIN_REFUSES = {
    "RC9000": (
        "kt00002 kt00005 kt00012 kt00015 kt00016 kt00017 kt20016 kt20017 kt50020 kt50021 kt50032 "
        "kt10006 kt10007 kt10008 kt10009 kt50000 kt50001 kt50002 kt50003"
    ),
    "8104": "ka01690",
    "RC7006": "kt00010",
}


def test_the_mock_domain_refuses_what_it_was_seen_to_refuse(worlds: Worlds) -> None:
    wire = worlds.open(msgspec.structs.replace(STAGE, profile=MOCKAPI))
    refused = {api_id: refusal for refusal, api_ids in MOCK_DOMAIN_REFUSES.items() for api_id in api_ids.split()}
    assert {api_id: code(wire, api_id, {}) for api_id in refused} == refused
    marked = {
        api_id: refusal for api_id in catalogue.api_ids() if (refusal := catalogue.api(api_id).mockapi) is not None
    }
    assert marked.keys() == refused.keys()
    assert {api_id for api_id, refusal in marked.items() if refusal.evidence.level == "assumed"} == {
        "kt10006", "kt10007", "kt10008", "kt10009", "kt50000", "kt50001", "kt50002", "kt50003",
    }  # fmt: skip
