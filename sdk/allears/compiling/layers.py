"""Operators that compute: one function each, from TensorFlow Lite's parameters to a step's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from allears.compiling.errors import UnsupportedOp
from allears.compiling.multipliers import (
    activation_range,
    quantize_multiplier,
    softmax_parameters,
)
from allears.compiling.program import Step
from allears.compiling.tables import logistic_table, requantisation_table
from allears.compiling.tflite import Operator, Tensor

_ADD_HEADROOM_BITS = 20


def _need(condition: bool, op: Operator, detail: str) -> None:
    if not condition:
        raise UnsupportedOp(op.name, detail)


def _need_int8(op: Operator, *tensors: Tensor) -> None:
    for tensor in tensors:
        _need(tensor.dtype == np.int8, op, f"{tensor.name} is not int8")
        _need(len(tensor.scales) == 1, op, f"{tensor.name} is not quantised as a whole")


def _constant(op: Operator, tensor: Tensor | None, what: str) -> NDArray[np.int64]:
    if tensor is None or tensor.data is None:
        raise UnsupportedOp(op.name, f"{what} that is no constant")
    return tensor.data.astype(np.int64)


def _time(op: Operator, source: Tensor, weights: Tensor, target: Tensor) -> tuple[int, int, int]:
    """Return (kernel, stride, frames) of a convolution that moves along one axis, unpadded."""
    options = op.options
    _need(len(source.shape) == 4 and source.shape[0] == 1, op, f"an input {source.shape}")
    along = 1 if source.shape[2] == 1 and weights.shape[2] == 1 else 2
    across = 3 - along
    _need(source.shape[across] == 1 and weights.shape[across] == 1, op, "two dimensions")
    kernel, frames = weights.shape[along], target.shape[along]
    stride = options.strideH if along == 1 else options.strideW
    dilation = options.dilationHFactor if along == 1 else options.dilationWFactor
    _need(dilation == 1 or kernel == 1, op, "dilation")
    unpadded = (source.shape[along] - kernel) // stride + 1
    reach = (frames - 1) * stride + kernel
    fits = frames == unpadded if options.padding == schema.Padding.VALID else True
    _need(fits and reach <= source.shape[along], op, "padding")
    return kernel, stride, frames


def _rescaling(
    op: Operator, source: Tensor, weights: Tensor, bias: Tensor | None, target: Tensor, axis: int
) -> tuple[dict[str, int], dict[str, NDArray[np.int8] | NDArray[np.int32]]]:
    """Numbers and tables that dense and depthwise steps share; ``axis``: that of the channels."""
    values = _constant(op, weights, "weights")
    channels = values.shape[axis]
    _need(not weights.zero_points.any(), op, "weights with a zero point")
    _need(len(weights.scales) in (1, channels), op, "weights without a scale a channel")
    others = tuple(i for i in range(values.ndim) if i != axis)
    offsets = np.zeros(channels, np.int64)
    if bias is not None:
        offsets = _constant(op, bias, "a bias")
    offsets = offsets - source.zero_point * values.sum(axis=others)
    scales = np.broadcast_to(weights.scales.astype(np.float64), channels)
    pairs = [quantize_multiplier(source.scale * scale / target.scale) for scale in scales]
    low, high = activation_range(op.activation, target)
    numbers = {"channels": channels, "zero_point": target.zero_point, "low": low, "high": high}
    return numbers, {
        "bias": offsets.astype(np.int32),
        "multiplier": np.array([multiplier for multiplier, _ in pairs], np.int32),
        "shift": np.array([shift for _, shift in pairs], np.int8),
    }


def convolution(op: Operator, inputs: list[Tensor | None], target: Tensor) -> Step:
    """CONV_2D along time: each output frame is a matrix times the frames it sees."""
    source, weights, bias = _three(op, inputs, target)
    kernel, stride, frames = _time(op, source, weights, target)
    channels = source.shape[3]
    _need(weights.shape[3] == channels, op, "groups")
    numbers, tables = _rescaling(op, source, weights, bias, target, axis=0)
    row = kernel * channels
    numbers |= {"frames": frames, "stride_bytes": stride * channels, "row_bytes": row}
    tables["weights"] = _constant(op, weights, "weights").astype(np.int8).reshape(-1, row)
    return Step("dense", {}, numbers, tables)


def depthwise(op: Operator, inputs: list[Tensor | None], target: Tensor) -> Step:
    """DEPTHWISE_CONV_2D along time with one filter a channel."""
    source, weights, bias = _three(op, inputs, target)
    kernel, stride, frames = _time(op, source, weights, target)
    _need(weights.shape[3] == source.shape[3], op, "a depth multiplier")
    numbers, tables = _rescaling(op, source, weights, bias, target, axis=3)
    numbers |= {"frames": frames, "stride_frames": stride, "kernel": kernel}
    tables["weights"] = _constant(op, weights, "weights").astype(np.int8).reshape(kernel, -1)
    return Step("depthwise", {}, numbers, tables)


def fully_connected(op: Operator, inputs: list[Tensor | None], target: Tensor) -> Step:
    """FULLY_CONNECTED: a convolution whose rows do not overlap."""
    source, weights, bias = _three(op, inputs, target)
    row = weights.shape[-1]
    _need(len(weights.shape) == 2 and source.bytes % row == 0, op, f"weights {weights.shape}")
    numbers, tables = _rescaling(op, source, weights, bias, target, axis=0)
    numbers |= {"frames": source.bytes // row, "stride_bytes": row, "row_bytes": row}
    tables["weights"] = _constant(op, weights, "weights").astype(np.int8)
    return Step("dense", {}, numbers, tables)


def _three(
    op: Operator, inputs: list[Tensor | None], target: Tensor
) -> tuple[Tensor, Tensor, Tensor | None]:
    source, weights = inputs[0], inputs[1]
    if source is None or weights is None:
        raise UnsupportedOp(op.name, "an input is missing")
    _need_int8(op, source, target)
    _need(weights.dtype == np.int8, op, "weights that are not int8")
    return source, weights, inputs[2] if len(inputs) > 2 else None


def add(op: Operator, inputs: list[Tensor | None], target: Tensor) -> Step:
    """ADD of two tensors of the same shape."""
    left, right = inputs[0], inputs[1]
    if left is None or right is None or left.data is not None or right.data is not None:
        raise UnsupportedOp(op.name, "a constant")
    _need_int8(op, left, right, target)
    _need(left.shape == right.shape == target.shape, op, "broadcasting")
    common = 2 * max(left.scale, right.scale)
    numbers = {"count": target.bytes, "zero_point": target.zero_point}
    for side, tensor in (("left", left), ("right", right)):
        multiplier, shift = quantize_multiplier(tensor.scale / common)
        numbers |= {f"{side}_multiplier": multiplier, f"{side}_shift": shift}
        numbers[f"{side}_zero_point"] = tensor.zero_point
    multiplier, shift = quantize_multiplier(common / ((1 << _ADD_HEADROOM_BITS) * target.scale))
    _need(shift <= 0, op, "scales that are too far apart")
    low, high = activation_range(op.activation, target)
    numbers |= {"multiplier": multiplier, "shift": shift, "low": low, "high": high}
    return Step("add", {}, numbers)


def softmax(op: Operator, inputs: list[Tensor | None], target: Tensor) -> Step:
    """SOFTMAX over the last axis, which is all there is."""
    source = _one(op, inputs, target)
    _need(source.bytes == source.shape[-1], op, "more than one row")
    _need(target.zero_point == -128 and target.scale == 1 / 256, op, "an output not in 1/256")
    multiplier, shift, lowest = softmax_parameters(source.scale, op.options.beta)
    numbers = {"count": source.bytes, "multiplier": multiplier, "shift": shift}
    return Step("softmax", {}, numbers | {"lowest_difference": lowest})


def logistic(op: Operator, inputs: list[Tensor | None], target: Tensor) -> Step:
    """LOGISTIC as a table."""
    source = _one(op, inputs, target)
    _need(target.zero_point == -128 and target.scale == 1 / 256, op, "an output not in 1/256")
    return Step("lookup", {}, {"count": source.bytes}, {"table": logistic_table(source)})


def quantize(op: Operator, inputs: list[Tensor | None], target: Tensor) -> Step:
    """QUANTIZE from int8 to int8 or uint8, as a table."""
    source = inputs[0]
    if source is None or source.dtype != np.int8 or target.dtype not in (np.int8, np.uint8):
        raise UnsupportedOp(op.name, "types other than int8 to int8 or uint8")
    table = requantisation_table(source, target)
    return Step("lookup", {}, {"count": source.bytes}, {"table": table})


def mean(op: Operator, inputs: list[Tensor | None], target: Tensor) -> Step:
    """MEAN over time."""
    source = _one(op, inputs, target)
    axes = {int(axis) % len(source.shape) for axis in _constant(op, inputs[1], "axes").ravel()}
    kept = [size for axis, size in enumerate(source.shape) if axis not in axes and size > 1]
    _need(kept in ([source.shape[-1]], []) and len(source.shape) - 1 not in axes, op, "such axes")
    channels = source.shape[-1]
    frames = source.bytes // channels
    multiplier, shift = quantize_multiplier(source.scale / target.scale)
    # The division by the number of frames goes into the multiplier, with as many bits as fit.
    extra = min(frames.bit_length() - 1, 32, 31 + shift)
    numbers = {"frames": frames, "channels": channels, "bias": -source.zero_point * frames}
    numbers |= {"multiplier": (multiplier << extra) // frames, "shift": shift - extra}
    return Step("mean", {}, numbers | {"zero_point": target.zero_point})


def _one(op: Operator, inputs: list[Tensor | None], target: Tensor) -> Tensor:
    source = inputs[0]
    if source is None:
        raise UnsupportedOp(op.name, "an input is missing")
    _need_int8(op, source, target)
    return source


LAYERS: dict[str, Callable[[Operator, list[Tensor | None], Tensor], Step]] = {
    "CONV_2D": convolution,
    "DEPTHWISE_CONV_2D": depthwise,
    "FULLY_CONNECTED": fully_connected,
    "ADD": add,
    "MEAN": mean,
    "SOFTMAX": softmax,
    "LOGISTIC": logistic,
    "QUANTIZE": quantize,
}
"""Every operator that becomes a step; what only moves data is in `moves`."""
