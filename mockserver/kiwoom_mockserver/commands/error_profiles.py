"""Finds out under which profiles an error code occurs, by running its recipe under each."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple, get_args

from kiwoom_contracts.error_recipes import ERROR_RECIPES, ErrorRecipe, ProfileName
from kiwoom_contracts.recipe_runner import run_recipe
from kiwoom_mockserver.commands.error_demo import InProcessTarget

PROFILE_NAMES: tuple[ProfileName, ...] = get_args(ProfileName)

PAUSES = 0, 1
"""Seconds between two requests of a recipe. A recipe that the rate limit of a profile stops is run again, slowly."""


class Occurrence(NamedTuple):
    """The profiles under which requests cause an error code; empty for a code that needs a rule."""

    profiles: tuple[ProfileName, ...]
    """Under the trading hours of the profile."""
    with_hours: tuple[ProfileName, ...]
    """Further profiles, under the trading hours that the recipe names."""


@cache
def occurrence(code: str) -> Occurrence:
    """The profiles under which an error code occurs. Raises KeyError for an unknown code."""
    recipe = ERROR_RECIPES[code]
    if recipe.needs_rule:
        recipe = recipe._replace(scenario="")  # the rule would cause the code under every profile
    own_hours = recipe._replace(hours="")
    found = tuple(name for name in PROFILE_NAMES if _causes(own_hours._replace(profile=name), code))
    others = [name for name in PROFILE_NAMES if name not in found] if recipe.hours else []
    return Occurrence(found, tuple(name for name in others if _causes(recipe._replace(profile=name), code)))


def _causes(recipe: ErrorRecipe, code: str) -> bool:
    for pause in PAUSES:
        *_, (_, response) = run_recipe(recipe, InProcessTarget(recipe, pause))
        if f"[{code}:" in response.body or f"({code}:" in response.body:
            return True
    return False
