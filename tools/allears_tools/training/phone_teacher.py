"""The third teacher of the ear: which phone each 40 ms of speech is, heard through Whisper.

Whisper's encoder knows real people in 99 languages, espeak-ng knows exactly which phone it speaks
when. A small network that names espeak-ng's phones from Whisper's answers therefore names those
of people too, and its soft answers are a target that holds what a command is made of and little
else (docs/experiments.md 12).
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as fn

from allears_tools.training.teachers import WHISPER_DIM

_HIDDEN = 384
_EPOCHS = 25
_BATCH = 16
_LEARNING_RATE = 2e-3


class PhoneTeacher(nn.Module):
    """float [batch, 512, steps] of Whisper's answers → logits [batch, phones, steps]."""

    mean: Tensor
    spread: Tensor

    def __init__(self, phones: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(1, WHISPER_DIM, 1))
        self.register_buffer("spread", torch.ones(1, WHISPER_DIM, 1))
        self.wide = nn.Conv1d(WHISPER_DIM, _HIDDEN, 3, padding=1)
        self.narrow = nn.Conv1d(_HIDDEN, _HIDDEN, 1)
        self.out = nn.Conv1d(_HIDDEN, phones, 1)
        self.dropout = nn.Dropout(0.2)

    def forward(self, answers: Tensor) -> Tensor:
        hidden = torch.relu(self.wide(self.dropout((answers - self.mean) / self.spread)))
        hidden = torch.relu(self.narrow(self.dropout(hidden)))
        return self.out(self.dropout(hidden))

    @torch.no_grad()
    def shares(self, answers: NDArray[np.float16]) -> NDArray[np.float16]:
        """float16 [n, steps, 512] → float16 [n, steps, phones], each step summing to 1."""
        self.eval()
        out = []
        for start in range(0, len(answers), 50):
            block = torch.from_numpy(answers[start : start + 50].astype(np.float32))
            soft = torch.softmax(self(block.transpose(1, 2)), dim=1)
            out.append(soft.transpose(1, 2).numpy().astype(np.float16))
        return np.concatenate(out)


def train_phone_teacher(
    answers: NDArray[np.float16],
    shares: NDArray[np.float16],
    epochs: int = _EPOCHS,
    seed: int = 0,
) -> tuple[PhoneTeacher, float]:
    """Learn espeak-ng's phones from Whisper's answers.

    Args:
        answers: float16 [n, steps, 512].
        shares: float16 [n, steps, phones], as `phones.PhoneSet`.
        epochs: passes over all but the last sixteenth.
        seed: decides the start and the order.

    Returns:
        the teacher, and the share of speech steps named right on the chunks kept apart.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    heard = torch.from_numpy(answers.astype(np.float32)).transpose(1, 2)
    wanted = torch.from_numpy(shares.astype(np.float32)).transpose(1, 2)
    teacher = PhoneTeacher(shares.shape[-1])
    teacher.mean.copy_(heard.mean((0, 2))[None, :, None])
    teacher.spread.copy_(heard.std((0, 2))[None, :, None])
    kept = max(1, len(heard) // 16)
    rows = np.arange(len(heard) - kept)
    batches = max(1, len(rows) // _BATCH)
    optimiser = torch.optim.AdamW(teacher.parameters(), _LEARNING_RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, _LEARNING_RATE, total_steps=epochs * batches + 1
    )
    for _ in range(epochs):
        teacher.train()
        for picked in np.array_split(rng.permutation(rows), batches):
            loss = fn.cross_entropy(teacher(heard[picked]), wanted[picked])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    teacher.eval()
    with torch.no_grad():
        named, true = teacher(heard[-kept:]).argmax(1), wanted[-kept:].argmax(1)
    speech = true > 0
    return teacher, float(((named == true) & speech).sum() / speech.sum().clamp(min=1))
