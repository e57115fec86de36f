"""The second half of Kokoro, with its convolutions in bfloat16 and all else in float32.

It replaces the operations on bytes that take most of the time in onnxruntime. A signal is a
tensor [frames, channels].
"""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from allears_tools.speech.engines.kokoro_weights import Conv, Style, Weights, with_room
from allears_tools.speech.engines.onnx_file import OnnxFile

_STYLE_VALUES = 128
"""The first half of a style vector is the decoder's; the other is for durations and pitch."""
_EPSILON = 1e-5
_SLOPE = 0.2
_HALF_POWER = 0.5**0.5
_WINDOW, _HOP, _BINS = 20, 5, 11
_SILENT_PHASES = (
    *(torch.pi, 0.0, 2.4904, -2.1254, 0.79347, -2.1292),
    *(0.17297, 2.9268, -1.3449, 2.7360, -1.5468),
)
"""Phases that onnxruntime's transform finds in silence, where they are rounding errors."""


class Decoder:
    """Frames of speech, pitch and loudness to samples."""

    def __init__(self, model: OnnxFile) -> None:
        read = Weights(model)
        self._residual = read.conv("asr_res/asr_res.0")
        self._pitch = read.conv("F0_conv", stride=2, padding=1)
        self._loudness = read.conv("N_conv", stride=2, padding=1)
        self._encode = _Block(read, "encode")
        self._decode = [_Block(read, f"decode.{i}", upsample=i == 3) for i in range(4)]
        self._source = [
            read.conv("generator/noise_convs.0", stride=6, padding=3),
            read.conv("generator/noise_convs.1"),
        ]
        self._source_block = [_Snakes(read, f"generator/noise_res.{i}") for i in range(2)]
        self._up = [_Upsampling(read, f"generator/ups.{i}", s) for i, s in enumerate((10, 6))]
        self._blocks = [_Snakes(read, f"generator/resblocks.{i}") for i in range(6)]
        last = [read.operand("generator/conv_post/Conv", place) for place in (1, 2)]
        self._last = Conv(last[0], last[1], padding=3, dtype=torch.float32)
        self._window = read.operand("generator/STFT", 2)
        self._inverse, self._inverse_window = read.inverse_transform()
        self._styles = read.styles
        self._styles.join()

    def __call__(
        self,
        frames: np.ndarray,
        pitch: np.ndarray,
        loudness: np.ndarray,
        buzz: np.ndarray,
        style: np.ndarray,
    ) -> np.ndarray:
        """Samples, float32 [600 n] at 24 kHz.

        All are float32: frames [n, 512], pitch and loudness [2 n], buzz (a tone of that pitch
        with its harmonics) [600 n], style [256].
        """
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with torch.inference_mode():
                samples: np.ndarray = self._run(
                    torch.from_numpy(frames),
                    torch.from_numpy(pitch)[:, None],
                    torch.from_numpy(loudness)[:, None],
                    torch.from_numpy(buzz),
                    self._styles.of(torch.from_numpy(style[:_STYLE_VALUES])),
                ).numpy()
                return samples
        finally:
            torch.set_num_threads(threads)

    def _run(
        self,
        frames: torch.Tensor,
        pitch: torch.Tensor,
        loudness: torch.Tensor,
        buzz: torch.Tensor,
        style: Style,
    ) -> torch.Tensor:
        beside = [self._pitch(pitch).float(), self._loudness(loudness).float()]
        x = self._encode(torch.cat([frames, *beside], 1), style)
        beside = [self._residual(frames).float(), *beside]
        for block in self._decode:
            x = block(torch.cat([x, *beside], 1), style)
        source = self._spectrum(buzz)
        for i in range(2):
            excitation = self._source_block[i](self._source[i](source).float(), style)
            x = self._up[i](functional.leaky_relu(x, 0.1))
            if i == 1:
                x = torch.cat([x[1:2], x])
            x = x + excitation
            parts = [parallel(x, style) for parallel in self._blocks[3 * i : 3 * i + 3]]
            x = (parts[0] + parts[1] + parts[2]) / 3
        return self._samples(self._last(functional.leaky_relu(x, 0.01)))

    def _spectrum(self, buzz: torch.Tensor) -> torch.Tensor:
        """Magnitudes and phases [120 n + 1, 22] of a wave [600 n]."""
        edge = _WINDOW // 2
        padded = functional.pad(buzz[None], (edge, edge), "reflect")[0]
        pieces = padded.unfold(0, _WINDOW, _HOP)
        waves = torch.fft.rfft(pieces * self._window)
        phases = waves.angle()
        # A real number below zero: onnxruntime's has a rounding error that is mostly negative.
        phases[:, -1] = -phases[:, -1].abs()
        silent = pieces.amax(1) == pieces.amin(1)
        phases[silent] = torch.tensor(_SILENT_PHASES)
        return torch.cat([waves.abs(), phases], 1)

    def _samples(self, spectrum: torch.Tensor) -> torch.Tensor:
        """Wave [600 n] of logarithms of magnitudes and sines of phases [120 n + 1, 22]."""
        power = spectrum[:, :_BINS].exp()
        angle = spectrum[:, _BINS:].sin()
        waves = torch.cat([power * angle.cos(), power * angle.sin()], 1)
        samples = functional.conv_transpose1d(waves.t()[None], self._inverse, stride=_HOP)[0, 0]
        samples[:_WINDOW] /= self._inverse_window
        edge = _WINDOW // 2
        return 4 * samples[edge:-edge]


