"""Kokoro's two ways through its network, and the reader of its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from allears_tools import processor
from allears_tools.speech import ClipRequest
from allears_tools.speech.engines import kokoro_model
from allears_tools.speech.engines.onnx_file import FLOAT, OnnxFile
from allears_tools.speech.store import is_complete, voices_root

_FRAME_SAMPLES = 600


def _field(number: int, value: bytes) -> bytes:
    size = len(value)
    length = [size] if size < 128 else [size & 127 | 128, size >> 7]
    return bytes([number << 3 | 2, *length]) + value


def _node(kind: str, inputs: list[str], output: str) -> bytes:
    names = b"".join(_field(1, i.encode()) for i in inputs)
    text = _field(3, f"/{output}".encode()) + _field(4, kind.encode())
    return _field(1, names + _field(2, output.encode()) + text)


def _value(number: int, name: str) -> bytes:
    shape = _field(2, _field(1, bytes([0x08, 2])))
    return _field(number, _field(1, name.encode()) + _field(2, _field(1, bytes([8, 1]) + shape)))


def _weight(name: str, kind: int, data: bytes) -> bytes:
    return _field(5, bytes([0x08, 2, 0x10, kind]) + _field(8, name.encode()) + data)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """(x + w) and -(x + w), of which only the second is an output."""
    graph = (
        _node("Add", ["x", "w"], "sum")
        + _node("Neg", ["sum"], "negative")
        + _field(2, b"small")
        + _weight("w", 1, _field(9, np.array([1, 2], np.float32).tobytes()))
        + _weight("unused", 7, _field(7, bytes([5, 0xAC, 0x02])))
        + _value(11, "x")
        + _value(12, "negative")
    )
    path = tmp_path / "small.onnx"
    opset = _field(8, bytes([0x10, 13]))
    path.write_bytes(bytes([0x08, 8]) + opset + _field(7, graph))
    return path


def test_nodes_and_weights_are_read(small: Path) -> None:
    model = OnnxFile(small)
    assert [(n.name, n.kind, n.inputs, n.outputs) for n in model.nodes] == [
        ("/sum", "Add", ("x", "w"), ("sum",)),
        ("/negative", "Neg", ("sum",), ("negative",)),
    ]
    assert model.is_weight("w")
    assert not model.is_weight("x")
    np.testing.assert_array_equal(model.weight("w"), np.array([1, 2], np.float32))
    np.testing.assert_array_equal(model.weight("unused"), np.array([5, 300]))


def test_a_part_of_a_model_runs(small: Path, tmp_path: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    part = OnnxFile(small).part([("sum", FLOAT)])
    session = onnxruntime.InferenceSession(part, providers=["CPUExecutionProvider"])
    assert [o.name for o in session.get_outputs()] == ["sum"]
    (found,) = session.run(None, {"x": np.array([10, 20], np.float32)})
    np.testing.assert_array_equal(found, [11, 22])
    (tmp_path / "part.onnx").write_bytes(part)
    assert not OnnxFile(tmp_path / "part.onnx").is_weight("unused")


@pytest.mark.parametrize(
    ("flags", "torch", "wanted"),
    [
        ({"avx2", "amx_bf16"}, True, "fast"),
        ({"avx512_bf16"}, True, "fast"),
        ({"avx2"}, True, "plain"),
        ({"amx_bf16"}, False, "plain"),
    ],
)
def test_the_plain_model_is_for_other_machines(
    flags: set[str], torch: bool, wanted: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(processor, "flags", lambda: frozenset(flags))
    monkeypatch.setattr(kokoro_model, "find_spec", lambda _: object() if torch else None)
    monkeypatch.setattr(kokoro_model, "FastModel", lambda _: "fast")
    monkeypatch.setattr(kokoro_model, "PlainModel", lambda _: "plain")
    assert kokoro_model.open_model(tmp_path) == wanted


@pytest.mark.parametrize(
    ("voice", "text"), [("af_heart", "turn on the light"), ("am_onyx", "play some music")]
)
def test_both_models_say_the_same(voice: str, text: str) -> None:
    if not is_complete("kokoro", voices_root()):
        pytest.skip("voices of kokoro are not in the cache: allears speech voices download")
    if not processor.multiplies_bfloat16():
        pytest.skip("this processor does not multiply bfloat16")
    pytest.importorskip("torch")
    from allears_tools.speech.engines.kokoro import Kokoro

    fast = Kokoro()
    plain = Kokoro()
    folder = voices_root() / "kokoro"
    plain._model = kokoro_model.PlainModel(folder / "kokoro-v1.0.int8.onnx")
    assert isinstance(fast._model, kokoro_model.FastModel)
    request = ClipRequest(engine="kokoro", voice=voice, language="en", accent="en-us", text=text)
    symbols = fast.pronounce(request)
    (wanted, ends), (found, found_ends) = (k._run(symbols, request) for k in (plain, fast))
    np.testing.assert_array_equal(found_ends, ends)
    assert len(found) == len(wanted) == ends[-1]
    assert ends[-1] % _FRAME_SAMPLES == 0
    assert found.dtype == np.float32
    assert np.corrcoef(found, wanted)[0, 1] > 0.95
    assert np.abs(_spectrogram(found) - _spectrogram(wanted)).mean() < 0.15


def _spectrogram(samples: np.ndarray) -> np.ndarray:
    """Logarithms of 40 bands [blocks, 40]."""
    blocks = np.lib.stride_tricks.sliding_window_view(samples, 512)[::160] * np.hanning(512)
    bands = np.abs(np.fft.rfft(blocks))[:, :200].reshape(len(blocks), 40, 5).mean(2)
    return np.log(bands + 1e-3)
