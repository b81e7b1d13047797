"""The commands ``kiwoom-mockserver contracts``: the contract as data, and what holds a server against it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from kiwoom_contracts.export import FORMATS
from kiwoom_mockserver.gateway.coverage import coverage
from kiwoom_mockserver.server.opening import APPKEY, SECRETKEY
from kiwoom_mockserver.world.kst import KST

if TYPE_CHECKING:  # cards are what most commands do without
    from kiwoom_contracts.cards import AnyCard, Ground

F = TypeVar("F", bound=Callable[..., Any])


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
    from kiwoom_contracts.cards import CARDS
    from kiwoom_contracts.cards.guide import page

    click.echo(page(CARDS), nl=False)


def _on_a_target(command: F) -> F:
    """The options that say which cards are run where."""
    for option in (
        click.option("--secretkey", default=SECRETKEY, show_default=True, help="Secret key for a URL."),
        click.option("--appkey", default=APPKEY, show_default=True, help="App key for a URL."),
        click.option("--share", default="", help="Code of the one share that is traded, far from the market."),
        click.option("--card", "numbers", multiple=True, type=int, help="Number of a card; all if none is given."),
        click.option("--target", "said", required=True, help="mock, mockapi, or the base URL of a server."),
    ):
        command = option(command)
    return command


@contextmanager
def _ground(
    said: str, numbers: tuple[int, ...], share: str, appkey: str, secretkey: str
) -> Iterator[tuple[list[AnyCard], Ground]]:
    """The cards, and where they are run; what makes no sense is an error of usage."""
    from kiwoom_mockserver import checking

    with ExitStack() as stack:
        try:
            wanted = checking.chosen(numbers)
            ground = stack.enter_context(checking.ground(said, appkey, secretkey, share))
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        yield wanted, ground


@contracts.command()
@_on_a_target
@click.option("--json", "json_file", type=click.File("wb"), help="Write the report as JSON.")
@click.option("--junit", type=click.File("wb"), help="Write the report as JUnit XML.")
@click.option("--html", type=click.File("wb"), help="Write the report as a page.")
def check(
    said: str,
    numbers: tuple[int, ...],
    share: str,
    appkey: str,
    secretkey: str,
    json_file: IO[bytes] | None,
    junit: IO[bytes] | None,
    html: IO[bytes] | None,
) -> None:
    """Run the contract cards on a target; exits 0 if none failed. The real broker is refused.

    mock is a fresh world of this simulator for each card. mockapi is the real mock domain, with the keys in
    KIWOOM_APPKEY and KIWOOM_SECRETKEY: slowly, in market hours, one cheap share far from the market.
    """
    from kiwoom_contracts.cards import reports
    from kiwoom_mockserver import checking

    report = reports.Report(said)
    with _ground(said, numbers, share, appkey, secretkey) as (wanted, ground):
        for card, result in checking.check(wanted, ground):
            report.add(card, result)
            click.echo(reports.line(card, result))
    click.echo(report.summary)
    written = (json_file, report.as_json), (junit, report.as_junit), (html, report.as_html)
    for file, write in written:
        if file is not None:
            file.write(write())
    sys.exit(report.has_failed)


@contracts.command()
@_on_a_target
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write into.")
def record(said: str, numbers: tuple[int, ...], share: str, appkey: str, secretkey: str, out: Path) -> None:
    """Run the contract cards on a target, and keep what it answered and pushed; exits 0 if anything was kept.

    Kept are the fields that the catalogue knows. Account numbers, names and tokens become pseudonyms. A card that
    fails is told and does no harm here: what differs is what is looked for.
    """
    from kiwoom_contracts.cards import recording, reports
    from kiwoom_contracts.cards.recorder import Recorder
    from kiwoom_mockserver import checking

    recorder = Recorder()
    with _ground(said, numbers, share, appkey, secretkey) as (wanted, ground):
        try:
            for card, result in checking.check(wanted, recorder.at(ground)):
                click.echo(reports.line(card, result))
        finally:  # an hour of recording is not lost to Ctrl-C
            now = datetime.now(KST)
            heard = recorder.recording(now.date(), "kiwoom-mockserver contracts record")
            if heard.answers or heard.frames:
                file = recording.keep(heard, out, now)
                click.echo(f"{len(heard.answers)} answers and {len(heard.frames)} frames in {file}")
    if not (heard.answers or heard.frames):
        raise click.ClickException("nothing was heard")


@contracts.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def diff(folder: Path | None) -> None:
    """Hold recordings against this simulator: keys, order, types, widths, signs, codes; exits 0 if none differs.

    FOLDER has what `contracts record` wrote; without one, the first recordings, which come with the package. What is
    older than half a year, or of a day that was not told, is a warning.
    """
    from kiwoom_contracts.cards import recording
    from kiwoom_contracts.cards.drift import drift
    from kiwoom_mockserver import checking

    try:
        recordings = dict(recording.kept(folder or recording.SHIPPED))
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if not recordings:
        raise click.ClickException(f"there are no recordings in {folder}")
    today = datetime.now(KST).date()
    ours = checking.overheard(today)
    has_drifted = False
    for name, one in recordings.items():
        found = drift(one, ours, today)
        what = f"{one.of}, {len(one.answers)} answers, {len(one.frames)} frames"
        click.echo(f"{name}: {what}: {len(found) or 'no'} difference{'s' * (len(found) != 1)}")
        for difference in found:
            click.echo(f"    {'old: ' * difference.is_old}{difference.place}: {difference.told}")
        has_drifted |= any(not difference.is_old for difference in found)
    sys.exit(has_drifted)
