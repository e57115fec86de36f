"""From a `StreamNetwork` to a streaming int8 graph with its state in resource variables.

Every convolution over time keeps the frames it will need again: the graph concatenates them
before the new frames, convolves without padding, and stores the last ones for the next call.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from allears_tools.training.export.graph import Graph, Quantisation
from allears_tools.training.network import FoldedConv, StreamNetwork

Ending = Literal["embedding", "softmax", "wake", "verifier"]
"""What follows the last layer: nothing, a softmax, or a logistic as microWakeWord wants it, which a
verifier has too."""

PROBABILITY = (1 / 256, -128)
"""TFLite's fixed int8 quantisation of softmax and logistic outputs."""

_OPS = schema.BuiltinOperator
_OPTIONS = schema.BuiltinOptions
_RELU = schema.ActivationFunctionType.RELU
_NONE = schema.ActivationFunctionType.NONE


class _Stream:
    """A tensor ``[1, frames, 1, channels]`` on its way through the graph."""

    def __init__(self, index: int, frames: int, channels: int, quantisation: Quantisation) -> None:
        self.index, self.frames = index, frames
        self.channels, self.quantisation = channels, quantisation


def _with_history(graph: Graph, x: _Stream, keep: int, name: str) -> _Stream:
    """Put the last ``keep`` frames of earlier calls before ``x`` and store the new last ones."""
    if keep <= 0:
        return x
    main = graph.main
    shape = [1, keep, 1, x.channels]
    graph.state(name, shape, x.quantisation)
    old = main.read(name, shape, x.quantisation)
    total = keep + x.frames
    joined = main.tensor(f"{name}/joined", [1, total, 1, x.channels], np.int8, x.quantisation)
    concat = schema.ConcatenationOptionsT()
    concat.axis, concat.fusedActivationFunction = 1, _NONE
    main.op(_OPS.CONCATENATION, [old, x.index], [joined], concat, _OPTIONS.ConcatenationOptions, 2)
    last = main.tensor(f"{name}/last", shape, np.int8, x.quantisation)
    bounds = [
        main.constant_i32(f"{name}/begin", [0, x.frames, 0, 0]),
        main.constant_i32(f"{name}/end", [1, total, 1, x.channels]),
        main.constant_i32(f"{name}/step", [1, 1, 1, 1]),
    ]
    options = schema.StridedSliceOptionsT()
    main.op(_OPS.STRIDED_SLICE, [joined, *bounds], [last], options, _OPTIONS.StridedSliceOptions, 2)
    main.assign(name, last)
    return _Stream(joined, total, x.channels, x.quantisation)


def _convolve(
    graph: Graph, x: _Stream, conv: FoldedConv, out: Quantisation, relu: bool, name: str
) -> _Stream:
    """Add one convolution over time, depthwise where the torch layer is grouped."""
    x = _with_history(graph, x, conv.kernel - conv.stride, f"{name}/state")
    weight = conv.conv.weight.detach().numpy()
    cout = weight.shape[0]
    steps = conv.weight_scale().numpy().astype(np.float32)
    rounded = np.clip(np.round(weight / steps[:, None, None]), -127, 127).astype(np.int8)
    scales = steps * conv.output_gain().detach().numpy().astype(np.float32)
    depthwise = conv.groups > 1
    # torch [out, in / groups, time] → TFLite [out, time, 1, in] or, depthwise, [1, time, 1, out]
    arranged = rounded.transpose(1, 2, 0) if depthwise else rounded.transpose(0, 2, 1)
    arranged = arranged[:, :, None, :]
    main = graph.main
    filters = main.tensor(
        f"{name}/weight",
        list(arranged.shape),
        np.int8,
        data=arranged,
        channel_scales=scales,
        channel_axis=3 if depthwise else 0,
    )
    bias_scales = (scales * np.float32(x.quantisation[0])).astype(np.float32)
    bias = np.round(conv.bias.detach().numpy() / bias_scales).astype(np.int32)
    biases = main.tensor(f"{name}/bias", [cout], np.int32, data=bias, channel_scales=bias_scales)
    frames = (x.frames - conv.kernel) // conv.stride + 1
    result = main.tensor(f"{name}/out", [1, frames, 1, cout], np.int8, out)
    options = schema.DepthwiseConv2DOptionsT() if depthwise else schema.Conv2DOptionsT()
    options.padding = schema.Padding.VALID
    options.strideH = conv.stride
    # A depthwise kernel wants equal strides; the width is one frame, so its stride is free.
    options.strideW = conv.stride
    options.dilationHFactor = options.dilationWFactor = 1
    options.fusedActivationFunction = _RELU if relu else _NONE
    if depthwise:
        options.depthMultiplier = 1
    main.op(
        _OPS.DEPTHWISE_CONV_2D if depthwise else _OPS.CONV_2D,
        [x.index, filters, biases],
        [result],
        options,
        _OPTIONS.DepthwiseConv2DOptions if depthwise else _OPTIONS.Conv2DOptions,
        3,
    )
    return _Stream(result, frames, cout, out)


