"""An exported head can be read back, and learn on."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from ai_edge_litert import schema_py_generated as schema
from allears.compiling.compiler import compile_model
from allears.locate import models_dir
from allears_tools.training.classifier import StreamSet
from allears_tools.training.export import export_stream
from allears_tools.training.export.restore import restore_stream
from allears_tools.training.fine_tuning import AdaptationRecipe, fine_tune
from allears_tools.training.network import Layer, StreamNetwork

from tests.training.test_export import settled

HEAD = models_dir() / "en/commands.tflite"
WAKE = models_dir() / "en/wake.tflite"
pytestmark = pytest.mark.skipif(not HEAD.is_file(), reason="there is no English head here")


def test_out_and_in_again_is_the_same_network() -> None:
    head = HEAD.read_bytes()
    assert_same_network(export_stream(restore_stream(head), 1, "softmax", "commands"), head)
    wake = WAKE.read_bytes()
    assert_same_network(export_stream(restore_stream(wake), 3, "wake", "wake word"), wake)


def test_layers_that_share_weights_share_them_again() -> None:
    torch.manual_seed(1)
    layers = [
        Layer("conv", 24, 5),
        Layer("separable", 24, 5, residual=True),
        Layer("separable", 24, 3, residual=True, like=1),
        Layer("conv", 8, 1, relu=False),
    ]
    inputs = np.random.default_rng(0).integers(-128, 90, (4, 120, 40)).astype(np.int8)
    content = export_stream(settled(StreamNetwork(layers, 40, (0, 26)), inputs), 1, "embedding", "")
    restored = restore_stream(content)
    assert restored.spec == layers
    assert_same_network(export_stream(restored, 1, "embedding", ""), content)
    apart = [*layers[:2], Layer("separable", 24, 3, residual=True), layers[3]]
    alone = export_stream(settled(StreamNetwork(apart, 40, (0, 26)), inputs), 1, "embedding", "")
    assert len(compile_model(alone, "")) - len(compile_model(content, "")) >= 24 * 24, "stored once"


def assert_same_network(again: bytes, first: bytes) -> None:
    """Tensor by tensor: biases go through float32, so the last digit of one may move."""
    written, read = (schema.ModelT.InitFromPackedBuf(content, 0) for content in (again, first))
    assert len(written.subgraphs) == len(read.subgraphs)
    for graph, expected in zip(written.subgraphs, read.subgraphs, strict=True):
        assert [op.opcodeIndex for op in graph.operators] == [
            op.opcodeIndex for op in expected.operators
        ]
        for tensor, known in zip(graph.tensors, expected.tensors, strict=True):
            assert (tensor.name, tensor.type) == (known.name, known.type)
            assert list(tensor.shape) == list(known.shape)
            assert_same_quantisation(tensor.quantization, known.quantization)
            dtype = np.int32 if tensor.type == schema.TensorType.INT32 else np.uint8
            a, b = (
                np.asarray([] if data is None else data, np.uint8).view(dtype).astype(np.int64)
                for data in (
                    written.buffers[tensor.buffer].data,
                    read.buffers[known.buffer].data,
                )
            )
            assert a.shape == b.shape
            assert np.abs(a - b).max(initial=0) <= (dtype is np.int32), tensor.name


def assert_same_quantisation(one: object, other: object) -> None:
    for field in ("scale", "zeroPoint", "quantizedDimension"):
        a, b = (getattr(parameters, field, None) for parameters in (one, other))
        assert (a is None) == (b is None), field
        if a is not None:
            np.testing.assert_allclose(a, b, rtol=1e-6)


def test_fine_tuning_learns_what_it_is_shown() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.integers(-128, 127, (16, 50, 128)).astype(np.int8)
    labels = np.zeros((16, 50), np.int64)
    labels[:, 30:40] = 5
    data = StreamSet(inputs, labels, lambda v: torch.from_numpy(v).float().transpose(1, 2) * 0.02)
    losses: list[float] = []
    recipe = AdaptationRecipe(epochs=4, batch=8, learning_rate=1e-3)
    fine_tune(HEAD.read_bytes(), data, recipe, lambda line: losses.append(line["loss"]))
    assert losses[-1] < losses[0]
