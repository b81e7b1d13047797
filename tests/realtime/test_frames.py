"""How rows and frames are written, apart from what they say."""

from __future__ import annotations

import msgspec
import pytest

from kiwoom_contracts import catalogue
from kiwoom_contracts.model import RealtimeField
from kiwoom_mockserver.realtime.frames import FrameSerializer, frame, serializer

TYPES = tuple(catalogue.realtime())


def test_frame_is_compact_in_the_recorded_key_order() -> None:
    assert frame("04", "005930", {"930": "102", "302": "삼성전자"}) == (
        '{"data":[{"values":{"930":"102","302":"삼성전자"},"type":"04","name":"현물잔고","item":"005930"}],"trnm":"REAL"}'
    )


def test_frame_may_have_another_name_than_its_type() -> None:
    assert frame("0w", "", {}, "말") == '{"data":[{"values":{},"type":"0w","name":"말","item":""}],"trnm":"REAL"}'


@pytest.mark.parametrize("kind", TYPES)
def test_recorded_order_beats_the_table(kind: str) -> None:
    described = catalogue.realtime()[kind]
    expected = described.sent or tuple(field.fid for field in described.fields)
    assert tuple(serializer(kind).write({})) == expected


def test_numbers_of_fids_are_the_recorded_ones() -> None:
    assert {kind: len(serializer(kind).write({})) for kind in ("00", "0B", "0D", "0G", "0I", "0J")} == {
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
                ("text", "n", "+n", " +n", "±n", " ±n", "n.2", "±n.2", " +n.2", "HHmmss", "order")
            )
        ),
    )
    assert list(FrameSerializer(kind).write({}).values()) == [
        "", "0", "0", " 0", "0", "0", "0.00", "0.00", " 0.00", "", "0000000",
    ]  # fmt: skip


def test_none_is_blank() -> None:
    assert serializer("0C").write({"27": None, "28": (5, 4)}) == {"27": "", "28": "+5"}


def test_a_fid_that_the_type_does_not_send_is_an_error() -> None:
    with pytest.raises(KeyError):
        serializer("0D").write({"621": 1})  # documented, and not in the recorded frame
    with pytest.raises(KeyError):
        serializer("0g2")
