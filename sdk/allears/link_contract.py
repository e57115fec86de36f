"""Packs, slots and the link, as host and device see them.

Generated from sdk/contract/link.yaml by allears_tools.contract.link.
"""

from enum import IntEnum

PACK_MAGIC = 1263551809
"""'AEPK', little-endian: the first word of a pack's header."""

PACK_FORMAT = 1
"""Version of the layout; a device reads only its own."""

IMAGE_MAGIC = 2532554813
"""First word of an MCUboot image."""

IMAGE_HEADER_BYTES = 32
"""MCUboot's header; the pack's header follows it."""

PACK_HEADER_BYTES = 96
"""The pack's header."""

SECTION_ENTRY_BYTES = 48
"""One entry of the table of contents."""

MAX_SECTIONS = 64
"""Entries a table may have; it fits into the first sector."""

SECTION_ALIGN_BYTES = 16
"""Sections start at multiples of this, counted from the image's first byte."""

HEAD_BYTES = 128
"""Both headers: what a device reads before it erases anything."""

BOARD_CHARS = 16
"""Board name, padded with zeros."""

MARKET_CHARS = 4
"""Country code, padded with zeros."""

LANGUAGE_CHARS = 6
"""Language code of a section, padded with zeros; empty: of all."""

COMMAND_ID_CHARS = 20
"""A command's id in a command rule, padded with zeros."""

CLASS_ENTRY_BYTES = 24
"""One command of a command rule."""

RULE_HEADER_BYTES = 16
"""Fixed part of a command rule and of a wake rule, and a listening section."""

WAKE_WORD_CHARS = 48
"""Wake word in a wake rule, UTF-8, padded with zeros."""

GOLDEN_HEADER_BYTES = 12
"""Fixed part of a golden section."""

GOLDEN_EVENT_BYTES = 32
"""One expected event."""

GOLDEN_ID_CHARS = 20
"""Command id of an expected event, padded with zeros."""

GOLDEN_TOLERANCE_MS = 80
"""How far an expected event's time may be off."""

NO_LIMIT = 65535
"""Limit of a command that is not offered."""

NO_DIGIT = 255
"""Digit of a command that is none."""

SECTOR_BYTES = 4096
"""What is erased at once; upload progress is kept a sector."""

SLOT_BYTES = 1048576
"""One slot; its last sector holds the upload record."""

SLOT_COUNT = 2
"""Slots of a device."""

JOURNAL_SECTORS = 2
"""Sectors of the journal, written by turns."""

JOURNAL_MAGIC = 826950977
"""'AEJ1': first word of a journal record."""

JOURNAL_RECORD_BYTES = 32
"""One journal record."""

UPLOAD_MAGIC = 1347765569
"""'AEUP': first word of an upload record; written last."""

UPLOAD_DONE_OFFSET = 64
"""Offset in the upload record of the byte a sector: 0xFF until the sector is written, then 0."""

NO_SLOT = 255
"""Stands for none where a slot is named."""

TRIAL_NONE = 0
"""Journal: no pack is on trial."""

TRIAL_REQUESTED = 1
"""Journal: the trial slot boots next."""

TRIAL_RUNNING = 2
"""Journal: the trial slot was booted; unless confirmed, the next boot reverts."""

LINE_BYTES = 127
"""Longest line a device sends, delimiter and newline included."""

MAX_MESSAGE_BYTES = 4096
"""Longest SMP message a Linux-class device takes; a board tells its own."""

MAX_EVENTS = 64
"""Events a device keeps for the host to read."""

MAX_EVENTS_REPLY = 8
"""Events in one reply."""

KEEP_MS = 3000
"""Audio that a device with memory for it keeps, at most."""

KEEP_AFTER_MS = 500
"""So much of it comes after the event that it is kept for."""

LINK_AUDIO_TIMEOUT_MS = 2000
"""The microphone is heard again when so much of it went by without audio by link."""

GROUP_OS = 0
"""SMP group: echo, reset, parameters, info."""

