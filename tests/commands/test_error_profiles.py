"""The profile of every code, proved by sending its requests under both profiles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiwoom_contracts import catalogue
from kiwoom_contracts.error_recipes import ERROR_RECIPES, ErrorRecipe, ProfileName
from kiwoom_contracts.recipe_runner import run_recipe
from kiwoom_mockserver.commands import error_guide
from kiwoom_mockserver.commands.error_demo import InProcessTarget
from kiwoom_mockserver.commands.error_profiles import Occurrence, occurrence

BOTH: tuple[ProfileName, ...] = ("open", "mockapi")

ONLY = {
    "1700": "mockapi",
    "8104": "mockapi",
    "RC7006": "mockapi",
    "RC9000": "mockapi",
    "1903": "open",
    "RC4061": "open",
    "999999": "open",
    "840038": "open",
}
"""The codes that one profile has alone, whatever its hours."""

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
    for profile in BOTH:
        under = recipe._replace(profile=profile)
        if recipe.needs_rule:
            assert causes(code, under)
            assert not causes(code, under._replace(scenario=""))
            assert occurrence(code) == Occurrence((), ())
            continue
        found = occurrence(code)
        assert causes(code, under._replace(hours="")) == (profile in found.profiles)
        assert causes(code, under) == (profile in (*found.profiles, *found.with_hours))


def test_the_codes_that_one_profile_has_alone() -> None:
    by_request = [code for code, recipe in ERROR_RECIPES.items() if not recipe.needs_rule]
    assert {code: occurrence(code).profiles for code in by_request if occurrence(code).profiles != BOTH} == {
        code: (profile,) for code, profile in (ONLY | dict.fromkeys(KRX_HOURS, "mockapi")).items()
    }
    assert {code: occurrence(code).with_hours for code in by_request if occurrence(code).with_hours} == dict.fromkeys(
        KRX_HOURS, ("open",)
    )


@pytest.mark.parametrize(
    ("code", "occurs"),
    [
        ("8005", "both"),
        ("1700", "`mockapi`"),
        ("1903", "`open`"),
        ("RC4058", "`mockapi`; `open` with `--hours krx`"),
        ("8030", "both, with `keys`"),
        ("999999", "`open`, with `keys`"),
        ("RC4007", "both, with `timeline`"),
        ("509193", "both, with `timeline`"),
        ("571242", "by a rule"),
    ],
)
def test_the_page_says_where_a_code_occurs(code: str, occurs: str) -> None:
    (row,) = [line for line in error_guide.page().splitlines() if line.startswith(f"| [{code}](")]
    assert row.endswith(f" | {occurs} |")
    assert f"\n       occurs: {occurs}\n" in error_guide.example(code)


def test_a_code_that_is_none() -> None:
    with pytest.raises(KeyError):
        occurrence("9999")
