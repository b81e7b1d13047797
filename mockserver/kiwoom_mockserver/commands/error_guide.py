"""The texts of ``kiwoom-mockserver errors``: the list, one error code with its requests and responses, and the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

import msgspec

from kiwoom_contracts import catalogue
from kiwoom_contracts.error_help import ERROR_HELP
from kiwoom_contracts.error_recipes import ERROR_RECIPES, HERE, LAST, MONDAY, TOKEN_REQUEST, ErrorRecipe, RecipeRequest
from kiwoom_contracts.model import Error
from kiwoom_contracts.recipe_runner import ReceivedResponse, SentRequest, run_recipe
from kiwoom_mockserver.broker.key_kinds import KEY_KINDS, OTHER_DOMAIN, RefusalRule
from kiwoom_mockserver.commands.error_demo import InProcessTarget, config_of
from kiwoom_mockserver.commands.error_profiles import PROFILE_NAMES, occurrence
from kiwoom_scenarios.loader import scenario_file
from kiwoom_scenarios.model import RefusalSpec

_LINK = re.compile(r"\[([^]]*)]\(([^)]*)\)")

PAGE = """# Errors

This page explains each error code: what causes it, what to do about it, and how to get it from the mock server.

```console
$ kiwoom-mockserver errors show 1700
```

The command prints the requests that cause the error, and the complete response. The body of that response is:

```json
{response}
```

- The code is inside of `return_msg`. The field `return_code` is only the class of the error.
- Classes 1 to 7 write `sentence of the class[code:text]`. Class 20, the order system, writes `[2000](code:text)`.
- The HTTP status is 429 for a rate limit, and 200 for every other code.
- A value replaces each `{{?}}` in a text.

`kiwoom-mockserver errors` prints all codes. The command `make docs` writes this page from the code.

## All codes

