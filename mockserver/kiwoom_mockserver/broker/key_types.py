"""What is refused to the kind of an app key, whatever a request says."""

from __future__ import annotations

from msgspec import Struct

from kiwoom_mockserver.broker.errors import ApiError

EVERYTHING = "/api/"
"""The beginning of every path that takes a token, the WebSocket's included."""

OAUTH = "/oauth2/"
ORDERS = "/api/dostk/ordr"
CREDIT_ORDERS = "/api/dostk/crdordr"


class Refusal(Struct, frozen=True):
    """A rule: what it covers is answered with an error code of the catalogue."""

    code: str
    covers: str = EVERYTHING
    """An API id, or the beginning of paths."""
    values: tuple[str, ...] = ()
    """What the text names; ``{api}`` and ``{path}`` stand for those of the request."""

    def check(self, api_id: str, path: str) -> None:
        """Raises ApiError where the rule covers the request."""
        if self.covers == api_id or path.startswith(self.covers):
            raise named_error(self.code, self.values, api_id, path)


def named_error(code: str, values: tuple[str, ...], api_id: str, path: str) -> ApiError:
    """The error with its values, where ``{api}`` and ``{path}`` stand for those of the request."""
    return ApiError(code, *(value.replace("{api}", api_id).replace("{path}", path) for value in values))


GIVEN_UP = "해지된 App Key입니다"

KEY_TYPES: dict[str, tuple[Refusal, ...]] = {
    "mock": (),
    "production": (Refusal("8030", OAUTH), Refusal("8031")),
    "given-up": (Refusal("8002", OAUTH, (GIVEN_UP,)), Refusal("8103", values=(GIVEN_UP,))),
    "corporate": (Refusal("8200", CREDIT_ORDERS, ("{api}", "{path}")),),
    "ended": (Refusal("RC4091"),),
    "short-sellers": tuple(Refusal("RC5006", api_id) for api_id in ("kt10000", "kt10001", "kt10002", "kt10003")),
}
"""The kinds of app keys, and of the accounts behind them, with what each is refused.

A key of the mock domain is refused nothing. 8030 is observed. Assumed is that a key which was given up gets 8002 and
its tokens 8103, that corporations may not trade on credit, and what exactly RC4091 and RC5006 cover.
"""
