"""The commands ``kiwoom-mockserver scenarios``: the scenarios of the library, and checks of a scenario file."""

from __future__ import annotations

import sys

import click

from kiwoom_mockserver.admin.config import WorldConfig
from kiwoom_mockserver.admin.factory import create_broker
from kiwoom_mockserver.admin.wall_clock import wall_clock
from kiwoom_mockserver.commands.click_options import ExplainedGroup, refusals, world_option
from kiwoom_mockserver.commands.dry_run import DRY_RUN_START, dry_run
from kiwoom_mockserver.help_pages import HelpPage
from kiwoom_scenarios.loader import load_scenario, names


@click.group(cls=ExplainedGroup, page=HelpPage.SCENARIOS)
def scenarios() -> None:
    """List, check and play scenarios of the market."""


@scenarios.command("list")
def list_scenarios() -> None:
    """List the scenarios of the library."""
    for name in names():
        click.echo(f"{name:18} {load_scenario(name).description}")


@scenarios.command("check")
@click.argument("file")
def check_scenario(file: str) -> None:
    """Check a scenario file, and print the first error with its line."""
    with refusals(HelpPage.SCENARIO_ERRORS):
        create_broker(WorldConfig(scenario=load_scenario(file), clock="manual"), wall_clock())
    click.echo(f"{file}: good")


@scenarios.command("run")
@click.argument("file")
@click.option("--loops", default=1, type=click.IntRange(1), show_default=True, help="How often the scenario is played.")
@world_option("accounts")
@world_option("seed")
def run_scenario(file: str, loops: int, accounts: int, seed: int | None) -> None:
    """Play a scenario without a server, subscribed to everything, and print its frames as JSON lines.

    Expectations of the scenario that fail are printed to the standard error, and make the command fail.
    """
    with refusals(HelpPage.SCENARIO_ERRORS):
        scenario = load_scenario(file)
        config = WorldConfig(scenario=scenario, clock="manual", accounts=accounts, seed=seed, start=DRY_RUN_START)
        failures = dry_run(create_broker(config, wall_clock()), scenario, loops, click.echo)
    for text in failures:
        click.echo(f"{file}: {text}", err=True)
    if failures:
        sys.exit(1)