The last column says under which of the profiles `open`, `mockapi` and `production` requests cause the code.
"With `keys`" means that a scenario has to set `keys` first. "By a rule" means that only a [rule or a fault](#rules)
causes the code.

| code | text | HTTP | occurs |
| --- | --- | --- | --- |
{index}

## Rules

A rule answers requests with any code you choose. Set it from a test as a [fault](faults.md),
`kiwoom.faults.error("509193", api="kt10000")`, or write it into a [scenario](scenarios.md):

```yaml
name: refusing
description: A circuit breaker is on, and the second account is a corporation's.
refusals:
  - {{code: "509193", covers: kt10000}}
  - {{code: "8103", covers: /api/dostk/websocket, values: [점검 중입니다]}}
keys:
  - {{terminals: [127.0.0.1]}}
  - {{kind: corporate}}
```

- `code` is any code of this page. `values` replace each `{{?}}` in its text.
- `covers` is an API id or the beginning of a path. Without `covers` the rule covers everything that takes a token,
  and the LOGIN of the WebSocket too.
- The mock server checks headers and token first, then the rules, then the rate limit and the body. The first rule that
  covers a request applies.
- A rule of a scenario is a fault without an end. `kiwoom.faults.remove(number)` removes it.

## Kinds of app keys

`keys` of a scenario describes the app keys of the accounts, in their order:

- `terminals`: the IP addresses that may use the app key.
- `token`: a token that the app key already has.
- `gold: false`: the customer has no account for gold.
- `kind`: one of these kinds. Without it the key is a plain one of the domain that the profile plays.

| kind | domain | refused requests |
| --- | --- | --- |
{kinds}

The profiles `open` and `mockapi` play the mock domain, and the profile `production` plays production. A key of the
other domain is refused everything: {other_domain}. Under `production`, that is `kind: mock`.

## Code by code

Each section gives the text, the class and the HTTP status of a code, with the evidence for them. A guessed cause is
labelled `assumed`. `kiwoom-mockserver errors show 1504` prints the complete requests of a code; `$TOKEN` is the token
that the last `au10001` returned.

{sections}
"""


def listing() -> str:
    """All error codes: text; class, HTTP status and evidence; profiles; cause; remedy."""
    return "\n\n".join(_entry(error) for error in catalogue.errors().values())


def example(code: str) -> str:
    """One error code with the requests that cause it and their responses. Raises KeyError for an unknown code."""
    recipe = ERROR_RECIPES[code]
    parts = [_entry(catalogue.errors()[code]), _serve_command(recipe)]
    for (request, response), same in groupby(run_recipe(recipe, InProcessTarget(recipe))):
        times = len(list(same))
        parts.append(_exchange(request, response, times))
    return "\n\n".join(parts)


def page() -> str:
    """The page docs/errors.md, in Markdown."""
    kinds = (
        f"| `{name}` | {kind.domain or 'both'} | {_refused(kind.refusals) or 'none'} |"
        for name, kind in KEY_KINDS.items()
    )
    errors = catalogue.errors().values()
    index = (
        f"| [{error.code}](#{error.code.lower()}) | {error.text} | {error.http_status} | {_occurs(error.code)} |"
        for error in errors
    )
    sections = (_section(error) for error in errors)
    *_, (_, response) = run_recipe(ERROR_RECIPES["1700"], InProcessTarget(ERROR_RECIPES["1700"]))
    return PAGE.format(
        response=response.body,
        index="\n".join(index),
        kinds="\n".join(kinds),
        other_domain=_refused(OTHER_DOMAIN),
        sections="\n\n".join(sections),
    )


def _refused(rules: Sequence[RefusalRule]) -> str:
    """The requests that rules refuse, each with its code."""
    return ", ".join(f"`{rule.covers}`: {rule.code}" for rule in rules)


def _entry(error: Error) -> str:
    """One error code as plain text."""
    explanation = ERROR_HELP[error.code]
    return (
        f"{error.code:7}{error.text}\n"
        f"       class {error.return_code}, HTTP {error.http_status}; {_evidence(error)}\n"
        f"       occurs: {_occurs(error.code)}\n"
        f"       cause: {explanation.cause}\n"
        f"       what to do: {_LINK.sub(_target, explanation.remedy)}\n"
        f"       how to cause it: {_how(error.code)}"
    )


def _section(error: Error) -> str:
    """The section of the page on one error code."""
    explanation = ERROR_HELP[error.code]
    return (
        f"### {error.code}\n\n"
        f"{error.text}\n\n"
        f"Class {error.return_code}, HTTP {error.http_status} ({_evidence(error)}). Occurs: {_occurs(error.code)}.\n\n"
        f"- **Cause:** {explanation.cause}\n"
        f"- **What to do:** {explanation.remedy}\n"
        f"- **How to cause it here:** {_how(error.code)}"
    )


def _target(link: re.Match[str]) -> str:
    """A link of Markdown in plain text."""
    return f"{link[1]} (docs/{link[2]})"


def _evidence(error: Error) -> str:
    evidence = error.evidence
    return f"{evidence.level}: {evidence.where}" + (f", {evidence.date}" if evidence.date else "")


def _occurs(code: str) -> str:
    """Under which profiles an error code occurs, and the part of a scenario that it takes."""
    recipe, found = ERROR_RECIPES[code], occurrence(code)
    if not found.profiles:
        return "by a rule"
    text = "all" if found.profiles == PROFILE_NAMES else ", ".join(f"`{profile}`" for profile in found.profiles)
    for profile in found.with_hours:
        text += f"; `{profile}` with `--hours {recipe.hours}`"
    return f"{text}, with `{recipe.scenario.partition(':')[0]}`" if recipe.scenario else text


def _how(code: str) -> str:
    """How to cause an error code: the call of a rule, or the command that starts the server, and the requests."""
    recipe = ERROR_RECIPES[code]
    if recipe.needs_rule:
        (rule,) = _rules(recipe)
        arguments = ", ".join(f'"{value}"' for value in (rule.code, *rule.values))
        return (
            f'`kiwoom.faults.error({arguments}, api="{rule.covers}")` in a test, or `{recipe.scenario}` in a scenario.'
        )
    start = f"`{' '.join(['kiwoom-mockserver serve', *_options(recipe)])}`"
    if recipe.scenario:
        start += f" with `{recipe.scenario}` in its scenario"
    *earlier, last = recipe.requests
    requests = ", ".join([*map(_counted, earlier), _counted(last)])
    return f"{start}, then {requests}{_details(last)}."


def _rules(recipe: ErrorRecipe) -> tuple[RefusalSpec, ...]:
    scenario = config_of(recipe).scenario
    return scenario.refusals if scenario is not None else ()


def _counted(request: RecipeRequest) -> str:
    times = f"{request.times} × " if request.times > 1 else ""
    sender = f" from {request.address}" if request.address != HERE else ""
    return f"{times}`{request.api_id}`{sender}"


def _details(request: RecipeRequest) -> str:
    """Path, headers and body of a request, as far as they are not those of every request of its API."""
    details = [f"the path `{request.path}`"] if request.path else []
    if request.headers:
        usual = {"api-id": request.api_id, "authorization": f"Bearer {LAST}"}
        sent = dict(request.headers)
        details += [f"no header `{name}`" for name in usual if name not in sent]
        details += [
            f"the header `{name}:{value and ' ' + value}`" for name, value in sent.items() if usual.get(name) != value
        ]
    if request.body and request != TOKEN_REQUEST:
        details.append(f"the body `{msgspec.json.encode(request.body).decode()}`")
    return f" with {' and '.join(details)}" if details else ""


def _options(recipe: ErrorRecipe) -> list[str]:
    """The options with which the server is started, besides that of the scenario."""
    options = [f"--profile {recipe.profile}"] if recipe.profile != "open" else []
    options += [f"--hours {recipe.hours}"] if recipe.hours else []
    return options + ([f"--start {recipe.start}"] if recipe.start != MONDAY else [])


def _serve_command(recipe: ErrorRecipe) -> str:
    file = scenario_file(recipe.scenario)
    options = [*_options(recipe), *(["--scenario cause.yaml"] if file else [])]
    command = " ".join(["$ kiwoom-mockserver serve", *options])
    return f"# cause.yaml\n{file}\n{command}" if file else command


def _exchange(request: SentRequest, response: ReceivedResponse, times: int) -> str:
    repeated = [f"({times} times)"] if times > 1 else []
    sender = [f"(from {request.address})"] if request.address != HERE else []
    sent = [f"POST {request.path}", *(f"{name}: {value}" for name, value in request.headers), "", request.body]
    received = [f"HTTP {response.status}", *(f"{name}: {value}" for name, value in response.headers), "", response.body]
    lines = [*(f"> {line}".rstrip() for line in sent), *(f"< {line}".rstrip() for line in received)]
    return "\n".join([*repeated, *sender, *lines])
