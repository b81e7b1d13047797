"""How to cause each error code: how the server is set up, and the requests, the last of which gets the error.

The list of errors, its page in the docs, the contract cards and the tests of all codes are made from these recipes.
:mod:`kiwoom_contracts.error_help` explains each code. In headers and bodies, ``$APPKEY`` and ``$SECRETKEY`` are those
of the first account, ``$TOKEN`` the token issued last.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

HERE = "127.0.0.1"
ELSEWHERE = "127.0.0.2"
MONDAY = "2026-11-23T10:00"
LAST = "$TOKEN"

ProfileName = Literal["open", "mockapi", "production"]

Pairs = tuple[tuple[str, str], ...]


class RecipeRequest(NamedTuple):
    """One request of a recipe: a POST to the path of an API."""

    api_id: str
    body: dict[str, Any]
    headers: Pairs | None = None
    """Headers; None for the API id and the token issued last."""
    path: str = ""
    """Path, if it is not that of the API."""
    address: str = HERE
    """IP address of the client."""
    times: int = 1


class ErrorRecipe(NamedTuple):
    """How to cause one error code."""

    requests: tuple[RecipeRequest, ...]
    scenario: str = ""
    """The scenario that the server needs, YAML."""
    profile: ProfileName = "open"
    hours: Literal["", "open", "krx"] = ""
    """Trading hours; those of the profile if blank."""
    start: str = MONDAY
    """Start of the world, Korean time."""

    @property
    def needs_rule(self) -> bool:
        """Whether only a refusal rule of the scenario, and no request by itself, causes the error."""
        return "refusals:" in self.scenario


def _login(**changes: Any) -> RecipeRequest:
    body = {"grant_type": "client_credentials", "appkey": "$APPKEY", "secretkey": "$SECRETKEY"} | changes
    return RecipeRequest("au10001", {name: value for name, value in body.items() if value is not None}, ())


def _revoke(**changes: str) -> RecipeRequest:
    return _login(grant_type=None, **changes)._replace(api_id="au10002")


def _headers(*headers: tuple[str, str]) -> ErrorRecipe:
    """Return the recipe of a request whose headers are wrong."""
    return ErrorRecipe((RecipeRequest("ka00001", {}, headers),))


def _buy(**changes: str) -> RecipeRequest:
    body = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "269000", "trde_tp": "0"}
    return RecipeRequest("kt10000", body | changes)


def _modify(number: str, price: str = "268000", venue: str = "KRX") -> RecipeRequest:
    body = {"dmst_stex_tp": venue, "orig_ord_no": number, "stk_cd": "005930", "mdfy_qty": "0", "mdfy_uv": price}
    return RecipeRequest("kt10002", body)


def _cancel(number: str) -> RecipeRequest:
    return RecipeRequest("kt10003", {"dmst_stex_tp": "KRX", "orig_ord_no": number, "stk_cd": "005930", "cncl_qty": "0"})


TOKEN_REQUEST = _login()
"""The request of a token that is granted."""


def _logged_in(*requests: RecipeRequest, **start: Any) -> ErrorRecipe:
    """Return the recipe of requests that follow a token request."""
    return ErrorRecipe((TOKEN_REQUEST, *requests), **start)


ACCOUNT = RecipeRequest("ka00001", {})
DEPOSIT = RecipeRequest("kt00001", {"qry_tp": "2"})
HOLDINGS = RecipeRequest("kt00018", {"qry_tp": "1", "dmst_stex_tp": "KRX"})
UNFILLED = RecipeRequest("ka10075", {"all_stk_tp": "0", "trde_tp": "0", "stk_cd": "", "stex_tp": "0"})
SECOND_PAGE = UNFILLED._replace(
    headers=(
        ("api-id", "ka10075"),
        ("authorization", f"Bearer {LAST}"),
        ("cont-yn", "Y"),
        ("next-key", "ka100750000001"),
    ),
    times=11,
)
CREDIT_BUY = _buy()._replace(api_id="kt10006")
CREDIT_BUY_OF_A_FUND = _buy(stk_cd="069500", ord_uv="", trde_tp="3")._replace(api_id="kt10006")
GOLD_BALANCE = RecipeRequest("kt50020", {})
OPEN_GOLD = RecipeRequest("kt50075", {"ord_dt": "20261123", "mrkt_deal_tp": "5", "stk_bond_tp": "0", "sell_tp": "0"})
NO_GOLD = "keys: [{gold: false}]"
SOMEBODY = RecipeRequest("ka00001", {}, (("api-id", "ka00001"), ("authorization", "Bearer token-from-elsewhere")))


def _switched(code: str, request: RecipeRequest, *values: str) -> ErrorRecipe:
    """Return the recipe of an error that only a refusal rule of the scenario causes."""
    named = ", values: [{}]".format(", ".join(f'"{value}"' for value in values)) if values else ""
    rule = f'refusals: [{{code: "{code}", covers: {request.api_id}{named}}}]'
    requests = (request,) if request == TOKEN_REQUEST else (TOKEN_REQUEST, request)
    return ErrorRecipe(requests, scenario=rule)


ERROR_RECIPES: dict[str, ErrorRecipe] = {
    "1501": _headers(("api-id", ""), ("authorization", f"Bearer {LAST}")),
    "1504": ErrorRecipe((ACCOUNT._replace(path="/api/dostk/ordr"),)),
    "1505": ErrorRecipe((RecipeRequest("zz99999", {}, path="/api/dostk/acnt"),)),
    "1511": _logged_in(RecipeRequest("kt00018", {"dmst_stex_tp": "KRX"})),
    "1512": _headers(
        ("api-id", "ka00001"),
        ("authorization", ""),
    ),
    "1513": _headers(("api-id", "ka00001")),
    "1514": _headers(("api-id", "ka00001"), ("authorization", "Bearer")),
    "1515": _headers(("api-id", "ka00001"), ("authorization", "Basic abc")),
    "1516": _headers(("api-id", "ka00001"), ("authorization", "Bearer ")),
    "1517": _logged_in(_buy(ord_qty="-1")),
    "1687": _logged_in(
        _buy(ord_uv="260000"),
        _buy(ord_uv="260500"),
        SECOND_PAGE,
        scenario="settings: {page_size: 1}",
    ),
    "1700": _logged_in(ACCOUNT._replace(times=2), profile="mockapi"),
    "1901": _logged_in(RecipeRequest("ka10001", {"stk_cd": "005930_XX"})),
    "1902": _logged_in(RecipeRequest("ka10001", {"stk_cd": "118970"})),
    "1999": _logged_in(RecipeRequest("ka10171", {})),
    "8001": ErrorRecipe((_login(secretkey="wrong"),)),
    "8002": ErrorRecipe((TOKEN_REQUEST,), "keys: [{kind: given-up}]"),
    "8003": _switched("8003", ACCOUNT, "조회 오류"),
    "8005": ErrorRecipe(
        (RecipeRequest("ka00001", {}, (("api-id", "ka00001"), ("authorization", "Bearer nonsense"))),),
    ),
    "8006": _switched("8006", TOKEN_REQUEST, "생성 오류"),
    "8009": _switched("8009", TOKEN_REQUEST, "발급 오류"),
    "8010": _logged_in(ACCOUNT._replace(address=ELSEWHERE), profile="mockapi"),
    "8011": ErrorRecipe((_login(grant_type=None),)),
    "8012": ErrorRecipe((_login(grant_type="password"),)),
    "8015": ErrorRecipe(
        (TOKEN_REQUEST, _revoke(token=LAST)._replace(times=2)),
    ),
    "8016": ErrorRecipe((_revoke(),)),
    "8020": ErrorRecipe((_login(secretkey=None),)),
    "8030": ErrorRecipe((TOKEN_REQUEST,), "keys: [{kind: production}]"),
    "8031": ErrorRecipe((SOMEBODY,), "keys: [{kind: production, token: token-from-elsewhere}]"),
    "8040": ErrorRecipe(
        (SOMEBODY,),
        'keys: [{terminals: ["192.0.2.7"], token: token-from-elsewhere}]',
    ),
    "8050": ErrorRecipe(
        (TOKEN_REQUEST,),
        'keys: [{terminals: ["192.0.2.7"]}]',
    ),
    "8103": ErrorRecipe(
        (SOMEBODY,),
        "keys: [{kind: given-up, token: token-from-elsewhere}]",
    ),
    "1701": _logged_in(
        ACCOUNT,
        DEPOSIT,
        HOLDINGS,
        scenario="settings: {requests_per_second_in_all: 3}",
    ),
    "1702": _logged_in(
        ACCOUNT,
        DEPOSIT,
        HOLDINGS,
        scenario="settings: {requests_per_second_of_group: 2}",
    ),
    "1903": _logged_in(
        _buy(dmst_stex_tp="NXT", stk_cd="069500"),
    ),
    "8104": _logged_in(RecipeRequest("ka01690", {}), profile="mockapi"),
    "8200": _logged_in(CREDIT_BUY, scenario="keys: [{kind: corporate}]"),
    "RC4003": _logged_in(_buy(ord_uv="269001")),
    "RC4007": _logged_in(
        _buy(),
        scenario='timeline: [{at: 0s, halt: {code: "005930"}}]',
    ),
    "RC4010": _logged_in(_buy(), hours="krx", start="2026-11-21T10:00"),
    "RC4025": _logged_in(_buy(ord_qty="1000")),
    "RC4027": _logged_in(_buy(ord_uv="350000")),
    "RC4032": _logged_in(_cancel("0000001")),
    "RC4033": _logged_in(_buy(), _cancel("0000001"), _cancel("0000001")),
    "RC4034": _logged_in(_buy(), _modify("0000001", "269000")),
    "RC4057": _logged_in(_buy(), hours="krx", start="2026-11-23T06:33"),
    "RC4058": _logged_in(_buy(), hours="krx", start="2026-11-23T20:00"),
    "RC4061": _logged_in(
        _buy(ord_uv="260000"),
        _cancel("0000001")._replace(api_id="kt10009"),
    ),
    "RC4091": _logged_in(ACCOUNT, scenario="keys: [{kind: ended}]"),
    "RC4099": _logged_in(_buy(ord_qty="0")),
    "RC5006": _logged_in(_buy(), scenario="keys: [{kind: short-sellers}]"),
    "RC7006": _logged_in(RecipeRequest("kt00010", {}), profile="mockapi"),
    "RC9000": _logged_in(
        _buy(dmst_stex_tp="SOR"),
        profile="mockapi",
    ),
    "800033": _logged_in(_buy()._replace(api_id="kt10001")),
    "521790": _logged_in(_buy(trde_tp="81", ord_uv="")),
    "571578": _switched("571578", HOLDINGS),
    "855056": _logged_in(_buy(ord_qty="1000"), profile="production"),
    "571489": _logged_in(_buy(), profile="production", start="2026-11-21T10:00"),
    "505217": _logged_in(_buy(), profile="production", start="2026-11-23T20:00"),
    "571412": _logged_in(_buy(), _modify("0000001", venue="SOR")),
    "571435": _logged_in(_buy(), _cancel("0000001"), _cancel("0000002"), profile="production"),
    "506550": _logged_in(_buy(), _cancel("0000001"), _cancel("0000001"), profile="production"),
    "571357": _logged_in(_buy(trde_tp="81")),
    "571242": _logged_in(CREDIT_BUY_OF_A_FUND, profile="production"),
    "407022": _logged_in(_buy(trde_tp="2")),
    "571557": _logged_in(_buy(ord_uv="269001"), profile="production"),
    "509193": _logged_in(_buy(), scenario="timeline: [{at: 0s, circuit_breaker: {market: kospi, stage: 1}}]"),
    "509247": _switched("509247", _buy(stk_cd="122630")),
    "571758": _switched("571758", UNFILLED),
    "501724": _logged_in(
        RecipeRequest(
            "kt00009", {"stk_bond_tp": "0", "mrkt_tp": "0", "sell_tp": "0", "qry_tp": "0", "dmst_stex_tp": "%"}
        ),
        profile="production",
    ),
    "501307": _switched("501307", HOLDINGS),
    "308007": _logged_in(_buy(ord_qty="0"), profile="production"),
    "999999": _logged_in(GOLD_BALANCE, scenario=NO_GOLD),
    "840038": _logged_in(OPEN_GOLD, scenario=NO_GOLD),
}
"""Recipes by error code, in the order of the catalogue."""
