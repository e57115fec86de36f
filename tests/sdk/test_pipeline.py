"""The listener: same events whatever the chunks, a clean start after each stream, its windows."""

from __future__ import annotations

import numpy as np
import pytest
from allears import Command, Listener, Wake
from allears.features import FeatureExtractor
from allears.languages import Language
from allears.level import LevelControl
from allears.pipeline import RECENT_BLOCKS

from tests.sdk.conftest import CLASSES, fake_head, fake_wake

pytestmark = pytest.mark.usefixtures("fake_models")
MODES = [{}, {"assume_wake": True}, {"wake_only": True}]


def play(listener, samples, chunk):
    events = []
    for at in range(0, len(samples), chunk):
        events += listener.feed(samples[at : at + chunk])
    return events + listener.finish()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("chunk", [1, 7, 160, 479, 480, 481, 800, 4096, 50001])
def test_events_do_not_depend_on_chunks(speech, mode, chunk):
    whole = play(Listener("gb", **mode), speech, len(speech))
    assert len(whole) > 3
    assert play(Listener("gb", **mode), speech, chunk) == whole


@pytest.mark.parametrize("size", [1, 3, 959, 1601])
def test_bytes_may_be_cut_inside_a_sample(speech, size):
    data = speech.tobytes()
    listener = Listener("gb")
    events = []
    for at in range(0, len(data), size):
        events += listener.feed(data[at : at + size])
    assert events + listener.finish() == play(Listener("gb"), speech, len(speech))


@pytest.mark.parametrize("mode", MODES)
def test_every_stream_starts_anew(speech, mode):
    listener = Listener("gb", **mode)
    first = play(listener, speech, 1000)
    assert play(listener, speech, 1000) == first
    listener.feed(speech[:12345])
    listener.reset()
    assert play(listener, speech, 1000) == first


def test_commands_come_after_a_wake_word_only(speech):
    events = play(Listener("gb"), speech, 4096)
    assert isinstance(events[0], Wake) and any(isinstance(e, Command) for e in events)
    times = [event.time_s for event in events]
    assert times == sorted(times)


def test_assume_wake_gives_commands_to_the_end(speech):
    events = play(Listener("gb", assume_wake=True), speech, 4096)
    assert {type(event) for event in events} == {Command}
    assert events[-1].time_s > len(speech) / 16000 - 1


def test_wake_only_reports_a_word_once_a_second(speech):
    events = play(Listener("gb", wake_only=True), speech, 4096)
    assert {type(event) for event in events} == {Wake}
    gaps = np.diff([event.time_s for event in events])
    assert (gaps >= 1).all()


def test_finish_hears_what_was_said_last(speech):
    for cut in (1, 100, 799, 800, 5000):
        listener = Listener("gb", assume_wake=True)
        listener.feed(speech[:cut])
        listener.finish()
        assert listener.feed(b"") == []


def test_other_sample_types_are_refused():
    listener = Listener("gb")
    for wrong in (np.zeros(10, np.float32), np.zeros((10, 2), np.int16)):
        with pytest.raises(TypeError, match="int16"):
            listener.feed(wrong)


def test_events_as_json_types(speech):
    wake, *others = play(Listener("gb"), speech, 4096)
    command = next(event for event in others if isinstance(event, Command))
    assert set(wake.to_dict()) == {"event", "time_s", "score", "language", "wake_word"}
    assert command.to_dict()["event"] == "command"
    assert command.to_dict()["id"] in {"stop", "louder", "digit_1", "digit_2"}
    assert set(command.to_dict()) == {"event", "time_s", "score", "language", "id", "number"}


