"""Depthwise convolutions of training: the same as torch's, gradients too."""

from __future__ import annotations

import pytest
import torch
from allears_tools.training import depthwise as module
from torch import Tensor
from torch.nn import functional as fn


def _gradients(
    x: Tensor, weight: Tensor, stride: int, left: int, wanted: Tensor, *, low: bool
) -> list[Tensor]:
    x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
    with torch.autocast("cpu", torch.bfloat16, enabled=low):
        y = module.depthwise(x, weight, None, stride, left)
    y.backward(wanted.to(y.dtype))
    assert x.grad is not None and weight.grad is not None
    return [y.detach().float(), x.grad, weight.grad]


@pytest.mark.parametrize(("kernel", "stride"), [(9, 1), (8, 1), (4, 2), (7, 2), (1, 1), (11, 3)])
def test_compiled_is_torch(kernel: int, stride: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if module.library() is None:
        pytest.skip("no C compiler on this machine")
    torch.manual_seed(kernel)
    left = max(0, kernel - stride)
    x, weight = torch.randn(3, 24, 90), torch.randn(24, 1, kernel)
    plain = fn.conv1d(fn.pad(x, (left, 0)), weight, None, stride, groups=24)
    wanted = torch.randn_like(plain)
    full = _gradients(x, weight, stride, left, wanted, low=False)
    low = _gradients(x, weight, stride, left, wanted, low=True)
    monkeypatch.setattr(module, "library", lambda: None)
    torchs = _gradients(x, weight, stride, left, wanted, low=False)
    for ours, rounded, theirs in zip(full, low, torchs, strict=True):
        assert ours.shape == rounded.shape == theirs.shape
        assert torch.allclose(ours, theirs, atol=1e-4)
        assert (rounded - theirs).abs().max() < 0.01 * theirs.abs().max()


def test_bias_is_added_and_what_is_too_long_goes_to_torch() -> None:
    x, weight, bias = torch.randn(1, 2, 9000), torch.randn(2, 1, 3), torch.tensor([1.0, -2.0])
    with torch.autocast("cpu", torch.bfloat16):
        long = module.depthwise(x, weight, bias, 1, 2)
        short = module.depthwise(x[..., :100], weight, bias, 1, 2)
    assert long.shape == (1, 2, 9000)
    assert torch.allclose(long[..., :100].float(), short.float(), atol=0.1)


def test_without_a_compiler_torch_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "library", lambda: None)
    x, weight = torch.randn(2, 4, 30), torch.randn(4, 1, 5)
    with torch.autocast("cpu", torch.bfloat16):
        y = module.depthwise(x, weight, None, 1, 4)
    assert y.shape == (2, 4, 30)
