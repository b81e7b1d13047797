"""Recordings as files."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from kiwoom_cards.recording import MOCK_DOMAIN, SHIPPED, RecordedAnswer, RecordedFrame, Recording, load, save

MOMENT = datetime(2026, 11, 28, 9, 5, 7)
ONE = Recording(
    date(2026, 11, 28),
    MOCK_DOMAIN,
    "somebody",
    (RecordedAnswer("ka00001", {"return_code": 0, "return_msg": "정상적으로 처리되었습니다"}, left_out=("new",)),),
    (RecordedFrame({"trnm": "PING"}),),
)


def test_a_recording_is_kept_under_its_moment_and_host_and_found_again(tmp_path: Path) -> None:
    file = save(ONE, tmp_path / "new" / "folder", MOMENT)

    assert file == tmp_path / "new" / "folder" / "2026-11-28T090507-mock-domain.json"
    assert list(load(file.parent)) == [(file.name, ONE)]
    assert '"정상적으로 처리되었습니다"' in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["", "[]", '{"taken": "2026-11-28"}', '{"taken": "x", "of": "", "source": ""}'])
def test_a_file_that_is_no_recording_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.json").write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match=r"mine\.json: "):
        list(load(tmp_path))


@pytest.mark.parametrize(("taken", "is_old"), [(date(2026, 6, 1), False), (date(2026, 5, 31), True), (None, True)])
def test_half_a_year_is_old(taken: date | None, is_old: bool) -> None:
    assert Recording(taken, MOCK_DOMAIN, "").is_old(date(2026, 11, 28)) is is_old


def test_what_is_alike() -> None:
    error = {"return_msg": "[2000](RC4033:모의투자 정정/취소할 수량이 없습니다.)", "return_code": 20}
    row = {"values": {"9201": "", "913": "접수"}, "type": "00", "name": "", "item": ""}

    assert RecordedAnswer("kt10003", error).kind == ("kt10003", "RC4033")
    assert RecordedAnswer("ka10075", {"oso": []}).kind == ("ka10075", "0")
    assert RecordedFrame({"data": [row], "trnm": "REAL"}).kind == ("00", "접수")
    assert RecordedFrame({"data": [row | {"values": {}, "type": "0B"}], "trnm": "REAL"}).kind == ("0B",)
    assert RecordedFrame({"trnm": "REG", "return_code": 100013}).kind == ("REG", "100013")
    assert RecordedFrame({"trnm": "SYSTEM", "code": "R10001"}).kind == ("SYSTEM", "R10001")


def test_the_first_recordings_tell_where_they_are_from() -> None:
    recordings = dict(load(SHIPPED))

    assert len(recordings) == 6
    for name, one in recordings.items():
        assert one.source
        assert name.startswith("undated-" if one.taken is None else str(one.taken))
    frames = [frame.kind for one in recordings.values() for frame in one.frames]
    assert frames.count(("00", "체결")) == 2
    assert ("0B",) in frames
