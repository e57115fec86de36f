"""Kokoro's weights, which are bytes in its file, as the numbers that they stand for.

A signal is a tensor [frames, channels], so that the channels of a frame lie side by side: for
this layout there are matrix instructions.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from allears_tools.speech.engines.onnx_file import Node, OnnxFile

_ROOT = "/decoder/decoder/"
_TYPICAL_FRAMES = 128
_SPECTRUM = "generator.stft.istft.stft."

Style = Sequence[tuple[torch.Tensor, torch.Tensor]]
"""What a style asks of each norm: spread and mean, float32 [channels] each."""


def with_room(x: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """A signal with so many frames of silence after it that its length is a round one.

    For each length, the library first writes a program, which takes as long as half a clip: with
    eight lengths an octave, it soon has them all. The silence is what convolutions assume there.
    """
    grid = max(1, 1 << (len(x).bit_length() - 4))
    out = torch.empty((-(-len(x) // grid) * grid, x.shape[1]), dtype=dtype)
    out[: len(x)] = x
    out[len(x) :] = 0
    return out


class Conv:
    """A convolution in bfloat16, or in another type: any goes in, and this one comes out.

    The weights are laid out once as the processor wants them: for short signals, doing so takes
    longer than the convolution.
    """

    def __init__(
        self,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        *,
        stride: int = 1,
        padding: int = 0,
        step: int = 1,
        dtype: torch.dtype = torch.bfloat16,
    ) -> None:
        self._dtype = dtype
        self._stride = stride
        self._reach = step * (weight.shape[2] - 1) - 2 * padding
        self._shape = ((0, padding), (1, stride), (1, step), 1)
        image = (1, weight.shape[1], 1, _TYPICAL_FRAMES)
        self._weight = torch.ops.mkldnn._reorder_convolution_weight(
            weight.to(dtype)[:, :, None], *self._shape, image
        )
        self._bias = None if bias is None else bias.to(dtype)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Signal [n, inputs] to signal [m, outputs]."""
        image = with_room(x, self._dtype).t()[None, :, None]
        y: torch.Tensor = torch.ops.mkldnn._convolution_pointwise(
            image, self._weight, self._bias, *self._shape, "none", [], ""
        )
        return y[0, :, 0].t()[: (len(x) - self._reach - 1) // self._stride + 1]


class Styles:
    """All that the norms derive from a style, by one product of matrices."""

    def __init__(self) -> None:
        self._weights: list[torch.Tensor] = []
        self._biases: list[torch.Tensor] = []

    def add(self, weight: torch.Tensor, bias: torch.Tensor, factors: torch.Tensor | None) -> int:
        """A norm's place in a `Style`.

        weight is [128, 2 channels], bias [2 channels]; factors [channels] multiply the result.
        """
        bias = bias.clone()
        bias[: len(bias) // 2] += 1
        if factors is not None:
            weight, bias = weight * factors.repeat(2), bias * factors.repeat(2)
        self._weights.append(weight)
        self._biases.append(bias)
        return len(self._biases) - 1

    def join(self) -> None:
        """Call this after the last norm."""
        self._sizes = [len(b) for b in self._biases]
        self._weight, self._bias = torch.cat(self._weights, 1), torch.cat(self._biases)
        self._weights, self._biases = [], []

    def of(self, style: torch.Tensor) -> Style:
        """Spreads and means for a style, float32 [128]."""
        values = torch.addmv(self._bias, self._weight.t(), style)
        halves = [v.chunk(2) for v in torch.split(values, self._sizes)]
        return [(spread, mean) for spread, mean in halves]


class Weights:
    """Weights by the names of the operations that use them."""

    def __init__(self, model: OnnxFile) -> None:
        self._model = model
        self._nodes = {n.name: n for n in model.nodes}
        self._makers = {name: n for n in model.nodes for name in n.outputs}
        self.styles = Styles()

    def operand(self, node: str, place: int) -> torch.Tensor:
        """An input of an operation, as it is stored."""
        return self._plain(self._nodes[_ROOT + node].inputs[place])

    def parameter(self, name: str) -> torch.Tensor:
        """A tensor that is stored under a name of its own."""
        return self._plain("decoder.decoder." + name.replace("/", "."))

    def inverse_transform(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Kernels of the inverse Fourier transform [22, 1, 20], and its window's weight [20]."""
        window = self.parameter(_SPECTRUM + "window_sum")
        return self.parameter(_SPECTRUM + "inverse_basis"), torch.where(window > 0, window, 1.0)

    def conv(
        self,
        name: str,
        *,
        stride: int = 1,
        padding: int = 0,
        step: int = 1,
        factors: torch.Tensor | None = None,
    ) -> Conv:
        """A convolution; a padding of -1 keeps the length, factors [inputs] scale what comes in."""
        weight = self._numbers(self._nodes[f"{_ROOT}{name}/Conv_quant"])
        if factors is not None:
            weight = weight * factors[None, :, None]
        if padding < 0:
            padding = step * (weight.shape[2] - 1) // 2
        return Conv(weight, self._bias(name), stride=stride, padding=padding, step=step)

    def linear(self, name: str) -> tuple[torch.Tensor, torch.Tensor]:
        """Weight [inputs, outputs] and bias [outputs] of a product of matrices."""
        inputs = self._nodes[f"{_ROOT}{name}/Gemm_Add"].inputs
        bias = next(i for i in inputs if self._model.is_weight(i))
        return self._numbers(self._nodes[f"{_ROOT}{name}/Gemm_MatMul_quant"]), self._plain(bias)

    def _numbers(self, node: Node) -> torch.Tensor:
        """The second operand of an operation on bytes."""
        name = node.inputs[1]
        scale = self._plain(name.removesuffix("_quantized") + "_scale")
        return (self._plain(name).float() - self._plain(node.inputs[3]).float()) * scale

    def _bias(self, name: str) -> torch.Tensor | None:
        """What is added to a convolution: it is stored as it was before there were bytes."""
        bias = f"{_ROOT}{name}/Conv_output_0_reshape"
        if bias not in self._makers:
            return None
        while bias in self._makers:
            bias = self._makers[bias].inputs[0]
        return self._plain(bias)

    def _plain(self, name: str) -> torch.Tensor:
        return torch.from_numpy(self._model.weight(name).copy())
