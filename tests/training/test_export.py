"""Exported graphs: streaming equals the trained network, and both interpreters run them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from allears.compiling.compiler import compile_model
from allears.interpreter import Model
from allears_tools.training.classifier import StreamSet, calibrate, head_layers, wake_layers
from allears_tools.training.ear import EAR_LAYERS, EMBEDDING_DIM, dequantise
from allears_tools.training.export import export_stream
from allears_tools.training.network import Layer, StreamNetwork, multiply_accumulates_per_s

FRAMES = 240


def settled(network: StreamNetwork, inputs: np.ndarray) -> StreamNetwork:
    """A network with random weights, batch norms and ranges that fit ``inputs``."""
    data = StreamSet(inputs, np.zeros((len(inputs), 1), np.int64), dequantise)
    network.train()
    for _ in range(5):
        network(dequantise(inputs))
    network.eval()
    network.fold()
    for _ in range(8):
        calibrate(network, data, len(inputs))
    return network


@pytest.fixture(scope="module")
def features() -> np.ndarray:
    return np.random.default_rng(0).integers(-128, 90, (4, FRAMES, 40)).astype(np.int8)


def streamed(content: bytes, features: np.ndarray, step: int) -> np.ndarray:
    model = Model(content, "test", reference=True)
    steps = range(0, len(features) - step + 1, step)
    out = np.array([model.run(features[None, at : at + step])[0].copy() for at in steps])
    return (out.astype(np.float32) - model.output_zero_point) * model.output_scale


def test_wake_streams_as_it_was_trained(features: np.ndarray) -> None:
    torch.manual_seed(0)
    network = settled(StreamNetwork(wake_layers(), 40, (0, 26)), features)
    content = export_stream(network, 3, "wake", "test")
    with torch.no_grad():
        expected = torch.sigmoid(network(dequantise(features[:1])))[0].numpy().T
    got = streamed(content, features[0], 3)
    assert got.shape == expected.shape
    assert np.abs(got - expected).max() <= 3 / 256


def test_ear_streams_as_it_was_trained(features: np.ndarray) -> None:
    torch.manual_seed(0)
    network = settled(StreamNetwork(EAR_LAYERS, 40, (0, 26)), features)
    content = export_stream(network, 4, "embedding", "test")
    with torch.no_grad():
        expected = network(dequantise(features[:1]))[0].numpy().T
    got = streamed(content, features[0], 4)
    scale, _ = network.layers[-1].main_range.scale_zero_point()
    assert got.shape == expected.shape == (FRAMES // 4, EMBEDDING_DIM)
    # int8 rounds at other places than the simulation: a few steps apart at the worst.
    assert np.abs(got - expected).mean() <= 1.5 * scale


def test_head_ends_in_probabilities() -> None:
    torch.manual_seed(0)
    inputs = np.random.default_rng(1).integers(-128, 127, (4, 60, EMBEDDING_DIM)).astype(np.int8)
    network = settled(StreamNetwork(head_layers(36), EMBEDDING_DIM, (0, 26)), inputs)
    model = Model(export_stream(network, 1, "softmax", "test"), "head", reference=True)
    for row in inputs[0]:
        out = model.run(row[None])
    assert out.shape == (1, 36)
    assert (out.astype(int) + 128).sum() == pytest.approx(256, abs=20)


def test_sizes_stay_within_the_design(features: np.ndarray) -> None:
    def sizes(layers: list, cin: int, frames: int, ending: str) -> tuple[int, int]:
        """Bytes of the .tflite and of the layer program."""
        inputs = features if cin == 40 else np.zeros((4, 60, cin), np.int8)
        network = settled(StreamNetwork(layers, cin, (0, 26)), inputs)
        content = export_stream(network, frames, ending, "test")
        return len(content), len(compile_model(content, "test"))

    ear = sizes(EAR_LAYERS, 40, 4, "embedding")
    assert ear[0] <= 512_000 and ear[1] <= 400_000
    head = sizes(head_layers(36), EMBEDDING_DIM, 1, "softmax")
    assert head[0] <= 57_344 and head[1] <= 49_152
    assert max(sizes(wake_layers(), 40, 3, "wake")) <= 65_536
    assert StreamNetwork(wake_layers(), 40).describe()["weights"] <= 30_000
    assert multiply_accumulates_per_s(EAR_LAYERS, 40, 100) <= 14e6


def test_equal_zero_points_are_written_once() -> None:
    layers = [Layer("conv", 64, 1), Layer("conv", 64, 1), Layer("conv", 64, 1, relu=False)]
    inputs = np.random.default_rng(0).integers(-128, 127, (4, 60, 40)).astype(np.int8)
    content = export_stream(settled(StreamNetwork(layers, 40, (0, 26)), inputs), 1, "embedding", "")
    assert content.count((64).to_bytes(4, "little") + bytes(64 * 8)) == 1
    model = Model(content, "test", reference=True)
    assert model.run(inputs[0, :1][None]).shape == (1, 64)
