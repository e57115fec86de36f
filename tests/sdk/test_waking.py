"""Wake words beside each other: the contest, the shared word, the hold-off."""

from __future__ import annotations

import numpy as np
import pytest
from allears import Command, Listener, Wake
from allears.contract import CONTEST_MS, VERIFIED_MS
from allears.languages import Language
from allears.margin import Margin
from allears.pipeline import BLOCK_MS
from allears.wake import WakeDetector
from allears.waking import WakeWatch

from tests.sdk.conftest import fake_head, fake_wake

CONTEST_BLOCKS = CONTEST_MS // BLOCK_MS
FEATURES = [0.0] * 120


class Scripted:
    """A wake model whose probabilities (in 1/256) are written down, one a block."""

    input_shape, output_shape = (1, 3, 40), (1, 1)

    def __init__(self, script):
        self._script = script
        self.reset()

    def run(self, values):
        value = self._script.get(self._at, 0)
        self._at += 1
        return np.array([[value]], np.uint8)

    def reset(self):
        self._at = 0


class Judge:
    """A verifier that is of one opinion: a total of 256, with a limit of 128, or None."""

    def __init__(self, total):
        self._total = total
        self.heard = []

    def judge(self, embeddings):
        self.heard.append(embeddings)
        return self._total and Margin(self._total, 128, 256)


def word(code, script, cutoff=0.5, wake_word=None, verifier=None):
    detector = WakeDetector(Scripted(script), cutoff, 1)
    return Language(code, wake_word or code, detector, None, verifier)


def woken(*languages, blocks=100, recall=list):
    """(block, language, score in 1/256) of what fires."""
    watch = WakeWatch(list(languages), recall)
    found = []
    for block in range(blocks):
        event = watch.step([FEATURES], block * BLOCK_MS)
        if event:
            codes = "+".join(language.code for language in event.languages)
            found.append((block, codes, round(event.score * 256)))
    return found


def test_a_single_word_fires_at_once():
    assert woken(word("en", {10: 200})) == [(10, "en", 200)]


def test_of_several_the_one_that_fires_picks_the_language():
    end = 10 + CONTEST_BLOCKS
    assert woken(word("en", {10: 200}), word("sr", {})) == [(end, "en", 200)]
    assert woken(word("en", {}), word("sr", {10: 200})) == [(end, "sr", 200)]


def test_the_better_margin_wins_the_contest():
    end = 10 + CONTEST_BLOCKS
    late = word("sr", {10 + CONTEST_BLOCKS - 1: 240})
    assert woken(word("en", {10: 200}), late) == [(end, "sr", 240)]
    # The higher score, but less above its own cutoff.
    strict = word("sr", {10: 240}, cutoff=0.9)
    assert woken(word("en", {10: 230}), strict) == [(end, "en", 230)]
    # Even: the first in the profile.
    assert woken(word("en", {11: 200}), word("sr", {11: 200}))[0][1] == "en"


def test_who_comes_after_the_contest_is_held_off():
    late = word("sr", {11 + CONTEST_BLOCKS: 250, 60: 250})
    assert [code for _, code, _ in woken(word("en", {10: 200}), late)] == ["en", "sr"]


def test_a_shared_word_wakes_all_its_languages_without_a_contest():
    first, second = word("en", {10: 200}), Language("ms", "en", None, None)
    assert woken(first, second) == [(10, "en+ms", 200)]


def test_reset_forgets_a_contest():
    watch = WakeWatch([word("en", {0: 200}), word("sr", {})])
    assert watch.step([FEATURES], 0) is None and watch.contested
    watch.reset()
    assert not watch.contested


def test_a_verifier_is_asked_at_the_contest_s_end():
    recalls = []

    def recall():
        recalls.append("an embedding")
        return list(recalls)

    kind = Judge(190)
    found = woken(word("en", {10: 200, 12: 220}, verifier=kind), recall=recall)
    assert found == [(10 + CONTEST_BLOCKS, "en", 190)]
    assert kind.heard == [["an embedding"]]


def test_a_verifier_that_refuses_leaves_nothing():
    strict = Judge(None)
    assert woken(word("en", {10: 250, 12: 250, 30: 250}, verifier=strict)) == []
    assert len(strict.heard) == 2
    # And nobody is held off: another word may be heard at once.
    other = word("sr", {11 + CONTEST_BLOCKS: 200})
    found = woken(word("en", {10: 250}, verifier=strict), other)
    assert found == [(11 + 2 * CONTEST_BLOCKS, "sr", 200)]


