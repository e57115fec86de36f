"""`allears listen` and `allears profiles` as a user meets them."""

from __future__ import annotations

import io
import json
import sys
import types

import pytest
from allears.profile import profile_codes
from allears_tools.cli import run

from tests.sdk.test_audio import wav


@pytest.mark.usefixtures("fake_models")
class TestListen:
    @pytest.fixture
    def file(self, tmp_path, speech):
        path = tmp_path / "speech.wav"
        path.write_bytes(wav(speech.tobytes(), 1, 16))
        return str(path)

    def test_lines(self, capsys, file):
        assert run(["listen", file]) == 0
        first = capsys.readouterr().out.splitlines()[0].split()
        assert first[1:4] == ["s", "wake", "computer"] and first[-1] == "en"

    def test_json_lines(self, capsys, file):
        assert run(["listen", file, "--profile", "gb", "--json", "--no-wake"]) == 0
        events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert {event["event"] for event in events} == {"command"}
        assert all(0 <= event["score"] <= 1 and event["language"] == "en" for event in events)

    def test_file_and_pipe_give_the_same(self, capsys, monkeypatch, file, speech):
        run(["listen", file, "--json"])
        expected = capsys.readouterr().out
        for data in (speech.tobytes(), wav(speech.tobytes(), 1, 16)):
            monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(data)))
            assert run(["listen", "-", "--json"]) == 0
            assert capsys.readouterr().out == expected


def test_profiles_are_listed_and_shown(capsys):
    assert run(["profiles"]) == 0
    listed = capsys.readouterr().out
    assert all(code in listed for code in profile_codes())
    assert run(["profiles", "rs"]) == 0
    shown = capsys.readouterr().out
    assert "zdravo kućo" in shown and "1.234,5" in shown
    assert "warmer (1–3)" in shown


def test_profiles_as_json(capsys):
    assert run(["profiles", "--json"]) == 0
    every = json.loads(capsys.readouterr().out)
    assert [profile["country"] for profile in every] == profile_codes()
    assert run(["profiles", "rs", "--json"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert one == next(profile for profile in every if profile["country"] == "rs")
    assert one["languages"][0]["missing_models"] == []
    assert one["board"]["ram_bytes"] > 0


def test_languages_without_models_are_marked(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("allears_tools.profiles.command.models_dir", lambda: tmp_path)
    assert run(["profiles"]) == 0
    assert capsys.readouterr().out.count("no model") >= len(profile_codes())
    assert run(["profiles", "rs"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "no model: sr/wake.json, sr/wake.tflite, sr/commands.json, sr/commands.tflite" in shown
    assert run(["profiles", "rs", "--json"]) == 0
    (language,) = json.loads(capsys.readouterr().out)["languages"]
    assert "sr/wake.tflite" in language["missing_models"]


def test_unknown_profile(capsys):
    assert run(["profiles", "zz"]) == 2
    assert "no profile 'zz'" in capsys.readouterr().err
