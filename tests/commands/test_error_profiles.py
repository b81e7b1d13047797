"""The profiles of every code, proved by sending its requests under each profile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest

from kiwoom_contracts import catalogue
from kiwoom_contracts.error_recipes import ERROR_RECIPES, ErrorRecipe, ProfileName
from kiwoom_contracts.recipe_runner import run_recipe
from kiwoom_mockserver.commands import error_guide
from kiwoom_mockserver.commands.error_demo import InProcessTarget
from kiwoom_mockserver.commands.error_profiles import Occurrence, occurrence

OPEN, MOCKAPI, PRODUCTION = ALL = get_args(ProfileName)

MOCK = OPEN, MOCKAPI
"""The profiles with the words of the mock domain."""

SOME: dict[str, tuple[ProfileName, ...]] = {
    **dict.fromkeys(("1700", "8104", "RC7006", "RC9000"), (MOCKAPI,)),
    **dict.fromkeys(("1903", "571412", "999999"), (OPEN, PRODUCTION)),
    **dict.fromkeys(("RC4061",), (OPEN,)),
    **dict.fromkeys(("8030", "8031", "RC4003", "RC4007", "RC4025", "RC4027", "RC4032", "RC4033", "RC4034"), MOCK),
    **dict.fromkeys(("RC4091", "RC4099", "RC5006"), MOCK),
    **dict.fromkeys(("855056", "571489", "505217", "571435", "506550", "571242", "571557", "501724"), (PRODUCTION,)),
    **dict.fromkeys(("308007",), (PRODUCTION,)),
    **dict.fromkeys(("8010",), (MOCKAPI, PRODUCTION)),
}
"""The codes that some of the profiles have, whatever their hours."""

KRX_HOURS = ("RC4010", "RC4057", "RC4058")


def bodies(recipe: ErrorRecipe) -> Iterator[str]:
    """The last response to a recipe that is run at once, and with a second between two requests."""
    for pause in (0, 1):
        *_, (_, response) = run_recipe(recipe, InProcessTarget(recipe, pause))
        yield response.body


def causes(code: str, recipe: ErrorRecipe) -> bool:
    return any(f"{bracket}{code}:" in body for bracket in "[(" for body in bodies(recipe))


@pytest.mark.parametrize("code", catalogue.errors())
def test_requests_cause_a_code_under_the_profiles_that_are_named(code: str) -> None:
    recipe = ERROR_RECIPES[code]
    for profile in ALL:
        under = recipe._replace(profile=profile)
        if recipe.needs_rule:
            assert causes(code, under)
            assert not causes(code, under._replace(scenario=""))
            assert occurrence(code) == Occurrence((), ())
            continue
        found = occurrence(code)
        assert causes(code, under._replace(hours="")) == (profile in found.profiles)
        assert causes(code, under) == (profile in (*found.profiles, *found.with_hours))


def test_the_codes_that_some_profiles_have() -> None:
    by_request = [code for code, recipe in ERROR_RECIPES.items() if not recipe.needs_rule]
    assert {code: occurrence(code).profiles for code in by_request if occurrence(code).profiles != ALL} == (
        SOME | dict.fromkeys(KRX_HOURS, (MOCKAPI,))
    )
    assert {code: occurrence(code).with_hours for code in by_request if occurrence(code).with_hours} == dict.fromkeys(
        KRX_HOURS, (OPEN,)
    )


@pytest.mark.parametrize(
    ("code", "occurs"),
    [
        ("8005", "all"),
        ("407022", "all"),
        ("1700", "`mockapi`"),
        ("1903", "`open`, `production`"),
        ("855056", "`production`"),
        ("RC4025", "`open`, `mockapi`"),
        ("RC4058", "`mockapi`; `open` with `--hours krx`"),
        ("8030", "`open`, `mockapi`, with `keys`"),
        ("8103", "all, with `keys`"),
        ("999999", "`open`, `production`, with `keys`"),
        ("RC4007", "`open`, `mockapi`, with `timeline`"),
        ("509193", "all, with `timeline`"),
        ("571758", "by a rule"),
    ],
)
def test_the_page_says_where_a_code_occurs(code: str, occurs: str) -> None:
    (row,) = [line for line in error_guide.page().splitlines() if line.startswith(f"| [{code}](")]
    assert row.endswith(f" | {occurs} |")
    assert f"\n       occurs: {occurs}\n" in error_guide.example(code)


def test_a_code_that_is_none() -> None:
    with pytest.raises(KeyError):
        occurrence("9999")
