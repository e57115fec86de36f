"""Depthwise convolutions over time for training on a CPU, many times faster than torch's own.

torch 2.13 spends half of a training step of the ear in the backward pass of its depthwise
convolutions (docs/experiments.md 17). This is compiled once with the machine's C compiler;
where there is none, or nothing is learnt, torch's own is used.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as fn

from allears_tools.speech.cache import cache_root

_FLAGS = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
_MAX_STEPS = 8192
_MAX_KERNEL = 32


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL | None:
    """The compiled functions, or None where there is no compiler."""
    folder = resources.files(__package__)
    kernels, source = (
        folder.joinpath(name).read_bytes() for name in ("depthwise_kernels.h", "depthwise.c")
    )
    # One file, so that the compiler can read it from a pipe.
    source = source.replace(b'#include "depthwise_kernels.h"', kernels)
    processor = Path("/proc/cpuinfo").read_bytes() if Path("/proc/cpuinfo").exists() else b""
    flags = processor[processor.find(b"flags") :].partition(b"\n")[0]
    key = hashlib.sha256(source + flags).hexdigest()[:12]
    path = cache_root() / "built" / f"depthwise-{key}.so"
    if not path.exists():
        compiler = shutil.which("cc")
        if compiler is None:
            return None
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        command = [compiler, *_FLAGS, "-x", "c", "-", "-o", str(unfinished)]
        if subprocess.run(command, input=source, capture_output=True, check=False).returncode:
            return None
        unfinished.rename(path)
    return ctypes.CDLL(str(path))


class _Depthwise(torch.autograd.Function):
    """bfloat16 or float32 [batch, channels, steps] by float32 [channels, 1, kernel]."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, stride: int, left: int) -> Tensor:
        library = _library()
        assert library is not None
        x, taps = x.contiguous(), weight.detach().float().contiguous()
        batch, channels, steps = x.shape
        kernel = taps.shape[-1]
        out_steps = (steps + left - kernel) // stride + 1
        y = x.new_empty(batch, channels, out_steps)
        ctx.save_for_backward(x, taps)
        ctx.sizes = [batch, channels, steps, out_steps, kernel, stride, left]
        run = getattr(library, f"allears_depthwise_forward_{_name(x)}")
        run(*_pointers(x, taps, y), *map(ctypes.c_int64, ctx.sizes))
        return y

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None, None]:
        library = _library()
        assert library is not None
        x, taps = ctx.saved_tensors
        wanted = gradients[0].to(x.dtype).contiguous()
        back = torch.empty_like(x)
        taps_back = torch.zeros_like(taps)
        run = getattr(library, f"allears_depthwise_backward_{_name(x)}")
        run(*_pointers(x, taps, wanted, back, taps_back), *map(ctypes.c_int64, ctx.sizes))
        return back, taps_back, None, None


def _name(x: Tensor) -> str:
    return str(x.dtype).removeprefix("torch.")


def _pointers(*tensors: Tensor) -> list[ctypes.c_void_p]:
    return [ctypes.c_void_p(tensor.data_ptr()) for tensor in tensors]


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
    fits = x.shape[-1] + left <= _MAX_STEPS and weight.shape[-1] <= _MAX_KERNEL
    if fits and torch.is_grad_enabled() and _library() is not None:
        low = x.dtype == torch.bfloat16 or torch.is_autocast_enabled("cpu")
        x = x.to(torch.bfloat16 if low else torch.float32)
        y: Tensor = _Depthwise.apply(x, weight, stride, left)
        return y if bias is None else y + bias[:, None].to(y.dtype)
    return fn.conv1d(fn.pad(x, (left, 0)), weight, bias, stride, groups=x.shape[1])
