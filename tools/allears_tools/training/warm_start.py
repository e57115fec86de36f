"""Begins a distillation at an exported ear instead of at random."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from allears_tools.training.ear import (
    GOOGLE_STEP_OFFSET,
    WHISPER_STEP_DELAY,
    DistillationSet,
    Ear,
    dequantise,
)
from allears_tools.training.export.restore import restore_stream
from allears_tools.training.material import TrainingError
from allears_tools.training.network import FoldedConv

_CHUNKS = 400
_RIDGE = 1e-4


def warm_start(ear: Ear, content: bytes, data: DistillationSet) -> None:
    """Give a new ear the weights of an exported one of the same layers.

    Its batch norms are set so that it answers what the old one does, and its maps to the teachers
    are fitted by least squares.

    Args:
        ear: a new student.
        content: the old ear's ``.tflite``.
        data: some of its chunks decide the norms and the maps.

    Raises:
        TrainingError: the layers differ.
    """
    old = restore_stream(content)
    old.quantise(observing=False, enabled=False)
    if old.spec != ear.student.spec:
        raise TrainingError(
            "The ear to begin with has other layers than the new one.",
            "it was exported by another version, or it is no ear",
            "Give an ear.tflite of the same layers, or leave --from out.",
        )
    features = dequantise(data.features[0, :_CHUNKS])
    with torch.no_grad():
        h = ear.student.input_range(features)
        for new, was in zip(ear.student.stages(), old.stages(), strict=True):
            y = h
            if new.depthwise is not None and was.depthwise is not None:
                y = torch.relu(_take_over(new.depthwise, was.depthwise, y))
            y = _take_over(new.main, was.main, y)
            if new.layer.residual:
                y = y + h
            h = torch.relu(y) if new.layer.residual or new.layer.relu else y
        _fit_maps(ear, h, data)


def _take_over(new: FoldedConv, old: FoldedConv, x: Tensor) -> Tensor:
    """Copy a folded convolution: same directions, lengths as a new one's, the rest in the norm."""
    assert new.norm is not None and new.norm.running_mean is not None
    assert new.norm.running_var is not None
    length = old.conv.weight.flatten(1).norm(dim=1).clamp(min=1e-6)
    factor = new.conv.weight.flatten(1).norm(dim=1).mean() / length
    new.conv.weight.copy_(old.conv.weight * factor[:, None, None])
    left = max(0, new.kernel - new.stride)
    padded = fn.pad(x, (left, 0))
    z = fn.conv1d(padded, new.conv.weight, None, new.stride, groups=new.groups)
    mean, variance = z.mean((0, 2)), z.var((0, 2), unbiased=False)
    new.norm.running_mean.copy_(mean)
    new.norm.running_var.copy_(variance)
    gain = old.output_gain() / factor
    new.norm.weight.copy_(torch.sqrt(variance + new.norm.eps) * gain)
    new.norm.bias.copy_(old.bias + mean * gain)
    return z * gain[:, None] + old.bias[:, None]


def _fit_maps(ear: Ear, embedding: Tensor, data: DistillationSet) -> None:
    steps = embedding.shape[-1]
    index = torch.arange(data.google.shape[1]) * 2 + GOOGLE_STEP_OFFSET
    inside = index < steps
    said = torch.from_numpy(data.google[:_CHUNKS].astype("float32"))
    _fit(ear.google, embedding[..., index[inside]], said[:, inside])
    usable = min(steps - WHISPER_STEP_DELAY, data.whisper.shape[1])
    said = torch.from_numpy(data.whisper[:_CHUNKS, :usable].astype("float32"))
    late = slice(WHISPER_STEP_DELAY, WHISPER_STEP_DELAY + usable)
    _fit(ear.whisper, embedding[..., late], said)


def _fit(conv: nn.Conv1d, x: Tensor, wanted: Tensor) -> None:
    """Least squares of [batch, steps, outputs] from [batch, dim, steps], with a little ridge."""
    rows = x.transpose(1, 2).flatten(0, 1)
    rows = torch.cat([rows, torch.ones(len(rows), 1)], dim=1)
    ridge = _RIDGE * len(rows) * torch.eye(rows.shape[1])
    solution = torch.linalg.solve(rows.T @ rows + ridge, rows.T @ wanted.flatten(0, 1))
    conv.weight.copy_(solution[:-1].T[..., None])
    assert conv.bias is not None
    conv.bias.copy_(solution[-1])
