"""Whatever comes over the link, the device answers or passes over it, and goes on."""

from __future__ import annotations

import struct
from importlib.metadata import version

import cbor2
import pytest
from allears.device.server import Server
from allears.link_contract import (
    FIELD_EVENTS,
    FIELD_NEXT,
    GROUP_IMAGE,
    GROUP_OS,
    GROUP_VOICE,
    IMAGE_UPLOAD,
    MAX_MESSAGE_BYTES,
    OS_ECHO,
    OS_INFO,
    OS_RESET,
    VOICE_EVENTS,
    VOICE_STATUS,
    Refusal,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.device.small import flash

HEADER = struct.Struct(">BBHHBB")
COMMANDS = st.sampled_from(
    [(GROUP_OS, n) for n in range(9)]
    + [(GROUP_IMAGE, n) for n in range(7)]
    + [(GROUP_VOICE, n) for n in range(8)]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.binary(max_size=300)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
FIELDS = st.sampled_from(
    "off data len sha image upgrade hash confirm slot d since end keep".split()
)
ANY_TIME = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150
)


@pytest.fixture
def server(device, signed):
    """The server of a device that runs a pack."""
    flash(device, signed())
    return Server(device)


def ask(server, op, group, command, fields):
    body = fields if isinstance(fields, bytes) else cbor2.dumps(fields)
    return answer_to(server, HEADER.pack(op | 8, 0, len(body), group, 7, command) + body)


def answer_to(server, message):
    reply = server.handle(message)
    if reply is None:
        return None
    op, _, length, group, sequence, command = HEADER.unpack_from(reply)
    assert (op, sequence) == (message[0] + 1, message[6])
    assert (group, command) == HEADER.unpack_from(message)[3:6:2]
    assert length == len(reply) - HEADER.size <= MAX_MESSAGE_BYTES
    found = cbor2.loads(reply[HEADER.size :])
    assert isinstance(found, dict)
    return found


def test_echo_and_status(server):
    assert ask(server, 2, GROUP_OS, OS_ECHO, {"d": "hello"}) == {"r": "hello"}
    status = ask(server, 0, GROUP_VOICE, VOICE_STATUS, {})
    assert (status["market"], status["confirmed"], status["board"]) == ("gb", True, "linux")


def test_info_names_board_and_release(server):
    told = ask(server, 0, GROUP_OS, OS_INFO, {})
    assert told == {"output": f"AllEars linux {version('allears')}"}


def test_reset_is_due_after_the_answer(server):
    assert ask(server, 2, GROUP_OS, OS_RESET, {}) == {}
    assert server.reset_due


def test_a_refusal_has_code_and_sentence(server):
    answer = ask(server, 2, GROUP_IMAGE, IMAGE_UPLOAD, {"off": 9, "data": b"x"})
    assert answer == {
        "rc": Refusal.NO_UPLOAD.rc,
        "rsn": f"{Refusal.NO_UPLOAD.value} {Refusal.NO_UPLOAD.sentence}",
    }
    status = ask(server, 0, GROUP_VOICE, VOICE_STATUS, {})
    assert (status["refusal"], status["reason"]) == (117, Refusal.NO_UPLOAD.sentence)


def test_unknown_commands_are_refused(server):
    answer = ask(server, 0, 99, 3, {})
    assert answer["rsn"].startswith(str(Refusal.UNKNOWN_COMMAND.value))


def test_no_request_no_answer(server):
    for message in (b"", b"\x08\0\0", HEADER.pack(9, 0, 0, 0, 1, 0), HEADER.pack(8, 0, 5, 0, 1, 0)):
        assert server.handle(message) is None
    assert server.device.counters.bad_frames == 4


def test_events_come_in_portions(server):
    for number in range(100):
        event = {"time_s": number, "event": "command", "language": "en", "id": "up", "score": 0.5}
        server.device.events.append((number, event))
    server.device.next_event = 100
    seen, since = [], 0
    while since < 100:
        told = ask(server, 0, GROUP_VOICE, VOICE_EVENTS, {"since": since})
        assert told[FIELD_NEXT] == 100
        seen += [event["n"] for event in told[FIELD_EVENTS]]
        since = seen[-1] + 1
    assert seen == list(range(100 - 64, 100))


@ANY_TIME
@given(op=st.integers(0, 7), command=COMMANDS, body=st.binary(max_size=300))
def test_any_bytes_as_a_map(server, op, command, body):
    ask(server, op, *command, body)
    assert ask(server, 2, GROUP_OS, OS_ECHO, {"d": "alive"}) == {"r": "alive"}


@ANY_TIME
@given(
    op=st.sampled_from([0, 2]), command=COMMANDS, fields=st.dictionaries(FIELDS, VALUES, max_size=6)
)
def test_any_values_in_known_fields(server, op, command, fields):
    ask(server, op, *command, fields)
    assert ask(server, 2, GROUP_OS, OS_ECHO, {"d": "alive"}) == {"r": "alive"}
    assert server.device.storage.journal.state.confirmed is not None


@ANY_TIME
@given(message=st.binary(max_size=60))
def test_any_message(server, message):
    answer_to(server, message)


@pytest.mark.parametrize(
    "body",
    [
        b"\xbf" * 500,  # maps in maps without end
        b"\x9b" + b"\xff" * 8,  # a list of 2**64 items
        b"\x5b" + b"\x7f" * 8,  # a string of 2**63 bytes
        b"\xc5\x82\x1b" + b"\x7f" * 8 + b"\x01",  # a number of 2**63 digits
        b"\xd8\x23\x63(((",  # a broken regular expression
        b"\xa1\x61d\xd8\x40\x00",
    ],
)
def test_bombs(server, body):
    assert ask(server, 2, GROUP_OS, OS_ECHO, body)["rsn"].startswith("100 ")
