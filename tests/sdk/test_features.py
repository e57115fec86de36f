"""The front end and its int8 form are those of pymicro-wakeword."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest
from allears.contract import FEATURE_SCALE
from allears.features import FeatureExtractor, quantize, quantize_to_bytes

pymicro_wakeword = pytest.importorskip("pymicro_wakeword", reason="the peer is not installed")


class _Tapped:
    """The TensorFlow Lite library of pymicro-wakeword, with a tap on a model's input."""

    def __init__(self, library):
        self._library = library
        self.inputs = []

    def __getattr__(self, name):
        return getattr(self._library, name)

    def TfLiteTensorCopyFromBuffer(self, tensor, pointer, size):
        self.inputs.append(ctypes.string_at(pointer, size))
        return self._library.TfLiteTensorCopyFromBuffer(tensor, pointer, size)


def test_int8_input_equals_pymicro_wakewords(speech):
    peer = pymicro_wakeword.MicroWakeWord.from_builtin(pymicro_wakeword.Model.ALEXA)
    peer.lib = _Tapped(peer.lib)
    for features in pymicro_wakeword.MicroWakeWordFeatures().process_streaming(speech.tobytes()):
        peer.process_streaming(features)
    ours = FeatureExtractor().feed(speech)
    whole = len(ours) // 3 * 3
    assert b"".join(peer.lib.inputs) == quantize(ours[:whole]).tobytes()
    assert len(ours) == len(speech) // 160 - 2


def test_table_equals_arithmetic_for_every_value_of_the_front_end():
    values = np.arange(65536) * FEATURE_SCALE
    assert quantize_to_bytes(values.tolist()) == quantize(values).tobytes()


def test_quantize_clips_what_does_not_fit():
    assert quantize(np.array([0.0, 25.99, 26.0, 2000.0])).tolist() == [-128, 127, 127, 127]


@pytest.mark.parametrize("chunk", [1, 7, 160, 4096])
def test_features_do_not_depend_on_chunks(speech, chunk):
    short = speech[:16000]
    extractor = FeatureExtractor()
    parts = [extractor.feed(short[at : at + chunk]) for at in range(0, len(short), chunk)]
    assert np.array_equal(np.concatenate(parts), FeatureExtractor().feed(short))


def test_reset_forgets(speech):
    extractor = FeatureExtractor()
    first = extractor.feed(speech[:8000])
    extractor.reset()
    assert np.array_equal(extractor.feed(speech[:8000].tobytes()), first)
