"""How rows and frames are written, apart from what they say."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import RealtimeField
from kiwoom_mockserver.realtime.frames import RealWriter, encoder, frame, time_of_day, writer
from realtime.market import at

TYPES = tuple(catalogue.realtime())


@pytest.mark.parametrize(
    ("spec", "value", "written"),
    [
        (" ±n", (257_750, 269_000), "-257750"),
        (" ±n", (269_000, 269_000), " 269000"),
        ("±n", (20_850, 20_850), "20850"),
        (" ±n", (0, 269_000), "0"),
        ("±n.2", (176_261, 195_212), "-1762.61"),
        ("±n.2", (748_827, 747_870), "+7488.27"),
        ("±n.2", (250_000, 250_000), "2500.00"),
        ("±n.2", (0, 250_000), "0.00"),
        (" +n.2", 0, " 0.00"),
        (" +n.2", 3_507, "+35.07"),
        (" +n.2", -5, "-0.05"),
        ("+n.2", -418, "-4.18"),
        ("n.6", 0, "0.000000"),
        (" +n", 0, " 0"),
        (" +n", -19, "-19"),
        ("HHmmss", at(9, 5, 7), "090507"),
        ("HHmmss", at(0), "000000"),
        ("HHmmss", "214501", "214501"),
    ],
)
def test_values(spec: str, value: Any, written: str) -> None:
    assert encoder(spec)(value) == written


def test_time_of_day_is_korean_round_the_clock() -> None:
    assert [time_of_day(at(hour, 59, 58)) for hour in (0, 8, 9, 23)] == ["005958", "085958", "095958", "235958"]


def test_frame_is_compact_in_the_recorded_key_order() -> None:
    assert frame("04", "005930", {"930": "102", "302": "삼성전자"}) == (
        '{"data":[{"values":{"930":"102","302":"삼성전자"},"type":"04","name":"현물잔고","item":"005930"}],"trnm":"REAL"}'
    )


def test_frame_may_have_another_name_than_its_type() -> None:
    assert frame("0w", "", {}, "말") == '{"data":[{"values":{},"type":"0w","name":"말","item":""}],"trnm":"REAL"}'


@pytest.mark.parametrize("kind", TYPES)
def test_recorded_order_beats_the_table(kind: str) -> None:
    described = catalogue.realtime()[kind]
    expected = described.recorded or tuple(field.fid for field in described.fields)
    assert tuple(writer(kind).write({})) == expected


def test_numbers_of_fids_are_the_recorded_ones() -> None:
    assert {kind: len(writer(kind).write({})) for kind in ("00", "0B", "0D", "0G", "0I", "0J")} == {
        "00": 35,
        "0B": 43,
        "0D": 139,
        "0G": 12,
        "0I": 4,
        "0J": 12,
    }


def test_what_is_left_out_is_zero_or_blank() -> None:
    kind = msgspec.structs.replace(
        catalogue.realtime()["0C"],
        fields=tuple(
            RealtimeField(str(number), "", format=spec)
            for number, spec in enumerate(
                ("", "n", "+n", " +n", "±n", " ±n", "n.2", "±n.2", " +n.2", "HHmmss", "order")
            )
        ),
    )
    assert list(RealWriter(kind).write({}).values()) == [
        "", "0", "0", " 0", "0", "0", "0.00", "0.00", " 0.00", "", "0000000",
    ]  # fmt: skip


def test_none_is_blank() -> None:
    assert writer("0C").write({"27": None, "28": (5, 4)}) == {"27": "", "28": "+5"}


def test_a_fid_that_the_type_does_not_send_is_an_error() -> None:
    with pytest.raises(KeyError):
        writer("0D").write({"621": 1})  # documented, and not in the recorded frame
    with pytest.raises(KeyError):
        writer("0g2")
