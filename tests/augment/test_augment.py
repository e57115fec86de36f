"""Augmentation: what was asked for is what is done, and labels stay where they were."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("scipy", reason="augmentation needs the extra [train]")

from allears_tools.augment import (
    Plan,
    VoiceChange,
    augment,
    augment_with_draw,
    load_noises,
    mix_at_snr,
    random_voice_change,
    rir_pool,
    synthetic_noises,
)
from allears_tools.augment.band import band_limit, coarse_codec, mu_law, telephone
from allears_tools.augment.noise import coloured, speech_power
from allears_tools.augment.room import align, exponential_rir, reverberate
from allears_tools.augment.voice import change_voice, shift_pitch, stretch, warp_formants

RATE_HZ = 16_000


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture
def burst() -> np.ndarray:
    """0.5 s of silence, 0.4 s of a buzzing vowel at 125 Hz, 0.6 s of silence."""
    time_s = np.arange(int(0.4 * RATE_HZ)) / RATE_HZ
    voice = sum(np.sin(2 * np.pi * 125 * k * time_s) / k for k in range(1, 24))
    voice = voice / np.abs(voice).max() * 0.5
    silence = np.zeros(int(0.5 * RATE_HZ))
    return np.concatenate([silence, voice, silence, silence[:1600]]).astype(np.float32)


def onset_s(x: np.ndarray) -> float:
    """When the sound first reaches a tenth of its peak."""
    return float(np.flatnonzero(np.abs(x) > 0.1 * np.abs(x).max())[0]) / RATE_HZ


def pitch_hz(x: np.ndarray) -> float:
    middle = x[len(x) // 2 - 3000 : len(x) // 2 - 500].astype(float)
    correlation = np.correlate(middle, middle, "full")[len(middle) - 1 :]
    return RATE_HZ / (40 + int(np.argmax(correlation[40:240])))


@pytest.mark.parametrize("snr_db", [-5.0, 0.0, 12.5, 30.0])
def test_noise_comes_at_the_ratio_asked_for(
    burst: np.ndarray, rng: np.random.Generator, snr_db: float
) -> None:
    noise = coloured(len(burst), -3.0, rng)
    added = mix_at_snr(burst, noise, snr_db) - burst
    voice = burst[int(0.5 * RATE_HZ) : int(0.9 * RATE_HZ)]
    measured = 10 * np.log10((voice**2).mean() / (added**2).mean())
    assert measured == pytest.approx(snr_db, abs=0.3)


def test_silence_around_speech_does_not_change_its_power(burst: np.ndarray) -> None:
    padded = np.pad(burst, RATE_HZ)
    assert speech_power(padded) == pytest.approx(speech_power(burst), rel=0.05)


@pytest.mark.parametrize("index", range(8))
def test_rooms_do_not_move_labels(burst: np.ndarray, index: int) -> None:
    rir = rir_pool(8, seed=3)[index]
    assert rir[16] == pytest.approx(1.0)
    assert np.abs(rir[:14]).max() < 0.6, "the direct sound comes first"
    wet = reverberate(burst, rir)
    assert len(wet) == len(burst)
    assert abs(onset_s(wet) - onset_s(burst)) < 0.005


def test_exponential_rooms_are_aligned_too(rng: np.random.Generator) -> None:
    for _ in range(20):
        rir = exponential_rir(rng)
        assert rir[16] == pytest.approx(1.0)
        assert len(rir) <= 0.8 * RATE_HZ


def test_alignment_finds_the_first_arrival_not_the_loudest() -> None:
    rir = np.zeros(2000)
    rir[300], rir[700] = 0.8, 1.0
    aligned = align(rir)
    assert aligned[16] == 1.0
    assert aligned[416] == pytest.approx(1.25)


def test_the_pool_is_kept(tmp_path: Path) -> None:
    first = rir_pool(3, folder=tmp_path)
    again = rir_pool(3, folder=tmp_path)
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)


def test_channels_do_not_move_labels(burst: np.ndarray, rng: np.random.Generator) -> None:
    for channel in (band_limit(burst), telephone(burst), coarse_codec(burst, rng, 0.2)):
        assert len(channel) == len(burst)
        assert abs(onset_s(channel) - onset_s(burst)) < 0.005


def test_band_limit_removes_what_is_above(rng: np.random.Generator) -> None:
    white = coloured(RATE_HZ, 0.0, rng)
    spectrum = np.abs(np.fft.rfft(band_limit(white, 3900.0))) ** 2
    assert spectrum[5000:].mean() < 0.01 * spectrum[500:3500].mean()


def test_mu_law_is_close() -> None:
    x = np.linspace(-1, 1, 999, dtype=np.float32)
    assert np.abs(mu_law(x) - x).max() < 0.03


def test_same_generator_same_result(burst: np.ndarray) -> None:
    def once() -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(11)
        noises = synthetic_noises(rng, count=4, seconds=2.0)
        rirs = rir_pool(2)
        return random_voice_change(burst, rng), augment(burst, rng, noises, rirs)

    for a, b in zip(once(), once(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_draw_tells_what_was_done(burst: np.ndarray, rng: np.random.Generator) -> None:
    noises = synthetic_noises(rng, count=3, seconds=2.0)
    rirs = rir_pool(2)
    everything = Plan(room_odds=1.0, far_odds=1.0, noise_odds=1.0, clip_odds=1.0)
    y, draw = augment_with_draw(burst, rng, noises, rirs, everything)
    assert draw.rir in (0, 1) and draw.far and draw.clipped_at is not None
    assert draw.snr_db is not None and -5.0 <= draw.snr_db <= 30.0
    assert y.dtype == np.float32 and len(y) == len(burst) and np.abs(y).max() <= 1.0
    nothing = Plan(
        room_odds=0, noise_odds=0, band_limit_odds=0, telephone_odds=0, codec_odds=0, clip_odds=0
    )
    y, draw = augment_with_draw(burst, rng, noises, rirs, nothing)
    assert (draw.rir, draw.snr_db, draw.channel, draw.clipped_at) == (None, None, "", None)
    assert 10 * np.log10(speech_power(y)) == pytest.approx(draw.level_dbfs, abs=0.1)


def test_augmentation_keeps_the_place_of_speech(
    burst: np.ndarray, rng: np.random.Generator
) -> None:
    quiet = Plan(noise_odds=0.0, far_odds=0.0)
    rirs = rir_pool(8)
    for _ in range(20):
        assert abs(onset_s(augment(burst, rng, (), rirs, quiet)) - onset_s(burst)) < 0.005


def test_empty_and_silent_input(rng: np.random.Generator) -> None:
    noises = synthetic_noises(rng, count=3, seconds=1.0)
    assert len(augment(np.zeros(0, np.float32), rng, noises, rir_pool(1))) == 0
    for _ in range(20):
        assert np.isfinite(augment(np.zeros(800, np.float32), rng, noises, rir_pool(1))).all()


def test_voice_changes(burst: np.ndarray) -> None:
    assert pitch_hz(shift_pitch(burst, 4.0)) == pytest.approx(125 * 2 ** (4 / 12), rel=0.03)
    assert len(shift_pitch(burst, 4.0)) == pytest.approx(len(burst), rel=0.01)
    longer = stretch(burst, 1.25)
    assert len(longer) == round(1.25 * len(burst))
    assert pitch_hz(longer) == pytest.approx(125, rel=0.03)
    assert onset_s(longer) == pytest.approx(1.25 * onset_s(burst), abs=0.012)
    warped = warp_formants(burst, 1.15)
    assert len(warped) == len(burst)
    assert pitch_hz(warped) == pytest.approx(125, rel=0.03)
    change = VoiceChange(tempo=1.1, tape=0.9, formants=1.1)
    changed = change_voice(burst, change)
    assert len(changed) / len(burst) == pytest.approx(change.length_ratio, rel=0.01)


def test_formants_move_and_identity_is_identity(rng: np.random.Generator) -> None:
    white = coloured(RATE_HZ, 0.0, rng)
    resonance = np.zeros(400)
    decay = np.arange(400) / RATE_HZ
    resonance[:] = np.exp(-400 * decay) * np.sin(2 * np.pi * 1500 * decay)
    x = np.convolve(white, resonance)[:RATE_HZ].astype(np.float32)

    def peak_hz(y: np.ndarray) -> float:
        power = np.abs(np.fft.rfft(y[:16_000])) ** 2
        smooth = np.convolve(power, np.ones(300), "same")
        return float(np.argmax(smooth))

    assert peak_hz(warp_formants(x, 1.2)) == pytest.approx(1.2 * peak_hz(x), rel=0.06)
    np.testing.assert_allclose(warp_formants(x, 1.0)[500:-500], x[500:-500], atol=1e-2)


def test_only_noise_that_may_be_trained_on_is_loaded(tmp_path: Path) -> None:
    import soundfile
    from allears_tools.evaluate.labels import COLUMNS, read_labels
    from allears_tools.evaluate.split import is_test

    lines = ["\t".join(COLUMNS)]
    for i in range(40):
        kind = "sentence" if i % 4 == 3 else "noise"
        training = ("noise: yes", "yes", "test only", "yes")[i % 4]
        soundfile.write(tmp_path / f"{i}.wav", np.random.default_rng(i).normal(0, 0.1, 8000), 8000)
        row = {"path": f"{i}.wav", "kind": kind, "duration_s": "1.0", "sample_rate_hz": "8000"}
        row |= {"source": "s", "licence": "CC0", "training": training}
        lines.append("\t".join(row.get(column, "") for column in COLUMNS))
    labels = tmp_path / "labels.tsv"
    labels.write_text("\n".join(lines) + "\n")
    wanted = [c for c in read_labels(labels) if c.kind == "noise" and not is_test(c)]
    noises = load_noises(labels)
    assert 0 < len(wanted) < 20
    assert [len(n) for n in noises] == [16_000] * len(wanted)
    assert (noises[0] ** 2).mean() == pytest.approx(1.0, rel=1e-3)


def test_a_core_augments_at_least_a_hundred_times_real_time(
    burst: np.ndarray, rng: np.random.Generator
) -> None:
    noises, rirs = synthetic_noises(rng, count=4, seconds=4.0), rir_pool(4)
    clips = [burst] * 40
    started = time.process_time()
    for clip in clips:
        augment(random_voice_change(clip, rng), rng, noises, rirs)
    seconds = sum(len(c) for c in clips) / RATE_HZ
    assert seconds / (time.process_time() - started) > 100
