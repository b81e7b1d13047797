"""A service that answers what a test tells it to, behind a client's transport."""

from __future__ import annotations

import json
from typing import Any

import httpx2

from kiwoom_reference_client import Kiwoom

TOKEN = {
    "token": "the-token",
    "expires_dt": "99991231235959",
    "token_type": "Bearer",
    "return_code": 0,
    "return_msg": "",
}


class StandIn:
    """Answers by API id: one JSON object each, or pages of them."""

    def __init__(self, **answers: dict[str, Any] | list[dict[str, Any]]) -> None:
        self._answers = answers
        self.sent: list[tuple[str, dict[str, str]]] = []
        """API id and fields of every request but those for a token."""
        self.client = Kiwoom("http://127.0.0.1:9", "a", "s", transport=httpx2.MockTransport(self._answer))

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        api_id = request.headers["api-id"]
        if api_id == "au10001":
            return httpx2.Response(200, json=TOKEN)
        self.sent.append((api_id, json.loads(request.content)))
        answer = self._answers[api_id]
        pages = answer if isinstance(answer, list) else [answer]
        page = int(request.headers.get("next-key") or 0)
        more = page + 1 < len(pages)
        headers = {"cont-yn": "Y" if more else "N", "next-key": str(page + 1) if more else ""}
        return httpx2.Response(200, json={"return_code": 0, "return_msg": ""} | pages[page], headers=headers)
