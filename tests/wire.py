"""A client without opinions, over a real socket: it sends what a test says and gives back what came."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import httpx2

from kiwoom_contracts import catalogue
from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.server.mock_server import MockServer


class Wire:
    """Sends one API's request as a client would and gives the answer back untouched."""

    def __init__(self, kiwoom: MockWorld, http: httpx2.Client, turn: int = 1) -> None:
        self.kiwoom = kiwoom
        self.customer = kiwoom.customers[turn - 1]
        self.http = http
        self.token = ""

    def login(self) -> Wire:
        self.token = self.oauth("token", grant_type="client_credentials")["token"]
        return self

    def oauth(self, what: str, **body: Any) -> Any:
        """POST to /oauth2/<what> with this world's keys."""
        keys = {"appkey": self.customer.appkey, "secretkey": self.customer.secretkey}
        return self.http.post(f"{self.kiwoom.rest_url}/oauth2/{what}", json=keys | body).json()

    def send(self, api_id: str, body: Any, **headers: str) -> httpx2.Response:
        """POST any JSON to the API's path; headers as keywords, with underscores for hyphens."""
        sent = {"api-id": api_id, "authorization": f"Bearer {self.token}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(self.kiwoom.rest_url + catalogue.api(api_id).path, json=body, headers=sent)

    def call(self, api_id: str, **body: str) -> Any:
        """The JSON of an answer."""
        return self.send(api_id, body).json()

    def buy(self, quantity: int, price: int | str = "", code: str = "005930", kind: str = "") -> Any:
        """kt10000: a limit order if there is a price, else at market."""
        return self._order("kt10000", quantity, price, code, kind)

    def sell(self, quantity: int, price: int | str = "", code: str = "005930", kind: str = "") -> Any:
        """kt10001."""
        return self._order("kt10001", quantity, price, code, kind)

    def _order(self, api_id: str, quantity: int, price: int | str, code: str, kind: str) -> Any:
        return self.call(
            api_id,
            dmst_stex_tp="KRX",
            stk_cd=code,
            ord_qty=str(quantity),
            ord_uv=str(price),
            trde_tp=kind or ("0" if price else "3"),
            cond_uv="",
        )

    def buy_on_credit(self, quantity: int, price: int | str = "", code: str = "005930", kind: str = "") -> Any:
        """kt10006."""
        return self._order("kt10006", quantity, price, code, kind)

    def sell_on_credit(self, quantity: int, price: int | str = "", loan: str = "", code: str = "005930") -> Any:
        """kt10007: of one loan by its day, else of whichever."""
        return self.call(
            "kt10007",
            dmst_stex_tp="KRX",
            stk_cd=code,
            ord_qty=str(quantity),
            ord_uv=str(price),
            trde_tp="0" if price else "3",
            crd_deal_tp="33" if loan else "99",
            crd_loan_dt=loan,
            cond_uv="",
        )

    def buy_gold(self, grams: int, price: int, code: str = "M04020000", kind: str = "00") -> Any:
        """kt50000."""
        return self.call("kt50000", stk_cd=code, ord_qty=str(grams), ord_uv=str(price), trde_tp=kind)

    def sell_gold(self, grams: int, price: int, code: str = "M04020000", kind: str = "00") -> Any:
        """kt50001."""
        return self.call("kt50001", stk_cd=code, ord_qty=str(grams), ord_uv=str(price), trde_tp=kind)

    def modify_gold(self, number: str, grams: int, price: int, code: str = "M04020000") -> Any:
        """kt50002."""
        return self.call("kt50002", stk_cd=code, orig_ord_no=number, mdfy_qty=str(grams), mdfy_uv=str(price))

    def cancel_gold(self, number: str, grams: int = 0, code: str = "M04020000") -> Any:
        """kt50003."""
        return self.call("kt50003", stk_cd=code, orig_ord_no=number, cncl_qty=str(grams))

    def modify(self, number: str, quantity: int, price: int, code: str = "005930") -> Any:
        """kt10002."""
        return self.call(
            "kt10002",
            dmst_stex_tp="KRX",
            orig_ord_no=number,
            stk_cd=code,
            mdfy_qty=str(quantity),
            mdfy_uv=str(price),
            mdfy_cond_uv="",
        )

    def cancel(self, number: str, quantity: int = 0, code: str = "005930") -> Any:
        """kt10003."""
        return self.call("kt10003", dmst_stex_tp="KRX", orig_ord_no=number, stk_cd=code, cncl_qty=str(quantity))


class Worlds:
    """Opens worlds of all kinds and logs in to them."""

    def __init__(self, server: MockServer, http: httpx2.Client) -> None:
        self._server = server
        self._http = http
        self._stack = ExitStack()

    def open(self, config: WorldConfig) -> Wire:
        """A client of a new world."""
        return Wire(self._stack.enter_context(self._server.world(config)), self._http).login()

    def close(self) -> None:
        self._stack.close()
