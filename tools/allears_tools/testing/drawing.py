"""Waveform, spectrogram and score curves of one stream, on one time axis."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from allears_tools.evaluate.clip_audio import SAMPLE_RATE_HZ, Samples
from allears_tools.testing.curves import Curve, Curves
from allears_tools.testing.outcome import Outcome

LEFT, RIGHT = 0.075, 0.86
"""Where the time axis starts and ends, as shares of the picture's width: the player's cursor needs
them."""

_SIZE_INCHES = (9.6, 4.8)
_DPI = 90
_COLUMNS = 1200
_OTHERS = 2
"""Commands drawn beside the one that was due and the one that was heard."""

_DUE, _HEARD, _OTHER = "#1a7f37", "#cf222e", "#8c959f"
_WAKE = "#0969da"


def draw(outcome: Outcome, curves: Curves) -> bytes:
    """Return a PNG."""
    samples = outcome.scene.samples
    figure = Figure(_SIZE_INCHES, dpi=_DPI)
    FigureCanvasAgg(figure)
    wave, spectrum, wake, commands = figure.subplots(
        4, 1, sharex=True, height_ratios=(1, 1.3, 1, 1.6)
    )
    figure.subplots_adjust(LEFT, 0.09, RIGHT, 0.99, hspace=0.12)
    _wave(wave, samples)
    spectrum.imshow(
        curves.features.T,
        aspect="auto",
        origin="lower",
        extent=(0.02, 0.02 + len(curves.features) / 100, 0, curves.features.shape[1]),
        cmap="magma",
        interpolation="nearest",
    )
    spectrum.set_ylabel("channel")
    _curve(wake, curves.wake, _WAKE, 1.4)
    wake.set_ylabel("wake")
    for curve, colour, width in _chosen(outcome, curves.commands):
        _curve(commands, curve, colour, width)
    commands.set_ylabel("commands")
    commands.set_xlabel("s")
    for axes in (wake, commands):
        axes.set_ylim(0, 1.02)
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.03), fontsize=8, frameon=False)
    for axes in (wave, wake, commands):
        axes.axvline(outcome.scene.speech_end_s, color="#57606a", linestyle=":", linewidth=1)
        for event in outcome.playback.events:
            colour = _WAKE if event.kind == "wake" else _HEARD
            axes.axvline(event.at_ms / 1000, color=colour, linewidth=1, alpha=0.6)
    commands.set_xlim(0, len(samples) / SAMPLE_RATE_HZ)
    png = io.BytesIO()
    figure.savefig(png, format="png")
    return png.getvalue()


def _wave(axes: Axes, samples: Samples) -> None:
    """Draw the envelope: what lies between two columns is not lost."""
    width = max(1, len(samples) // _COLUMNS)
    columns = samples[: len(samples) // width * width].reshape(-1, width) / 32768
    times_s = (np.arange(len(columns)) + 0.5) * width / SAMPLE_RATE_HZ
    axes.fill_between(
        times_s, columns.min(axis=1), columns.max(axis=1), color="#57606a", step="mid"
    )
    axes.set_ylabel("audio")


def _curve(axes: Axes, curve: Curve, colour: str, width: float) -> None:
    axes.plot(curve.times_s, curve.scores, color=colour, linewidth=width, label=curve.name)
    axes.axhline(curve.limit, color=colour, linestyle="--", linewidth=0.7)


def _chosen(outcome: Outcome, curves: list[Curve]) -> list[tuple[Curve, str, float]]:
    """The due command, the heard one, and the others that came highest."""
    by_name = {curve.name: curve for curve in curves}
    due = by_name.get(outcome.trial.truth.expected or "")
    told = [event.id for event in outcome.playback.events if event.kind == "command"]
    heard = by_name.get(told[0]) if told else None
    others = [curve for curve in curves if curve is not due and curve is not heard]
    others.sort(key=_peak, reverse=True)
    drawn: list[tuple[Curve, str, float]] = [(each, _OTHER, 0.9) for each in others[:_OTHERS]]
    if heard is not None and heard is not due:
        drawn.insert(0, (heard, _HEARD, 1.4))
    if due is not None:
        drawn.insert(0, (due, _DUE, 1.6))
    return drawn


def _peak(curve: Curve) -> Any:
    return curve.scores.max(initial=0.0)
