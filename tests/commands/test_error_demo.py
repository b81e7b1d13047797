from __future__ import annotations

from kiwoom_contracts.error_recipes import ERROR_RECIPES, ErrorRecipe, RecipeRequest
from kiwoom_contracts.recipe_runner import run_recipe
from kiwoom_mockserver.commands.error_demo import InProcessTarget, config_of
from kiwoom_mockserver.world.calendar import Hours
from kiwoom_scenarios.loader import scenario_file


def test_a_cause_opens_its_world() -> None:
    opened = config_of(ERROR_RECIPES["RC4057"])
    assert (opened.hours, f"{opened.start:%Y-%m-%d %H:%M}", opened.clock) == (Hours.KRX, "2026-11-23 06:33", "manual")
    assert config_of(ERROR_RECIPES["8104"]).profile.name == "mockapi"
    refusing = config_of(ERROR_RECIPES["509247"]).scenario
    assert refusing is not None
    assert [(rule.code, rule.covers) for rule in refusing.refusals] == [("509247", "kt10000")]


def test_a_cause_without_a_scenario_needs_no_file() -> None:
    assert scenario_file(ERROR_RECIPES["8005"].scenario) == ""
    said = scenario_file(ERROR_RECIPES["8030"].scenario)
    assert said == "name: cause\ndescription: causes an error\nkeys: [{kind: production}]\n"


def test_requests_are_filled_with_what_is_known_by_then() -> None:
    login, revoke, again = run_recipe(ERROR_RECIPES["8015"], InProcessTarget(ERROR_RECIPES["8015"]))
    token = login[1].body.split('"token":"')[1].rstrip('"}')
    assert len(token) == 86
    assert revoke[0] == again[0]
    assert revoke[0].body == (
        '{"appkey":"kiwoom-mockserver-appkey","secretkey":"kiwoom-mockserver-secretkey","token":"' + token + '"}'
    )
    assert revoke[1].body == '{"return_code":0,"return_msg":"정상적으로 처리되었습니다"}'


def test_every_play_is_like_every_other() -> None:
    for code in ("1687", "RC4033"):
        assert list(run_recipe(ERROR_RECIPES[code], InProcessTarget(ERROR_RECIPES[code]))) == list(
            run_recipe(ERROR_RECIPES[code], InProcessTarget(ERROR_RECIPES[code]))
        )


def test_a_stage_stands_at_the_time_of_its_cause() -> None:
    recipe = ErrorRecipe((ERROR_RECIPES["8030"].requests[0],), start="2026-11-24T09:00")
    ((_, answered),) = run_recipe(recipe, InProcessTarget(recipe))
    assert '"expires_dt":"20261125090000"' in answered.body


def test_headers_of_ones_own_replace_those_of_the_api() -> None:
    recipe = ErrorRecipe((RecipeRequest("ka00001", {}, (("api-id", "$APPKEY"),)), RecipeRequest("ka00001", {})))
    (own, _), (usual, _) = run_recipe(recipe, InProcessTarget(recipe))
    assert own.headers == (("api-id", "kiwoom-mockserver-appkey"),)
    assert usual.headers == (("api-id", "ka00001"), ("authorization", "Bearer none"))
