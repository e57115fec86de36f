"""Small models with one kind of layer each, for the golden cases of layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.random import Generator

from allears_tools.training.export.graph import Graph, Quantisation

_OPS = schema.BuiltinOperator
_OPTIONS = schema.BuiltinOptions
_ACTIVATIONS = schema.ActivationFunctionType

_IN: Quantisation = (0.05, -7)
_OUT: Quantisation = (0.11, 13)
_PROBABILITY: Quantisation = (1 / 256, -128)


def _weights(random: Generator, shape: list[int]) -> Any:
    return random.integers(-127, 128, shape).astype(np.int8)


def _conv_options(table: Any, stride: int, activation: int) -> Any:
    table.padding = schema.Padding.VALID
    table.strideH = table.strideW = stride
    table.dilationHFactor = table.dilationWFactor = 1
    table.fusedActivationFunction = activation
    return table


def _convolution(
    random: Generator,
    *,
    frames: int,
    cin: int,
    cout: int,
    kernel: int,
    stride: int,
    activation: int = _ACTIVATIONS.NONE,
    depthwise: bool = False,
) -> bytes:
    graph = Graph("golden convolution")
    source = graph.main.tensor("input", [1, frames, 1, cin], np.int8, _IN)
    shape = [1, kernel, 1, cin] if depthwise else [cout, kernel, 1, cin]
    # Very different scales a channel, so that shifts of both signs occur.
    scales = np.exp(random.uniform(-8, 1, cout)).astype(np.float32)
    weight = graph.main.tensor(
        "weight",
        shape,
        np.int8,
        data=_weights(random, shape),
        channel_scales=scales,
        channel_axis=3 if depthwise else 0,
    )
    bias = random.integers(-20000, 20000, cout).astype(np.int32)
    biases = graph.main.tensor(
        "bias", [cout], np.int32, data=bias, channel_scales=scales * np.float32(_IN[0])
    )
    out = graph.main.tensor("out", [1, (frames - kernel) // stride + 1, 1, cout], np.int8, _OUT)
    table = schema.DepthwiseConv2DOptionsT() if depthwise else schema.Conv2DOptionsT()
    options = _conv_options(table, stride, activation)
    if depthwise:
        options.depthMultiplier = 1
    graph.main.op(
        _OPS.DEPTHWISE_CONV_2D if depthwise else _OPS.CONV_2D,
        [source, weight, biases],
        [out],
        options,
        _OPTIONS.DepthwiseConv2DOptions if depthwise else _OPTIONS.Conv2DOptions,
        3,
    )
    return graph.finish([source], [out])


def _fully_connected(random: Generator) -> bytes:
    graph = Graph("golden fully connected")
    source = graph.main.tensor("input", [1, 61], np.int8, _IN)
    weight = graph.main.tensor(
        "weight", [9, 61], np.int8, (0.004, 0), data=_weights(random, [9, 61])
    )
    bias = random.integers(-9000, 9000, 9).astype(np.int32)
    biases = graph.main.tensor("bias", [9], np.int32, (0.004 * _IN[0], 0), data=bias)
    out = graph.main.tensor("out", [1, 9], np.int8, _OUT)
    options = schema.FullyConnectedOptionsT()
    options.fusedActivationFunction = _ACTIVATIONS.RELU
    inputs = [source, weight, biases]
    graph.main.op(_OPS.FULLY_CONNECTED, inputs, [out], options, _OPTIONS.FullyConnectedOptions, 4)
    return graph.finish([source], [out])


def _add(random: Generator) -> bytes:
    """The input plus its own requantised form, so that the two sides have other scales."""
    graph = Graph("golden add")
    source = graph.main.tensor("input", [1, 5, 1, 51], np.int8, _IN)
    other = graph.main.tensor("other", [1, 5, 1, 51], np.int8, (0.0173, 40))
    options = schema.QuantizeOptionsT()
    graph.main.op(_OPS.QUANTIZE, [source], [other], options, _OPTIONS.QuantizeOptions, 2)
    out = graph.main.tensor("out", [1, 5, 1, 51], np.int8, (0.071, -90))
    table = schema.AddOptionsT()
    table.fusedActivationFunction = _ACTIVATIONS.RELU
    graph.main.op(_OPS.ADD, [source, other], [out], table, _OPTIONS.AddOptions, 2)
    return graph.finish([source], [out])


def _mean(random: Generator) -> bytes:
    graph = Graph("golden mean")
    source = graph.main.tensor("input", [1, 11, 1, 24], np.int8, _IN)
    axes = graph.main.constant_i32("axes", [1, 2])
    out = graph.main.tensor("out", [1, 24], np.int8, (0.031, 5))
    options = schema.ReducerOptionsT()
    options.keepDims = False
    graph.main.op(_OPS.MEAN, [source, axes], [out], options, _OPTIONS.ReducerOptions, 2)
    return graph.finish([source], [out])


def _softmax(scale: float, count: int) -> Callable[[Generator], bytes]:
    def make(random: Generator) -> bytes:
        graph = Graph("golden softmax")
        source = graph.main.tensor("input", [1, count], np.int8, (scale, 3))
        out = graph.main.tensor("out", [1, count], np.int8, _PROBABILITY)
        options = schema.SoftmaxOptionsT()
        options.beta = 1.0
        graph.main.op(_OPS.SOFTMAX, [source], [out], options, _OPTIONS.SoftmaxOptions, 2)
        return graph.finish([source], [out])

    return make


def _logistic(scale: float, zero_point: int) -> Callable[[Generator], bytes]:
    """Ends as microWakeWord's models do: a probability as uint8."""

    def make(random: Generator) -> bytes:
        graph = Graph("golden logistic")
        source = graph.main.tensor("input", [1, 256], np.int8, (scale, zero_point))
        probability = graph.main.tensor("probability", [1, 256], np.int8, _PROBABILITY)
        graph.main.op(_OPS.LOGISTIC, [source], [probability], version=2)
        out = graph.main.tensor("out", [1, 256], np.uint8, (1 / 256, 0))
        options = schema.QuantizeOptionsT()
        graph.main.op(_OPS.QUANTIZE, [probability], [out], options, _OPTIONS.QuantizeOptions, 2)
        return graph.finish([source], [out])

    return make


