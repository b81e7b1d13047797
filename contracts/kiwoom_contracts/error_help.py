"""What each error code means to the author of a client: the cause of the error, and what to do about it.

The texts are Markdown. A cause that nobody has observed is labelled ``(assumed)``.
"""

from __future__ import annotations

from typing import NamedTuple


class ErrorHelp(NamedTuple):
    """The explanation of one error code."""

    cause: str
    """When a request gets the code, in one or two sentences."""
    remedy: str
    """What a client or its author does about it, in one or two sentences."""


_FIX_HEADER = "Send the header `authorization: Bearer TOKEN`, with one blank between the two words."
_FIX_KEYS = "Check `appkey` and `secretkey` for missing characters, and whether the keys belong to this server."
_REPEAT_LATER = "Wait a few seconds and request a token again. Stop after a few attempts, and report the text."
_REGISTER_TERMINAL = "Register the IP address of the client for the app key, or send from a registered address."
_NEW_KEY = "Issue a new app key and secret key, and request a token with them."
_RESERVE_CASH = "Query the orderable cash (`kt00001`), and order fewer shares."

_USE_GOLD = "Use an app key whose customer has a gold account. In a scenario, remove `gold: false`."

ERROR_HELP: dict[str, ErrorHelp] = {
    "1501": ErrorHelp(
        "The header `api-id` is missing or blank.", "Send the id of the API, such as `ka10001`, in the header `api-id`."
    ),
    "1504": ErrorHelp(
        "The API does not exist on this path.",
        "Send the request to the path of the API. `kiwoom-mockserver contracts export` prints the path of each API.",
    ),
    "1505": ErrorHelp(
        "No API has the id in the header `api-id`.",
        "Check the spelling of the id. `kiwoom-mockserver contracts coverage` lists all APIs.",
    ),
    "1511": ErrorHelp(
        "A required field of the body is missing or blank.", "Send the field that the text names with a valid value."
    ),
    "1512": ErrorHelp(
        "The header `authorization` is blank, or a header comes twice or is not ASCII (assumed).",
        "Send each header once, in ASCII, with a value.",
    ),
    "1513": ErrorHelp("The header `authorization` is missing.", _FIX_HEADER),
    "1514": ErrorHelp("The header `authorization` has no blank after `Bearer` (assumed).", _FIX_HEADER),
    "1515": ErrorHelp("The header `authorization` names another scheme than `Bearer` (assumed).", _FIX_HEADER),
    "1516": ErrorHelp(
        "The header `authorization` has no token after `Bearer`.",
        "Request a token first, and send it in the header. A blank variable is the usual reason.",
    ),
    "1517": ErrorHelp(
        "A value has the wrong type, length or form, or the body is not JSON (assumed).",
        "Correct the field that the text names. All values of a request are JSON strings.",
    ),
    "1687": ErrorHelp(
        "The client requests the same further page of a list, with `next-key`, more than 10 times in a row "
        "(the number is "
        "assumed).",
        "Send the `next-key` of the last response, not the one of the request. Stop when `cont-yn` is `N`.",
    ),
    "1700": ErrorHelp(
        "The client sends more requests of one API in a second than the profile allows.",
        "Send at most one request per second and API id to the mock domain, five to production. "
        "Wait a second and repeat an inquiry. "
        "Under a manual clock the window reopens only after `kiwoom.clock.advance(1)`.",
    ),
    "1901": ErrorHelp(
        "The suffix of the instrument code names a market that does not exist (assumed).",
        "Use the code without a suffix for KRX, `_NX` for NXT, or `_AL` for SOR.",
    ),
    "1902": ErrorHelp(
        "The instrument is not listed in the markets of the API.",
        "Check the code and the API. A scenario can list further `instruments`; see [Scenarios](scenarios.md).",
    ),
    "1999": ErrorHelp(
        "The mock server does not simulate the API, or the API goes over the WebSocket.",
        "Set the response of an API that is not simulated; see [Stubs](faults.md#stubs). "
        "Send an API of the WebSocket as a frame.",
    ),
    "8001": ErrorHelp("The app key or the secret key is wrong.", _FIX_KEYS),
    "8002": ErrorHelp("The app key was terminated (assumed).", _NEW_KEY),
    "8003": ErrorHelp("No request that causes the error is known.", _REPEAT_LATER),
    "8005": ErrorHelp(
        "The token was never issued, or it has expired, was revoked or was replaced.",
        "Request a new token once and repeat the request.",
    ),
    "8006": ErrorHelp("No request that causes the error is known.", _REPEAT_LATER),
    "8009": ErrorHelp("No request that causes the error is known.", _REPEAT_LATER),
    "8010": ErrorHelp(
        "The client uses a token from another IP address than the one it was issued to.",
        "Request the token from the address that uses it. Do not share a token between machines.",
    ),
    "8011": ErrorHelp("A token request has no `grant_type`.", "Send `grant_type` with the value `client_credentials`."),
    "8012": ErrorHelp(
        "A token request has another `grant_type` than `client_credentials`.",
        "Send `grant_type` with the value `client_credentials`.",
    ),
    "8015": ErrorHelp(
        "The client revokes a token that is not, or no longer, the valid one of the app key.",
        "Treat the token as revoked. Revoke each token once, with the app key that requested it.",
    ),
    "8016": ErrorHelp("The client revokes without a token.", "Send the token in the field `token` of the body."),
    "8020": ErrorHelp(
        "A token request has no `appkey` or no `secretkey`.",
        "Send both fields in the body. A blank environment variable is the usual reason.",
    ),
    "8030": ErrorHelp(
        "The app key belongs to the other domain, production or mock.",
        "Use the app key of the domain that the base URL names.",
    ),
    "8031": ErrorHelp(
        "The token belongs to the other domain, production or mock.",
        "Request a token from the domain that gets the request.",
    ),
    "8040": ErrorHelp(
        "The client uses a token from an IP address that is not registered for the app key (assumed).",
        _REGISTER_TERMINAL,
    ),
    "8050": ErrorHelp(
        "The client requests a token from an IP address that is not registered for the app key.", _REGISTER_TERMINAL
    ),
    "8103": ErrorHelp("The app key of the token was terminated (assumed).", _NEW_KEY),
    "1701": ErrorHelp(
        "The client sends more requests in a second than the setting `requests_per_second_in_all` allows. "
        "No profile sets it.",
        "Share one rate limiter between all requests of the app key. Wait a second and repeat an inquiry.",
    ),
    "1702": ErrorHelp(
        "The client sends more requests of one path in a second than the setting `requests_per_second_of_group` "
        "allows. No profile sets it. That a group is a path is assumed.",
        "Share one rate limiter between all requests of the path. Wait a second and repeat an inquiry.",
    ),
    "1903": ErrorHelp(
        "An order to NXT names an instrument that NXT does not trade: an ETF, ETN or ELW, a share of KONEX, "
        "a designated share, or one that trades in half-hourly call auctions (assumed).",
        "Send the order to KRX.",
    ),
    "8104": ErrorHelp(
        "The API does not exist on the mock domain.",
        "Use another API. In tests, you can set the response of the API; see [Stubs](faults.md#stubs).",
    ),
    "8200": ErrorHelp("A corporation sends a credit order (assumed).", "Send a cash order, or use a personal account."),
    "RC4003": ErrorHelp(
        "The price of the order is off the tick grid.",
        "Round the price to the tick size of its price range: down for a buy, up for a sell.",
    ),
    "RC4007": ErrorHelp(
        "Trading in the instrument is halted. A credit order for an instrument without a credit grade gets "
        "it too (assumed), "
        "without any halt.",
        "Wait until trading resumes, or send a cash order. A test ends a halt with `kiwoom.market.resume(code)`.",
    ),
    "RC4010": ErrorHelp(
        "The exchange is closed on this day.",
        'Send the order on an exchange day, or use `hours="open"` in tests.',
    ),
    "RC4025": ErrorHelp(
        "The order costs more than the orderable cash. A market order costs its quantity at the upper daily limit "
        "(observed in production, assumed here). A credit order gets it too, beyond the credit limit of the customer "
        "(assumed).",
        "Query the orderable cash (`kt00001`, of gold `kt50021`), order less, and size a market order by the "
        "upper limit. "
        "A credit order has to fit into 500,000,000 won of loans. In tests, the option `cash` sets the cash.",
    ),
    "RC4027": ErrorHelp(
        "The price of the order is beyond the daily limits.",
        "Keep the price within the limits that `ka10001` returns (of gold `ka50100`): `lst_pric` and "
        "`upl_pric`, without "
        "their sign.",
    ),
    "RC4032": ErrorHelp(
        "A modify or cancel request names a number that no order of today has, or an order of another "
        "account or instrument "
        "(assumed).",
        "Use the `ord_no` and the `stk_cd` of the order, and the app key that placed it. Order numbers "
        "restart each day.",
    ),
    "RC4033": ErrorHelp(
        "The order has no open quantity (it is filled or cancelled, or it expired with its session), or less than a "
        "modify or cancel request names (assumed).",
        "Query the open orders (`ka10075`). The order is closed only if it is not there; else request at most what is "
        "open.",
    ),
    "RC4034": ErrorHelp(
        "A modify request names the price that the order has.", "Send a modify request only if the price changes."
    ),
    "RC4057": ErrorHelp(
        "The order comes before the market opens.",
        'Trade between 09:00 and 15:30 KST on an exchange day, or use `hours="open"` in tests.',
    ),
    "RC4058": ErrorHelp(
        "The order comes after the market has closed.",
        'Trade between 09:00 and 15:30 KST on an exchange day, or use `hours="open"` in tests.',
    ),
    "RC4061": ErrorHelp(
        "A credit request modifies or cancels a cash order, or a cash request does so with a credit order (assumed).",
        "Modify and cancel with the family of APIs that placed the order: `kt10000` to `kt10003`, "
        "or `kt10006` to `kt10009`.",
    ),
    "RC4091": ErrorHelp(
        "The account is closed.", "Apply for a new account on the mock domain, and use the app key of that account."
    ),
    "RC4099": ErrorHelp(
        "The quantity of the order is 0, or more than 5,000 g of gold (assumed).",
        "Order at least one share, and check how you round. Split a larger order of gold.",
    ),
    "RC5006": ErrorHelp("An account for short sellers sends a stock order.", "Use an account that may trade stocks."),
    "RC7006": ErrorHelp(
        "The mock domain does not answer `kt00010`.",
        'Compute the orderable quantity from `kt00001`. In tests, `profile="open"` answers `kt00010`.',
    ),
    "RC9000": ErrorHelp(
        "The mock domain does not offer the API, or the order names NXT or SOR.",
        'Send orders to KRX. In tests, `profile="open"` accepts NXT and SOR, and answers every simulated API.',
    ),
    "800033": ErrorHelp(
        "The sell order is larger than the sellable quantity.",
        "Query the holdings (`kt00018`, of gold `kt50020`), and subtract the open sell orders from the "
        "quantity that you sell.",
    ),
    "521790": ErrorHelp(
        "The kind of the order (`trde_tp`) is not accepted at this time. In production it stands for a halt and for "
        "the time before the open too (assumed).",
        "Use a kind that this market session accepts; see [Time](simulation.md#time).",
    ),
    "571578": ErrorHelp(
        "The code was observed once. The cause is unknown.", "Treat the answer as an empty list, and report the text."
    ),
    "855056": ErrorHelp(
        "The order costs more than the orderable cash. A market order costs its quantity at the upper daily limit. "
        "This is the text of production for RC4025, and names how many shares can be bought.",
        f"{_RESERVE_CASH} Size a market order by the upper limit, not by the last price.",
    ),
    "571489": ErrorHelp(
        "The exchange is closed on this day. This is the text of production for RC4010.",
        'Send the order on an exchange day, or use `hours="open"` in tests.',
    ),
    "505217": ErrorHelp(
        "The order comes after the market has closed. This is the text of production for RC4058.",
        'Send the order in trading hours, or use `hours="open"` in tests.',
    ),
    "571412": ErrorHelp(
        "A request modifies or cancels with the venue SOR an order that was sent to KRX or NXT. Any other change of "
        "the venue is refused likewise (assumed).",
        "Modify and cancel with the venue (`dmst_stex_tp`) of the order.",
    ),
    "571435": ErrorHelp(
        "A request modifies or cancels an order that is itself a cancel order. This is the text of production for "
        "RC4033.",
        "Use the number of the order itself, not the number that the cancel request returned.",
    ),
    "506550": ErrorHelp(
        "The order has no open quantity. This is the text of production for RC4033, and stands for RC4032 and RC4061 "
        "too (assumed).",
        "Treat the order as closed, and query its fills.",
    ),
    "571357": ErrorHelp(
        "An order at a closing price (`trde_tp` 61 or 81) names a price. The mock domain answers so too (assumed).",
        "Leave the price (`ord_uv`) blank, or send 0.",
    ),
    "571242": ErrorHelp(
        "The instrument cannot be bought; here, that it cannot be bought on credit (assumed). This is the text of "
        "production for RC4007.",
        "Do not repeat the order. Choose another instrument, or send a cash order.",
    ),
    "407022": ErrorHelp(
        "The kind of the order (`trde_tp`) does not exist, or NXT does not have it. The mock domain answers so too "
        "(assumed).",
        "Send one of the documented kinds, such as `0` for a limit order. To NXT, send no market order but IOC or FOK.",
    ),
    "571557": ErrorHelp(
        "The price of the order is off the tick grid, beyond the daily limits, or unchanged by a modify request (the "
        "last two are assumed). This is the text of production for RC4003, RC4027 and RC4034.",
        "Round the price to the tick size of its price range, and keep it within the daily limits.",
    ),
    "509193": ErrorHelp(
        "A circuit breaker has halted the market: it takes no new orders and no modifications for 20 minutes, or until "
        "the next day.",
        "Cancel what you do not want to keep. Order again in the call auction that follows the halt.",
    ),
    "509247": ErrorHelp(
        "The ETF requires a registration. Production answers so.",
        "Register the account with Kiwoom, or choose another instrument.",
    ),
    "571758": ErrorHelp("The account has no open orders. Production answers so.", "Treat the answer as an empty list."),
    "501724": ErrorHelp(
        "The inquiry `kt00009` finds no orders. Production answers so.", "Treat the answer as an empty list."
    ),
    "501307": ErrorHelp(
        "The request names a wrong exchange. Production answers so.",
        "Send a value of `dmst_stex_tp` that the API accepts: `KRX`, `NXT` or `SOR`.",
    ),
    "308007": ErrorHelp(
        "The quantity of the order is 0. This is the text of production for RC4099.",
        "Order at least one share, and check how you round.",
    ),
    "999999": ErrorHelp(
        "A customer without a gold account queries the gold balance.",
        _USE_GOLD,
    ),
    "840038": ErrorHelp(
        "A customer without a gold account sends a gold order, or queries gold cash or history.",
        _USE_GOLD,
    ),
}
"""The explanations by error code, in the order of the catalogue."""
