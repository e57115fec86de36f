"""A seeds folder of a test's own, to be broken at will."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from allears.locate import seeds_dir


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of AllEars' commands and of the two languages that the tests edit."""
    languages = tmp_path / "seeds" / "languages"
    languages.mkdir(parents=True)
    shutil.copy(seeds_dir() / "commands.yaml", languages.parent)
    for name in ("en.yaml", "sr.yaml"):
        shutil.copy(seeds_dir() / "languages" / name, languages)
    return languages.parent


@pytest.fixture
def edit(root: Path) -> Callable[[str, str, str], int]:
    """Replace `old` by `new`, once, in a file of `root`; gives the line where `old` began."""

    def replace(name: str, old: str, new: str) -> int:
        path = root / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return replace
