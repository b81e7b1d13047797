"""The catalogue: whole, well formed, and read only when it is asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from string import Formatter

import msgspec
import pytest

from kiwoom_contracts import catalogue
from kiwoom_contracts.formats import Format
from kiwoom_contracts.model import Api, Evidence, Field
from misses import misses


def fields(of: tuple[Field, ...]) -> list[Field]:
    return [inner for field in of for inner in (field, *fields(field.fields))]


def test_it_holds_every_domestic_api_and_type() -> None:
    assert len(catalogue.api_ids()) + len(catalogue.realtime()) == 208
    assert list(catalogue.realtime()) == [
        "00", "04", "0A", "0B", "0C", "0D", "0E", "0F", "0G", "0H", "0I", "0J", "0U", "0g", "0m", "0s", "0u", "0w", "1h",
    ]  # fmt: skip
    assert sum(len(kind.fields) for kind in catalogue.realtime().values()) == 468


def test_a_file_holds_the_api_of_its_name() -> None:
    def check(api_id: str) -> None:
        api = catalogue.api(api_id)
        assert api.id == api_id
        assert api.path.startswith(("/api/dostk/", "/oauth2/"))
        for field in fields(api.request + api.response):
            assert field.name
            assert bool(field.fields) != bool(field.format)
            assert field.fields or Format.of(field.format)
        assert set(api.order) <= {field.name for field in api.response} | {"return_code", "return_msg"}

    assert misses(catalogue.api_ids(), check) == {}


def test_an_answer_says_of_every_field_how_it_is_written_and_why() -> None:
    def check(api_id: str) -> None:
        for field in fields(catalogue.api(api_id).response):
            assert field.evidence is not None
            assert field.evidence.where
            if not field.fields:
                assert field.format

    assert misses(catalogue.api_ids(), check) == {}


def as_in_the_file(file: Path) -> list[Field]:
    """The fields of an answer that say nothing of how they are written."""
    read = msgspec.json.decode(file.read_bytes(), type=Api)
    return [field for field in fields(read.response) if not field.fields and not field.format]


def test_every_entry_of_a_family_is_used_and_none_is_missing() -> None:
    used = {
        family: {field.name for file in (catalogue.FOLDER / family).glob("*.json") for field in as_in_the_file(file)}
        for family in catalogue.families()
    }
    assert used == {family: set(names) for family, names in catalogue.families().items()}


def test_the_format_of_an_api_goes_before_that_of_its_family() -> None:
    """Prices of charts are plain but for those of minutes, which tell on which side of the previous close they lie."""
    plain, minutes = (
        {field.name: field for field in fields(catalogue.api(api_id).response)} for api_id in ("ka10081", "ka10080")
    )
    assert (plain["cur_prc"].format, minutes["cur_prc"].format) == ("n", "±n")
    assert plain["cur_prc"].evidence == catalogue.families()["chart"]["cur_prc"].evidence
    assert minutes["cur_prc"].evidence == Evidence("observed", "recorded answers of ka10080")


def test_known_tables() -> None:
    assert [field.name for field in catalogue.api("kt10002").request] == [
        "dmst_stex_tp", "orig_ord_no", "stk_cd", "mdfy_qty", "mdfy_uv", "mdfy_cond_uv",
    ]  # fmt: skip
    (holdings,) = [field for field in catalogue.api("kt00018").response if field.fields]
    assert (holdings.name, len(holdings.fields)) == ("acnt_evlt_remn_indv_tot", 23)
    (profit,) = [field for field in holdings.fields if field.name == "evltv_prft"]
    assert (profit.korean, profit.length, profit.format) == ("평가손익", 15, "0>15")
    assert len(catalogue.realtime()["0B"].sent) == 43
    assert len(catalogue.realtime()["0D"].sent) == 139
    assert len(catalogue.realtime()["0G"].sent) == 12
    assert catalogue.realtime()["04"].message_name == "현물잔고"


def test_a_rule_between_fields_names_an_optional_one_and_codes_of_others() -> None:
    def check(api_id: str) -> None:
        fields = {field.name: field for field in catalogue.api(api_id).request}
        for condition in catalogue.api(api_id).conditions:
            assert not fields[condition.field].required
            assert condition.required_when
            for name, values in condition.required_when.items():
                assert set(values) <= fields[name].values.keys()

    assert misses(catalogue.api_ids(), check) == {}


def test_a_continuation_key_is_made_of_its_cursor_and_of_what_every_request_has() -> None:
    def check(api_id: str) -> None:
        names = [name for _, name, _, _ in Formatter().parse(catalogue.api(api_id).next_key) if name is not None]
        assert names.count("cursor") == 1
        assert set(names) - {"cursor", "api"} <= {
            field.name for field in catalogue.api(api_id).request if field.required
        }

    assert misses(catalogue.api_ids(), check) == {}


def test_continuation_keys_and_pages_that_were_recorded() -> None:
    assert {api_id: catalogue.api(api_id).next_key for api_id in ("ka10080", "ka10081", "ka20005", "kt00018")} == {
        "ka10080": "A{stk_cd}{cursor}00010000",
        "ka10081": "A{stk_cd}{cursor}00010000",
        "ka20005": "{inds_cd}{cursor}",
        "kt00018": "{api}{cursor}",
    }
    sizes = {api_id: catalogue.api(api_id).page_size for api_id in ("ka10079", "ka10081", "ka10083", "ka10094")}
    assert sizes == {"ka10079": 900, "ka10081": 600, "ka10083": 240, "ka10094": None}


def test_a_field_has_room_for_its_format() -> None:
    def check(api_id: str) -> None:
        for field in catalogue.api(api_id).request:
            if field.length is not None:
                assert field.length >= {"YYYYMMDD": 8, "order": 7}.get(field.format, 1)

    assert misses(catalogue.api_ids(), check) == {}


def test_every_recorded_fid_is_a_documented_one() -> None:
    for kind in catalogue.realtime().values():
        assert set(kind.sent) <= {field.fid for field in kind.fields}


def test_errors_have_a_class_with_a_sentence() -> None:
    errors = catalogue.errors()
    assert list(errors)[:3] == ["1501", "1504", "1505"]
    for error in errors.values():
        assert catalogue.class_sentence(error.return_code) or error.return_code == 20
        assert error.http_status == (429 if error.code in ("1700", "1701", "1702") else 200)
    assert errors["RC4025"].message == "모의투자 매수증거금이 부족합니다."


def test_headers_are_those_of_every_api() -> None:
    headers = catalogue.headers()
    assert [field.name for field in headers.request] == ["api-id", "authorization", "cont-yn", "next-key"]
    assert [field.name for field in headers.response] == ["api-id", "cont-yn", "next-key"]


def test_an_unknown_api_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        catalogue.api("kt99999")


def test_starting_does_not_read_it() -> None:
    code = (
        "import pathlib, sys; opened = []\n"
        "real = pathlib.Path.read_bytes\n"
        "pathlib.Path.read_bytes = lambda self: (opened.append(self.name), real(self))[1]\n"
        "import kiwoom_mockserver.commands.main\n"
        "from kiwoom_mockserver.admin.config import WorldConfig\n"
        "from kiwoom_mockserver.admin.factory import create_broker\n"
        "create_broker(WorldConfig(), 0)\n"
        "print(opened)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_type_files_do_not_collide_where_case_does_not_count() -> None:
    names = [path.name.lower() for path in (catalogue.FOLDER / "realtime").glob("*.json")]
    assert len(set(names)) == 19
