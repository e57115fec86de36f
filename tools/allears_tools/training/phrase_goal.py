"""What the phrase teacher asks of the ear: the same phrases, from the ear's embedding."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from allears_tools.training.network import Layer
from allears_tools.training.phrase_teacher import PhraseTeacher, float_network

_STEPS_DRAWN = 0.35
"""Of the steps with speech, at which phrases are compared."""

_NONE_COUNTS = 0.2
"""What a step weighs at which the teacher hears no phrase, against 1.2 where it is sure of one."""


class PhraseGoal(nn.Module):
    """The frozen teacher, and a head of the ear that must answer as its hidden layer does.

    The head is like a language's command head and stays behind when the ear is exported.
    """

    def __init__(self, teacher: PhraseTeacher, embedding_dim: int, delay: int) -> None:
        """Make a new head.

        Args:
            teacher: what was learnt from Whisper's answers.
            embedding_dim: values of the ear.
            delay: steps by which the ear answers later than Whisper.
        """
        super().__init__()
        self.teacher, self.delay = teacher.requires_grad_(False), delay
        width = teacher.phrase.in_features
        blocks = [Layer("separable", 96, 9, residual=True)] * 3
        layers = [Layer("conv", 96, 1), *blocks, Layer("conv", width, 1, relu=False)]
        self.head = float_network(layers, embedding_dim)

    def train(self, mode: bool = True) -> PhraseGoal:
        """Only the head ever trains."""
        super().train(mode)
        self.teacher.eval()
        return self

    def losses(self, embedding: Tensor, whisper: Tensor, speech: Tensor) -> tuple[Tensor, Tensor]:
        """How far the phrases are from the teacher's, and how far the hidden layer is.

        Args:
            embedding: float [batch, dim, steps] of the ear.
            whisper: float [batch, steps, components], what Whisper said of clean audio.
            speech: bool [batch, steps].

        Returns:
            Kullback-Leibler divergence in nats a step, weighed by how sure the teacher is that a
            phrase was said; squared error of the hidden layer over its variance.
        """
        usable = min(embedding.shape[-1] - self.delay, whisper.shape[1])
        speech = speech[:, :usable]
        drawn = speech & (torch.rand(speech.shape) < _STEPS_DRAWN)
        with torch.no_grad():
            said = self.teacher(whisper[:, :usable].transpose(1, 2)).float()
            shares = torch.softmax(self.teacher.phrase(said[drawn]).float(), -1)
        heard = self.head(embedding).float().transpose(1, 2)[:, self.delay : self.delay + usable]
        error = (heard[speech] - said[speech]).square().mean()
        error = error / said[speech].var(0).mean().clamp(min=1e-6)
        answer = torch.log_softmax(self.teacher.phrase(heard[drawn]).float(), -1)
        apart = (shares * (torch.log(shares + 1e-8) - answer)).sum(-1)
        weight = _NONE_COUNTS + 1 - shares[:, 0]
        return (apart * weight).sum() / weight.sum().clamp(min=1e-6), error
