from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiwoom_cards import CARDS
from kiwoom_cards.guide import page
from kiwoom_contracts import catalogue
from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.commands.main import main

PAGE = Path(__file__).parents[2] / "docs" / "contract-cards.md"


def test_the_page_is_that_of_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(CARDS), "run `make docs`"


def test_the_page_names_every_card_but_those_of_inquiries_and_says_that_none_was_run() -> None:
    text = page(CARDS)
    cards = text.partition("| card | ")[2].partition("\n")[2]
    named = re.findall(r"^\| (\w+) \|", cards, re.MULTILINE)
    assert named == [card.id for card in CARDS if card.id not in catalogue.api_ids()]
    assert "| every inquiry, by its API id |" in cards
    assert "No card has been run against `mockapi.kiwoom.com` yet." in text


def test_the_page_counts_the_cards_that_were_never_run() -> None:
    text = page((replace(CARDS[0], ran="2026-11-28"), *CARDS[1:3]))
    assert "2 of 3 cards have never been run against `mockapi.kiwoom.com`." in text


def test_the_commands_of_the_page_run(kiwoom: MockWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KIWOOM_APPKEY", raising=False)
    commands = re.findall(r"^\$ kiwoom-mockserver (contracts check .*)$", page(CARDS), re.MULTILINE)
    mock, url, mockapi = (shlex.split(command) for command in commands)

    assert CliRunner().invoke(main, [*mock, "--card", "101"]).exit_code == 0
    url[url.index("--target") + 1] = kiwoom.rest_url
    done = CliRunner().invoke(main, url)
    assert (done.exit_code, done.output.splitlines()[-1][:30]) == (0, f"2 cards on {kiwoom.rest_url}"[:30])
    assert ": 2 passed, 0 failed, 0 skipped; " in done.output
    assert "set KIWOOM_APPKEY" in CliRunner().invoke(main, mockapi).output
