"""The float network in place of the int8 file, and what rounding costs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from allears.interpreter import Model
from allears.locate import models_dir
from allears_tools.cli import run
from allears_tools.evaluate.labels import COLUMNS
from allears_tools.training.card import file_sha256
from allears_tools.training.comparing import compare
from allears_tools.training.export.restore import restore_stream
from allears_tools.training.float_stream import (
    FloatStream,
    Stage,
    float_path,
    load_float,
    save_float,
)

CLIPS = Path(__file__).resolve().parents[2] / "tools/allears_tools/demo/clips"
pytestmark = pytest.mark.skipif(
    not (models_dir() / "en/commands.tflite").is_file(), reason="there is no English head here"
)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder with the float networks of the English models, and a labels file."""
    folder = tmp_path_factory.mktemp("work")
    for stage in ("commands", "wake"):
        path = models_dir() / f"en/{stage}.tflite"
        network = restore_stream(path.read_bytes())
        save_float(network, file_sha256(path), float_path(folder, "en", stage))
    rows = ["\t".join(COLUMNS)]
    for name, text in (("en_three_rms", "three"), ("en_stop_joe", "stop"), ("en_thirteen_joe", "")):
        shutil.copy(CLIPS / f"{name}.flac", folder)
        said = text or "thirteen"
        rows.append(f"{name}.flac\ten\t{said}\t{name}\tdigit\t1.0\t16000\tmade\tours\ttest only")
    (folder / "labels.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("stage", ["commands", "wake"])
def test_a_stream_is_the_network_on_the_whole(work: Path, stage: Stage) -> None:
    network, _ = load_float(float_path(work, "en", stage))
    model = Model.load(models_dir() / f"en/{stage}.tflite")
    stream = FloatStream(network, model, stage)
    rng = np.random.default_rng(0)
    inputs = rng.integers(-128, 127, (120, *model.input_shape)).astype(np.int8)
    got = np.concatenate([stream.run(step) for step in inputs]).astype(int)
    frames = inputs.reshape(-1, network.cin).astype(np.float32)
    real = torch.from_numpy(((frames - model.input_zero_point) * model.input_scale).T[None].copy())
    with torch.no_grad():
        logits = network(real)[0].T
    share = torch.sigmoid(logits) if stage == "wake" else torch.softmax(logits, 1)
    low = 0 if stage == "wake" else -128
    wanted = np.clip(np.round(share.numpy() * 256) + low, low, low + 255)
    assert np.abs(got - wanted).max() <= 1
    again = FloatStream(network, model, stage)
    again.run(inputs[0])
    again.reset()
    assert np.array_equal(again.run(inputs[0])[0], got[0])


def test_each_figure_is_told_with_what_it_loses(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["train", "compare", "--language", "en", "--labels", str(work / "labels.tsv")]
    status = run([*line, "--work", str(work), "--jobs", "1", "--json"])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    right = told["commands"]["all together: right"]
    assert right["clips"] == 2 and right["lost"] == right["float"] - right["int8"]
    assert told["commands"]["all together: clips with a false event"]["clips"] == 1
    wholes = [r for s in ("commands", "wake") for n, r in told[s].items() if n.startswith("all")]
    assert status == int(max(row["lost"] for row in wholes) > 0.01)


def test_another_network_than_the_files_is_refused(work: Path, tmp_path: Path) -> None:
    from allears.errors import ModelError

    with pytest.raises(ModelError, match="--only commands --again"):
        compare("en", "commands", work / "labels.tsv", models_dir(), tmp_path, "all", 1)