class _Upsampling:
    """A transposed convolution, whose kernel is two strides long, in bfloat16."""

    def __init__(self, read: Weights, name: str, stride: int) -> None:
        weight = read.operand(f"{name}/ConvTranspose", 1)  # [inputs, outputs, 2 stride]
        self._weight = weight.permute(0, 2, 1).reshape(len(weight), -1).to(torch.bfloat16)
        self._bias = read.operand(f"{name}/ConvTranspose", 2)
        self._stride = stride

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        spread = (with_room(x, torch.bfloat16) @ self._weight)[: len(x)].float()
        spread = spread.view(len(x), 2, self._stride, -1)
        out = self._bias.expand(len(x) + 1, self._stride, -1).clone()
        out[:-1] += spread[:, 0]
        out[1:] += spread[:, 1]
        edge = self._stride // 2
        return out.flatten(0, 1)[edge:-edge]


class _Norm:
    """Every channel brought to a mean and a spread that the style asks for; float32."""

    def __init__(self, read: Weights, name: str, factors: torch.Tensor | None = None) -> None:
        self._place = read.styles.add(*read.linear(f"{name}/fc"), factors)

    def __call__(self, x: torch.Tensor, style: Style) -> torch.Tensor:
        weight, bias = style[self._place]
        return functional.batch_norm(x.float(), None, None, weight, bias, True, 0.0, _EPSILON)


class _Block:
    """Two convolutions beside a short cut; the length may be doubled."""

    def __init__(self, read: Weights, name: str, *, upsample: bool = False) -> None:
        self._norms = [_Norm(read, f"{name}/norm{i}") for i in (1, 2)]
        self._convs = [read.conv(f"{name}/conv{i}", padding=1) for i in (1, 2)]
        self._short = read.conv(f"{name}/conv1x1")
        pool = f"{name}/pool/ConvTranspose"
        self._pool = [read.operand(pool, place) for place in (1, 2)] if upsample else []

    def __call__(self, x: torch.Tensor, style: Style) -> torch.Tensor:
        y = functional.leaky_relu(self._norms[0](x, style), _SLOPE)
        if self._pool:
            y = self._doubled(y)
            x = x.repeat_interleave(2, 0)
        y = functional.leaky_relu(self._norms[1](self._convs[0](y), style), _SLOPE)
        return (self._convs[1](y).float() + self._short(x).float()) * _HALF_POWER

    def _doubled(self, x: torch.Tensor) -> torch.Tensor:
        weight, bias = self._pool
        y = functional.conv_transpose1d(x.t()[None], weight, bias, 2, 1, 1, groups=len(weight))
        return y[0].t()


class _Snakes:
    """Three pairs of convolutions, each after x + sin(a x)^2 / a, added to what comes in.

    The norm before gives a x, and the convolution after it has the 1 / a.
    """

    def __init__(self, read: Weights, name: str) -> None:
        self._steps = []
        for i, step in enumerate((1, 3, 5)):
            for part, dilation in ((1, step), (2, 1)):
                alpha = read.parameter(f"{name}/alpha{part}.{i}").flatten()
                norm = _Norm(read, f"{name}/adain{part}.{i}", alpha)
                conv = read.conv(
                    f"{name}/convs{part}.{i}", padding=-1, step=dilation, factors=1 / alpha
                )
                self._steps.append((norm, conv))

    def __call__(self, x: torch.Tensor, style: Style) -> torch.Tensor:
        for at in range(0, len(self._steps), 2):
            y = x
            for norm, conv in self._steps[at : at + 2]:
                y = norm(y, style)
                wave = y.sin()
                y = conv(y.addcmul_(wave, wave))
            x = x + y
        return x
