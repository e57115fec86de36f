"""What the README tells a newcomer to type exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from allears_tools.cli import JOBS

CHECKOUT = Path(__file__).resolve().parents[2]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")


def _typed(program: str) -> set[str]:
    """First words after `program` in the code of the README."""
    blocks = re.findall(r"```console\n(.*?)```", README, re.S)
    inline = re.findall(r"`([^`\n]+)`", README)
    return set(re.findall(rf"\b{program} ([a-z0-9-]+)", "\n".join(blocks + inline)))


def test_jobs_of_the_readme_exist() -> None:
    assert _typed("allears") <= {job.name for job in JOBS}
    assert {job.name for job in JOBS} <= _typed("allears")


def test_goals_of_the_readme_exist() -> None:
    goals = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(), re.M))
    assert _typed("make") and _typed("make") <= goals


def test_extras_of_the_readme_exist() -> None:
    tomllib = pytest.importorskip("tomllib", reason="Python 3.10 has no tomllib")
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    named = set(re.findall(r"`allears\[([a-z]+)\]`", README))
    assert named and named <= set(project["optional-dependencies"])


@pytest.mark.parametrize("path", re.findall(r"`((?:sdk|seeds|docs|tools|tests)/[\w/.]*)`", README))
def test_paths_of_the_readme_exist(path: str) -> None:
    assert (CHECKOUT / path).exists()
