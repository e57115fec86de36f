"""Wake models give the same in pymicro-wakeword as in our runtime."""

from __future__ import annotations

from pathlib import Path

import allears_tools.demo
import numpy as np
import pytest
from allears import Listener
from allears.audio import read_audio
from allears.features import FeatureExtractor
from allears.locate import models_dir
from allears.pipeline import RECENT_BLOCKS
from allears.wake import load_detector, load_manifest

pymicro_wakeword = pytest.importorskip("pymicro_wakeword", reason="the peer is not installed")

PEER_MODELS = Path(pymicro_wakeword.__file__).parent / "models"
CLIPS = Path(allears_tools.demo.__file__).parent / "clips"
OURS = {"en": ("gb", "en_computer_*"), "sr": ("rs", "sr_zdravo_kuco_*")}
"""A language's profile, and its wake word by voices that training never hears."""

TOLERANCE = 0.03
"""Interpreters round int8 differently by one; in state that adds up to a few 1/256."""


def manifests():
    paths = [models_dir() / language / "wake.json" for language in OURS]
    return [*paths, *sorted(PEER_MODELS.glob("*.json"))]


def padded(path):
    """A clip with a second of faint hiss before and after, int16."""
    hiss = np.random.default_rng(1).normal(0, 8, (2, 16000)).astype(np.int16)
    return np.concatenate([hiss[0], read_audio(path), hiss[1]])


def wake_clips(language):
    clips = sorted(CLIPS.glob(OURS[language][1]))
    assert clips
    return clips


def peer_probabilities(manifest, samples):
    """What pymicro-wakeword makes of the audio, one probability each 30 ms."""
    peer = pymicro_wakeword.MicroWakeWord.from_config(manifest)
    peer._probabilities = type(peer._probabilities)(maxlen=1)
    peer.sliding_window_size = 1
    found = pymicro_wakeword.MicroWakeWordFeatures().process_streaming(samples.tobytes())
    return np.array([peer.process_streaming_prob(features) for features in found][2::3])


def our_probabilities(manifest, samples):
    detector = load_detector(manifest, cutoff=-1.0)
    detector._window_steps, detector._full_scale = 1, 256
    blocks = FeatureExtractor().feed(samples)
    blocks = blocks[: len(blocks) // 3 * 3].reshape(-1, 120)
    return np.array([detector.step(block.tolist()) for block in blocks])


@pytest.mark.parametrize(
    "manifest", manifests(), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_probabilities_agree(manifest, speech):
    samples = np.concatenate([padded(clip) for clip in wake_clips("en")[:1]] + [speech[:32000]])
    ours, peers = our_probabilities(manifest, samples), peer_probabilities(manifest, samples)
    assert len(ours) == len(peers)
    assert np.abs(ours - peers).max() <= TOLERANCE


@pytest.mark.parametrize("language", OURS)
def test_wake_words_are_heard_in_both(language):
    hits = []
    for clip in wake_clips(language):
        samples = padded(clip)
        peer = pymicro_wakeword.MicroWakeWord.from_config(models_dir() / language / "wake.json")
        found = pymicro_wakeword.MicroWakeWordFeatures().process_streaming(samples.tobytes())
        peers = any(peer.process_streaming(features) for features in found)
        listener = Listener(OURS[language][0], wake_only=True)
        ours = bool(listener.feed(samples) + listener.finish())
        assert (clip.name, ours) == (clip.name, peers)
        hits.append(ours)
    assert sum(hits) > len(hits) / 2


@pytest.mark.parametrize("language", OURS)
def test_catching_up_covers_all_that_a_model_looks_back(language, speech):
    """What the gate kept from the model is replayed to it; older features must not matter."""
    blocks = FeatureExtractor().feed(speech)[:600].reshape(-1, 120).tolist()
    path = models_dir() / language / "wake.json"
    steady, late = (load_detector(path, cutoff=-1.0) for _ in range(2))
    for block in blocks[:-RECENT_BLOCKS]:
        steady.step(block)
    expected = [steady.step(block) for block in blocks[-RECENT_BLOCKS:]]
    assert [late.step(block) for block in blocks[-RECENT_BLOCKS:]][-5:] == expected[-5:]


def test_reset_forgets(speech):
    detector = load_detector(models_dir() / "en/wake.json", cutoff=-1.0)
    blocks = FeatureExtractor().feed(speech[:16000])[:96].reshape(-1, 120).tolist()
    first = [detector.step(block) for block in blocks]
    detector.reset()
    assert [detector.step(block) for block in blocks] == first


def test_manifest_tells_what_the_model_is():
    assert load_manifest(models_dir() / "en/wake.json").wake_word == "computer"
