"""Runs the command as a shell does."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner, Result

from kiwoom_mockserver.admin.mock_world import MockWorld
from kiwoom_mockserver.commands.main import main


def run(kiwoom: MockWorld, *words: str, typed: str = "") -> Result:
    """A command about a world, with what is typed into it."""
    command = ["control", "--url", kiwoom.rest_url, "--world", kiwoom.name, *words]
    return CliRunner().invoke(main, command, input=typed)


def said(kiwoom: MockWorld, *words: str, typed: str = "") -> Any:
    """The JSON that it prints."""
    result = run(kiwoom, *words, typed=typed)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
