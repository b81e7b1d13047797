"""The page of the docs about contract cards, with a table of all of them."""

from __future__ import annotations

from kiwoom_cards.model import AnyCard
from kiwoom_cards.reports import NEVER, evidence
from kiwoom_cards.target import Capability
from kiwoom_contracts import catalogue

_PAGE = """# Contract cards

A contract card is one checkable statement about the service: what to send, and what must come back. The same cards run
on this simulator, on any other server, and on the real mock domain. `kiwoom-mockserver contracts cards` prints this
page; `make docs` writes it.

## Run them

```sh
kiwoom-mockserver contracts check --target mock
kiwoom-mockserver contracts check --target http://127.0.0.1:8000 --card 201 --card ka10075
kiwoom-mockserver contracts check --target mockapi --junit cards.xml --html cards.html --json cards.json
```

| `--target` | what it is |
| --- | --- |
| `mock` | this simulator over real sockets, a fresh world for each card, set up as the card says |
| the base URL of a `serve` | the same on a running server: its control API creates a world for each card |
| another base URL | any other server; the keys of `serve`, unless `--appkey` and `--secretkey` are given |
| `mockapi` | the real mock domain, with `KIWOOM_APPKEY` and `KIWOOM_SECRETKEY` of the environment |

The other worlds of a running server stay as they are. If it requires a token for its
[control API](control.md#who-may-ask), give it as `--control-token` or in `KIWOOM_MOCKSERVER_CONTROL_TOKEN`.
With `--appkey` and `--secretkey`, cards run on that account of the server, in its world as it is, without capabilities.
The keys in the environment are those of the mock domain, and are sent nowhere else.

The result of each card is printed when it ends, with its position: passed, failed at which step and why, or skipped and
why. The command exits with 0 only if no card failed, with 2 for a target that it refuses. As tests, one for each card:

```sh
pytest --pyargs kiwoom_cards.test_cards --kiwoom-target mock
```

## Ids

The id of a card is permanent. A card that is written by hand has a number of three digits. A card that follows from the
catalogue has the id of what it is about: the API of an inquiry (`ka10075`), an error code (`8005`), a realtime type
(`0B`). Every inquiry of the catalogue has a card; on a target that answers that it does not simulate the API, the card
is skipped.

## On the real mock domain

- **The production domain is refused**: every host of `kiwoom.com` but `mockapi`, however it is spelled, before a name
  is looked up.
- Requests are rate limited: one in 1.1 seconds for each API, over all cards; so are connections to the WebSocket.
- Orders are for one share (three in cards 206 and 207) at the lower daily limit, where they do not fill, or at the
  upper one to sell. `--share` names the share; the default is 003530. Nobody else should trade there meanwhile.
- After each card, whatever its result, the orders of its share that it opened are cancelled; then open orders,
  orderable cash and holdings must be what they were, or the card fails.
- Cards that trade or wait for the market are skipped outside of 09:00 to 15:20 Korean time on trading days.
- A card that revokes a token (102, 106 and 8015) revokes it for every program with the same app key. The cards of the
  WebSocket (realtime types and 641 to 674) disconnect any other program with that app key.

## What was never run

{never}
Every report says so for each card. The connection to the mock domain was only tested against a stand-in on the
loopback, under the name of the domain, with TLS of a test authority, port 10000 for the WebSocket, and the limits of
`--profile mockapi`. Unknown and untested: whether the mock domain accepts credit and gold orders (331 to 344 run only
in worlds that are set up), whether it offers condition search, how soon an order is listed there (two seconds are
granted), what a firewall in front of it does with the malformed headers of 1501 and 1512 to 1515, and whether the
codes marked `assumed` are right.

## Capabilities

The capability that a card needs of its target: `none`, `clock` (the card moves the target's time) or `faults` (the
card sets up its world: app keys of all kinds, refusal rules, market events). `mock` and a kiwoom-mockserver at a URL
have all of them. Elsewhere, and on an account given by its keys, cards that need one are skipped, and so are those of
`--profile mockapi`.

## The cards

| card | statement | capability | trades | evidence |
| --- | --- | --- | --- | --- |
{cards}

A step passes by its criterion; `--json` prints the steps and criteria of each card.
"""


_INQUIRIES = (
    "| each inquiry by its API id | The API answers: keys in order, formats, text and headers of the catalogue "
    "|  |  | that of the API |"
)
"""One row for all inquiries: an API that is added to the simulator changes no page."""


def page(cards: tuple[AnyCard, ...]) -> str:
    """Return the page as Markdown."""
    never = sum(not card.ran for card in cards)
    sentence = f"{never} of {len(cards)} cards were {NEVER}.\n"
    by_hand = [card for card in cards if card.id not in catalogue.api_ids()]
    return _PAGE.format(never=sentence, cards="\n".join([*(_card_row(card) for card in by_hand), _INQUIRIES]))


def _card_row(card: AnyCard) -> str:
    needs = "" if card.needs is Capability.NONE else card.needs
    return f"| {card.id} | {card.title} | {needs} | {'yes' if card.trades else ''} | {evidence(card)} |"
