"""Request lists: the same for the same number, and never a held-out voice in training."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import numpy as np
import pytest
from allears_tools.seeds import LanguageSeed, Phrasing, language_codes, load_language
from allears_tools.speech import casting, recipe
from allears_tools.speech.amounts import sized
from allears_tools.speech.engines import engine
from allears_tools.speech.engines.kokoro import parse_mix
from allears_tools.speech.errors import SpeechError
from allears_tools.speech.request import ROLES, Job

_KOKORO = (
    "af_bella af_heart af_sky am_adam bf_emma bm_george ef_dora em_alex em_santa ff_siwis "
    "hf_alpha hf_beta hm_omega hm_psi if_sara im_nicola jf_alpha pf_dora pm_alex zf_xiaobei"
).split()


class _Named:
    """Stands in for Kokoro, whose files a test may not have: only its voices are asked for."""

    def voices(self) -> list[str]:
        return _KOKORO


@pytest.fixture(autouse=True)
def kokoro_without_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(casting, "engine", lambda n: _Named() if n == "kokoro" else engine(n))


def _uses(job: Job) -> set[tuple[str, str]]:
    request = job.request
    parts = parse_mix(request.voice) if request.engine == "kokoro" else [request.voice]
    return {(request.engine, part) for part in parts}


def _kept(seed: LanguageSeed) -> set[tuple[str, str]]:
    return {(h.engine, h.voice.rpartition("+")[2]) for h in seed.voices.held_out}


def test_same_number_same_list(seed: LanguageSeed) -> None:
    assert recipe.training_jobs(seed, 3) == recipe.training_jobs(seed, 3)
    assert recipe.training_jobs(seed, 3) != recipe.training_jobs(seed, 4)


def test_held_out_voices_are_never_trained_on(seed: LanguageSeed) -> None:
    jobs = recipe.training_jobs(seed)
    assert jobs
    assert not any(_uses(job) & _kept(seed) for job in jobs)
    assert all(job.split == "train" for job in jobs)


@pytest.mark.parametrize("language", language_codes())
def test_held_out_voices_of_the_seeds(language: str) -> None:
    seed = load_language(language)
    assert _kept(seed), "every language keeps a voice for its tests"
    assert not any(_uses(job) & _kept(seed) for job in recipe.training_jobs(seed))
    held = recipe.held_out_jobs(seed)
    assert {use for job in held for use in _uses(job)} == _kept(seed)
    assert all(job.split == "held_out" for job in held)


def test_what_one_language_holds_out_no_other_trains_on() -> None:
    kept = {("kokoro", voice) for voice in casting.held_out_anywhere()}
    for language in language_codes():
        jobs = recipe.training_jobs(load_language(language), engines=["kokoro"])
        assert not any(_uses(job) & kept for job in jobs)


def test_a_new_phrase_leaves_the_clips_of_the_others(seed: LanguageSeed) -> None:
    commands = {**seed.commands, "down": [Phrasing(text="down")]}
    larger = msgspec.structs.replace(seed, commands=commands)
    alone = {job.request for job in recipe.training_jobs(seed) if not job.request.among}
    assert alone <= {job.request for job in recipe.training_jobs(larger)}


def test_leaving_an_engine_out_leaves_the_other_as_it_was(seed: LanguageSeed) -> None:
    both = {j.request for j in recipe.training_jobs(seed) if j.request.engine == "espeak"}
    assert {j.request for j in recipe.training_jobs(seed, engines=["espeak"])} == both


def test_every_beginning_is_balanced(seed: LanguageSeed) -> None:
    jobs = recipe.training_jobs(seed, engines=["espeak"])
    whole = {label: sum(j.label == label for j in jobs) for label in seed.commands}
    tenth = jobs[: len(jobs) // 10]
    for label, count in whole.items():
        assert sum(j.label == label for j in tenth) == pytest.approx(count / 10, abs=2)


def test_lists_stay_together_and_hold_the_wake_word(seed: LanguageSeed) -> None:
    jobs = [j for j in recipe.training_jobs(seed) if j.request.among]
    for job in jobs:
        assert job.request.text in job.request.among
        assert any(text.startswith("computer") for text in job.request.among)
    turns = [j.request.among for j in jobs]
    changes = sum(a != b for a, b in pairwise(turns))
    assert changes < len(jobs) / 2


def test_only_some_commands(seed: LanguageSeed) -> None:
    jobs = recipe.training_jobs(seed, engines=["kokoro"], commands=["digit_*", "stop"])
    digits = {command for command in seed.commands if command.startswith("digit_")}
    assert {j.label for j in jobs} == digits | {"stop"}
    assert {j.role for j in jobs} == {"command"}
    said = {text.strip(".!?") for phrasing in ("stop", *digits) for text in _texts(seed, phrasing)}
    lists = [j for j in jobs if j.request.among]
    assert lists
    assert all(text.strip(".!?") in said for j in lists for text in j.request.among)
    alone = {j.request for j in jobs if not j.request.among}
    assert alone <= {j.request for j in recipe.training_jobs(seed)}, "the same clips as ever"


def test_a_command_that_is_none_is_told(seed: LanguageSeed) -> None:
    with pytest.raises(SpeechError, match=r"like digits_\*") as told:
        recipe.training_jobs(seed, commands=["digits_*"])
    assert "digit_" in str(told.value)


def _texts(seed: LanguageSeed, command: str) -> list[str]:
    return [p.text for p in seed.commands[command]]


def test_purposes_are_known(seed: LanguageSeed) -> None:
    jobs = recipe.training_jobs(seed)
    assert {j.role for j in jobs} == set(ROLES)
    labels = {j.label for j in jobs if j.role == "command"}
    assert labels == set(seed.commands)
    speeds = np.array([j.request.speed for j in jobs])
    assert speeds.min() >= 0.65 and speeds.max() <= 1.35


def test_lists_carry_the_pronunciations_of_their_phrases(seed: LanguageSeed) -> None:
    said = {**seed.commands, "down": [Phrasing(text="down", ipa="dˈaʊn")]}
    jobs = recipe.training_jobs(msgspec.structs.replace(seed, commands=said))
    lists = [job.request for job in jobs if job.request.among]
    for request in lists:
        given = request.among_ipa or (None,) * len(request.among)
        by_text = dict(zip(request.among, given, strict=True))
        assert by_text[request.text] == request.ipa
        assert (request.ipa is not None) == request.text.startswith("down")
    assert any(request.ipa for request in lists)


@pytest.mark.parametrize("kokoro", [1, 5, 12])
def test_so_many_clips_a_phrasing(seed: LanguageSeed, kokoro: int) -> None:
    jobs = recipe.training_jobs(seed, sizes=sized(kokoro, 4))
    said = [j.request for j in jobs if j.request.text.rstrip(".!?") == "halt"]
    assert sum(r.engine == "kokoro" for r in said) == pytest.approx(kokoro, abs=1)
    assert sum(r.engine == "espeak" for r in said) == 4
    none = recipe.training_jobs(seed, engines=["espeak"], sizes=sized(0, 4))
    assert {j.request.engine for j in none} == {"espeak"}
