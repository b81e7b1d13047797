"""The commands ``kiwoom-mockserver contracts``: export the contract, check a server against it, compare recordings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import update_wrapper
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
import msgspec

from kiwoom_contracts.export import FORMATS
from kiwoom_mockserver.commands.click_options import ExplainedCommand, ExplainedGroup
from kiwoom_mockserver.commands.scaffold import scaffold
from kiwoom_mockserver.control.errors import ControlError, UnreachableError
from kiwoom_mockserver.dispatch.coverage import coverage, simulated_table
from kiwoom_mockserver.help_pages import HelpPage, explained
from kiwoom_mockserver.world.kst import KST

if TYPE_CHECKING:  # cards take long to import, and most commands do without them
    from kiwoom_cards import AnyCard, Result
    from kiwoom_cards.recorder import Recorder


@click.group(cls=ExplainedGroup, page=HelpPage.CONTRACTS)
def contracts() -> None:
    """Export the API contract, and check servers against it."""


@contracts.command()
@click.option("--format", "language", default="catalogue", type=click.Choice(list(FORMATS)), show_default=True)
def export(language: str) -> None:
    """Print the catalogue of all APIs as JSON: in its own format, or as OpenAPI, AsyncAPI or JSON Schema."""
    click.echo(msgspec.json.encode(FORMATS[language]()).decode())


contracts.add_command(scaffold)


@contracts.command("coverage")
@click.option("--markdown", is_flag=True, help="Print a table of the simulated APIs by family, in Markdown.")
def show_coverage(markdown: bool) -> None:
    """Print how the simulator handles each API, and on what evidence."""
    if markdown:
        click.echo(simulated_table(), nl=False)
        return
    for row in coverage():
        evidence = f"{row.evidence.level}: {row.evidence.where}"
        click.echo(f"{row.api_id:8} {row.does:32} {evidence:44} {row.name}")


@contracts.command()
def cards() -> None:
    """Print the page docs/contract-cards.md."""
    from kiwoom_cards import CARDS
    from kiwoom_cards.guide import page

    click.echo(page(CARDS), nl=False)


def check_keys(appkey: str | None, secretkey: str | None) -> None:
    """Raises UsageError unless both keys are given or neither is."""
    if (appkey is None) != (secretkey is None) or "" in (appkey, secretkey):
        raise click.UsageError("--appkey and --secretkey go together, and neither is empty")


@dataclass(frozen=True)
class CardRun:
    """The cards to run and the target to run them on, from the options of a command."""

    target: str
    card_ids: tuple[str, ...]
    share: str
    appkey: str | None
    secretkey: str | None
    control_token: str | None

    def results(self, recorder: Recorder | None = None) -> Iterator[tuple[AnyCard, Result]]:
        """Run the cards one by one, print a line for each, and yield its result.

        Raises UsageError for options that name no target or card, and ClickException for a server that gives no more
        worlds.
        """
        from kiwoom_cards import Outcome, reports
        from kiwoom_mockserver import card_targets

        check_keys(self.appkey, self.secretkey)
        keys = card_targets.Keys(self.appkey, self.secretkey) if self.appkey and self.secretkey else None
        with ExitStack() as stack:
            try:
                cards = card_targets.select_cards(self.card_ids)
                targets = stack.enter_context(
                    card_targets.target_factory(self.target, keys, self.share, self.control_token)
                )
            except ValueError as error:
                raise click.UsageError(str(explained(error, HelpPage.CONTRACT_CARDS))) from error
            except UnreachableError as error:
                raise click.ClickException(str(error)) from error
            results = card_targets.check(cards, targets if recorder is None else recorder.observing(targets))
            try:
                for place, (card, result) in enumerate(results, start=1):
                    if result.outcome is Outcome.FAILED:
                        card_targets.require_reachable(self.target)
                    click.echo(f"{place:{len(str(len(cards)))}}/{len(cards)} {reports.line(card, result)}")
                    yield card, result
            except ControlError as error:
                is_down = isinstance(error, UnreachableError)
                text = str(error) if is_down else f"the control API of {self.target} failed: {error}"
                raise click.ClickException(text) from error


def _card_run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a :class:`CardRun`, which becomes the first argument of the command."""

    def with_card_run(
        target: str,
        card_ids: tuple[str, ...],
        share: str,
        appkey: str | None,
        secretkey: str | None,
        control_token: str | None,
        **settings: Any,
    ) -> None:
        command(CardRun(target, card_ids, share, appkey, secretkey, control_token), **settings)

    decorated: Callable[..., None] = update_wrapper(with_card_run, command)
    for option in (
        click.option("--control-token", envvar="KIWOOM_MOCKSERVER_CONTROL_TOKEN", show_envvar=True,
                     help="Control token of the kiwoom-mockserver at a URL."),
        click.option("--secretkey", help="Secret key of that account."),
        click.option("--appkey", help="App key of an account at a URL, to run all cards on; else each gets a world."),
        click.option("--share", default="", help="Code of the only share that is traded on an account."),
        click.option("--card", "card_ids", multiple=True, help="Id of a card, such as 201 or ka10001; all if unset."),
        click.option("--target", required=True, help="mock, mockapi, or the base URL of a server."),
    ):  # fmt: skip
        decorated = option(decorated)
    return decorated


