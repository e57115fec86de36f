"""From an exported ``.tflite`` back to the network it was made of, so that it can learn on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray
from torch import Tensor

from allears_tools.training.network import ActivationRange, FoldedConv, Layer, StreamNetwork


class _Tensors:
    """The tensors of an exported graph's main subgraph, by name."""

    def __init__(self, content: bytes) -> None:
        self.model = schema.ModelT.InitFromPackedBuf(content, 0)
        self.main = self.model.subgraphs[0]
        self.named = {tensor.name.decode(): tensor for tensor in self.main.tensors}

    def range_of(self, name: str) -> tuple[float, float]:
        """Real values of a tensor's lowest and highest byte."""
        parameters = self.named[name].quantization
        scale, zero = float(parameters.scale[0]), int(parameters.zeroPoint[0])
        return (-128 - zero) * scale, (127 - zero) * scale

    def scales(self, name: str) -> NDArray[np.float32]:
        """The scales of a constant's quantised axis."""
        return np.asarray(self.named[name].quantization.scale, np.float32)

    def constant(self, name: str, dtype: Any) -> NDArray[np.float32]:
        """A constant's real values, one scale a channel of its quantised axis."""
        tensor = self.named[name]
        raw = np.asarray(self.model.buffers[tensor.buffer].data, np.uint8).tobytes()
        values = np.frombuffer(raw, dtype).reshape(list(tensor.shape)).astype(np.float32)
        shape = [1] * values.ndim
        shape[tensor.quantization.quantizedDimension] = -1
        return values * self.scales(name).reshape(shape)

    def operator_of(self, output: str) -> Any:
        """The operator that makes a tensor."""
        index = self.main.tensors.index(self.named[output])
        return next(o for o in self.main.operators if index in o.outputs)


def restore_stream(content: bytes) -> StreamNetwork:
    """The network of an exported graph, folded, with its ranges and int8 rounding on.

    Exported again it is the same network with the same int8 weights. Scales and biases pass through
    float32 on the way, so the last digit of one may move.

    Args:
        content: a ``.tflite`` that `export_stream` wrote.
    """
    tensors = _Tensors(content)
    specification: list[Layer] = []
    first: dict[int, int] = {}
    """Of each buffer of dense weights, the layer that had it first."""
    while f"layer{len(specification)}/main/weight" in tensors.named:
        number = len(specification)
        layer = _layer(tensors, f"layer{number}")
        known = first.setdefault(tensors.named[f"layer{number}/main/weight"].buffer, number)
        specification.append(layer if known == number else replace(layer, like=known))
    channels = int(tensors.named["input"].shape[-1])
    network = StreamNetwork(specification, channels, tensors.range_of("input"))
    network.eval()
    network.fold()
    with torch.no_grad():
        for number, stage in enumerate(network.stages()):
            name = f"layer{number}"
            if stage.depthwise is not None:
                _fill(stage.depthwise, tensors, f"{name}/depthwise")
                _set_range(stage.depthwise_range, tensors, f"{name}/depthwise/out")
            like = stage.layer.like
            base = None if like is None else f"layer{like}/main"
            _fill(stage.main, tensors, f"{name}/main", base)
            _set_range(stage.main_range, tensors, f"{name}/main/out")
            if stage.layer.residual:
                _set_range(stage.sum_range, tensors, f"{name}/sum")
    network.quantise(observing=False, enabled=True)
    return network


def _layer(tensors: _Tensors, name: str) -> Layer:
    separable = f"{name}/depthwise/weight" in tensors.named
    over_time = f"{name}/{'depthwise' if separable else 'main'}"
    residual = f"{name}/sum" in tensors.named
    relu = schema.ActivationFunctionType.RELU
    activation = tensors.operator_of(f"{name}/main/out").builtinOptions.fusedActivationFunction
    return Layer(
        "separable" if separable else "conv",
        channels=int(tensors.named[f"{name}/main/weight"].shape[0]),
        kernel=int(tensors.named[f"{over_time}/weight"].shape[1]),
        stride=int(tensors.operator_of(f"{over_time}/out").builtinOptions.strideH),
        residual=residual,
        relu=residual or activation == relu,
    )


def _fill(conv: FoldedConv, tensors: _Tensors, name: str, like: str | None = None) -> None:
    """Weights and bias of one convolution; only bias and gain where the weights are another's."""
    conv.bias.copy_(_tensor(tensors.constant(f"{name}/bias", np.int32)))
    scales = tensors.scales(f"{name}/weight")
    if conv.gain is not None:
        base = scales if like is None else tensors.scales(f"{like}/weight")
        conv.gain.copy_(_tensor(scales / base))
    if like is not None:
        return
    # TFLite [out, time, 1, in] or, depthwise, [1, time, 1, out] → torch [out, in / groups, time]
    stored = tensors.constant(f"{name}/weight", np.int8)[:, :, 0, :]
    arranged = stored.transpose(2, 0, 1) if conv.groups > 1 else stored.transpose(0, 2, 1)
    conv.conv.weight.copy_(_tensor(arranged))


def _set_range(activation: ActivationRange, tensors: _Tensors, name: str) -> None:
    lo, hi = tensors.range_of(name)
    activation.lo.fill_(lo)
    activation.hi.fill_(hi)


def _tensor(values: NDArray[np.float32]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values))
