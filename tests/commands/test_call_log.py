"""The lines of the log on the console."""

from __future__ import annotations

import os
import time
from pathlib import Path

from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.broker.response import Response
from kiwoom_mockserver.commands.call_log import CallLog, call_line


def test_the_first_refusal_with_a_code_says_where_it_is_explained(kiwoom: MockWorld, tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("w", encoding="utf-8") as file:
        log = CallLog(file, kiwoom.broker)
        for code in ("0", "RC4003", "RC4003", "1902", "503"):
            log(Response(200, b"", "kt10000", code))
        until = time.monotonic() + 10
        while path.read_text(encoding="utf-8").count("kt10000") < 5:
            assert time.monotonic() < until
            time.sleep(0.01)
        os.fsync(file.fileno())
    assert path.read_text(encoding="utf-8").splitlines() == [
        "10:00:00 kt10000  200      0  주식 매수주문",
        "10:00:00 kt10000  200 RC4003  주식 매수주문",
        "         RC4003: `kiwoom-mockserver errors show RC4003`; see docs/errors.md#rc4003",
        "10:00:00 kt10000  200 RC4003  주식 매수주문",
        "10:00:00 kt10000  200   1902  주식 매수주문",
        "         1902: `kiwoom-mockserver errors show 1902`; see docs/errors.md#1902",
        "10:00:00 kt10000  200    503  주식 매수주문",
    ]


def test_an_unknown_api_id_is_cut() -> None:
    line = call_line(Response(200, b"", "x" * 60_000, "1505"), 0)
    assert line == f"09:00:00 {'x' * 64} 200   1505  ?\n"
