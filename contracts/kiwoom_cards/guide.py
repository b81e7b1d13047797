"""The page of the docs about contract cards, with a table of all of them."""

from __future__ import annotations

from kiwoom_cards.model import AnyCard
from kiwoom_cards.reports import evidence
from kiwoom_cards.target import MOCK_DOMAIN, Capability
from kiwoom_contracts import catalogue

_PAGE = """# Contract cards

A contract card checks one statement about the Kiwoom API on a server: on this mock server, on the real mock domain, or
on any other.

```sh
kiwoom-mockserver contracts check --target mock --card 204 --card ka10075
```

```text
1/2 204 passed  kt10003 cancels an order
    observed: mock domain; never run on the real domain
2/2 ka10075 passed  ka10075 answers: 미체결요청
    observed: mock domain; never run on the real domain
2 cards on mock: 2 passed, 0 failed, 0 skipped; 2 never run on the real domain
```

A card says what to send and what must come back. The [table](#all-cards) lists all cards with their evidence.
`kiwoom-mockserver contracts cards` prints this page, and `make docs` writes it.

## Run them

```console
$ kiwoom-mockserver contracts check --target mock
$ kiwoom-mockserver contracts check --target http://127.0.0.1:8000 --card 201 --card ka10075
$ kiwoom-mockserver contracts check --target mockapi --junit cards.xml --html cards.html --json cards.json
```

| `--target` | where the cards run |
| --- | --- |
| `mock` | on this mock server, over real sockets, with a fresh world for each card, set up as the card requires |
| base URL of a running mock server | on that server; its control API creates a world for each card |
| another base URL | on any other server, with the default keys of `serve` or with `--appkey` and `--secretkey` |
| `mockapi` | on the real mock domain, with the keys in `KIWOOM_APPKEY` and `KIWOOM_SECRETKEY` |

- The command prints each result when the card ends: passed, failed or skipped. A failed
  or skipped card shows the step and the reason.
- It exits with 0 if no card failed, with 1 if a card failed, and with 2 if it refuses the target.
- `--json` also writes the steps of each card, with the criterion by which each step passes.

On a running mock server, the other worlds stay as they are. If the server requires a token for its
[control API](control.md), pass it as `--control-token` or in `KIWOOM_MOCKSERVER_CONTROL_TOKEN`. With `--appkey` and
`--secretkey`, the cards run on that account, in its world as it is, without capabilities. The keys in the environment
are those of the mock domain. The command sends them nowhere else.

### As pytest tests

One test for each card:

```console
$ pytest --pyargs kiwoom_cards.test_cards --kiwoom-target mock
```

## Card ids

The id of a card is permanent.

| id | card |
| --- | --- |
| three digits, such as `201` | was written for one statement |
| an API, such as `ka10075` | follows from the catalogue; every inquiry has one |
| an error code, such as `8005` | follows from the catalogue |
| a realtime type, such as `0B` | follows from the catalogue |

The card of an inquiry is skipped if the target answers that it does not simulate the API.

## Capabilities

Some cards must do more than call the target as a client. They need a capability:

| capability | what the card does |
| --- | --- |
| `none` | calls the target as a client |
| `clock` | moves the clock of the target |
| `faults` | sets up its world: app keys of all kinds, refusal rules, market events |

`mock` and the base URL of a mock server have all capabilities. Every other target has only `none`. So has an account
that you give by its keys. On such a target, cards that need `clock` or `faults` are skipped. Cards of the profile
`mockapi` hold for the mock domain only. They run on the mock domain and on targets with all capabilities. Cards of the
profile `production` run on targets with all capabilities only.

## Safety on the real mock domain

- **The production domain is refused.** That is every host of `kiwoom.com` except `mockapi`, however you spell it. The
  command refuses it before it looks up a name.
- Requests are rate limited, to one in 1.1 seconds for each API over all cards. So are connections to the WebSocket.
- Orders are for one share, in cards 206 and 207 for three. Buys are at the lower daily limit, where they do not fill.
  Sales are at the upper limit.
- `--share` selects the share. The default is 003530. Nobody else should trade on the account meanwhile.
- After each card that trades, whatever its result, its open orders are cancelled. Then open orders, orderable cash and
  holdings must be as before, or the card fails.
- Cards that trade or wait for the market are skipped outside of 09:00 to 15:20 Korean time on trading days.
- Cards 102, 106 and 8015 revoke a token. They revoke it for every program with the same app key.
- The cards of the WebSocket (realtime types and 641 to 676) disconnect any other program with that app key.

## What is untested

{never}
Every report says so for each such card. The connection path to the mock domain was only tested against a local
stand-in. The stand-in had the name of the domain, TLS of a test authority, port 10000 for the WebSocket, and the limits
of `--profile mockapi`. These points are unknown and untested:

- whether the mock domain accepts credit and gold orders (331 to 344 run only in worlds that are set up);
- whether it offers condition search;
- how soon it lists an order (the cards wait two seconds);
- what a firewall in front of it does with the malformed headers of 1501 and 1512 to 1515;
- whether the codes marked `assumed` are right.

## All cards

| card | statement | capability | trades | evidence |
| --- | --- | --- | --- | --- |
{cards}
"""


_INQUIRIES = (
    "| every inquiry, by its API id | The answer has the keys, order, formats, text and headers of the catalogue "
    "|  |  | that of the API |"
)
"""One row for all inquiries: an API that is added to the simulator changes no page."""


def page(cards: tuple[AnyCard, ...]) -> str:
    """Return the page as Markdown."""
    listed = [card for card in cards if card.id not in catalogue.api_ids()]
    rows = "\n".join([*(_card_row(card) for card in listed), _INQUIRIES])
    return _PAGE.format(never=_runs_on_the_real_domain(cards), cards=rows)


def _runs_on_the_real_domain(cards: tuple[AnyCard, ...]) -> str:
    never = sum(not card.ran for card in cards)
    if never == len(cards):
        return f"No card has been run against `{MOCK_DOMAIN}` yet.\n"
    return f"{never} of {len(cards)} cards have never been run against `{MOCK_DOMAIN}`.\n"


def _card_row(card: AnyCard) -> str:
    needs = "" if card.needs is Capability.NONE else card.needs
    return f"| {card.id} | {card.title} | {needs} | {'yes' if card.trades else ''} | {evidence(card)} |"
