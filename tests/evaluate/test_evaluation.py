"""Clips in, report out, with a listener that needs no model."""

from __future__ import annotations

from typing import Any

import pytest
from allears_tools.evaluate.errors import EvaluationError, LabelsError
from allears_tools.evaluate.labels import read_labels
from allears_tools.evaluate.report import report
from allears_tools.evaluate.runner import plan, run

from tests.evaluate.conftest import VOCABULARY, FakeListener, Recordings

ONE, TWO, STOP, NOTHING = 4000, 8000, 12000, 20000
"""Peaks that the fake listener knows, and one that it does not."""


def _evaluate(
    recordings: Recordings, stage: str = "commands", jobs: int = 1, **chosen: Any
) -> dict[str, Any]:
    planned = plan(read_labels(recordings.labels), stage, VOCABULARY, **chosen)
    return report(run(planned, "cn", "zh", FakeListener, jobs), planned.skipped)


def test_the_first_event_counts(recordings: Recordings) -> None:
    recordings.add([ONE], "一")
    recordings.add([TWO, ONE], "一")
    recordings.add([NOTHING], "一")
    recordings.add([STOP], "停", source="other")
    result = _evaluate(recordings)
    assert (result["clips"], result["right"], result["wrong"], result["none"]) == (4, 2, 1, 1)
    assert result["in_vocabulary_clips"] == 4
    assert result["by_command"]["digit_1"]["right"] == 1
    assert result["by_source"]["other"]["right"] == 1
    assert result["confusions"]["digit_1"] == {"digit_1": 1, "digit_2": 1, "none": 1}


def test_clips_that_give_a_second_event_are_counted(recordings: Recordings) -> None:
    recordings.add([ONE], "一")
    recordings.add([ONE, ONE], "一")
    recordings.add([TWO, ONE], "一", source="other")
    recordings.add([ONE, ONE], "天", kind="other-word")
    result = _evaluate(recordings)
    assert (result["right"], result["wrong"], result["repeated"]) == (2, 1, 2)
    assert result["by_source"]["other"]["repeated"] == 1


def test_other_languages_are_out_of_vocabulary_where_asked(recordings: Recordings) -> None:
    recordings.add([ONE], "一")
    recordings.add([ONE], "sieben", locale="de")
    recordings.add([STOP], "停", locale="ja")  # the word travelled
    assert _evaluate(recordings)["out_of_vocabulary_clips"] == 0
    result = _evaluate(recordings, others=True)
    assert (result["out_of_vocabulary_clips"], result["false_events"]) == (1, 1)


def test_false_events_of_short_clips_count_once(recordings: Recordings) -> None:
    recordings.add([ONE, TWO], "天", kind="other-word")
    recordings.add([NOTHING], "水", kind="other-word")
    result = _evaluate(recordings)
    assert result["out_of_vocabulary_clips"] == 2
    assert result["false_events"] == 1
    assert result["false_clip_rate"] == 0.5
    assert result["confusions"]["(no command)"] == {"digit_1": 1, "none": 1}
    assert result["false_texts"] == [
        {"source": "one", "text": "天", "heard": "digit_1", "events": 1}
    ]


def test_every_event_of_long_audio_is_false(recordings: Recordings) -> None:
    recordings.add([ONE, TWO, STOP], "", kind="dialogue", seconds=12)
    result = _evaluate(recordings)
    assert result["false_events"] == 3
    assert result["negative_hours"] == pytest.approx(36.6 / 3600, abs=1e-6)
    assert result["false_per_hour"] == pytest.approx(3 / result["negative_hours"])
    assert result["by_length"]["long"]["false_events"] == 3


def test_speakers_have_intervals(recordings: Recordings) -> None:
    for peak in (ONE, ONE, ONE, TWO):
        recordings.add([peak], "一", speaker="anna")
    recordings.add([ONE], "一")
    result = _evaluate(recordings)
    assert list(result["by_speaker"]) == ["one/anna"]
    anna = result["by_speaker"]["one/anna"]
    assert anna["right_rate"] == 0.75
    assert anna["right_interval"] == pytest.approx((0.3006, 0.9544), abs=1e-4)


