"""Every bad input ends `allears listen` with exit status 2 and a message, never a traceback."""

from __future__ import annotations

import io
import shutil
import sys
import types

import numpy as np
import pytest
from allears import Listener, Profile, interpreter
from allears.errors import AllEarsError, ModelError
from allears.interpreter import Model
from allears.locate import models_dir, profiles_dir
from allears_tools.cli import run

from tests.sdk.test_audio import wav


def told(capsys, *arguments):
    """Run the command line and return its one message, after checking its form."""
    assert run(["listen", *map(str, arguments)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert "Traceback" not in captured.err
    assert "Next step: " in captured.err
    return captured.err


@pytest.fixture
def models(tmp_path, monkeypatch):
    """A copy of the models, used in place of them, for a test to damage."""
    copy = tmp_path / "models"
    shutil.copytree(models_dir(), copy)
    monkeypatch.setattr("allears.pipeline.models_dir", lambda: copy)
    return copy


def test_missing_file(capsys, tmp_path):
    assert "There is no file" in told(capsys, tmp_path / "absent.wav")


def test_folder_instead_of_file(capsys, tmp_path):
    assert "Is a directory" in told(capsys, tmp_path)


def test_empty_file_and_wav_without_sound(capsys, tmp_path):
    path = tmp_path / "empty.wav"
    path.write_bytes(b"")
    assert "it is empty" in told(capsys, path)
    path.write_bytes(wav(b"", 1, 16))
    assert "holds no sound" in told(capsys, path)


def test_truncated_header(capsys, tmp_path):
    path = tmp_path / "cut.wav"
    path.write_bytes(wav(bytes(100), 1, 16)[:30])
    assert "it ends inside its header" in told(capsys, path)


@pytest.mark.parametrize("field", [{"channels": 0}, {"rate_hz": 3}, {"bits": 7}])
def test_header_that_makes_no_sense(capsys, tmp_path, field):
    path = tmp_path / "odd.wav"
    path.write_bytes(wav(bytes(100), 1, **{"bits": 16, **field}))
    assert "cannot be" in told(capsys, path)


def test_file_that_is_no_audio(capsys, tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("no sound in here\n")
    assert "cannot be read as audio" in told(capsys, path)


def test_empty_pipe(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO()))
    assert "standard input holds no sound" in told(capsys, "-")


@pytest.mark.parametrize("kind", ["stereo at 44.1 kHz", "8-bit"])
def test_unusual_wav_files_are_heard(capsys, tmp_path, kind):
    path = tmp_path / "unusual.wav"
    path.write_bytes(
        wav(bytes(44100 * 4), 1, 16, 44100, 2)
        if kind[0] == "s"
        else wav(b"\x80" * 8000, 1, 8, 8000)
    )
    assert run(["listen", str(path)]) == 0
    assert "Nothing heard" in capsys.readouterr().err


def test_unknown_profile_and_language(capsys, tmp_path):
    path = tmp_path / "a.wav"
    message = told(capsys, path, "--profile", "zz")
    assert "no profile 'zz'" in message and "gb" in message
    message = told(capsys, path, "--profile", "gb", "--language", "xx")
    assert "no language 'xx'" in message and "en" in message


def test_language_without_models(capsys, models):
    shutil.rmtree(models / "sr")
    message = told(capsys, "a.wav", "--profile", "rs")
    assert "no models for the language 'sr'" in message and "en" in message


def test_broken_profile(capsys, tmp_path):
    path = tmp_path / "gb.yaml"
    path.write_text((profiles_dir() / "gb.yaml").read_text().replace("board: linux", "board: 7"))
    assert f"{path}:12: board: " in told(capsys, "a.wav", "--profile", path)


@pytest.mark.parametrize("file", ["ear.tflite", "en/wake.tflite", "en/commands.tflite"])
@pytest.mark.parametrize("damage", ["absent", "empty", "cut", "other"])
def test_corrupt_model(capsys, models, file, damage):
    path = models / file
    content = path.read_bytes()
    path.unlink()
    if damage != "absent":
        path.write_bytes({"empty": b"", "cut": content[:3000], "other": b"x" * 5000}[damage])
    message = told(capsys, "a.wav")
    if file != "ear.tflite" or "not trained on" not in message:
        assert str(path) in message
        absent = "Cannot read the model" if file == "ear.tflite" else "lacks"
        assert (absent if damage == "absent" else "cannot be loaded") in message


@pytest.mark.parametrize("file", ["en/wake.json", "en/commands.json"])
def test_broken_manifest(capsys, models, file):
    (models / file).write_text('{\n "version": "two"\n}')
    assert f"{models / file}:" in told(capsys, "a.wav")


def test_models_in_the_wrong_place(capsys, models):
    shutil.copy(models / "en/commands.tflite", models / "en/wake.tflite")
    assert "a wake model maps" in told(capsys, "a.wav")


def test_head_of_another_ear(capsys, models):
    manifest = models / "en/commands.json"
    text = manifest.read_text()
    start = text.index('"ear_sha256"')
    end = text.index('"', text.index(":", start) + 3) + 1
    manifest.write_text(text[:start] + f'"ear_sha256": "{"0" * 64}"' + text[end:])
    assert "The head of en was not trained on" in told(capsys, "a.wav")


def test_profile_that_does_not_fit_the_models():
    profile = Profile.load("gb")
    profile.commands = ["stop", "make_tea"]
    with pytest.raises(AllEarsError, match="make_tea"):
        Listener(profile)
    profile.commands = []
    profile.languages[0].wake_words = ["alexandria"]
    with pytest.raises(AllEarsError, match=r"'alexandria'(.|\n)*'computer'"):
        Listener(profile)


class TestMicrophone:
    def test_without_the_package(self, capsys, monkeypatch):
        monkeypatch.setitem(sys.modules, "sounddevice", None)
        message = told(capsys, "mic")
        assert "sounddevice" in message and "allears[mic]" in message

    def test_without_a_microphone(self, capsys, monkeypatch):
        class PortAudioError(Exception):
            pass

        def no_device(*arguments, **settings):
            raise PortAudioError("Error querying device -1")

        fake = types.SimpleNamespace(PortAudioError=PortAudioError, RawInputStream=no_device)
        monkeypatch.setitem(sys.modules, "sounddevice", fake)
        assert "No microphone can be opened: Error querying device -1" in told(capsys, "mic")

    def test_without_portaudio(self, capsys, monkeypatch):
        class Broken:
            def find_spec(self, name, path=None, target=None):
                if name == "sounddevice":
                    raise OSError("PortAudio library not found")

        monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
        monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
        assert "libportaudio2" in told(capsys, "mic")

    def test_with_one(self, monkeypatch):
        from allears.microphone import microphone_blocks

        class Stream:
            def __init__(self, *arguments, callback, **settings):
                self.callback = callback

            def __enter__(self):
                for value in (1, 2):
                    self.callback(np.full(480, value, np.int16).tobytes(), 480, None, None)

            def __exit__(self, *fault):
                pass

        fake = types.SimpleNamespace(PortAudioError=OSError, RawInputStream=Stream)
        monkeypatch.setitem(sys.modules, "sounddevice", fake)
        blocks = microphone_blocks()
        assert [next(blocks).tolist() for _ in range(2)] == [[1] * 480, [2] * 480]


class TestInterpreter:
    def test_unknown_override(self, capsys, monkeypatch):
        monkeypatch.setenv("ALLEARS_INTERPRETER", "abacus")
        message = told(capsys, "a.wav")
        assert "ALLEARS_INTERPRETER=abacus" in message and "litert, tflite-runtime" in message

    def test_none_installed(self, capsys, monkeypatch):
        monkeypatch.delenv("ALLEARS_INTERPRETER", raising=False)
        for module in interpreter._MODULES.values():
            monkeypatch.setitem(sys.modules, module, None)
        assert "pip install ai-edge-litert" in told(capsys, "a.wav")

    def test_model_with_other_bytes(self):
        with pytest.raises(ModelError, match="model cannot be loaded"):
            Model(b"\x1c\0\0\0TFL3" + bytes(200))