def test_verifiers_turn_the_order_of_words():
    end = 10 + CONTEST_BLOCKS
    for english, serbian, first in ((180, 200, "sr"), (200, 180, "en"), (200, 200, "en")):
        judged = [
            word("en", {11: 150}, verifier=Judge(english)),
            word("sr", {10: 250}, verifier=Judge(serbian)),
        ]
        assert woken(*judged) == [(end, first, max(english, serbian))]
    # Refused: the other one is heard, with its verifier or without.
    for verifier, score in ((Judge(180), 180), (None, 150)):
        refused = word("sr", {10: 250}, verifier=Judge(None))
        assert woken(word("en", {11: 150}, verifier=verifier), refused) == [(end, "en", score)]
    # One with its own margin against a verifier's: 150 of 128 to 256 beats 140.
    judged = word("sr", {10: 250}, verifier=Judge(140))
    assert woken(word("en", {11: 150}), judged) == [(end, "en", 150)]


def test_words_that_did_not_fire_are_not_verified():
    idle = Judge(250)
    assert woken(word("en", {10: 200}), word("sr", {}, verifier=idle))[0][1] == "en"
    assert idle.heard == []


@pytest.mark.parametrize("wake_only", [False, True])
def test_a_verifier_hears_what_was_said_before(fake_models, monkeypatch, speech, wake_only):
    """From the stream's first block on; no more than VERIFIED_MS, in whole steps of the ear."""
    early, late = Judge(200), Judge(200)
    # Near the stream's start, and long after.
    for block, judge in ((40, early), (90, late)):
        only = word("en", {block: 250}, verifier=judge)._replace(head=fake_head("en", lively=0))
        monkeypatch.setattr("allears.pipeline.load_languages", lambda *a, only=only, **k: [only])
        listener = Listener("gb", wake_only=wake_only)
        assert any(isinstance(event, Wake) for event in listener.feed(speech))
    blocks = 40 + 1 + CONTEST_BLOCKS
    assert len(early.heard[0]) == min(blocks * 3, VERIFIED_MS // 10) // 4
    assert len(late.heard[0]) == VERIFIED_MS // 40
    assert late.heard[0][0].shape == (1, 128)


@pytest.fixture
def bilingual(fake_models, monkeypatch):
    """A listener of two languages with a wake word each, that both fire now and then."""

    def load(*_, **__):
        return [
            Language("en", "computer", fake_wake(6), fake_head("en", listen_timeout_ms=900)),
            Language("sr", "zdravo kućo", fake_wake(5), fake_head("sr", listen_timeout_ms=900)),
        ]

    monkeypatch.setattr("allears.pipeline.load_languages", load)
    return lambda: Listener("gb")


@pytest.mark.parametrize("chunk", [1, 479, 480, 481, 7001])
def test_events_of_two_languages_do_not_depend_on_chunks(bilingual, speech, chunk):
    def hear(size):
        listener = bilingual()
        events = []
        for at in range(0, len(speech), size):
            events += listener.feed(speech[at : at + size])
        return events + listener.finish()

    whole = hear(len(speech))
    assert {type(event) for event in whole} == {Wake, Command}
    assert hear(chunk) == whole


def test_the_ear_hears_what_was_said_during_the_contest(fake_models, monkeypatch, speech):
    head, starts, steps = fake_head("en", lively=0), [], []
    monkeypatch.setattr(head, "reset", lambda undecided_steps: starts.append(undecided_steps))
    monkeypatch.setattr(head, "step", lambda embedding: steps.append(len(starts)))
    first = word("en", {40: 250})._replace(head=head)
    languages = [first, word("sr", {})._replace(head=fake_head("sr"))]
    monkeypatch.setattr("allears.pipeline.load_languages", lambda *a, **k: languages)
    listener = Listener("gb")
    preroll_ms = listener.profile.listening.preroll_ms
    (wake,) = listener.feed(speech[: 16000 * 20 // 10])
    # Undecided up to the moment the wake word fired; the contest's audio is decided on.
    assert starts == [preroll_ms // 40]
    listened_ms = 2000 - wake.time_s * 1000
    assert len(steps) == (preroll_ms + CONTEST_MS + listened_ms) // 40
