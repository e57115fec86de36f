"""Depthwise convolutions over time for training on a CPU, many times faster than torch's own.

torch 2.13 spends half of a training step of the ear in the backward pass of its depthwise
convolutions (docs/experiments.md 17). This is compiled once with the machine's C compiler;
where there is none, or nothing is learnt, torch's own is used.
"""

from __future__ import annotations

import ctypes
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as fn

from allears_tools.training.compiled import library, pointers

_MAX_STEPS = 8192
_MAX_KERNEL = 32


class _Depthwise(torch.autograd.Function):
    """bfloat16 or float32 [batch, channels, steps] by float32 [channels, 1, kernel]; with
    ``first``, [channels, batch, steps]."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, stride: int, left: int, first: bool) -> Tensor:
        compiled = library()
        assert compiled is not None
        x, taps = x.contiguous(), weight.detach().float().contiguous()
        steps, kernel, channels = x.shape[2], taps.shape[-1], x.shape[0 if first else 1]
        batch = x.shape[1 if first else 0]
        out_steps = (steps + left - kernel) // stride + 1
        y = x.new_empty(*x.shape[:2], out_steps)
        ctx.save_for_backward(x, taps)
        repeat = batch if first else 1
        ctx.sizes = [batch, channels, repeat, steps, out_steps, kernel, stride, left]
        run = getattr(compiled, f"allears_depthwise_forward_{_name(x)}")
        run(*pointers(x, taps, y), *map(ctypes.c_int64, ctx.sizes))
        return y

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None, None, None]:
        compiled = library()
        assert compiled is not None
        x, taps = ctx.saved_tensors
        wanted = gradients[0].to(x.dtype).contiguous()
        back = torch.empty_like(x)
        taps_back = torch.zeros_like(taps)
        run = getattr(compiled, f"allears_depthwise_backward_{_name(x)}")
        run(*pointers(x, taps, wanted, back, taps_back), *map(ctypes.c_int64, ctx.sizes))
        return back, taps_back, None, None, None


def _name(x: Tensor) -> str:
    return str(x.dtype).removeprefix("torch.")


def fits(steps: int, kernel: int) -> bool:
    """Whether the compiled kernels hold so many steps and taps."""
    return steps + kernel <= _MAX_STEPS and kernel <= _MAX_KERNEL


def depthwise_channels_first(x: Tensor, weight: Tensor, stride: int, left: int) -> Tensor:
    """As `depthwise`, for bfloat16 [channels, batch, steps]; needs the compiled kernels.

    Raises:
        ValueError: more steps or taps than the kernels hold.
    """
    if not fits(x.shape[-1], weight.shape[-1]):
        raise ValueError(f"{x.shape[-1]} steps and {weight.shape[-1]} taps are too many")
    y: Tensor = _Depthwise.apply(x, weight, stride, left, True)
    return y


def depthwise(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, left: int) -> Tensor:
    """A causal depthwise convolution, as `torch.nn.functional.conv1d` with groups.

    Args:
        x: [batch, channels, steps]; ``left`` zeros stand before it.
        weight: [channels, 1, kernel].
        bias: [channels] or None.
        stride: input steps an output step.
        left: at least 0.

    Returns:
        [batch, channels, (steps + left - kernel) // stride + 1]; bfloat16 under autocast.
    """
    if fits(x.shape[-1], weight.shape[-1]) and torch.is_grad_enabled() and library() is not None:
        low = x.dtype == torch.bfloat16 or torch.is_autocast_enabled("cpu")
        x = x.to(torch.bfloat16 if low else torch.float32)
        y: Tensor = _Depthwise.apply(x, weight, stride, left, False)
        return y if bias is None else y + bias[:, None].to(y.dtype)
    return fn.conv1d(fn.pad(x, (left, 0)), weight, bias, stride, groups=x.shape[1])
