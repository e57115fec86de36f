"""The fast training step does what torch's own does."""

from __future__ import annotations

import copy
import subprocess
import sys

import pytest
import torch
from allears_tools.training import fused
from allears_tools.training.compiled import library
from allears_tools.training.depthwise import depthwise_channels_first
from allears_tools.training.fused import norm
from allears_tools.training.network import FoldedConv, Layer, StreamNetwork
from torch import Tensor

needs_compiler = pytest.mark.skipif(library() is None, reason="no C compiler on this machine")

LAYERS = [
    Layer("conv", 24, 5, 2),
    Layer("separable", 24, 7, residual=True),
    Layer("separable", 24, 3, residual=True, like=1),
    Layer("separable", 40, 4, 2),
    Layer("separable", 40, 8, residual=True),
    Layer("conv", 6, 1, relu=False),
]


def _learn(network: StreamNetwork, x: Tensor, wanted: Tensor, *, low: bool) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16, enabled=low):
        y = network(x)
    ((y.float() - wanted) ** 2).mean().backward()
    return y.detach().float()


def _distance(one: Tensor | None, other: Tensor | None) -> float:
    assert one is not None and other is not None
    return float((one - other).norm() / other.norm())


@needs_compiler
def test_outputs_gradients_and_running_figures_are_torchs(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(2)
    fast = StreamNetwork(LAYERS, 10)
    low, full = copy.deepcopy(fast), copy.deepcopy(fast)
    x, wanted = torch.rand(8, 10, 120) * 20, torch.randn(8, 6, 30)
    ours = _learn(fast, x, wanted, low=True)
    monkeypatch.setattr(fused, "usable", lambda *_: False)
    rounded, exact = _learn(low, x, wanted, low=True), _learn(full, x, wanted, low=False)
    assert ours.shape == exact.shape
    assert _distance(ours, exact) < 1.2 * _distance(rounded, exact) + 0.01
    everything = zip(fast.named_parameters(), low.parameters(), full.parameters(), strict=True)
    for (name, a), b, c in everything:
        if c.grad is None:
            continue
        assert _distance(a.grad, c.grad) < 1.3 * _distance(b.grad, c.grad) + 0.02, name
    for (name, moved), theirs in zip(fast.named_buffers(), full.buffers(), strict=True):
        if "running" in name:
            torch.testing.assert_close(moved, theirs, rtol=0.05, atol=0.02, msg=name)


@needs_compiler
@pytest.mark.parametrize("relu", [True, False])
@pytest.mark.parametrize("shared", [True, False])
def test_norm_adds_then_rectifies(relu: bool, shared: bool) -> None:
    torch.manual_seed(3)
    conv = FoldedConv(5, 5, 1, 1, 1)
    conv.shared = shared
    layer = conv.norm
    assert layer is not None
    torch.nn.init.normal_(layer.weight)
    torch.nn.init.normal_(layer.bias)
    x = torch.randn(5, 4, 50).bfloat16().requires_grad_()
    added = torch.randn(5, 4, 50).bfloat16().requires_grad_()
    wanted = torch.randn(5, 4, 50)
    (norm(x, conv, added=added, relu=relu).float() * wanted).sum().backward()
    found = [x.grad, added.grad, layer.weight.grad, layer.bias.grad]
    layer.zero_grad()
    x2, added2 = (t.detach().float().requires_grad_() for t in (x, added))
    folded = layer.weight.abs() if shared else layer.weight
    plain = torch.nn.functional.batch_norm(
        x2.transpose(0, 1), None, None, folded, layer.bias, training=True, eps=layer.eps
    )
    plain = plain.transpose(0, 1) + added2
    ((torch.relu(plain) if relu else plain) * wanted).sum().backward()
    for ours, theirs in zip(
        found, [x2.grad, added2.grad, layer.weight.grad, layer.bias.grad], strict=True
    ):
        assert ours is not None and _distance(ours.float(), theirs) < 0.02


@needs_compiler
def test_after_folding_torch_takes_over() -> None:
    network = StreamNetwork(LAYERS, 10)
    x = torch.rand(2, 10, 40)
    convolutions = [stage.main for stage in network.stages()]
    with torch.autocast("cpu", torch.bfloat16):
        assert fused.usable(x, convolutions)
        assert not fused.usable(torch.zeros(1, 10, 9000), convolutions), "torch takes long ones"
        network.eval()
        assert not fused.usable(x, convolutions)
        network.fold()
        assert not fused.usable(x, convolutions)
    assert not fused.usable(x, convolutions)


@needs_compiler
def test_the_kernels_leave_subnormal_numbers_alone() -> None:
    """In a process of its own: the setting would be the whole process's."""
    code = (
        "from allears_tools.training.compiled import library; assert library() is not None; "
        "assert 5e-324 * 1.0 > 0.0"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_too_many_taps_are_refused() -> None:
    with pytest.raises(ValueError, match="33 taps"):
        depthwise_channels_first(torch.zeros(2, 1, 50).bfloat16(), torch.zeros(2, 1, 33), 1, 32)
