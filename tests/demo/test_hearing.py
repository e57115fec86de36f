"""How a scene is played and judged."""

from __future__ import annotations

import numpy as np
import pytest
from allears import Command, Wake
from allears_tools.demo.hearing import hear
from allears_tools.demo.scenes import Scene, demo_clips


@pytest.fixture
def scene() -> Scene:
    clips = {clip.text: clip.path for clip in demo_clips("en")}
    return Scene("somebody", "stop", "stop", clips["computer"], clips["stop"])


def _command(command_id: str) -> Command:
    return Command(time_s=3.4, score=0.9, language="en", id=command_id)


def test_right_is_the_wake_word_and_just_the_command(scripted, wake: Wake, scene: Scene) -> None:
    heard = hear(scripted([wake, _command("stop")]), scene)
    assert heard.right and heard.woke and heard.commands == ["stop"]
    assert heard.delay_ms is not None and -500 < heard.delay_ms < 2000
    assert heard.to_dict()["right"] is True


@pytest.mark.parametrize("commands", [[], ["start"], ["stop", "stop"]])
def test_nothing_another_or_twice_is_wrong(
    scripted, wake: Wake, scene: Scene, commands: list[str]
) -> None:
    heard = hear(scripted([wake, *map(_command, commands)]), scene)
    assert not heard.right and heard.commands == commands


def test_a_command_without_the_wake_word_is_wrong(scripted, scene: Scene) -> None:
    assert not hear(scripted([_command("stop")]), scene).right


def test_what_is_no_command_must_give_none(scripted, wake: Wake, scene: Scene) -> None:
    other = Scene("somebody", "thirteen", None, scene.wake, scene.audio)
    assert hear(scripted([wake]), other).right
    assert not hear(scripted([wake, _command("digit_3")]), other).right


def test_audio_comes_in_chunks_of_20_ms(scripted, scene: Scene) -> None:
    listener = scripted([])
    heard = hear(listener, scene)
    assert {len(chunk) for chunk in listener.fed[:-1]} == {320}
    assert all(chunk.dtype == np.int16 for chunk in listener.fed)
    assert heard.audio_s == pytest.approx(sum(map(len, listener.fed)) / 16000)