GROUP_IMAGE = 1
"""SMP group: slots: state, upload, erase."""

GROUP_VOICE = 65
"""SMP group: AllEars' own."""

OS_ECHO = 0
"""Command of the group os."""

OS_RESET = 5
"""Command of the group os."""

OS_PARAMETERS = 6
"""Command of the group os."""

OS_INFO = 7
"""Command of the group os."""

IMAGE_STATE = 0
"""Command of the group image."""

IMAGE_UPLOAD = 1
"""Command of the group image."""

IMAGE_ERASE = 5
"""Command of the group image."""

VOICE_STATUS = 0
"""Command of the group voice."""

VOICE_EVENTS = 1
"""Command of the group voice."""

VOICE_COUNTERS = 2
"""Command of the group voice."""

VOICE_AUDIO = 3
"""Command of the group voice."""

VOICE_LIVE = 4
"""Command of the group voice."""

VOICE_KEEP = 5
"""Command of the group voice."""

VOICE_CLIP = 6
"""Command of the group voice."""

SECTION_MANIFEST = 1
"""CBOR map: market, name, version, languages, models' hashes; for reading without a device."""

SECTION_EAR = 2
"""The ear: .tflite for a Linux board, layer program for a microcontroller."""

SECTION_PROFILE = 3
"""CBOR map: the device profile whole."""

SECTION_LISTENING = 4
"""Timing of the listener, fixed layout."""

SECTION_WAKE = 16
"""A language's wake model."""

SECTION_VERIFIER = 22
"""What judges where it fired; not every wake model has one."""

SECTION_WAKE_RULE = 17
"""When they decide, fixed layout."""

SECTION_COMMANDS = 18
"""A language's command head."""

SECTION_COMMAND_RULE = 19
"""When it gives which command, fixed layout."""

SECTION_PROMPTS = 20
"""CBOR map: texts the device shows or speaks."""

SECTION_GOLDEN = 21
"""A clip and the events it must give, fixed layout."""

SECTION_WAKE_MANIFEST = 32
"""Wake.json as it is; Linux boards only."""

SECTION_COMMANDS_MANIFEST = 33
"""Commands.json as it is; Linux boards only."""

SECTION_VERIFIER_MANIFEST = 34
"""Verifier.json as it is; Linux boards only."""

EVENT_WAKE = 1
"""The wake word."""

EVENT_COMMAND = 2
"""A command."""

KEEP_OFF = 0
"""Nothing; what was kept is forgotten."""

KEEP_EVENT = 1
"""The next event; the clip then stays until keep is written anew."""

KEEP_WAKE = 2
"""The next wake word."""

KEEP_COMMAND = 3
"""The next command."""

KEEP_NOW = 4
"""What comes next, whatever it is."""

FIELD_MARKET = "market"
"""Country code of the pack that runs, empty without one."""

FIELD_PACK_VERSION = "pack_version"
"""Its version, major.minor.revision."""

FIELD_LANGUAGES = "languages"
"""Its language codes, a list."""

FIELD_BOARD = "board"
"""What packs must be made for."""

FIELD_CONTRACT = "contract"
"""SHA-256 of the contract, bytes."""

FIELD_COUNTER = "counter"
"""Lowest security counter that is accepted."""

FIELD_SLOT_BYTES = "slot_bytes"
"""Size of a slot."""

FIELD_CONFIRMED = "confirmed"
"""Whether the pack that runs is confirmed."""

FIELD_REFUSAL = "refusal"
"""Code of the last refusal, 0 for none."""

FIELD_REASON = "reason"
"""Its sentence."""

FIELD_KEEP = "keep"
"""What audio is kept for: a name of keep_kinds."""

FIELD_KEEP_MS = "keep_ms"
"""How much of it the device can keep; 0: it has no memory for that."""

FIELD_SINCE = "since"
"""Number of the first event wanted."""

FIELD_NEXT = "next"
"""Number the next event will have."""

FIELD_EVENTS = "events"
"""List of maps, oldest first."""

