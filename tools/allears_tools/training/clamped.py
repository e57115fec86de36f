"""A folded int8 network in floating point, with the clamps of its ranges but without rounding.

An exported network is to be trained on as it stands: without its clamps it answers otherwise, with
rounding in the loop a step takes three times as long. bfloat16 rounds about as finely as int8.
Sequences are [channels, batch, steps], as in `fused`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from allears_tools.processor import multiplies_bfloat16
from allears_tools.training.compiled import library
from allears_tools.training.depthwise import depthwise_channels_first
from allears_tools.training.fused import convolve
from allears_tools.training.material import TrainingError
from allears_tools.training.network import FoldedConv, StreamLayer, StreamNetwork


def require_kernels() -> None:
    """Make sure that the compiled kernels are there.

    Raises:
        TrainingError: no C compiler on this machine.
    """
    if library() is None:
        raise TrainingError(
            "The kernels of training could not be compiled.",
            "there is no C compiler",
            "Install gcc and run this again.",
        )


def clamped_forward(network: StreamNetwork, x: Tensor) -> Tensor:
    """float [batch, channels, steps] through a folded network → [channels, batch, steps].

    Args:
        network: of `restore_stream`; its batch norms are folded and its ranges known.
        x: its input.

    Returns:
        bfloat16 where the processor multiplies it, else float32; gradients go through.
    """
    low = torch.bfloat16 if multiplies_bfloat16() else torch.float32
    h = x.to(low).transpose(0, 1).contiguous()
    for stage in network.stages():
        h = _stage(stage, h)
    return h


def _stage(stage: StreamLayer, h: Tensor) -> Tensor:
    y = h
    if stage.depthwise is not None:
        conv = stage.depthwise
        left = max(0, conv.kernel - conv.stride)
        y = depthwise_channels_first(y, conv.conv.weight, conv.stride, left)
        y = (y + _bias(conv, y)).clamp(0.0, float(stage.depthwise_range.hi))
    y = _dense(stage.main, y)
    low, high = float(stage.main_range.lo), float(stage.main_range.hi)
    if stage.layer.residual:
        return (y.clamp(low, high) + h).clamp(0.0, float(stage.sum_range.hi))
    return y.clamp(0.0 if stage.layer.relu else low, high)


def _dense(conv: FoldedConv, x: Tensor) -> Tensor:
    y = convolve(x, conv)
    if conv.gain is not None:
        y = y * conv.output_gain()[:, None, None].to(y.dtype)
    return y + _bias(conv, y)


def _bias(conv: FoldedConv, like: Tensor) -> Tensor:
    return conv.bias[:, None, None].to(like.dtype)
