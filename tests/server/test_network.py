"""How answers go over a line; what clients see of it stands with the faults."""

from __future__ import annotations

import pytest

from kiwoom_mockserver.server.network import chunks


@pytest.mark.parametrize(("speed", "sizes"), [(1, [1, 1, 1, 1, 1]), (25, [2, 2, 1]), (50, [5]), (10_000, [5])])
def test_a_slow_line_takes_a_tenth_of_a_second_s_bytes_at_once(speed: int, sizes: list[int]) -> None:
    parts = list(chunks(b"hello", speed))
    assert ([len(part) for part in parts], b"".join(parts)) == (sizes, b"hello")
