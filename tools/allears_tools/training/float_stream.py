"""A trained network in floating point, in place of the int8 file that was made of it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from allears.interpreter import Model
from numpy.typing import NDArray

from allears_tools.training.network import Layer, StreamNetwork

Stage = Literal["commands", "wake"]


def float_path(work: Path, language: str, stage: str) -> Path:
    """Where the float network of a language's stage is kept after its training."""
    return work / "float" / f"{language}-{stage}.pt"


def save_float(network: StreamNetwork, int8_sha256: str, path: Path) -> None:
    """Keep a trained network's float weights beside the hash of the int8 file made of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "cin": network.cin,
        "layers": [asdict(layer) for layer in network.spec],
        "weights": network.state_dict(),
        "int8_sha256": int8_sha256,
    }
    torch.save(content, path)


def load_float(path: Path) -> tuple[StreamNetwork, str]:
    """The network, without any rounding, and the hash of the int8 file made of it."""
    content: dict[str, Any] = torch.load(path, weights_only=True)
    network = StreamNetwork([Layer(**layer) for layer in content["layers"]], content["cin"])
    network.eval()
    network.fold()
    network.load_state_dict(content["weights"])
    network.quantise(observing=False, enabled=False)
    return network, str(content["int8_sha256"])


class FloatStream:
    """A `StreamingModel` with the interface of an int8 file, computed in float32.

    Only what goes in (features or an embedding, which other stages round) and the probability
    that comes out (which the decision rule takes in steps of 1/256) are rounded.

    Args:
        network: folded, without rounding.
        like: the int8 file in whose place it stands.
        stage: commands or wake.
    """

    def __init__(self, network: StreamNetwork, like: Model, stage: Stage) -> None:
        self.input_shape, self.output_shape = like.input_shape, like.output_shape
        self._scale, self._zero = like.input_scale, like.input_zero_point
        self._network, self._stage = network, stage
        self._frames = 1 if len(self.input_shape) == 2 else self.input_shape[1]
        steps = -(-memory_frames(network) // self._frames)
        self._keep = (steps + 1) * self._frames
        self._heard = np.zeros((0, network.cin), np.float32)

    def run(self, values: NDArray[Any]) -> NDArray[Any]:
        """Advance the stream by one step; shapes and dtypes as of the int8 file."""
        new = (values.reshape(self._frames, -1).astype(np.float32) - self._zero) * self._scale
        self._heard = np.concatenate([self._heard, new])[-self._keep :]
        with torch.no_grad():
            logits = self._network(torch.from_numpy(self._heard.T[None].copy()))[0, :, -1]
            if self._stage == "wake":
                probability = torch.sigmoid(logits).numpy()
                return np.clip(np.round(probability * 256), 0, 255).astype(np.uint8)[None]
            probability = torch.softmax(logits, 0).numpy()
        return np.clip(np.round(probability * 256) - 128, -128, 127).astype(np.int8)[None]

    def reset(self) -> None:
        """Forget everything heard."""
        self._heard = np.zeros((0, self._network.cin), np.float32)


def memory_frames(network: StreamNetwork) -> int:
    """Input frames that one output depends on."""
    frames, stride = 1, 1
    for layer in network.spec:
        frames += (layer.kernel - 1) * stride
        stride *= layer.stride
    return frames
