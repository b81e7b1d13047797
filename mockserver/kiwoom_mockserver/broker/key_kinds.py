"""The kinds of app keys, and the requests that are refused to each kind."""

from __future__ import annotations

from msgspec import Struct

from kiwoom_mockserver.broker.errors import ApiError

ALL_PATHS = "/api/"
"""The beginning of every path that needs a token, the WebSocket's included."""

OAUTH = "/oauth2/"
ORDERS = "/api/dostk/ordr"
CREDIT_ORDERS = "/api/dostk/crdordr"


class RefusalRule(Struct, frozen=True):
    """A rule that answers the requests it covers with an error code of the catalogue."""

    code: str
    covers: str = ALL_PATHS
    """An API id, or the beginning of paths."""
    values: tuple[str, ...] = ()
    """Values for the text of the error; ``{api}`` and ``{path}`` stand for those of the request."""

    def check(self, api_id: str, path: str) -> None:
        """Raise ApiError if the rule covers the request."""
        if self.covers == api_id or path.startswith(self.covers):
            raise request_error(self.code, self.values, api_id, path)


def request_error(code: str, values: tuple[str, ...], api_id: str, path: str) -> ApiError:
    """Return the error with its values, where ``{api}`` and ``{path}`` are replaced by those of the request."""
    return ApiError(code, *(value.replace("{api}", api_id).replace("{path}", path) for value in values))


GIVEN_UP_REASON = "해지된 App Key입니다"
"""What 8002 and 8103 name as the cause for a key that was given up (assumed)."""

KEY_KINDS: dict[str, tuple[RefusalRule, ...]] = {
    "mock": (),
    "production": (RefusalRule("8030", OAUTH), RefusalRule("8031")),
    "given-up": (RefusalRule("8002", OAUTH, (GIVEN_UP_REASON,)), RefusalRule("8103", values=(GIVEN_UP_REASON,))),
    "corporate": (RefusalRule("8200", CREDIT_ORDERS, ("{api}", "{path}")),),
    "ended": (RefusalRule("RC4091"),),
    "short-sellers": tuple(RefusalRule("RC5006", api_id) for api_id in ("kt10000", "kt10001", "kt10002", "kt10003")),
}
"""The kinds of app keys, and of the accounts behind them, with the refusals of each.

A key of the mock domain is refused nothing. 8030 is observed. The rest is assumed: that a key which was given up gets
8002 and its tokens 8103, that corporations may not trade on credit, and what exactly RC4091 and RC5006 cover.
"""
