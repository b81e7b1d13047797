"""The kinds of app keys, and the requests that are refused to each kind."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.words import Domain

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


class KeyKind(NamedTuple):
    """A kind of app keys."""

    refusals: tuple[RefusalRule, ...] = ()
    """What is refused to it on a domain that it belongs to."""
    domain: Domain | None = None
    """The domain that it belongs to; None for both."""

    def refusals_on(self, domain: Domain) -> tuple[RefusalRule, ...]:
        """Return what is refused to the kind on a domain."""
        return self.refusals if self.domain in (None, domain) else OTHER_DOMAIN


OTHER_DOMAIN = RefusalRule("8030", OAUTH), RefusalRule("8031")
"""What is refused to a key of the other domain: everything."""

KEY_KINDS: dict[str, KeyKind] = {
    "mock": KeyKind(domain="mock"),
    "production": KeyKind(domain="production"),
    "given-up": KeyKind(
        (RefusalRule("8002", OAUTH, (GIVEN_UP_REASON,)), RefusalRule("8103", values=(GIVEN_UP_REASON,)))
    ),
    "corporate": KeyKind((RefusalRule("8200", CREDIT_ORDERS, ("{api}", "{path}")),)),
    "ended": KeyKind((RefusalRule("RC4091"),), "mock"),
    "short-sellers": KeyKind(
        tuple(RefusalRule("RC5006", api_id) for api_id in ("kt10000", "kt10001", "kt10002", "kt10003")), "mock"
    ),
}
"""The kinds of app keys, and of the accounts behind them, with the refusals of each.

8030 is observed. The rest is assumed: that a key which was given up gets 8002 and its tokens 8103, that corporations
may not trade on credit, and what exactly RC4091 and RC5006 cover.
"""
