"""The words of the two domains of Kiwoom: the code and the text with which each answers the same thing.

The setting ``words`` of a profile names one of these tables. Error texts and success texts that are not here are those
of the catalogue. The page docs/simulation-api.md lists the words of production, each with its evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from kiwoom_contracts.model import Evidence, Success
from kiwoom_mockserver.broker.errors import NO_TEXTS, REASONS
from kiwoom_mockserver.exchange.events import Reason

Domain = Literal["mock", "production"]
"""The two domains of Kiwoom, mockapi.kiwoom.com and api.kiwoom.com."""


class Words(NamedTuple):
    """The codes and texts of one domain."""

    codes: Mapping[Reason, str]
    """The error code that answers an order which the exchange rejects, by the reason of the rejection."""
    texts: Mapping[str, str] = NO_TEXTS
    """Texts of error codes that differ from the catalogue."""
    successes: Mapping[str, Success] = {}
    """Texts of successful answers that differ from the catalogue, by API id.

    A name in braces stands for a field of the request, ``{side}`` for 매수 or 매도.
    """
    branch: str = "모의투자"
    """The branch of the broker that keeps an account (``brch_nm``)."""
    nothing_found: Mapping[str, str] = {}
    """The error code that answers an inquiry without any row, by API id; others answer with an empty list."""


_PRODUCTION_CODES: dict[Reason, str] = {
    # recorded
    Reason.OFF_TICK: "571557",
    Reason.NOT_ENOUGH_CASH: "855056",
    Reason.HOLIDAY: "571489",
    Reason.NOTHING_LEFT: "506550",
    Reason.IS_CANCEL: "571435",
    Reason.NO_CREDIT: "571242",
    # recorded in the older OpenAPI+
    Reason.AFTER_CLOSE: "505217",
    Reason.BAD_QUANTITY: "308007",
    # assumed: the recorded code whose text is nearest, as no rejection for this reason was recorded
    Reason.NO_SUCH_ORDER: "506550",
    Reason.OTHER_FUNDING: "506550",
    Reason.OUTSIDE_LIMITS: "571557",
    Reason.SAME_PRICE: "571557",
    Reason.BEFORE_OPEN: "521790",
    Reason.HALTED: "521790",
    Reason.OVER_CREDIT_LIMIT: "855056",
}

WORDS: dict[Domain, Words] = {
    "mock": Words(REASONS),
    "production": Words(
        REASONS | _PRODUCTION_CODES,
        {
            "800033": "매도가능수량이 부족합니다. {?}주 매도가능",
            "8050": "IP가 등록되지 않았습니다. 키움 REST API 홈페이지 > API 사용신청 화면에서 IP를 등록해주세요.",
        },
        {
            "kt10000": Success(
                "{dmst_stex_tp} 매수주문이 완료되었습니다.",
                Evidence("observed", "production, for KRX; that NXT and SOR are named likewise is assumed"),
            ),
            "kt10001": Success("매도주문이 완료되었습니다.", Evidence("documented", "page 425 of the document")),
            "kt10002": Success(
                "{side}정정 주문입력이 완료되었습니다", Evidence("documented", "page 427 of the document")
            ),
            "kt10003": Success(
                "{side}취소 주문입력이 완료되었습니다", Evidence("documented", "page 429 of the document")
            ),
            "kt00001": Success(
                "조회가 완료되었습니다.", Evidence("assumed", "the printed text of kt00004 and kt00005")
            ),
            "kt00018": Success(
                " 조회가 완료되었습니다",
                Evidence("documented", "page 421 of the document; that of an empty list is assumed"),
            ),
        },
        branch="",  # assumed: real branches have names that nobody has recorded
        nothing_found={"kt00009": "501724"},
    ),
}
"""The words of each domain. No answer of production names the mock domain (모의투자), and none has an RC code."""