def _reshape(graph: Graph, index: int, shape: list[int], quantisation: Quantisation) -> int:
    out = graph.main.tensor(f"reshape{len(shape)}", shape, np.int8, quantisation)
    options = schema.ReshapeOptionsT()
    options.newShape = shape
    new_shape = graph.main.constant_i32(f"shape{len(shape)}", shape)
    graph.main.op(_OPS.RESHAPE, [index, new_shape], [out], options, _OPTIONS.ReshapeOptions)
    return out


def _finish(graph: Graph, x: _Stream, ending: Ending) -> int:
    """Add what turns the last layer into the model's output and return that tensor."""
    flat = _reshape(graph, x.index, [1, x.channels * x.frames], x.quantisation)
    if ending == "embedding":
        return flat
    main = graph.main
    probability = main.tensor("probability", [1, x.channels], np.int8, PROBABILITY)
    if ending == "softmax":
        options = schema.SoftmaxOptionsT()
        options.beta = 1.0
        main.op(_OPS.SOFTMAX, [flat], [probability], options, _OPTIONS.SoftmaxOptions, 2)
        return probability
    main.op(_OPS.LOGISTIC, [flat], [probability], version=2)
    unsigned = main.tensor("probability_u8", [1, 1], np.uint8, (1 / 256, 0))
    main.op(
        _OPS.QUANTIZE,
        [probability],
        [unsigned],
        schema.QuantizeOptionsT(),
        _OPTIONS.QuantizeOptions,
        2,
    )
    return unsigned


def export_stream(
    network: StreamNetwork, input_frames: int, ending: Ending, description: str
) -> bytes:
    """Serialise a calibrated, folded network as a streaming int8 ``.tflite``.

    The input is int8 ``[1, input_frames, cin]``, or ``[1, cin]`` for a single frame that follows
    another model's embedding (``softmax``, ``verifier``); the output is ``[1, channels]``.
    """
    graph = Graph(description)
    quantisation = network.input_range.scale_zero_point()
    flat = ending in ("softmax", "verifier")
    shape = [1, network.cin] if flat else [1, input_frames, network.cin]
    source = graph.main.tensor("input", shape, np.int8, quantisation)
    first = _reshape(graph, source, [1, input_frames, 1, network.cin], quantisation)
    x = _Stream(first, input_frames, network.cin, quantisation)
    for number, module in enumerate(network.stages()):
        name, layer, skip = f"layer{number}", module.layer, x
        if module.depthwise is not None:
            quantised = module.depthwise_range.scale_zero_point()
            x = _convolve(graph, x, module.depthwise, quantised, True, f"{name}/depthwise")
        relu = layer.relu and not layer.residual
        x = _convolve(
            graph, x, module.main, module.main_range.scale_zero_point(), relu, f"{name}/main"
        )
        if layer.residual:
            quantised = module.sum_range.scale_zero_point()
            total = graph.main.tensor(
                f"{name}/sum", [1, x.frames, 1, x.channels], np.int8, quantised
            )
            options = schema.AddOptionsT()
            options.fusedActivationFunction = _RELU
            graph.main.op(_OPS.ADD, [x.index, skip.index], [total], options, _OPTIONS.AddOptions, 2)
            x = _Stream(total, x.frames, x.channels, quantised)
    return graph.finish([source], [_finish(graph, x, ending)])
