"""The split keeps a speaker on one side, the same side everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from allears_tools.evaluate.split import TEST_SHARE, is_test, speaker_key


@dataclass(frozen=True)
class Row:
    path: str = "source/clip.ogg"
    source: str = "source"
    speaker: str = ""
    training: str = "yes"


def test_rows_that_may_not_train_are_for_testing() -> None:
    rows = [Row(speaker=str(i), training="test only") for i in range(50)]
    assert all(map(is_test, rows))


def test_the_share_of_testing_speakers_is_as_stated() -> None:
    testing = sum(is_test(Row(speaker=str(i))) for i in range(1000))
    assert abs(testing / 1000 - TEST_SHARE) < 0.05


def test_noise_is_split_as_well() -> None:
    rows = [Row(path=f"n/{i}.ogg", training="noise: yes") for i in range(100)]
    assert 0 < sum(map(is_test, rows)) < 100


def test_the_noise_of_a_pub_trains_nothing() -> None:
    assert is_test(Row(path="noise_music/esp_Pub.ogg", training="noise: yes"))


def test_a_speaker_stays_on_one_side() -> None:
    for speaker in map(str, range(50)):
        rows = [Row(path=f"s/{i}.ogg", speaker=speaker) for i in range(10)]
        assert len(set(map(is_test, rows))) == 1


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (
            "w/computer_0386DA81-9db7-499c-b4f8-910beec53c23.ogg",
            "recording:0386da81-9db7-499c-b4f8-910beec53c23",
        ),
        ("d/3_three_0107.ogg", "sitting:0107"),
        ("x/doorbell.ogg", "file:doorbell"),
    ],
)
def test_names_stand_in_for_unknown_speakers(path: str, key: str) -> None:
    assert speaker_key(Row(path=path)) == key


def test_the_split_never_changes() -> None:
    """Moving a speaker over would let shipped models be tested on what trained them."""
    sides = "".join("t" if is_test(Row(speaker=str(i))) else "." for i in range(16))
    assert sides == ".tt...t.t.....t."