@contracts.command(cls=ExplainedCommand, page=HelpPage.CONTRACT_CARDS)
@click.option("--json", "json_file", type=click.File("wb"), help="Write the report as JSON.")
@click.option("--junit", type=click.File("wb"), help="Write the report as JUnit XML.")
@click.option("--html", type=click.File("wb"), help="Write the report as an HTML page.")
@_card_run_options
def check(card_run: CardRun, json_file: IO[bytes] | None, junit: IO[bytes] | None, html: IO[bytes] | None) -> None:
    """Run the contract cards on a target; exits 0 if none failed. The real broker is refused.

    mock runs each card in a fresh world of this simulator; so does the URL of a kiwoom-mockserver, whose other worlds
    stay as they are. mockapi is the real mock domain, with the keys in KIWOOM_APPKEY and KIWOOM_SECRETKEY: slowly, in
    market hours, with orders for one cheap share far from the market price.
    """
    from kiwoom_cards.reports import Report

    report = Report(card_run.target)
    for card, result in card_run.results():
        report.add(card, result)
    click.echo(report.summary)
    outputs = (json_file, report.as_json), (junit, report.as_junit), (html, report.as_html)
    for file, render in outputs:
        if file is not None:
            file.write(render())
    sys.exit(report.has_failed)


@contracts.command(cls=ExplainedCommand, page=HelpPage.CONTRACT_CARDS)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write into.")
@_card_run_options
def record(card_run: CardRun, out: Path) -> None:
    """Run the contract cards on a target, and record its responses and frames; exits 0 if there were any.

    Only fields of the catalogue are recorded; account numbers, names and tokens become pseudonyms. Cards that fail are
    printed and recorded too, because differences are what a recording is made for.
    """
    from kiwoom_cards import recording
    from kiwoom_cards.recorder import Recorder

    recorder = Recorder()
    try:
        for _ in card_run.results(recorder):
            pass
    finally:  # Ctrl-C does not lose an hour of recording
        now = datetime.now(KST)
        recorded = recorder.recording(now.date(), "kiwoom-mockserver contracts record")
        if recorded.answers or recorded.frames:
            file = recording.save(recorded, out, now)
            click.echo(f"{len(recorded.answers)} answers and {len(recorded.frames)} frames in {file}")
    if not (recorded.answers or recorded.frames):
        raise click.ClickException("nothing was recorded")


@contracts.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def diff(folder: Path | None) -> None:
    """Compare recordings with this simulator: keys, order, types, widths, signs, codes; exits 0 if none differs.

    FOLDER holds recordings that `contracts record` wrote; without it, those that come with the package are compared.
    Differences from recordings that are older than half a year, or without a date, are warnings.
    """
    from kiwoom_cards.drift import drift
    from kiwoom_cards.recording import SHIPPED, load
    from kiwoom_mockserver import card_targets

    try:
        recordings = dict(load(folder or SHIPPED))
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if not recordings:
        raise click.ClickException(f"there are no recordings in {folder}")
    today = datetime.now(KST).date()
    simulator = card_targets.record_mock(today)
    has_drifted = False
    for name, one in recordings.items():
        differences = drift(one, simulator, today)
        what = f"{one.of}, {len(one.answers)} answers, {len(one.frames)} frames"
        click.echo(f"{name}: {what}: {len(differences) or 'no'} difference{'s' * (len(differences) != 1)}")
        for difference in differences:
            click.echo(f"    {'old: ' * difference.is_old}{difference.place}: {difference.description}")
        has_drifted |= any(not difference.is_old for difference in differences)
    sys.exit(has_drifted)
