"""Figures, the profile's demands, and how a build server is told of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from allears.errors import ProfileError
from allears.profile import Acceptance, Profile
from allears_tools.testing.junit import write_junit
from allears_tools.testing.summary import summarise

from tests.testing.outcomes import FACTS, event, outcome

WOKEN = event("computer", 900)
OUTCOMES = [
    outcome("stop", WOKEN, event("stop", 2100), name="1.wav"),
    outcome("stop", WOKEN, event("stop", 2300), name="2.wav"),
    outcome("stop", WOKEN, event("start", 2100), name="3.wav"),
    outcome("stop", name="4.wav"),
    outcome(None, WOKEN, event("open", 2100), name="5.wav", heard_ms=2950),
    outcome("wake", event("computer", 2200), name="6.wav"),
]


def summary(broken: str = "", **demands: Any) -> dict[str, Any]:
    profile = msgspec.structs.replace(Profile.load("gb"), acceptance=Acceptance(**demands))
    return summarise(profile, FACTS, "by hand", OUTCOMES, broken)


def test_figures() -> None:
    found = summary()
    commands = found["commands"]
    assert (commands["right"], commands["wrong"], commands["none"]) == (2, 1, 1)
    assert commands["confusions"]["stop"] == {"stop": 2, "start": 1, "none": 1}
    assert (found["wake_missed"], found["wake_words"]) == (1, 6)
    assert found["latency_ms"] == {"events": 3, "p50": 200, "p90": 300, "max": 300}
    assert found["dropped_frames"] == 5
    assert found["passed"] and found["acceptance"] == []


@pytest.mark.parametrize(
    ("demand", "passed"),
    [
        ({"right_rate": 0.5}, True),
        ({"right_rate": 0.6}, False),
        ({"wrong_rate": 0.25}, True),
        ({"wake_missed_rate": 0.1}, False),
        ({"false_command_rate": 0.5}, False),
        ({"latency_ms": 200}, True),
        ({"latency_ms": 199}, False),
        ({"dropped_frames": 4}, False),
        ({"disagreeing_clips": 0}, True),
        ({"false_wakes_per_hour": 1.0}, False),  # nothing was played that could tell
        ({"right_rate": 0.5, "latency_ms": 100}, False),
    ],
)
def test_demands(demand: dict[str, float], passed: bool) -> None:
    assert summary(**demand)["passed"] is passed


def test_a_test_that_broke_off_has_not_passed() -> None:
    assert not summary(broken="the cable")["passed"]


def test_a_profile_without_demands_packs_as_before(tmp_path: Path) -> None:
    assert "acceptance" not in msgspec.to_builtins(Profile.load("de"))
    text = (Path(__file__).parents[2] / "device_profiles/de.yaml").read_text(encoding="utf-8")
    path = tmp_path / "de.yaml"
    path.write_text(text + "acceptance: {right_rate: 95}\n", encoding="utf-8")
    with pytest.raises(ProfileError, match="right_rate"):
        Profile.load(path)


def _cases(found: dict[str, Any], tmp_path: Path) -> dict[str, str | None]:
    path = tmp_path / "junit.xml"
    write_junit(found, path)
    return {
        case.attrib["name"]: next((kind.tag for kind in case), None)
        for case in ElementTree.parse(path).iter("testcase")
    }


def test_clips_that_went_wrong_fail_where_no_rate_is_demanded(tmp_path: Path) -> None:
    cases = _cases(summary(), tmp_path)
    assert cases["1.wav"] is None and cases["6.wav"] is None
    assert {cases[f"{n}.wav"] for n in (3, 4, 5)} == {"failure"}


def test_clips_that_went_wrong_are_skipped_where_the_rate_is_reached(tmp_path: Path) -> None:
    cases = _cases(summary(right_rate=0.5, wake_missed_rate=0.0), tmp_path)
    assert cases["3.wav"] == "skipped" and cases["right_rate"] is None
    assert cases["4.wav"] == "failure" and cases["wake_missed_rate"] == "failure"


def test_a_lost_device_is_an_error(tmp_path: Path) -> None:
    assert _cases(summary(broken="the cable"), tmp_path)["stays connected"] == "error"