FIELD_N = "n"
"""Number of the event since boot, from 0."""

FIELD_AT_MS = "at_ms"
"""Position in the audio stream."""

FIELD_KIND = "kind"
"""Wake or command."""

FIELD_LANG = "lang"
"""Language code."""

FIELD_ID = "id"
"""Command id, or the wake word."""

FIELD_SCORE = "score"
"""Probability in 1/256."""

FIELD_NUMBER = "number"
"""What the digits after a setting command gave; only with one."""

FIELD_AUDIO_MS = "audio_ms"
"""Audio heard since boot."""

FIELD_WAKES = "wakes"
"""Wake events since boot."""

FIELD_COMMANDS = "commands"
"""Command events since boot."""

FIELD_FRAMES = "frames"
"""SMP requests understood since boot."""

FIELD_BAD_FRAMES = "bad_frames"
"""Frames dropped since boot: checksum, length, encoding."""

FIELD_REFUSALS = "refusals"
"""Requests refused since boot."""

FIELD_COPIED_BYTES = "copied_bytes"
"""Bytes of the last upload that were copied from the other slot."""

FIELD_RECEIVED_BYTES = "received_bytes"
"""Bytes of the last upload that came over the link."""

FIELD_DATA = "data"
"""16 kHz mono int16, little-endian, whole samples."""

FIELD_END = "end"
"""True: the stream ends here; what is still due is decided and the listener starts anew."""

FIELD_PEAK = "peak"
"""Largest sample without its sign."""

FIELD_POWER = "power"
"""Mean of the squared samples."""

FIELD_SPEECH = "speech"
"""Whether there was speech."""

FIELD_WAKE_SCORE = "wake_score"
"""Highest mean probability of a wake word, in 1/256; 0 while none is looked for."""

FIELD_LISTENING = "listening"
"""Whether the device listens for commands now."""

FIELD_BUSY_US = "busy_us"
"""Time spent hearing since boot, modulo 2^32; only where the board has a clock."""

FIELD_UP_US = "up_us"
"""Time since boot, modulo 2^32; likewise."""

FIELD_STACK_BYTES = "stack_bytes"
"""Size of the stack; only where the board can tell."""

FIELD_STACK_USED = "stack_used"
"""Most of it ever used since boot; likewise."""

FIELD_CLIPS = "clips"
"""Clips kept since boot."""

FIELD_READY = "ready"
"""Whether the clip is whole; while it is not, only what is kept now can be read."""

FIELD_OFF = "off"
"""Bytes into the clip."""

FIELD_LEN = "len"
"""Bytes of the clip so far."""

SECTION_NAMES = {
    SECTION_MANIFEST: "manifest",
    SECTION_EAR: "ear",
    SECTION_PROFILE: "profile",
    SECTION_LISTENING: "listening",
    SECTION_WAKE: "wake",
    SECTION_VERIFIER: "verifier",
    SECTION_WAKE_RULE: "wake_rule",
    SECTION_COMMANDS: "commands",
    SECTION_COMMAND_RULE: "command_rule",
    SECTION_PROMPTS: "prompts",
    SECTION_GOLDEN: "golden",
    SECTION_WAKE_MANIFEST: "wake_manifest",
    SECTION_COMMANDS_MANIFEST: "commands_manifest",
    SECTION_VERIFIER_MANIFEST: "verifier_manifest",
}
"""What a section is called in listings."""

KEEP_NAMES = {
    KEEP_OFF: "off",
    KEEP_EVENT: "event",
    KEEP_WAKE: "wake",
    KEEP_COMMAND: "command",
    KEEP_NOW: "now",
}
"""What a kind of keeping is called on the link."""


