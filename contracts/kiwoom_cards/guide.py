"""The page of the docs about contract cards, with all of them."""

from __future__ import annotations

from kiwoom_cards.model import AnyCard
from kiwoom_cards.reports import NEVER, evidence
from kiwoom_cards.target import Capability

_PAGE = """# Contract cards

A card is a numbered promise of the service: what to send, and what must come back. The same cards run on this
simulator, on any other server, and on the real mock domain. `kiwoom-mockserver contracts cards` prints this page;
`make docs` writes it.

## Run them

```sh
kiwoom-mockserver contracts check --target mock
kiwoom-mockserver contracts check --target http://127.0.0.1:8000 --card 201 --card 704
kiwoom-mockserver contracts check --target mockapi --junit cards.xml --html cards.html --json cards.json
```

| `--target` | what it is |
| --- | --- |
| `mock` | this simulator over real sockets, a fresh world for each card, set up as the card says |
| the base URL of a `serve` | the same on a running server: each card gets a world over the control API, gone after it |
| another base URL | any other server; the keys of `serve`, unless `--appkey` and `--secretkey` are given |
| `mockapi` | the real mock domain, with `KIWOOM_APPKEY` and `KIWOOM_SECRETKEY` of the environment |

The other worlds of a running server stay as they are. If it wants a token for its
[control API](control.md#who-may-ask), that goes into `--control-token` or `KIWOOM_MOCKSERVER_CONTROL_TOKEN`.
`--appkey` and `--secretkey` name an account of a server of ours, too: cards then run on that account, in its world as
it is, with no power over it. The keys in the environment are those of the mock domain, and go nowhere else.

Each card is told as it ends, with its place among all: passed, failed at which step and why, or skipped and why. The
command exits with 0 only if no card failed, with 2 for a target that it refuses. As tests, one for each card:

```sh
pytest --pyargs kiwoom_cards.test_cards --kiwoom-target mock
```

## On the real mock domain

- **The real broker is refused**: every host of `kiwoom.com` but `mockapi`, however it is spelled, before a name is
  looked up.
- Requests are paced: one in 1.1 seconds for each API, over all cards; so are connections to the WebSocket.
- Orders are for one share (three in cards 206 and 207) at the lower daily limit, where they do not fill, or the upper
  one to sell. `--share` names the share; 003530 if it is left out. Nobody else should trade there meanwhile.
- Whatever becomes of a card, the orders of its share that were not open before are cancelled; then open orders,
  orderable cash and holdings must be what they were, or the card fails.
- Cards that trade or wait for the market are skipped outside of 09:00 to 15:20 Korean time on trading days.
- A card that ends a token (102, 106, and that of 8015) ends it for every program with the same app key. Those of the
  WebSocket (601 to 674) throw out a program that listens with it.

## What was never run

{never}
Every report says so of each card. The way there was gone on the loopback only: a stand-in under the name of the domain,
with TLS of a test authority, port 10000 for the WebSocket, and the limits of `--profile mockapi`. Not known and not
tried: whether the mock domain takes orders on credit or for gold (331 to 344 run on worlds that are set up alone),
whether it searches by condition, how soon an order is listed there (two seconds are granted), what a firewall in front
of it makes of the odd headers of 1501 and 1512 to 1515, and whether the codes marked `assumed` are right.

## Power

`none` runs anywhere. `clock` moves the target's time, `faults` sets its world up: keys of all kinds, rules, a market
that does as told. `mock` and a server of ours at a URL give these powers; elsewhere, and on an account that was named,
cards that need them are skipped, and so are those of `--profile mockapi`.

## The cards

| card | promise | power | trades | evidence |
| --- | --- | --- | --- | --- |
{cards}

A step passes by its criterion; `--json` prints the steps and criteria of each card.
"""


def page(cards: tuple[AnyCard, ...]) -> str:
    """The page, Markdown."""
    never = sum(not card.ran for card in cards)
    told = f"{never} of {len(cards)} cards were {NEVER}.\n"
    return _PAGE.format(never=told, cards="\n".join(_row(card) for card in cards))


def _row(card: AnyCard) -> str:
    needs = "" if card.needs is Capability.NONE else card.needs
    return f"| {card.number} | {card.title} | {needs} | {'yes' if card.trades else ''} | {evidence(card)} |"
