"""The workflows, forms and hooks of the repository: valid, thin over make, and for the Pythons that the package names."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
HOOKS = ROOT / ".pre-commit-config.yaml"
SYSTEMS = {"ubuntu": "POSIX :: Linux", "macos": "MacOS", "windows": "Microsoft :: Windows"}
"""The classifier of each system in the matrix."""


def read(path: Path) -> dict[Any, Any]:
    """The content of a YAML file."""
    content: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read(path)["jobs"]
    return found


def steps() -> Iterator[dict[str, Any]]:
    """The steps of all jobs."""
    for path in WORKFLOWS:
        for job in jobs(path).values():
            yield from job["steps"]


def commands() -> Iterator[str]:
    """The commands that workflows and hooks run, and those that templates name."""
    yield from (step["run"] for step in steps() if "run" in step)
    yield from (hook["entry"] for repo in read(HOOKS)["repos"] if repo["repo"] == "local" for hook in repo["hooks"])
    for path in sorted(GITHUB.glob("**/*")):
        if path.parent != GITHUB / "workflows" and path.is_file():
            yield from re.findall(r"`([^`]+)`", path.read_text(encoding="utf-8"))


def targets(text: str) -> set[str]:
    return set(re.findall(r"^([a-z-]+):", text, re.MULTILINE))


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("custom.github-workflows-require-timeout", WORKFLOWS),
        ("vendor.github-issue-forms", FORMS),
        ("vendor.github-issue-config", [GITHUB / "ISSUE_TEMPLATE" / "config.yml"]),
        ("vendor.dependabot", [GITHUB / "dependabot.yml"]),
    ],
)
def test_files_have_the_schema_of_their_kind(schema: str, files: list[Path]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_make_target_exists() -> None:
    called = {target for command in commands() for target in re.findall(r"\bmake ([a-z-]+)", command)}
    assert {"check", "dist", "docs", "lint", "test"} <= called
    assert called <= targets((ROOT / "Makefile").read_text(encoding="utf-8"))


def test_pythons_and_systems_are_those_of_the_package() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project, tools = settings["project"], settings["tool"]
    matrix = jobs(GITHUB / "workflows" / "test.yml")["test"]["strategy"]["matrix"]
    pythons: list[str] = matrix["python"]
    named = re.findall(r"Python :: (3\.\d+)$", "\n".join(project["classifiers"]), re.MULTILINE)
    assert pythons == named
    oldest = pythons[0]
    assert project["requires-python"] == f">={oldest}"
    assert tools["mypy"]["python_version"] == oldest
    assert tools["ruff"]["target-version"] == "py" + oldest.replace(".", "")
    systems = {f"Operating System :: {SYSTEMS[system]}" for system in matrix["os"]}
    assert systems == {one for one in project["classifiers"] if one.startswith("Operating System")}


def test_jobs_may_only_read_and_only_publishing_may_identify_itself() -> None:
    extra: dict[tuple[str, str], object] = {}
    for path in WORKFLOWS:
        assert read(path)["permissions"] == {"contents": "read"}, path.name
        assert "concurrency" in read(path), path.name
        extra |= {(path.name, name): job["permissions"] for name, job in jobs(path).items() if "permissions" in job}
    assert extra == {("release.yml", "publish"): {"id-token": "write"}}
    assert jobs(GITHUB / "workflows" / "release.yml")["publish"]["environment"] == "pypi"


def test_actions_have_a_major_version() -> None:
    actions = [step["uses"] for step in steps() if "uses" in step]
    assert [one for one in actions if not re.fullmatch(r"[\w-]+/[\w-]+@(?:v\d+|release/v\d+)", one)] == []


def test_forms_and_templates_welcome_korean() -> None:
    pages = [*FORMS, GITHUB / "PULL_REQUEST_TEMPLATE.md", ROOT / "SECURITY.md"]
    assert [path.name for path in pages if not re.search("[가-힣]", path.read_text(encoding="utf-8"))] == []
