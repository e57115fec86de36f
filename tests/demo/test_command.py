"""`allears demo`, run on the models in the repository."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from allears.locate import profiles_dir
from allears_tools import cli
from allears_tools.demo.scenes import demo_clips


def test_offline_demo_recognises_most(capsys: pytest.CaptureFixture[str]) -> None:
    status = cli.run(["demo", "--offline", "--json"])
    scenes = json.loads(capsys.readouterr().out)
    assert status == 0
    assert sum(scene["right"] for scene in scenes) >= 0.7 * len(scenes)


def test_own_recording(capsys: pytest.CaptureFixture[str]) -> None:
    (clip,) = [c for c in demo_clips("sr") if c.text == "zdravo kućo"]
    assert cli.run(["demo", str(clip.path), "--profile", "rs"]) == 0
    assert "zdravo kućo" in capsys.readouterr().out


def test_one_profile(capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["demo", "--offline", "--json", "--profile", "rs"])
    scenes = json.loads(capsys.readouterr().out)
    assert {scene["speaker"] for scene in scenes} == {"kokoro pf_dora"}
    assert "uključi" in {scene["said"] for scene in scenes}


def test_a_bilingual_profile_plays_what_has_models(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = (profiles_dir() / "rs.yaml").read_text(encoding="utf-8")
    sr = text[text.index("  - language") : text.index("commands:")]
    en = sr.replace("language: sr", "language: en").replace(
        "[zdravo kućo, здраво кућо]", "[computer]"
    )
    tlh = sr.replace("language: sr", "language: tlh")
    profile = tmp_path / "bilingual.yaml"
    for third in ("", tlh):
        profile.write_text(text.replace(sr, sr + en + third), encoding="utf-8")
        cli.run(["demo", "--offline", "--json", "--profile", str(profile)])
        captured = capsys.readouterr()
        scenes = json.loads(captured.out)
        assert len({scene["speaker"] for scene in scenes} - {"kokoro pf_dora"}) > 1
        assert ("no model for tlh yet" in captured.err) == bool(third)
        assert sum(scene["woke"] for scene in scenes) > len(scenes) / 2
    profile.write_text(text.replace(sr, tlh), encoding="utf-8")
    assert cli.run(["demo", "--offline", "--profile", str(profile)]) == 2
    assert "no models for the language 'tlh'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["missing.wav"], "missing.wav"),
        (["--profile", "xx"], "no profile 'xx'"),
        ([str(Path(__file__)), "--profile", "xx"], "xx"),
        (["--recordings", "missing.tsv", "--offline"], "missing.tsv"),
    ],
)
def test_bad_input(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["demo", *arguments]) == 2
    errors = capsys.readouterr().err
    assert told in errors and "Traceback" not in errors
