"""The commands that list, check and play market scripts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kiwoom_contracts import catalogue
from kiwoom_mockserver.commands.main import main
from kiwoom_scenarios.loader import load_scenario, names

ITEMS = {"005930", "069500", "57JBHH", "001", "MGD", "MGU", ""}


def scenarios(*arguments: str) -> Result:
    """In this process; what is printed and the exit code."""
    return CliRunner().invoke(main, ["scenarios", *arguments])


def in_a_process(hash_seed: str, *arguments: str) -> str:
    """What another process prints, whose strings hash differently."""
    command = [sys.executable, "-m", "kiwoom_mockserver", "scenarios", "run", *arguments]
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONUTF8": "1"}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=True, timeout=120)
    assert done.stderr == ""
    return done.stdout


def rows(output: str) -> list[Any]:
    return [row for line in output.splitlines() for row in json.loads(line)["data"]]


def script(folder: Path, timeline: str, more: str = "") -> str:
    """A file with a timeline."""
    path = folder / "mine.yaml"
    path.write_text(f"name: mine\ndescription: Mine.\nfeed: still\n{more}timeline:\n{timeline}", encoding="utf-8")
    return str(path)


def test_all_types_are_told_within_one_loop_and_alike_in_every_process() -> None:
    first, second = (in_a_process(seed, "all-types") for seed in ("1", "2"))
    assert first == second
    told = rows(first)
    assert {row["type"] for row in told} == set(catalogue.realtime())
    assert {row["item"] for row in told} >= ITEMS
    assert all(list(json.loads(line)) == ["data", "trnm"] for line in first.splitlines())


@pytest.mark.parametrize(
    ("item", "types"),
    [
        ("005930", "00 04 0A 0B 0C 0D 0E 0F 0H 0g 0w 1h"),
        ("069500", "0B 0D 0G"),
        ("57JBHH", "0B 0D 0m 0u"),
        ("001", "0J 0U"),
        ("MGD", "0I"),
        ("MGU", "0I"),
        ("", "0s"),
    ],
)
def test_each_item_of_all_types_is_told_what_it_has(item: str, types: str) -> None:
    told = {row["type"] for row in rows(scenarios("run", "all-types").stdout) if row["item"] == item}
    assert told >= set(types.split())


def test_two_loops_tell_it_twice_and_another_seed_tells_it_otherwise() -> None:
    one, two = scenarios("run", "all-types").stdout, scenarios("run", "all-types", "--loops", "2").stdout
    assert two.startswith(one)
    second = two.removeprefix(one)
    assert {row["type"] for row in rows(second)} == set(catalogue.realtime())
    assert scenarios("run", "all-types", "--seed", "77").stdout != one


def test_every_account_hears_of_its_own_orders() -> None:
    told = rows(scenarios("run", "all-types", "--accounts", "3").stdout)
    for kind in ("00", "04"):
        by_account = [row["values"]["9201"] for row in told if row["type"] == kind]
        counts = [by_account.count(f"81{number:06d}11") for number in (1, 2, 3)]
        assert counts[0] > 0
        assert counts == [counts[0]] * 3


@pytest.mark.sampled(5)
@pytest.mark.parametrize("name", names())
def test_each_of_the_library_runs_and_is_good(name: str) -> None:
    done = scenarios("run", name)
    assert (done.exit_code, done.stderr) == (0, "")
    assert (done.stdout == "") == (not load_scenario(name).timeline)
    assert all(row["type"] in catalogue.realtime() for row in rows(done.stdout))
    assert scenarios("check", name).stdout == f"{name}: good\n"


def test_list_names_and_describes_the_library() -> None:
    done = scenarios("list")
    assert done.exit_code == 0
    assert [line.split(maxsplit=1) for line in done.stdout.splitlines()] == [
        [name, load_scenario(name).description] for name in names()
    ]


def test_an_expectation_that_fails_is_told_and_the_run_goes_on(tmp_path: Path) -> None:
    path = script(
        tmp_path,
        '  - {at: 1s, expect: {code: "005930", price: 1000}}\n'
        '  - {at: 2s, trade: {code: "005930", quantity: 3, side: buy}}\n'
        "  - {at: 3s, expect: {session: holiday}}\n"
        '  - {at: 3s, expect: {code: "005930", at_least: 1000}}\n',
    )
    done = scenarios("run", path)
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        f"{path}: expected 005930 at 1000, found 005930 at 269000",
        f"{path}: expected session holiday, found continuous",
    ]
    assert "0B" in {row["type"] for row in rows(done.stdout)}


def test_a_script_is_played_to_its_last_step_and_a_loop_to_its_end(tmp_path: Path) -> None:
    timeline = '  - {at: 5s, trade: {code: "005930", quantity: 3, side: buy}}\n'
    once = scenarios("run", script(tmp_path, timeline)).stdout
    looped = scenarios("run", script(tmp_path, timeline, "loop: 6s\n"), "--loops", "3").stdout
    assert [row["values"]["20"] for row in rows(once) if row["type"] == "0B"] == ["100005"]
    assert [row["values"]["20"] for row in rows(looped) if row["type"] == "0B"] == ["100005", "100011", "100017"]


def test_a_literal_frame_is_printed_word_for_word(tmp_path: Path) -> None:
    done = scenarios(
        "run", script(tmp_path, '  - {at: 0s, frame: {type: "0B", item: "005930", values: {"10": "+1"}}}\n')
    )
    assert (
        done.stdout == '{"data":[{"values":{"10":"+1"},"type":"0B","name":"주식체결","item":"005930"}],"trnm":"REAL"}\n'
    )


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize(
    ("timeline", "said"),
    [
        ('  - {at: 1s, session: continous}\n', 'mine.yaml:5: timeline[0].session: expected one of before-open'),
        ('  - {at: 1s, trade: {code: "005930", quantity: 1, side: buy}, halt: {code: "005930"}}\n', "mine.yaml:5: timeline[0]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(tmp_path: Path, command: str, timeline: str, said: str) -> None:
    done = scenarios(command, script(tmp_path, timeline))
    assert (done.exit_code, done.stdout) == (1, "")
    assert said in done.stderr


def test_a_script_that_nobody_knows() -> None:
    done = scenarios("run", "no-such-script")
    assert done.exit_code == 1
    assert "no-such-script" in done.stderr


def test_a_code_that_nobody_lists_is_no_crash(tmp_path: Path) -> None:
    for command in ("check", "run"):
        done = scenarios(command, script(tmp_path, '  - {at: 1s, halt: {code: "999999"}}\n'))
        assert (done.exit_code, done.stdout) == (1, "")
        assert "999999" in done.stderr
