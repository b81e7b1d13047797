"""The texts of ``kiwoom-mockserver errors``: the list, one error code with its requests and responses, and the page."""

from __future__ import annotations

from itertools import groupby

from kiwoom_contracts import catalogue
from kiwoom_contracts.error_recipes import ERROR_RECIPES, HERE, MONDAY, ErrorRecipe
from kiwoom_contracts.model import Error
from kiwoom_contracts.recipe_runner import ReceivedResponse, SentRequest, run_recipe
from kiwoom_mockserver.broker.key_kinds import KEY_KINDS
from kiwoom_mockserver.commands.error_demo import InProcessTarget
from kiwoom_scenarios.loader import scenario_file

PAGE = """# Errors

Every error code, and how to get it from the simulator. `kiwoom-mockserver errors` prints the same list,
`kiwoom-mockserver errors show 8005` a request that causes the error, and the whole answer. This page is made from the
code: `make docs`.

The body of an error is `{{"return_msg": ..., "return_code": class}}`; the code stands inside of `return_msg`, as
`sentence of the class[code:text]`, in class 20 as `[2000](code:text)`. The HTTP status is 200, or 429 for a rate limit.

## Rules and kinds of app keys

Most errors come of what a request says, or when it comes. Two things in a [scenario](scenarios.md) cause others:

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

`refusals` answers what it covers with a code, any code: an API by its id, or every path that begins so. Without
`covers` it is everything that takes a token, the LOGIN of the WebSocket included. `values` fills the gaps of the text.
Rules come after headers and token, and before rate and body; the first that covers a request counts. They are
[faults](faults.md) without an end, which a test sets and takes away at any time:
`kiwoom.faults.error("509193")`.

`keys` tells of the app keys of the accounts, in their order. `terminals` are the IP addresses that may use one, `token`
is a token that it has from elsewhere, and with `gold: false` its customer has no account for gold. Its `kind` is one of
these:

| kind | what is refused |
| --- | --- |
{kinds}

## The codes

Evidence is that of code, text and class; where the cause is a guess, it says `assumed`.

| code | text | class | HTTP | how to cause it | evidence |
| --- | --- | --- | --- | --- | --- |
{codes}
"""


def listing() -> str:
    """All error codes, three lines each: text; class, HTTP status and evidence; cause."""
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
        f"| `{kind}` | {', '.join(f'`{rule.covers}`: {rule.code}' for rule in rules) or 'nothing'} |"
        for kind, rules in KEY_KINDS.items()
    )
    codes = (
        f"| {error.code} | {error.text} | {error.return_code} | {error.http_status} "
        f"| {_how(ERROR_RECIPES[error.code])} | {_evidence(error)} |"
        for error in catalogue.errors().values()
    )
    return PAGE.format(kinds="\n".join(kinds), codes="\n".join(codes))


def _entry(error: Error) -> str:
    return (
        f"{error.code:7}{error.text}\n"
        f"       class {error.return_code}, HTTP {error.http_status}; {_evidence(error)}\n"
        f"       cause: {_how(ERROR_RECIPES[error.code])}"
    )


def _evidence(error: Error) -> str:
    evidence = error.evidence
    return f"{evidence.level}: {evidence.where}" + (f", {evidence.date}" if evidence.date else "")


def _how(recipe: ErrorRecipe) -> str:
    """The cause, with the options and the scenario that it needs."""
    needs = [f"`{need}`" for need in (*_options(recipe), recipe.scenario) if need]
    return "; ".join([recipe.how, *needs])


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
