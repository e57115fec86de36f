"""The float training step of a `StreamNetwork`, four times as fast on a processor with AMX.

torch lays sequences out as [batch, channels, steps] and copies them for every convolution. Here
they are [channels, batch × steps]: a pointwise convolution is one product of matrices, and batch
norm, addition and ReLU are one pass over a row that lies in the cache (docs/experiments.md 21).
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import functional as fn

from allears_tools.training.compiled import library, pointers
from allears_tools.training.depthwise import depthwise_channels_first, fits

if TYPE_CHECKING:
    from allears_tools.training.network import FoldedConv, StreamLayer


class _Norm(torch.autograd.Function):
    """bfloat16 [channels, …], what is added to it or None, float gain and offset."""

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        added: Tensor | None,
        gain: Tensor,
        offset: Tensor,
        epsilon: float,
        relu: bool,
    ) -> tuple[Tensor, Tensor, Tensor]:
        compiled = library()
        assert compiled is not None
        x = x.contiguous()
        added = None if added is None else added.contiguous()
        y, mean, variance = torch.empty_like(x), torch.empty_like(gain), torch.empty_like(gain)
        sizes = [len(x), x[0].numel(), int(relu)]
        compiled.allears_norm_forward(
            *pointers(x, added, gain, offset, y, mean, variance),
            ctypes.c_float(epsilon),
            *map(ctypes.c_int64, sizes),
        )
        ctx.save_for_backward(x, y, gain, mean, variance)
        ctx.epsilon, ctx.sizes, ctx.adds = epsilon, sizes, added is not None
        ctx.mark_non_differentiable(mean, variance)
        return y, mean, variance

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        compiled = library()
        assert compiled is not None
        x, y, gain, mean, variance = ctx.saved_tensors
        wanted = gradients[0].to(torch.bfloat16).clone(memory_format=torch.contiguous_format)
        back, gain_back, offset_back = (
            torch.empty_like(x),
            torch.empty_like(gain),
            torch.empty_like(gain),
        )
        compiled.allears_norm_backward(
            *pointers(x, y, wanted, gain, mean, variance, back, gain_back, offset_back),
            ctypes.c_float(ctx.epsilon),
            *map(ctypes.c_int64, ctx.sizes),
        )
        return back, wanted if ctx.adds else None, gain_back, offset_back, None, None


def norm(x: Tensor, conv: FoldedConv, *, added: Tensor | None = None, relu: bool) -> Tensor:
    """The batch norm of ``conv`` on bfloat16 [channels, batch, steps], then addition, then ReLU.

    Its running figures move as torch moves them.
    """
    layer = conv.norm
    assert layer is not None
    y, mean, variance = _Norm.apply(x, added, conv.norm_gain(), layer.bias, layer.eps, relu)
    count = x[0].numel()
    assert layer.running_mean is not None and layer.running_var is not None
    momentum = layer.momentum or 0.0
    with torch.no_grad():
        layer.running_mean.lerp_(mean, momentum)
        layer.running_var.lerp_(variance * (count / max(1, count - 1)), momentum)
    return y


def usable(x: Tensor, convolutions: list[FoldedConv]) -> bool:
    """Whether a forward pass may go this way: float training in bfloat16, kernels compiled."""
    return (
        torch.is_autocast_enabled("cpu")
        and torch.is_grad_enabled()
        and not x.requires_grad
        and fits(x.shape[-1], max(c.kernel for c in convolutions))
        and all(c.norm is not None and c.norm.training and not c.quantised for c in convolutions)
        and library() is not None
    )


def convolve(x: Tensor, conv: FoldedConv) -> Tensor:
    """Dense convolution of [channels, batch, steps] as one product, without bias and gain."""
    left = max(0, conv.kernel - conv.stride)
    if conv.kernel > 1 or conv.stride > 1:
        parts = fn.pad(x, (left, 0)).unfold(2, conv.kernel, conv.stride).permute(0, 3, 1, 2)
        x = parts.reshape(-1, *parts.shape[2:])
    weight = conv.conv.weight.flatten(1).to(x.dtype)
    with torch.autocast("cpu", enabled=False):
        return (weight @ x.flatten(1)).view(-1, *x.shape[1:])


def forward(x: Tensor, stages: list[StreamLayer]) -> Tensor:
    """float [batch, channels, steps] through all layers → bfloat16, the same axes."""
    h = x.to(torch.bfloat16).transpose(0, 1).contiguous()
    for stage in stages:
        y = h
        if stage.depthwise is not None:
            conv = stage.depthwise
            left = max(0, conv.kernel - conv.stride)
            y = depthwise_channels_first(y, conv.conv.weight, conv.stride, left)
            y = norm(y, conv, relu=True)
        y = convolve(y, stage.main)
        added = h if stage.layer.residual else None
        relu = stage.layer.residual or stage.layer.relu
        h = norm(y, stage.main, added=added, relu=relu)
    return h.transpose(0, 1)
