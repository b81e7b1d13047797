"""How to cause each error code: how the server is set up, and the requests, the last of which gets the error.

The list of errors, its page in the docs, the contract cards and the tests of all codes are made from these recipes. In
headers and bodies, ``$APPKEY`` and ``$SECRETKEY`` are those of the first account, ``$TOKEN`` the token issued last.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

HERE = "127.0.0.1"
ELSEWHERE = "127.0.0.2"
MONDAY = "2026-11-23T10:00"
LAST = "$TOKEN"

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

    how: str
    requests: tuple[RecipeRequest, ...]
    scenario: str = ""
    """The scenario that the server needs, YAML."""
    profile: Literal["open", "mockapi"] = "open"
    hours: Literal["", "open", "krx"] = ""
    """Trading hours; those of the profile if blank."""
    start: str = MONDAY
    """Start of the world, Korean time."""


def _login(**changes: Any) -> RecipeRequest:
    body = {"grant_type": "client_credentials", "appkey": "$APPKEY", "secretkey": "$SECRETKEY"} | changes
    return RecipeRequest("au10001", {name: value for name, value in body.items() if value is not None}, ())


def _revoke(**changes: str) -> RecipeRequest:
    return _login(grant_type=None, **changes)._replace(api_id="au10002")


def _headers(how: str, *headers: tuple[str, str]) -> ErrorRecipe:
    """Return the recipe of a request whose headers are wrong."""
    return ErrorRecipe(how, (RecipeRequest("ka00001", {}, headers),))


def _buy(**changes: str) -> RecipeRequest:
    body = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "ord_uv": "269000", "trde_tp": "0"}
    return RecipeRequest("kt10000", body | changes)


def _modify(number: str, price: str = "268000") -> RecipeRequest:
    body = {"dmst_stex_tp": "KRX", "orig_ord_no": number, "stk_cd": "005930", "mdfy_qty": "0", "mdfy_uv": price}
    return RecipeRequest("kt10002", body)


def _cancel(number: str) -> RecipeRequest:
    return RecipeRequest("kt10003", {"dmst_stex_tp": "KRX", "orig_ord_no": number, "stk_cd": "005930", "cncl_qty": "0"})


def _order(how: str, *requests: RecipeRequest, **start: Any) -> ErrorRecipe:
    return ErrorRecipe(how, (_login(), *requests), **start)


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
GOLD_BALANCE = RecipeRequest("kt50020", {})
GOLD_CASH = RecipeRequest("kt50021", {})
NO_GOLD = "keys: [{gold: false}]"
SOMEBODY = RecipeRequest("ka00001", {}, (("api-id", "ka00001"), ("authorization", "Bearer token-from-elsewhere")))


def _switched(how: str, code: str, request: RecipeRequest, *values: str) -> ErrorRecipe:
    """Return the recipe of an error that only a refusal rule of the scenario causes."""
    named = ", values: [{}]".format(", ".join(f'"{value}"' for value in values)) if values else ""
    rule = f'refusals: [{{code: "{code}", covers: {request.api_id}{named}}}]'
    requests = (request,) if request.api_id == "au10001" else (_login(), request)
    return ErrorRecipe(f"by a rule; {how}", requests, scenario=rule)


ERROR_RECIPES: dict[str, ErrorRecipe] = {
    "1501": _headers("a blank `api-id`, or none", ("api-id", ""), ("authorization", f"Bearer {LAST}")),
    "1504": ErrorRecipe("an API of another path", (ACCOUNT._replace(path="/api/dostk/ordr"),)),
    "1505": ErrorRecipe("an unknown `api-id`", (RecipeRequest("zz99999", {}, path="/api/dostk/acnt"),)),
    "1511": _order("a required field left out or blank", RecipeRequest("kt00018", {"dmst_stex_tp": "KRX"})),
    "1512": _headers(
        "an `authorization` that is blank; a header that comes twice or is not ASCII (assumed)",
        ("api-id", "ka00001"),
        ("authorization", ""),
    ),
    "1513": _headers("no `authorization`", ("api-id", "ka00001")),
    "1514": _headers("no blank after `Bearer` (assumed)", ("api-id", "ka00001"), ("authorization", "Bearer")),
    "1515": _headers("a scheme other than `Bearer` (assumed)", ("api-id", "ka00001"), ("authorization", "Basic abc")),
    "1516": _headers("`Bearer` and a blank, but no token", ("api-id", "ka00001"), ("authorization", "Bearer ")),
    "1517": _order("a value of the wrong type, length or form; a body that is not JSON (assumed)", _buy(ord_qty="-1")),
    "1687": _order(
        "the same page of a list more than 10 times in a row (the number is assumed)",
        _buy(ord_uv="260000"),
        _buy(ord_uv="260500"),
        SECOND_PAGE,
        scenario="settings: {page_size: 1}",
    ),
    "1700": _order(
        "more requests of one API in a second than the profile allows", ACCOUNT._replace(times=2), profile="mockapi"
    ),
    "1901": _order(
        "a code with a market that does not exist (assumed)", RecipeRequest("ka10001", {"stk_cd": "005930_XX"})
    ),
    "1902": _order("an unlisted instrument", RecipeRequest("ka10001", {"stk_cd": "118970"})),
    "1999": _order("an API that is not simulated, or that goes over the WebSocket", RecipeRequest("ka10171", {})),
    "8001": ErrorRecipe("an app key or secret that is wrong", (_login(secretkey="wrong"),)),
    "8002": ErrorRecipe("a terminated app key (assumed)", (_login(),), "keys: [{kind: given-up}]"),
    "8003": _switched("no request that causes it is known", "8003", ACCOUNT, "조회 오류"),
    "8005": ErrorRecipe(
        "a token that was never issued, or is expired, revoked or replaced",
        (RecipeRequest("ka00001", {}, (("api-id", "ka00001"), ("authorization", "Bearer nonsense"))),),
    ),
    "8006": _switched("no request that causes it is known", "8006", _login(), "생성 오류"),
    "8009": _switched("no request that causes it is known", "8009", _login(), "발급 오류"),
    "8010": ErrorRecipe(
        "a token used from another address than it was issued to", (_login(), ACCOUNT._replace(address=ELSEWHERE))
    ),
    "8011": ErrorRecipe("a token request without `grant_type`", (_login(grant_type=None),)),
    "8012": ErrorRecipe("another `grant_type` than `client_credentials`", (_login(grant_type="password"),)),
    "8015": ErrorRecipe(
        "revoking a token that is not, or no longer, the valid one of the app key",
        (_login(), _revoke(token=LAST)._replace(times=2)),
    ),
    "8016": ErrorRecipe("revoking without a token", (_revoke(),)),
    "8020": ErrorRecipe("a token request without `appkey` or `secretkey`", (_login(secretkey=None),)),
    "8030": ErrorRecipe("an app key of the other domain", (_login(),), "keys: [{kind: production}]"),
    "8031": ErrorRecipe(
        "a token of the other domain", (SOMEBODY,), "keys: [{kind: production, token: token-from-elsewhere}]"
    ),
    "8040": ErrorRecipe(
        "a token used from an address that is not registered for the app key (assumed)",
        (SOMEBODY,),
        'keys: [{terminals: ["192.0.2.7"], token: token-from-elsewhere}]',
    ),
    "8050": ErrorRecipe(
        "a token request from an address that is not registered for the app key",
        (_login(),),
        'keys: [{terminals: ["192.0.2.7"]}]',
    ),
    "8103": ErrorRecipe(
        "a token of a terminated app key (assumed)",
        (SOMEBODY,),
        "keys: [{kind: given-up, token: token-from-elsewhere}]",
    ),
    "1701": _order(
        "more requests in a second than a setting allows",
        ACCOUNT,
        DEPOSIT,
        HOLDINGS,
        scenario="settings: {requests_per_second_in_all: 3}",
    ),
    "1702": _order(
        "more requests of one path in a second than a setting allows (that a group is a path is assumed)",
        ACCOUNT,
        DEPOSIT,
        HOLDINGS,
        scenario="settings: {requests_per_second_of_group: 2}",
    ),
    "1903": _order(
        "an order to NXT for an instrument that is not traded there: ETF, ETN, ELW (assumed)",
        _buy(dmst_stex_tp="NXT", stk_cd="069500"),
    ),
    "8104": _order("an API that does not exist on the mock domain", RecipeRequest("ka01690", {}), profile="mockapi"),
    "8200": _order("a credit order of a corporation (assumed)", CREDIT_BUY, scenario="keys: [{kind: corporate}]"),
    "RC4003": _order("a price off the tick grid", _buy(ord_uv="269001")),
    "RC4007": _order(
        "an order while trading is halted, or on credit for an instrument without credit (assumed)",
        _buy(),
        scenario='timeline: [{at: 0s, halt: {code: "005930"}}]',
    ),
    "RC4010": _order("an order on a closed day", _buy(), hours="krx", start="2026-11-21T10:00"),
    "RC4025": _order(
        "a buy beyond the orderable cash, or beyond the credit limit of the customer (assumed)", _buy(ord_qty="1000")
    ),
    "RC4027": _order("a price beyond the daily limits", _buy(ord_uv="350000")),
    "RC4032": _order("modifying or cancelling an unknown order", _cancel("0000001")),
    "RC4033": _order("cancelling an order without open quantity", _buy(), _cancel("0000001"), _cancel("0000001")),
    "RC4034": _order("modifying to the price that the order has", _buy(), _modify("0000001", "269000")),
    "RC4057": _order("an order before the open", _buy(), hours="krx", start="2026-11-23T06:33"),
    "RC4058": _order("an order after the close", _buy(), hours="krx", start="2026-11-23T20:00"),
    "RC4061": _order(
        "modifying or cancelling a cash order as a credit order, or the other way round (assumed)",
        _buy(ord_uv="260000"),
        _cancel("0000001")._replace(api_id="kt10009"),
    ),
    "RC4091": _order("any request for a closed account", ACCOUNT, scenario="keys: [{kind: ended}]"),
    "RC4099": _order("an order of quantity 0", _buy(ord_qty="0")),
    "RC5006": _order("a stock order of an account for short sellers", _buy(), scenario="keys: [{kind: short-sellers}]"),
    "RC7006": _order("`kt00010` on the mock domain", RecipeRequest("kt00010", {}), profile="mockapi"),
    "RC9000": _order(
        "an API that the mock domain does not offer, or an order to NXT or SOR there",
        _buy(dmst_stex_tp="SOR"),
        profile="mockapi",
    ),
    "800033": _order("selling more than the sellable quantity", _buy()._replace(api_id="kt10001")),
    "521790": _order("an order kind that is not accepted at this time", _buy(trde_tp="81", ord_uv="")),
    "571578": _switched("observed once, cause unknown", "571578", HOLDINGS),
    "855056": _switched("production's text for RC4025", "855056", _buy(), "777"),
    "571489": _switched("production's text for RC4010", "571489", _buy()),
    "505217": _switched("production's text for RC4058", "505217", _buy()),
    "571412": _switched("production's, for a SOR modify or cancel of another order", "571412", _modify("0000001")),
    "571435": _switched("production's, for a modify or cancel of a cancel", "571435", _cancel("0000001")),
    "506550": _switched("production's text for RC4033", "506550", _cancel("0000001")),
    "571357": _switched("production's, for a price in an after-hours order", "571357", _buy(trde_tp="81")),
    "571242": _switched("production's, for an instrument that may not be bought", "571242", _buy()),
    "509193": _switched("production's, while a circuit breaker is on", "509193", _buy()),
    "509247": _switched("production's, for an ETF that needs a registration", "509247", _buy(stk_cd="122630")),
    "571758": _switched("production's, for an account without open orders", "571758", UNFILLED),
    "501724": _switched(
        "production's, for an inquiry that found nothing",
        "501724",
        RecipeRequest(
            "kt00009", {"stk_bond_tp": "0", "mrkt_tp": "0", "sell_tp": "0", "qry_tp": "0", "dmst_stex_tp": "%"}
        ),
    ),
    "501307": _switched("production's, for a wrong exchange", "501307", HOLDINGS),
    "308007": _switched("production's text for RC4099", "308007", _buy(ord_qty="0")),
    "999999": _order("the gold balance of a customer without a gold account", GOLD_BALANCE, scenario=NO_GOLD),
    "840038": _order("gold orders, cash and history of a customer without a gold account", GOLD_CASH, scenario=NO_GOLD),
}
"""Recipes by error code, in the order of the catalogue."""
