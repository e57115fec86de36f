"""Streaming causal networks, described once and used for training and for export.

A network is a list of `Layer`s over time. Training sees whole sequences (``[batch, channels,
time]``, padded on the left with zeros); `allears_tools.training.export` turns the same list into
a streaming int8 graph with state. Fake quantisation follows TFLite's int8 rules: weights per
output channel and symmetric, activations per tensor and asymmetric.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from allears_tools.training import fused
from allears_tools.training.depthwise import depthwise

Kind = Literal["conv", "separable"]


@dataclass(frozen=True)
class Layer:
    """One step of a streaming network.

    ``conv`` is a convolution over ``kernel`` frames; ``separable`` a depthwise one followed by a
    pointwise one. ``stride`` drops frames; ``residual`` adds the input to the output before the
    activation; ``relu`` says whether one follows. ``like`` is the number of an earlier layer whose
    dense weights this one uses too, each output channel with a gain of its own.
    """

    kind: Kind
    channels: int
    kernel: int = 1
    stride: int = 1
    residual: bool = False
    relu: bool = True
    like: int | None = None


class ActivationRange(nn.Module):
    """Observes a tensor's range and, once `enabled`, rounds it to int8 as the device does."""

    lo: Tensor
    hi: Tensor

    def __init__(self, fixed: tuple[float, float] | None = None) -> None:
        super().__init__()
        self.fixed = fixed is not None
        lo, hi = fixed if fixed is not None else (0.0, 0.0)
        self.register_buffer("lo", torch.tensor(lo))
        self.register_buffer("hi", torch.tensor(hi))
        self.observing = False
        self.enabled = False

    def scale_zero_point(self) -> tuple[float, int]:
        """The int8 (scale, zero point); real 0.0 is representable exactly."""
        lo, hi = min(float(self.lo), 0.0), max(float(self.hi), 1e-6)
        scale = (hi - lo) / 255
        return scale, int(max(-128, min(127, round(-128 - lo / scale))))

    def forward(self, x: Tensor) -> Tensor:
        if self.observing and not self.fixed:
            flat = x.detach().flatten().float()
            if flat.numel() > 200_000:
                flat = flat[:: flat.numel() // 200_000 + 1]
            lo, hi = torch.quantile(flat, torch.tensor([0.0002, 0.9998]))
            first = float(self.hi) == 0.0 and float(self.lo) == 0.0
            keep = 0.0 if first else 0.95
            self.lo.copy_(keep * self.lo + (1 - keep) * torch.clamp(lo, max=0.0))
            self.hi.copy_(keep * self.hi + (1 - keep) * torch.clamp(hi, min=0.0))
        if self.enabled:
            scale, zero_point = self.scale_zero_point()
            return torch.fake_quantize_per_tensor_affine(x, scale, zero_point, -128, 127)
        return x


class FoldedConv(nn.Module):
    """A causal convolution with batch norm, which `fold` merges into the weights for int8.

    Where layers share dense weights (`share`), the int8 weights must stay the same for all of
    them: what the norm multiplies by goes into `gain`, which is positive and only scales.
    """

    def __init__(self, cin: int, cout: int, kernel: int, stride: int, groups: int) -> None:
        super().__init__()
        self.kernel, self.stride, self.groups = kernel, stride, groups
        self.conv = nn.Conv1d(cin, cout, kernel, stride, groups=groups, bias=False)
        self.norm: nn.BatchNorm1d | None = nn.BatchNorm1d(cout)
        self.bias = nn.Parameter(torch.zeros(cout), requires_grad=False)
        self.register_parameter("gain", None)
        self.shared = False
        self.quantised = False

    def share(self, other: FoldedConv) -> None:
        """Use the weights of another convolution of the same shape."""
        self.conv = other.conv
        self.shared = other.shared = True

    def fold(self) -> None:
        """Merge the batch norm into weight and bias; later training is without it."""
        if self.norm is None:
            return
        with torch.no_grad():
            assert self.norm.running_var is not None and self.norm.running_mean is not None
            gain = self.norm_gain() / torch.sqrt(self.norm.running_var + self.norm.eps)
            if self.shared:
                self.gain = nn.Parameter(gain)
            else:
                self.conv.weight.mul_(gain[:, None, None])
            self.bias.copy_(self.norm.bias - self.norm.running_mean * gain)
        self.norm = None
        self.bias.requires_grad_(True)

    def norm_gain(self) -> Tensor:
        """float [cout]: what the batch norm multiplies by."""
        assert self.norm is not None
        return self.norm.weight.abs() if self.shared else self.norm.weight

    def weight_scale(self) -> Tensor:
        """float [cout]: one symmetric scale an output channel, of the weights without `gain`."""
        return self.conv.weight.detach().abs().amax(dim=(1, 2)).clamp(min=1e-8) / 127

    def output_gain(self) -> Tensor:
        """float [cout]: what scales this convolution's outputs alone; 1 where nothing does."""
        if self.gain is None:
            return torch.ones(len(self.bias))
        return self.gain.abs().clamp(min=1e-8)

    def forward(self, x: Tensor) -> Tensor:
        left = max(0, self.kernel - self.stride)
        weight = self.conv.weight
        if self.quantised:
            scale = self.weight_scale()
            zeros = torch.zeros(len(scale), dtype=torch.int32)
            weight = torch.fake_quantize_per_channel_affine(weight, scale, zeros, 0, -127, 127)
        if self.gain is not None:
            weight = weight * self.output_gain()[:, None, None]
        bias = self.bias if self.norm is None else None
        if self.groups > 1:
            y = depthwise(x, weight, bias, self.stride, left)
        else:
            y = fn.conv1d(fn.pad(x, (left, 0)) if left else x, weight, bias, self.stride)
        if self.norm is None:
            return y
        if not self.shared:
            return self.norm(y)
        n = self.norm
        return fn.batch_norm(
            y, n.running_mean, n.running_var, self.norm_gain(), n.bias, n.training, 0.1, n.eps
        )


class StreamLayer(nn.Module):
    """A `Layer` with its weights and the ranges of its intermediate tensors."""

    def __init__(self, layer: Layer, cin: int) -> None:
        super().__init__()
        self.layer = layer
        self.cin = cin
        if layer.kind == "conv":
            self.depthwise = None
            self.main = FoldedConv(cin, layer.channels, layer.kernel, layer.stride, 1)
        else:
            self.depthwise = FoldedConv(cin, cin, layer.kernel, layer.stride, cin)
            self.depthwise_range = ActivationRange()
            self.main = FoldedConv(cin, layer.channels, 1, 1, 1)
        self.main_range = ActivationRange()
        if layer.residual:
            self.sum_range = ActivationRange()

    def forward(self, x: Tensor) -> Tensor:
        y = x
        if self.depthwise is not None:
            y = self.depthwise_range(torch.relu(self.depthwise(y)))
        y = self.main(y)
        if self.layer.residual:
            return self.sum_range(torch.relu(self.main_range(y) + x))
        return self.main_range(torch.relu(y) if self.layer.relu else y)


class StreamNetwork(nn.Module):
    """float ``[batch, cin, time]`` → ``[batch, channels of the last layer, time / stride]``."""

    def __init__(
        self, layers: list[Layer], cin: int, input_range: tuple[float, float] | None = None
    ) -> None:
        super().__init__()
        self.spec = layers
        self.cin = cin
        self.input_range = ActivationRange(input_range)
        self.layers = nn.ModuleList()
        for layer in layers:
            self.layers.append(StreamLayer(layer, cin))
            cin = layer.channels
        for stage in self.stages():
            if stage.layer.like is not None:
                stage.main.share(self.stages()[stage.layer.like].main)

    def forward(self, x: Tensor) -> Tensor:
        x = self.input_range(x)
        if fused.usable(x, [m for m in self.modules() if isinstance(m, FoldedConv)]):
            return fused.forward(x, self.stages())
        for layer in self.layers:
            x = layer(x)
        return x

    @property
    def stride(self) -> int:
        """Input frames an output frame."""
        total = 1
        for layer in self.spec:
            total *= layer.stride
        return total

    def stages(self) -> list[StreamLayer]:
        """The layers in their order."""
        return [layer for layer in self.layers if isinstance(layer, StreamLayer)]

    def fold(self) -> None:
        """Merge every batch norm into its convolution."""
        for module in self.modules():
            if isinstance(module, FoldedConv):
                module.fold()

    def quantise(self, *, observing: bool, enabled: bool) -> None:
        """Switch range observation and fake quantisation (weights follow ``enabled``)."""
        for module in self.modules():
            if isinstance(module, ActivationRange):
                module.observing, module.enabled = observing, enabled
            elif isinstance(module, FoldedConv):
                module.quantised = enabled

    def describe(self) -> dict[str, Any]:
        """The network as plain data, for checkpoints and cards."""
        weights = sum(p.numel() for p in self.parameters())
        return {
            "cin": self.cin,
            "layers": [asdict(layer) for layer in self.spec],
            "weights": weights,
        }


def multiply_accumulates_per_s(layers: list[Layer], cin: int, frames_per_s: float) -> float:
    """MACs a second of a streaming network fed ``frames_per_s`` frames."""
    total = 0.0
    for layer in layers:
        frames_per_s /= layer.stride
        if layer.kind == "conv":
            total += frames_per_s * cin * layer.channels * layer.kernel
        else:
            total += frames_per_s * cin * (layer.kernel + layer.channels)
        cin = layer.channels
    return total
