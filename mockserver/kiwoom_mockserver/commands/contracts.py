"""The commands ``kiwoom-mockserver contracts``: the contract as data, and what holds a server against it."""

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
from kiwoom_mockserver.control.errors import ControlError
from kiwoom_mockserver.dispatch.coverage import coverage
from kiwoom_mockserver.world.kst import KST

if TYPE_CHECKING:  # cards are what most commands do without
    from kiwoom_cards import AnyCard, Result
    from kiwoom_cards.recorder import Recorder


@click.group()
def contracts() -> None:
    """The contract that the simulator keeps."""


@contracts.command()
@click.option("--format", "language", default="catalogue", type=click.Choice(list(FORMATS)), show_default=True)
def export(language: str) -> None:
    """Print the whole catalogue as JSON, plain or described for other tools."""
    click.echo(msgspec.json.encode(FORMATS[language]()).decode())


@contracts.command("coverage")
def show_coverage() -> None:
    """Print what the simulator does with each API, and on what evidence."""
    for row in coverage():
        evidence = f"{row.evidence.level}: {row.evidence.where}"
        click.echo(f"{row.api_id:8} {row.does:32} {evidence:44} {row.name}")


@contracts.command()
def cards() -> None:
    """Print all contract cards, as the page of the docs."""
    from kiwoom_cards import CARDS
    from kiwoom_cards.guide import page

    click.echo(page(CARDS), nl=False)


def check_keys(appkey: str | None, secretkey: str | None) -> None:
    """Raises UsageError unless both keys are given or none is."""
    if (appkey is None) != (secretkey is None) or "" in (appkey, secretkey):
        raise click.UsageError("--appkey and --secretkey go together, and neither is empty")


@dataclass(frozen=True)
class CardRun:
    """The cards to run and the target to run them on, from the options of the command line."""

    target: str
    card_ids: tuple[str, ...]
    share: str
    appkey: str | None
    secretkey: str | None
    control_token: str | None

    def results(self, recorder: Recorder | None = None) -> Iterator[tuple[AnyCard, Result]]:
        """Run the cards one by one, and print the result of each.

        Raises UsageError for options that do not name a target, ClickException for a target that stops answering.
        """
        from kiwoom_cards import reports
        from kiwoom_mockserver import card_targets

        check_keys(self.appkey, self.secretkey)
        keys = card_targets.Keys(self.appkey, self.secretkey) if self.appkey and self.secretkey else None
        with ExitStack() as stack:
            try:
                cards = card_targets.chosen(self.card_ids)
                targets = stack.enter_context(
                    card_targets.target_factory(self.target, keys, self.share, self.control_token)
                )
            except ValueError as error:
                raise click.UsageError(str(error)) from error
            results = card_targets.check(cards, targets if recorder is None else recorder.observing(targets))
            try:
                for place, (card, result) in enumerate(results, start=1):
                    click.echo(f"{place:{len(str(len(cards)))}}/{len(cards)} {reports.line(card, result)}")
                    yield card, result
            except ControlError as error:
                raise click.ClickException(f"the control API of {self.target} failed: {error}") from error


def _runs_cards(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say which cards to run where; it gets them as a CardRun, its first argument."""

    def with_target(
        target: str,
        card_ids: tuple[str, ...],
        share: str,
        appkey: str | None,
        secretkey: str | None,
        control_token: str | None,
        **settings: Any,
    ) -> None:
        command(CardRun(target, card_ids, share, appkey, secretkey, control_token), **settings)

    decorated: Callable[..., None] = update_wrapper(with_target, command)
    for option in (
        click.option("--control-token", envvar="KIWOOM_MOCKSERVER_CONTROL_TOKEN", show_envvar=True,
                     help="What the control API of a server of ours wants to see."),
        click.option("--secretkey", help="Its secret key."),
        click.option("--appkey", help="App key of the account at a URL; a server of ours gives one to each card."),
        click.option("--share", default="", help="Code of the one share that is traded on an account."),
        click.option("--card", "card_ids", multiple=True, help="Id of a card; all cards if none is given."),
        click.option("--target", required=True, help="mock, mockapi, or the base URL of a server."),
    ):  # fmt: skip
        decorated = option(decorated)
    return decorated


@contracts.command()
@click.option("--json", "json_file", type=click.File("wb"), help="Write the report as JSON.")
@click.option("--junit", type=click.File("wb"), help="Write the report as JUnit XML.")
@click.option("--html", type=click.File("wb"), help="Write the report as a page.")
@_runs_cards
def check(cards: CardRun, json_file: IO[bytes] | None, junit: IO[bytes] | None, html: IO[bytes] | None) -> None:
    """Run the contract cards on a target; exits 0 if none failed. The production domain is refused.

    mock is a fresh world of this simulator for each card; so is the URL of a kiwoom-mockserver, whose other worlds stay
    as they are. mockapi is the real mock domain, with the keys in KIWOOM_APPKEY and KIWOOM_SECRETKEY: slowly, in
    market hours, one cheap share far from the market.
    """
    from kiwoom_cards.reports import Report

    report = Report(cards.target)
    for card, result in cards.results():
        report.add(card, result)
    click.echo(report.summary)
    written = (json_file, report.as_json), (junit, report.as_junit), (html, report.as_html)
    for file, write in written:
        if file is not None:
            file.write(write())
    sys.exit(report.has_failed)


@contracts.command()
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write into.")
@_runs_cards
def record(cards: CardRun, out: Path) -> None:
    """Run the contract cards on a target, and keep what it answered and pushed; exits 0 if anything was kept.

    Kept are the fields that the catalogue knows. Account numbers, names and tokens become pseudonyms. A card that
    fails is printed and does not stop the recording: differences are what a recording is for.
    """
    from kiwoom_cards import recording
    from kiwoom_cards.recorder import Recorder

    recorder = Recorder()
    try:
        for _ in cards.results(recorder):
            pass
    finally:  # an hour of recording is not lost to Ctrl-C
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

    FOLDER has what `contracts record` wrote; without one, the first recordings, which come with the package. A
    difference to a recording that is older than half a year, or of an unknown day, is a warning.
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
    for name, recording in recordings.items():
        differences = drift(recording, simulator, today)
        contents = f"{recording.of}, {len(recording.answers)} answers, {len(recording.frames)} frames"
        count = len(differences)
        click.echo(f"{name}: {contents}: {count or 'no'} difference{'s' * (count != 1)}")
        for difference in differences:
            click.echo(f"    {'old: ' * difference.is_old}{difference.place}: {difference.description}")
        has_drifted |= any(not difference.is_old for difference in differences)
    sys.exit(has_drifted)
