"""A session without a device: what is asked for, refused, kept and gone on with."""

from __future__ import annotations

import asyncio
import io

import numpy as np
import pytest
import soundfile
from allears.errors import AllEarsError
from allears_tools.cli import run
from allears_tools.evaluate.judging import Vocabulary, judge
from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.split import speaker_key
from allears_tools.record.recordings import Recordings
from allears_tools.record.script import load_prompts, script
from allears_tools.record.session import Outcome, run_session
from allears_tools.seeds import language_codes, load_language
from allears_tools.speech.phrases import phrases
from rich.console import Console

from tests.record.test_checks import noise, take, tone

GOOD = take(noise(0.5), tone(0.6, 3000), noise(0.8))
SILENT = take(noise(1.0))


class Said:
    """A microphone that has been told what it will hear."""

    def __init__(self, *takes):
        self.left = list(takes)

    async def take(self):
        return self.left.pop(0)


def hold(folder, *takes, lines=None, number=1, speaker="ana"):
    """Hold a session in Serbian; return its outcome and what the person read."""
    lines = lines or script("sr", ["stop", "digit_3"], wake=True, all_phrasings=False)
    recordings = Recordings(folder, "sr", speaker, "own recording", "yes")
    shown = Console(file=io.StringIO(), width=100)
    outcome, prompts = Outcome(), load_prompts("sr")
    session = run_session(
        lines, number, Said(*takes), recordings, prompts, shown, outcome, breath_s=0
    )
    asyncio.run(session)
    return outcome, shown.file.getvalue()


def test_takes_and_labels(tmp_path):
    outcome, shown = hold(tmp_path, SILENT, GOOD, GOOD, GOOD)
    assert (outcome.kept, outcome.refused, outcome.passed_over) == (3, {"too_quiet": 1}, [])
    assert "Recite: zdravo kućo" in shown and "Ništa se ne čuje" in shown
    clips = read_labels(tmp_path / "labels.tsv")
    assert [(clip.kind, clip.language, clip.trainable) for clip in clips] == [
        ("wake", "sr", True), ("command", "sr", True), ("digit", "sr", True),
    ]  # fmt: skip
    vocabulary = Vocabulary.of(load_language("sr"))
    assert judge(clips[0], "wake", vocabulary).expected == "wake"
    judged = [judge(clip, "commands", vocabulary).expected for clip in clips[1:]]
    assert judged == ["stop", "digit_3"]
    assert {speaker_key(clip) for clip in clips} == {"speaker:ana"}
    for clip in clips:
        written, rate_hz = soundfile.read(clip.audio, dtype="int16")
        assert rate_hz == 16000 and np.array_equal(written, GOOD)
        assert clip.duration_s == pytest.approx(len(GOOD) / 16000, abs=0.01)


def test_it_goes_on_where_it_stopped(tmp_path):
    with pytest.raises(IndexError):  # the microphone breaks after two takes
        hold(tmp_path, GOOD, GOOD)
    outcome, _ = hold(tmp_path, GOOD)
    assert (outcome.kept, outcome.there_before) == (1, 2)
    outcome, _ = hold(tmp_path, GOOD, GOOD, GOOD, speaker="mile")
    assert outcome.kept == 3
    outcome, _ = hold(tmp_path, GOOD, GOOD, GOOD, number=2)
    assert (outcome.kept, outcome.there_before) == (3, 3)
    clips = read_labels(tmp_path / "labels.tsv")
    assert len({clip.path for clip in clips}) == len(clips) == 9


def test_a_line_that_is_never_good_is_passed_over(tmp_path):
    outcome, _ = hold(tmp_path, *[SILENT] * 4, GOOD, GOOD)
    assert outcome.kept == 2 and outcome.passed_over == ["zdravo kućo"]


@pytest.mark.parametrize("language", language_codes())
def test_every_language_has_its_own_prompts(language):
    prompts = load_prompts(language)
    assert language == "en" or prompts != load_prompts("en")
    lines = script(language, [], wake=True, all_phrasings=True)
    said = {phrase.text for phrase in phrases(load_language(language))}
    assert {line.text for line in lines} <= said | {load_language(language).wake.text}
    assert len({line.name for line in lines}) == len(lines) > 35


def test_unknown_commands_are_refused():
    with pytest.raises(AllEarsError, match="no command fly"):
        script("en", ["stop", "fly"], wake=False, all_phrasings=False)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--port", "tcp:x", "--profile", "gb", "--speaker", "a"], "no port"),
        (["--port", "x", "--profile", "gb", "--speaker", "../a"], "no speaker"),
        (["--port", "x", "--profile", "gb", "--speaker", "a", "--language", "sr"], "no language"),
        (["--port", "x", "--profile", "nowhere", "--speaker", "a"], "no profile"),
    ],
)
def test_bad_input(arguments, told, capfd, tmp_path):
    assert run(["record", *arguments, "--out", str(tmp_path)]) == 2
    assert told in capfd.readouterr().err


def test_no_device_there(capfd, tmp_path, monkeypatch):
    monkeypatch.setattr("allears_tools.record.command._CONNECT_TIMEOUT_S", 0.5)
    options = ["--profile", "gb", "--speaker", "ana", "--out", str(tmp_path)]
    assert run(["record", "--port", str(tmp_path / "tty"), *options]) == 1
    assert "No device answers" in capfd.readouterr().err
