"""A wake word from its text, end to end on a tiny set, in every runtime that is to take it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from ai_edge_litert import schema_py_generated as schema
from allears.locate import models_dir
from allears.verifier import load_verifier, load_verifier_manifest
from allears.wake import load_detector
from allears_tools.seeds import load_language
from allears_tools.training.making import Place
from allears_tools.training.new_wake import (
    WakeSizes,
    file_stem,
    seed_with,
    speech_wanted,
    train_new_wake,
)

pytest.importorskip("espeakng_loader", reason="the clips are espeak-ng's")
pytest.importorskip("panphon", reason="near misses need the extra [train]")

ESPHOME_OPS = set(
    "CALL_ONCE VAR_HANDLE RESHAPE READ_VARIABLE STRIDED_SLICE CONCATENATION ASSIGN_VARIABLE "
    "CONV_2D MUL ADD MEAN FULLY_CONNECTED LOGISTIC QUANTIZE DEPTHWISE_CONV_2D AVERAGE_POOL_2D "
    "MAX_POOL_2D PAD PACK SPLIT_V".split()
)
"""What ESPHome's micro_wake_word registers for a streaming model."""
ESPHOME_VARIABLES = 20


SMALL = WakeSizes(
    kokoro=0,
    espeak=12,
    near_words=3,
    near_espeak=3,
    other_espeak=1,
    streams=64,
    epochs=1,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a wake word trained on next to nothing."""
    root = tmp_path_factory.mktemp("wake")
    place = Place(models_dir(), root / "work")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALLEARS_CACHE", str(root / "cache"))
        train_new_wake("alexa", "en", root / "out", place, SMALL, lambda line: None, 1)
    return root / "out"


def test_our_runtime_takes_it(made: Path) -> None:
    assert load_detector(made / "wake.json") is not None
    manifest = load_verifier_manifest(made)
    assert manifest is not None and manifest.wake_word == "alexa"
    assert load_verifier(made, manifest, None).judge([]) is None
    card = yaml.safe_load((made / "card.yaml").read_text("utf-8"))
    assert card["wake_word"] == "alexa" and len(card["near_misses"]) == 3
    assert "not measured on people" in card["note"]


def test_pymicro_wakeword_takes_it(made: Path) -> None:
    peer = pytest.importorskip("pymicro_wakeword", reason="the peer comes with the extra [dev]")
    features = pytest.importorskip("pymicro_wakeword").MicroWakeWordFeatures()
    word = peer.MicroWakeWord.from_config(made / "wake.json")
    assert word.wake_word == "alexa"
    silence = np.zeros(16000, np.int16).tobytes()
    assert not any(word.process_streaming(f) for f in features.process_streaming(silence))


def test_esphome_takes_it(made: Path) -> None:
    manifest = json.loads((made / "wake.json").read_text("utf-8"))
    assert manifest["type"] == "micro" and manifest["version"] == 2
    assert isinstance(manifest["author"], str) and manifest["trained_languages"] == ["en"]
    assert manifest.get("website", "https://").startswith("https://"), "an empty one is refused"
    micro = manifest["micro"]
    assert 0 <= micro["feature_step_size"] <= 30 and micro["sliding_window_size"] > 0
    assert isinstance(micro["tensor_arena_size"], int)
    assert 0 < micro["probability_cutoff"] <= 1
    assert all(part.isdigit() for part in micro["minimum_esphome_version"].split("."))
    content = (made / manifest["model"]).read_bytes()
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    names = {value: name for name, value in vars(schema.BuiltinOperator).items()}
    assert {names[code.builtinCode] for code in model.operatorCodes} <= ESPHOME_OPS
    variables = [o for o in model.subgraphs[0].operators if _is(model, o, "VAR_HANDLE")]
    assert len(variables) <= ESPHOME_VARIABLES


def _is(model: Any, operator: Any, name: str) -> bool:
    code = model.operatorCodes[operator.opcodeIndex].builtinCode
    return bool(code == getattr(schema.BuiltinOperator, name))


def test_near_misses_are_words_and_other_wake_words_are_gone() -> None:
    sizes = WakeSizes(kokoro=0, near_words=2)
    seed = seed_with("alexa", load_language("en"), sizes)
    assert len(seed.wake.confusables) == 2
    jobs = speech_wanted(seed, sizes)
    assert {job.request.text.rstrip(".!?") for job in jobs if job.role == "wake"} == {"alexa"}


def test_files_are_named_in_ascii() -> None:
    assert file_stem("Zdravo, kućo!") == "zdravo_kuco"
    assert file_stem("你好") == "wake"