def test_what_cannot_be_judged_is_counted(recordings: Recordings) -> None:
    recordings.add([ONE], "一")
    recordings.add([ONE], "one", locale="en")
    recordings.add([ONE], "one", locale="en")
    recordings.add([ONE], "key:back", kind="ui-word")
    result = _evaluate(recordings)
    assert result["clips"] == 1
    assert result["skipped"] == {"another language": 2, "text unknown": 1}


def test_wake_hits_and_false_alarms(recordings: Recordings) -> None:
    recordings.add([NOTHING, ONE], "你好电脑", kind="wake")
    recordings.add([NOTHING], "你好电脑", kind="wake")
    recordings.add([ONE], "智能镜子", kind="wake", source="other")
    recordings.add([NOTHING], "", kind="noise", locale="", source="noise")
    result = _evaluate(recordings, "wake")
    assert (result["right"], result["none"], result["wrong"]) == (1, 1, 0)
    assert result["false_events"] == result["by_source"]["other"]["false_events"] == 1
    assert result["by_source"]["noise"]["false_events"] == 0


def test_latency_is_from_the_end_of_the_speech(recordings: Recordings) -> None:
    recordings.add([ONE], "一")
    latency = _evaluate(recordings)["latency_s"]
    assert latency["events"] == 1
    assert 0.0 < latency["p50"] <= 0.2


def test_split_and_sources_choose(recordings: Recordings) -> None:
    for speaker in map(str, range(20)):
        recordings.add([ONE], "一", speaker=speaker, training="yes")
    recordings.add([ONE], "一", source="kept")
    both = _evaluate(recordings)
    test, train = (_evaluate(recordings, split=split) for split in ("test", "train"))
    assert test["clips"] + train["clips"] == both["clips"] == 21
    assert both["by_split"]["test"]["clips"] == test["clips"]
    assert test["skipped"] == {"may be trained on": train["clips"]}
    kept = _evaluate(recordings, sources=frozenset({"kept"}))
    assert kept["clips"] == 1
    assert kept["skipped"] == {"source not asked for": 20}


def test_jobs_change_nothing(recordings: Recordings) -> None:
    for peak in (ONE, TWO, NOTHING, STOP) * 4:
        recordings.add([peak], "一", seconds=6)
    assert _evaluate(recordings, jobs=2) == _evaluate(recordings, jobs=1)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"stage": "ear"}, "no stage 'ear'"),
        ({"stage": "commands", "split": "half"}, "no split 'half'"),
        ({"stage": "commands", "sources": frozenset({"two"})}, "no source 'two'"),
    ],
)
def test_unknown_choices_are_explained(
    recordings: Recordings, chosen: dict[str, Any], said: str
) -> None:
    recordings.add([ONE], "一")
    with pytest.raises(EvaluationError, match=said) as caught:
        plan(read_labels(recordings.labels), vocabulary=VOCABULARY, **chosen)
    assert "Use one of: " in caught.value.remedy


def test_nothing_to_judge_is_an_error(recordings: Recordings) -> None:
    recordings.add([ONE], "one", locale="en")
    with pytest.raises(EvaluationError, match="1 another language"):
        _evaluate(recordings)


def test_a_missing_audio_file_is_explained(recordings: Recordings) -> None:
    recordings.add([ONE], "一")
    (recordings.folder / "one/001.wav").unlink()
    with pytest.raises(LabelsError, match=r"1 of 1 audio files are missing, first .*001\.wav"):
        _evaluate(recordings)


def test_a_broken_audio_file_is_explained(recordings: Recordings) -> None:
    recordings.add([ONE], "一")
    (recordings.folder / "one/001.wav").write_bytes(b"not audio")
    with pytest.raises(LabelsError, match=r"001\.wav cannot be heard"):
        _evaluate(recordings)