class TestNumbers:
    """A setting command, and the digits after it, as a listener reports them."""

    @pytest.fixture
    def say(self, monkeypatch, speech):
        """Let the head decide what is said: (step, class number) pairs of 40 ms from the start."""

        def said(words, seconds=5, chunk=4096):
            class Scripted:
                def run(self, values):
                    self.at += 1
                    output = np.full((1, len(CLASSES)), -128, np.int8)
                    output[0, dict(words).get(self.at, 0)] = 127
                    return output

                def reset(self):
                    self.at = -1

            head = fake_head(smoothing_frames=1, refractory_ms=600)
            monkeypatch.setattr(head, "_model", Scripted())
            languages = [Language("en", "computer", None, head)]
            monkeypatch.setattr("allears.pipeline.load_languages", lambda *a, **k: languages)
            listener = Listener("gb", assume_wake=True)
            events = play(listener, speech[: 16000 * seconds], chunk)
            return [(event.id, event.number) for event in events], events

        return said

    def test_digits_follow_faster_than_commands(self, say):
        louder, one, two = 2, 3, 4
        assert say([(10, louder), (18, one), (26, two)])[0] == [("louder", None), ("louder", 12)]
        assert say([(10, louder), (18, one), (22, two)])[0] == [("louder", None), ("louder", 1)]
        # The same digit again only after the head's own hold-off.
        assert say([(10, louder), (18, one), (26, one)])[0] == [("louder", None), ("louder", 1)]
        assert say([(10, louder), (18, one), (35, one)])[0] == [("louder", None), ("louder", 11)]

    def test_only_digits_follow_faster(self, say):
        assert say([(10, 2), (18, 1), (30, 3)])[0] == [("louder", None), ("louder", 1)]
        assert say([(10, 2), (27, 1)])[0] == [("louder", None), ("stop", None)]

    def test_digits_alone_keep_to_the_ordinary_hold_off(self, say):
        assert say([(10, 3), (18, 4)])[0] == [("digit_1", None)]
        assert say([(10, 3), (27, 4)])[0] == [("digit_1", None), ("digit_2", None)]

    def test_the_end_of_the_stream_completes_a_number(self, say):
        found, events = say([(10, 2), (22, 3)], seconds=1)
        assert found == [("louder", None), ("louder", 1)]
        assert events[-1].time_s <= 1.9

    @pytest.mark.parametrize("chunk", [1, 481, 7001])
    def test_numbers_do_not_depend_on_chunks(self, say, chunk):
        words = [(10, 2), (18, 3), (26, 4), (70, 2), (80, 4)]
        assert say(words, chunk=chunk) == say(words)
        numbers = [number for _, number in say(words)[0]]
        assert numbers == [None, 12, None, 2]


class TestWindows:
    """When listening ends, and what the wake model hears meanwhile."""

    def use(self, monkeypatch, *languages):
        monkeypatch.setattr("allears.pipeline.load_languages", lambda *a, **k: list(languages))

    def test_time_out_in_silence_then_the_wake_word_again(self, monkeypatch):
        head = fake_head(lively=0, listen_timeout_ms=1500)
        self.use(monkeypatch, Language("en", "computer", fake_wake(10), head))
        events = play(Listener("gb"), np.zeros(16000, np.int16), 4096)
        assert len(events) == 1 and isinstance(events[0], Wake)

    def test_gate_closes_in_silence(self, monkeypatch):
        wake = fake_wake(0)
        heard = []
        step = wake.step
        monkeypatch.setattr(wake, "step", lambda f: heard.append(len(f)) or step(f))
        self.use(monkeypatch, Language("en", "computer", wake, fake_head()))
        Listener("gb").feed(np.zeros(16000 * 10, np.int16))
        assert len(heard) < 70

    def test_gate_opens_with_what_was_missed(self, monkeypatch, speech):
        wake = fake_wake(0)
        blocks = []
        step = wake.step
        monkeypatch.setattr(wake, "step", lambda f: blocks.append(tuple(f)) or step(f))
        self.use(monkeypatch, Language("en", "computer", wake, fake_head()))
        listener = Listener("gb")
        quiet = np.zeros(16000 * 10, np.int16)
        samples = np.concatenate([quiet, speech[:32000]])
        listener.feed(samples)
        features = FeatureExtractor().feed(LevelControl().attenuated(samples.tobytes()))
        whole = features[: len(features) // 3 * 3].reshape(-1, 120).tolist()
        assert blocks[-RECENT_BLOCKS:] == [tuple(block) for block in whole[-RECENT_BLOCKS:]]

    def test_languages_with_one_wake_word_listen_together(self, monkeypatch, speech):
        first = Language("en", "computer", fake_wake(10), fake_head("en", lively=0))
        second = Language("ms", "computer", None, fake_head("ms"))
        self.use(monkeypatch, first, second)
        events = play(Listener("gb"), speech, 4096)
        assert events[0].language == "en"
        assert {e.language for e in events if isinstance(e, Command)} == {"ms"}

    def test_the_wake_word_that_fires_picks_the_language(self, monkeypatch, speech):
        first = Language("en", "computer", fake_wake(0), fake_head("en"))
        second = Language("sr", "zdravo kućo", fake_wake(10), fake_head("sr"))
        self.use(monkeypatch, first, second)
        assert {event.language for event in play(Listener("gb"), speech, 4096)} == {"sr"}