class Refusal(IntEnum):
    """Why a device refused; `sentence` tells a person."""

    BAD_REQUEST = 100
    UNKNOWN_COMMAND = 101
    REPLY_TOO_LONG = 102
    NOT_A_PACK = 110
    OTHER_FORMAT = 111
    TOO_LARGE = 112
    OTHER_BOARD = 113
    OTHER_CONTRACT = 114
    OLDER_COUNTER = 115
    NO_FREE_SLOT = 116
    NO_UPLOAD = 117
    OVERRUN = 118
    FLASH_FAILED = 119
    OTHER_SHA = 120
    NO_SUCH_PACK = 130
    TRUNCATED = 131
    CORRUPT = 132
    UNSIGNED_PACK = 133
    WRONG_KEY = 134
    BAD_SIGNATURE = 135
    BAD_HEADER = 136
    BAD_SECTION = 137
    BAD_MODEL = 138
    SELF_TEST = 139
    NOT_CONFIRMED = 140
    UNTESTED = 141
    NOTHING_RUNS = 142
    SLOT_IN_USE = 143
    NO_SUCH_SLOT = 144
    NO_KEEP_MEMORY = 145
    TOO_LITTLE_MEMORY = 146

    @property
    def rc(self) -> int:
        """SMP's nearest return code."""
        return _REFUSALS[self][0]

    @property
    def sentence(self) -> str:
        """What a person reads."""
        return _REFUSALS[self][1]


_REFUSALS = {
    Refusal.BAD_REQUEST: (3, "The request lacks a field, or one has a wrong value."),
    Refusal.UNKNOWN_COMMAND: (8, "This device does not know the command."),
    Refusal.REPLY_TOO_LONG: (7, "The reply does not fit into a message."),
    Refusal.NOT_A_PACK: (3, "The image is no AllEars pack."),
    Refusal.OTHER_FORMAT: (8, "The pack has a format that this device does not read."),
    Refusal.TOO_LARGE: (2, "The pack does not fit into a slot."),
    Refusal.OTHER_BOARD: (3, "The pack was made for another board."),
    Refusal.OTHER_CONTRACT: (3, "The pack was made for another contract of front end and models."),
    Refusal.OLDER_COUNTER: (11, "The pack's security counter is lower than the device's."),
    Refusal.NO_FREE_SLOT: (6, "A pack is on trial: confirm it or reset first."),
    Refusal.NO_UPLOAD: (6, "No upload is under way: start at offset 0."),
    Refusal.OVERRUN: (3, "More data came than the upload announced."),
    Refusal.FLASH_FAILED: (1, "The flash could not be written."),
    Refusal.OTHER_SHA: (9, "What arrived is not what the upload announced."),
    Refusal.NO_SUCH_PACK: (5, "No slot holds a complete pack with this hash."),
    Refusal.TRUNCATED: (9, "The pack ends before its tables do."),
    Refusal.CORRUPT: (9, "The pack's contents do not match its hash."),
    Refusal.UNSIGNED_PACK: (11, "The pack is not signed."),
    Refusal.WRONG_KEY: (11, "The pack is signed with a key that this device does not trust."),
    Refusal.BAD_SIGNATURE: (11, "The pack's signature is wrong."),
    Refusal.BAD_HEADER: (9, "The pack's headers contradict each other."),
    Refusal.BAD_SECTION: (9, "A section of the pack is missing, misplaced or damaged."),
    Refusal.BAD_MODEL: (9, "A model of the pack cannot be run."),
    Refusal.SELF_TEST: (9, "The pack did not hear its golden clip as it should."),
    Refusal.NOT_CONFIRMED: (6, "The pack on trial was not confirmed before the next boot."),
    Refusal.UNTESTED: (6, "Only a pack that runs can be confirmed: test it and reset first."),
    Refusal.NOTHING_RUNS: (6, "No pack runs: flash one."),
    Refusal.SLOT_IN_USE: (6, "The slot holds the pack that runs or is confirmed."),
    Refusal.NO_SUCH_SLOT: (3, "There is no slot with this number."),
    Refusal.NO_KEEP_MEMORY: (8, "This board has no memory for keeping audio."),
    Refusal.TOO_LITTLE_MEMORY: (2, "The board has too little memory for the pack's models."),
}