def _quantize(random: Generator) -> bytes:
    graph = Graph("golden quantize")
    source = graph.main.tensor("input", [1, 256], np.int8, _IN)
    out = graph.main.tensor("out", [1, 256], np.int8, (0.0303, 21))
    options = schema.QuantizeOptionsT()
    graph.main.op(_OPS.QUANTIZE, [source], [out], options, _OPTIONS.QuantizeOptions, 2)
    return graph.finish([source], [out])


def _state(random: Generator) -> bytes:
    """Joins what it keeps of earlier steps with the new frames, and gives all of it."""
    graph, keep, frames, channels = Graph("golden state"), 3, 2, 8
    main = graph.main
    source = main.tensor("input", [1, frames, 1, channels], np.int8, _IN)
    graph.state("history", [1, keep, 1, channels], _IN)
    old = main.read("history", [1, keep, 1, channels], _IN)
    joined = main.tensor("joined", [1, keep + frames, 1, channels], np.int8, _IN)
    concat = schema.ConcatenationOptionsT()
    concat.axis, concat.fusedActivationFunction = 1, _ACTIVATIONS.NONE
    main.op(_OPS.CONCATENATION, [old, source], [joined], concat, _OPTIONS.ConcatenationOptions, 2)
    last = main.tensor("last", [1, keep, 1, channels], np.int8, _IN)
    bounds = [
        main.constant_i32("begin", [0, frames, 0, 0]),
        main.constant_i32("end", [1, keep + frames, 1, channels]),
        main.constant_i32("step", [1, 1, 1, 1]),
    ]
    options = schema.StridedSliceOptionsT()
    main.op(_OPS.STRIDED_SLICE, [joined, *bounds], [last], options, _OPTIONS.StridedSliceOptions, 2)
    main.assign("history", last)
    return graph.finish([source], [joined])


def _split(random: Generator) -> bytes:
    """Takes the channels apart and puts them together in another order."""
    graph = Graph("golden split")
    main = graph.main
    source = main.tensor("input", [1, 3, 1, 12], np.int8, _IN)
    sizes = main.constant_i32("sizes", [5, 7])
    axis = main.tensor("axis", [], np.int32, data=np.array(3, np.int32))
    parts = [main.tensor(f"part{n}", [1, 3, 1, n], np.int8, _IN) for n in (5, 7)]
    table = schema.SplitVOptionsT()
    table.numSplits = 2
    main.op(_OPS.SPLIT_V, [source, sizes, axis], parts, table, _OPTIONS.SplitVOptions, 2)
    out = main.tensor("out", [1, 3, 1, 12], np.int8, _IN)
    concat = schema.ConcatenationOptionsT()
    concat.axis, concat.fusedActivationFunction = 3, _ACTIVATIONS.NONE
    main.op(_OPS.CONCATENATION, parts[::-1], [out], concat, _OPTIONS.ConcatenationOptions, 2)
    return graph.finish([source], [out])


def _of(**options: Any) -> Callable[[Generator], bytes]:
    return lambda random: _convolution(random, **options)


LAYER_MODELS: dict[str, Callable[[Generator], bytes]] = {
    "convolution": _of(frames=8, cin=10, cout=12, kernel=6, stride=2, activation=_ACTIVATIONS.RELU),
    "pointwise": _of(frames=3, cin=33, cout=7, kernel=1, stride=1),
    "pointwise_relu6": _of(
        frames=1, cin=64, cout=16, kernel=1, stride=1, activation=_ACTIVATIONS.RELU6
    ),
    "depthwise": _of(frames=9, cin=19, cout=19, kernel=9, stride=1, depthwise=True),
    "depthwise_stride": _of(
        frames=7,
        cin=8,
        cout=8,
        kernel=3,
        stride=2,
        depthwise=True,
        activation=_ACTIVATIONS.RELU_N1_TO_1,
    ),
    "fully_connected": _fully_connected,
    "add": _add,
    "mean": _mean,
    "softmax": _softmax(0.09, 37),
    "softmax_sharp": _softmax(0.7, 12),
    "softmax_flat": _softmax(0.002, 200),
    "logistic": _logistic(0.06, -20),
    "logistic_steep": _logistic(0.4, 60),
    "quantize": _quantize,
    "state": _state,
    "split": _split,
}
"""A function a golden case: it makes the case's ``.tflite`` from a random generator."""
