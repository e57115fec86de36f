"""A head adapted to recordings: who trains, who judges, and that a worse one is not kept."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from allears.locate import models_dir
from allears_tools.cli import run
from allears_tools.evaluate.labels import COLUMNS, read_labels
from allears_tools.evaluate.split import speaker_key
from allears_tools.speech import ClipRequest, Job, SpeechCache, synthesise
from allears_tools.training import adapting
from allears_tools.training.adapting import net_right, split_speakers
from allears_tools.training.export.restore import restore_stream
from allears_tools.training.material import TrainingError

pytest.importorskip("espeakng_loader", reason="the clips are espeak-ng's")
HEAD = models_dir() / "en/commands.tflite"
pytestmark = pytest.mark.skipif(not HEAD.is_file(), reason="there is no English head here")

SPEAKERS = ("f1", "f2", "m1", "m3")
TEXTS = ("stop", "seven", "stopover")


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three words of four "people", one row of which may not train."""
    folder = tmp_path_factory.mktemp("recordings")
    cache = SpeechCache(folder)
    for speaker in SPEAKERS:
        for text in TEXTS:
            request = ClipRequest(
                engine="espeak", voice=speaker, accent="en-us", language="en", text=text
            )
            synthesise([Job(request=request, role="command", label="stop")], cache)
    rows = ["\t".join(COLUMNS)]
    for number, entry in enumerate(sorted(cache, key=lambda e: e.key)):
        cache.write_wav(entry, folder / f"{number}.wav")
        who, said = entry.request.voice, entry.request.text
        training = "test only" if (who, said) == ("f1", "seven") else "yes"
        cells = (f"{number}.wav", "en", said, who, "command", "1.0", "16000", "ours", "ours")
        rows.append("\t".join((*cells, training)))
    (folder / "labels.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_nobody_is_on_both_sides(recordings: Path) -> None:
    learnt, apart = split_speakers(read_labels(recordings / "labels.tsv"), 0.3)
    assert {speaker_key(c) for c in learnt} & {speaker_key(c) for c in apart} == set()
    assert len({c.speaker for c in apart}) == 2, "30 % of four, rounded up"
    assert all(c.trainable for c in learnt)


def test_one_speaker_is_not_enough(recordings: Path) -> None:
    clips = [c for c in read_labels(recordings / "labels.tsv") if c.speaker == "m1"]
    with pytest.raises(TrainingError, match="1 speaker who may train"):
        split_speakers(clips, 0.3)


def _run(recordings: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("ALLEARS_CACHE", str(out / "cache"))
    line = ["train", "--language", "en", "--recordings", str(recordings), "--json"]
    size = ["--streams", "32", "--epochs", "1", "--jobs", "1"]
    return run([*line, "--out", str(out / "models"), *size])


def test_before_and_after_are_told_and_the_better_is_kept(
    recordings: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = _run(recordings, tmp_path, monkeypatch)
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert told["speakers_apart"] == 2 and told["speakers_learnt"] == 2
    for part in ("before", "after"):
        assert told[part]["in_vocabulary_clips"] == 4
        low, high = told[part]["right_interval"]
        assert 0 <= low <= told[part]["right_rate"] <= high <= 1
    assert told["kept"] == (net_right(told["after"]) >= net_right(told["before"]))
    assert status == (0 if told["kept"] else 1)
    head = tmp_path / "models/en/commands.tflite"
    assert head.is_file() == told["kept"]
    if told["kept"]:
        card = yaml.safe_load((head.parent / "card.yaml").read_text("utf-8"))
        assert card["adapted"]["after"]["right"] == told["after"]["right"]
        assert head.read_bytes() != HEAD.read_bytes()


def test_a_worse_head_is_refused(
    recordings: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fires_always(content: bytes, *_: Any) -> Any:
        network = restore_stream(content)
        with torch.no_grad():
            last = network.stages()[-1].main
            last.conv.weight.mul_(0.01)
            last.bias.fill_(-100)
            last.bias[1] = 100
        return network

    monkeypatch.setattr(adapting, "fine_tune", fires_always)
    before = hashlib.sha256(HEAD.read_bytes()).hexdigest()
    assert _run(recordings, tmp_path, monkeypatch) == 1
    assert json.loads(capsys.readouterr().out)["kept"] is False
    assert not (tmp_path / "models").exists()
    assert hashlib.sha256(HEAD.read_bytes()).hexdigest() == before


def test_recordings_without_commands_are_told(
    recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    text = (recordings / "labels.tsv").read_text("utf-8").replace("\tstop\t", "\tapples\t")
    other = tmp_path / "other"
    other.mkdir()
    (other / "labels.tsv").write_text(text.replace("\tseven\t", "\tpears\t"), encoding="utf-8")
    assert _run(other, tmp_path, monkeypatch) == 2
    assert "word for word" in capsys.readouterr().err
