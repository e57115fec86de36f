/* Packs, slots and the link, as host and device see them.
 * Generated from sdk/contract/link.yaml by allears_tools.contract.link.
 */
#ifndef ALLEARS_LINK_CONTRACT_H
#define ALLEARS_LINK_CONTRACT_H

/** 'AEPK', little-endian: the first word of a pack's header. */
#define ALLEARS_PACK_MAGIC 0x4B504541u

/** Version of the layout; a device reads only its own. */
#define ALLEARS_PACK_FORMAT 1

/** First word of an MCUboot image. */
#define ALLEARS_IMAGE_MAGIC 0x96F3B83Du

/** MCUboot's header; the pack's header follows it. */
#define ALLEARS_IMAGE_HEADER_BYTES 32

/** The pack's header. */
#define ALLEARS_PACK_HEADER_BYTES 96

/** One entry of the table of contents. */
#define ALLEARS_SECTION_ENTRY_BYTES 48

/** Entries a table may have; it fits into the first sector. */
#define ALLEARS_MAX_SECTIONS 64

/** Sections start at multiples of this, counted from the image's first byte. */
#define ALLEARS_SECTION_ALIGN_BYTES 16

/** Both headers: what a device reads before it erases anything. */
#define ALLEARS_HEAD_BYTES 128

/** Board name, padded with zeros. */
#define ALLEARS_BOARD_CHARS 16

/** Country code, padded with zeros. */
#define ALLEARS_MARKET_CHARS 4

/** Language code of a section, padded with zeros; empty: of all. */
#define ALLEARS_LANGUAGE_CHARS 6

/** A command's id in a command rule, padded with zeros. */
#define ALLEARS_COMMAND_ID_CHARS 20

/** One command of a command rule. */
#define ALLEARS_CLASS_ENTRY_BYTES 24

/** Fixed part of a command rule and of a wake rule, and a listening section. */
#define ALLEARS_RULE_HEADER_BYTES 16

/** Wake word in a wake rule, UTF-8, padded with zeros. */
#define ALLEARS_WAKE_WORD_CHARS 48

/** Fixed part of a golden section. */
#define ALLEARS_GOLDEN_HEADER_BYTES 12

/** One expected event. */
#define ALLEARS_GOLDEN_EVENT_BYTES 32

/** Command id of an expected event, padded with zeros. */
#define ALLEARS_GOLDEN_ID_CHARS 20

/** How far an expected event's time may be off. */
#define ALLEARS_GOLDEN_TOLERANCE_MS 80

/** Limit of a command that is not offered. */
#define ALLEARS_NO_LIMIT 0xFFFFu

/** Digit of a command that is none. */
#define ALLEARS_NO_DIGIT 0xFFu

/** What is erased at once; upload progress is kept a sector. */
#define ALLEARS_SECTOR_BYTES 4096

/** One slot; its last sector holds the upload record. */
#define ALLEARS_SLOT_BYTES 1048576

/** Slots of a device. */
#define ALLEARS_SLOT_COUNT 2

/** Sectors of the journal, written by turns. */
#define ALLEARS_JOURNAL_SECTORS 2

/** 'AEJ1': first word of a journal record. */
#define ALLEARS_JOURNAL_MAGIC 0x314A4541u

/** One journal record. */
#define ALLEARS_JOURNAL_RECORD_BYTES 32

/** 'AEUP': first word of an upload record; written last. */
#define ALLEARS_UPLOAD_MAGIC 0x50554541u

/** Offset in the upload record of the byte a sector: 0xFF until the sector is written, then 0. */
#define ALLEARS_UPLOAD_DONE_OFFSET 64

/** Stands for none where a slot is named. */
#define ALLEARS_NO_SLOT 0xFFu

/** Journal: no pack is on trial. */
#define ALLEARS_TRIAL_NONE 0

/** Journal: the trial slot boots next. */
#define ALLEARS_TRIAL_REQUESTED 1

/** Journal: the trial slot was booted; unless confirmed, the next boot reverts. */
#define ALLEARS_TRIAL_RUNNING 2

/** Longest line a device sends, delimiter and newline included. */
#define ALLEARS_LINE_BYTES 127

/** Longest SMP message a Linux-class device takes; a board tells its own. */
#define ALLEARS_MAX_MESSAGE_BYTES 4096

/** Events a device keeps for the host to read. */
#define ALLEARS_MAX_EVENTS 64

/** Events in one reply. */
#define ALLEARS_MAX_EVENTS_REPLY 8

/** Audio that a device with memory for it keeps, at most. */
#define ALLEARS_KEEP_MS 3000

/** So much of it comes after the event that it is kept for. */
#define ALLEARS_KEEP_AFTER_MS 500

/** The microphone is heard again when so much of it went by without audio by link. */
#define ALLEARS_LINK_AUDIO_TIMEOUT_MS 2000

/** SMP group: echo, reset, parameters, info. */
#define ALLEARS_GROUP_OS 0

/** SMP group: slots: state, upload, erase. */
#define ALLEARS_GROUP_IMAGE 1

/** SMP group: AllEars' own. */
#define ALLEARS_GROUP_VOICE 65

/** Command of the group os. */
#define ALLEARS_OS_ECHO 0

/** Command of the group os. */
#define ALLEARS_OS_RESET 5

/** Command of the group os. */
#define ALLEARS_OS_PARAMETERS 6

/** Command of the group os. */
#define ALLEARS_OS_INFO 7

/** Command of the group image. */
#define ALLEARS_IMAGE_STATE 0

/** Command of the group image. */
#define ALLEARS_IMAGE_UPLOAD 1

/** Command of the group image. */
#define ALLEARS_IMAGE_ERASE 5

/** Command of the group voice. */
#define ALLEARS_VOICE_STATUS 0

/** Command of the group voice. */
#define ALLEARS_VOICE_EVENTS 1

/** Command of the group voice. */
#define ALLEARS_VOICE_COUNTERS 2

/** Command of the group voice. */
#define ALLEARS_VOICE_AUDIO 3

/** Command of the group voice. */
#define ALLEARS_VOICE_LIVE 4

/** Command of the group voice. */
#define ALLEARS_VOICE_KEEP 5

/** Command of the group voice. */
#define ALLEARS_VOICE_CLIP 6

/** CBOR map: market, name, version, languages, models' hashes; for reading without a device. */
#define ALLEARS_SECTION_MANIFEST 1

/** The ear: .tflite for a Linux board, layer program for a microcontroller. */
#define ALLEARS_SECTION_EAR 2

/** CBOR map: the device profile whole. */
#define ALLEARS_SECTION_PROFILE 3

/** Timing of the listener, fixed layout. */
#define ALLEARS_SECTION_LISTENING 4

/** A language's wake model. */
#define ALLEARS_SECTION_WAKE 16

/** What judges where it fired; not every wake model has one. */
#define ALLEARS_SECTION_VERIFIER 22

/** When they decide, fixed layout. */
#define ALLEARS_SECTION_WAKE_RULE 17

/** A language's command head. */
#define ALLEARS_SECTION_COMMANDS 18

/** When it gives which command, fixed layout. */
#define ALLEARS_SECTION_COMMAND_RULE 19

/** CBOR map: texts the device shows or speaks. */
#define ALLEARS_SECTION_PROMPTS 20

/** A clip and the events it must give, fixed layout. */
#define ALLEARS_SECTION_GOLDEN 21

/** Wake.json as it is; Linux boards only. */
#define ALLEARS_SECTION_WAKE_MANIFEST 32

/** Commands.json as it is; Linux boards only. */
#define ALLEARS_SECTION_COMMANDS_MANIFEST 33

/** Verifier.json as it is; Linux boards only. */
#define ALLEARS_SECTION_VERIFIER_MANIFEST 34

/** The wake word. */
#define ALLEARS_EVENT_WAKE 1

/** A command. */
#define ALLEARS_EVENT_COMMAND 2

/** Nothing; what was kept is forgotten. */
#define ALLEARS_KEEP_OFF 0

/** The next event; the clip then stays until keep is written anew. */
#define ALLEARS_KEEP_EVENT 1

/** The next wake word. */
#define ALLEARS_KEEP_WAKE 2

/** The next command. */
#define ALLEARS_KEEP_COMMAND 3

/** What comes next, whatever it is. */
#define ALLEARS_KEEP_NOW 4

/** Country code of the pack that runs, empty without one. */
#define ALLEARS_FIELD_MARKET "market"

/** Its version, major.minor.revision. */
#define ALLEARS_FIELD_PACK_VERSION "pack_version"

/** Its language codes, a list. */
#define ALLEARS_FIELD_LANGUAGES "languages"

/** What packs must be made for. */
#define ALLEARS_FIELD_BOARD "board"

/** SHA-256 of the contract, bytes. */
#define ALLEARS_FIELD_CONTRACT "contract"

/** Lowest security counter that is accepted. */
#define ALLEARS_FIELD_COUNTER "counter"

/** Size of a slot. */
#define ALLEARS_FIELD_SLOT_BYTES "slot_bytes"

/** Whether the pack that runs is confirmed. */
#define ALLEARS_FIELD_CONFIRMED "confirmed"

/** Code of the last refusal, 0 for none. */
#define ALLEARS_FIELD_REFUSAL "refusal"

/** Its sentence. */
#define ALLEARS_FIELD_REASON "reason"

/** What audio is kept for: a name of keep_kinds. */
#define ALLEARS_FIELD_KEEP "keep"

/** How much of it the device can keep; 0: it has no memory for that. */
#define ALLEARS_FIELD_KEEP_MS "keep_ms"

/** Number of the first event wanted. */
#define ALLEARS_FIELD_SINCE "since"

/** Number the next event will have. */
#define ALLEARS_FIELD_NEXT "next"

/** List of maps, oldest first. */
#define ALLEARS_FIELD_EVENTS "events"

/** Number of the event since boot, from 0. */
#define ALLEARS_FIELD_N "n"

/** Position in the audio stream. */
#define ALLEARS_FIELD_AT_MS "at_ms"

/** Wake or command. */
#define ALLEARS_FIELD_KIND "kind"

/** Language code. */
#define ALLEARS_FIELD_LANG "lang"

/** Command id, or the wake word. */
#define ALLEARS_FIELD_ID "id"

/** Probability in 1/256. */
#define ALLEARS_FIELD_SCORE "score"

/** What the digits after a setting command gave; only with one. */
#define ALLEARS_FIELD_NUMBER "number"

/** Audio heard since boot. */
#define ALLEARS_FIELD_AUDIO_MS "audio_ms"

/** Wake events since boot. */
#define ALLEARS_FIELD_WAKES "wakes"

/** Command events since boot. */
#define ALLEARS_FIELD_COMMANDS "commands"

/** SMP requests understood since boot. */
#define ALLEARS_FIELD_FRAMES "frames"

/** Frames dropped since boot: checksum, length, encoding. */
#define ALLEARS_FIELD_BAD_FRAMES "bad_frames"

/** Requests refused since boot. */
#define ALLEARS_FIELD_REFUSALS "refusals"

/** Bytes of the last upload that were copied from the other slot. */
#define ALLEARS_FIELD_COPIED_BYTES "copied_bytes"

/** Bytes of the last upload that came over the link. */
#define ALLEARS_FIELD_RECEIVED_BYTES "received_bytes"

/** 16 kHz mono int16, little-endian, whole samples. */
#define ALLEARS_FIELD_DATA "data"

/** True: the stream ends here; what is still due is decided and the listener starts anew. */
#define ALLEARS_FIELD_END "end"

/** Largest sample without its sign. */
#define ALLEARS_FIELD_PEAK "peak"

/** Mean of the squared samples. */
#define ALLEARS_FIELD_POWER "power"

/** Whether there was speech. */
#define ALLEARS_FIELD_SPEECH "speech"

/** Highest mean probability of a wake word, in 1/256; 0 while none is looked for. */
#define ALLEARS_FIELD_WAKE_SCORE "wake_score"

/** Whether the device listens for commands now. */
#define ALLEARS_FIELD_LISTENING "listening"

/** Time spent hearing since boot, modulo 2^32; only where the board has a clock. */
#define ALLEARS_FIELD_BUSY_US "busy_us"

/** Time since boot, modulo 2^32; likewise. */
#define ALLEARS_FIELD_UP_US "up_us"

/** Size of the stack; only where the board can tell. */
#define ALLEARS_FIELD_STACK_BYTES "stack_bytes"

/** Most of it ever used since boot; likewise. */
#define ALLEARS_FIELD_STACK_USED "stack_used"

/** Clips kept since boot. */
#define ALLEARS_FIELD_CLIPS "clips"

/** Whether the clip is whole; while it is not, only what is kept now can be read. */
#define ALLEARS_FIELD_READY "ready"

/** Bytes into the clip. */
#define ALLEARS_FIELD_OFF "off"

/** Bytes of the clip so far. */
#define ALLEARS_FIELD_LEN "len"

/** What a kind of keeping is called on the link, by its number. */
#define ALLEARS_KEEP_NAMES {"off", "event", "wake", "command", "now"}

/** The request lacks a field, or one has a wrong value. */
#define ALLEARS_REFUSAL_BAD_REQUEST 100

/** This device does not know the command. */
#define ALLEARS_REFUSAL_UNKNOWN_COMMAND 101

/** The reply does not fit into a message. */
#define ALLEARS_REFUSAL_REPLY_TOO_LONG 102

/** The image is no AllEars pack. */
#define ALLEARS_REFUSAL_NOT_A_PACK 110

/** The pack has a format that this device does not read. */
#define ALLEARS_REFUSAL_OTHER_FORMAT 111

/** The pack does not fit into a slot. */
#define ALLEARS_REFUSAL_TOO_LARGE 112

/** The pack was made for another board. */
#define ALLEARS_REFUSAL_OTHER_BOARD 113

/** The pack was made for another contract of front end and models. */
#define ALLEARS_REFUSAL_OTHER_CONTRACT 114

/** The pack's security counter is lower than the device's. */
#define ALLEARS_REFUSAL_OLDER_COUNTER 115

/** A pack is on trial: confirm it or reset first. */
#define ALLEARS_REFUSAL_NO_FREE_SLOT 116

/** No upload is under way: start at offset 0. */
#define ALLEARS_REFUSAL_NO_UPLOAD 117

/** More data came than the upload announced. */
#define ALLEARS_REFUSAL_OVERRUN 118

/** The flash could not be written. */
#define ALLEARS_REFUSAL_FLASH_FAILED 119

/** What arrived is not what the upload announced. */
#define ALLEARS_REFUSAL_OTHER_SHA 120

/** No slot holds a complete pack with this hash. */
#define ALLEARS_REFUSAL_NO_SUCH_PACK 130

/** The pack ends before its tables do. */
#define ALLEARS_REFUSAL_TRUNCATED 131

/** The pack's contents do not match its hash. */
#define ALLEARS_REFUSAL_CORRUPT 132

/** The pack is not signed. */
#define ALLEARS_REFUSAL_UNSIGNED_PACK 133

/** The pack is signed with a key that this device does not trust. */
#define ALLEARS_REFUSAL_WRONG_KEY 134

/** The pack's signature is wrong. */
#define ALLEARS_REFUSAL_BAD_SIGNATURE 135

/** The pack's headers contradict each other. */
#define ALLEARS_REFUSAL_BAD_HEADER 136

/** A section of the pack is missing, misplaced or damaged. */
#define ALLEARS_REFUSAL_BAD_SECTION 137

/** A model of the pack cannot be run. */
#define ALLEARS_REFUSAL_BAD_MODEL 138

/** The pack did not hear its golden clip as it should. */
#define ALLEARS_REFUSAL_SELF_TEST 139

/** The pack on trial was not confirmed before the next boot. */
#define ALLEARS_REFUSAL_NOT_CONFIRMED 140

/** Only a pack that runs can be confirmed: test it and reset first. */
#define ALLEARS_REFUSAL_UNTESTED 141

/** No pack runs: flash one. */
#define ALLEARS_REFUSAL_NOTHING_RUNS 142

/** The slot holds the pack that runs or is confirmed. */
#define ALLEARS_REFUSAL_SLOT_IN_USE 143

/** There is no slot with this number. */
#define ALLEARS_REFUSAL_NO_SUCH_SLOT 144

/** This board has no memory for keeping audio. */
#define ALLEARS_REFUSAL_NO_KEEP_MEMORY 145

/** The board has too little memory for the pack's models. */
#define ALLEARS_REFUSAL_TOO_LITTLE_MEMORY 146

/** Every refusal as X(code, SMP's nearest rc, sentence). */
#define ALLEARS_REFUSALS(X) \
  X(ALLEARS_REFUSAL_BAD_REQUEST, 3, "The request lacks a field, or one has a wrong value.") \
  X(ALLEARS_REFUSAL_UNKNOWN_COMMAND, 8, "This device does not know the command.") \
  X(ALLEARS_REFUSAL_REPLY_TOO_LONG, 7, "The reply does not fit into a message.") \
  X(ALLEARS_REFUSAL_NOT_A_PACK, 3, "The image is no AllEars pack.") \
  X(ALLEARS_REFUSAL_OTHER_FORMAT, 8, "The pack has a format that this device does not read.") \
  X(ALLEARS_REFUSAL_TOO_LARGE, 2, "The pack does not fit into a slot.") \
  X(ALLEARS_REFUSAL_OTHER_BOARD, 3, "The pack was made for another board.") \
  X(ALLEARS_REFUSAL_OTHER_CONTRACT, 3, "The pack was made for another contract of front end and models.") \
  X(ALLEARS_REFUSAL_OLDER_COUNTER, 11, "The pack's security counter is lower than the device's.") \
  X(ALLEARS_REFUSAL_NO_FREE_SLOT, 6, "A pack is on trial: confirm it or reset first.") \
  X(ALLEARS_REFUSAL_NO_UPLOAD, 6, "No upload is under way: start at offset 0.") \
  X(ALLEARS_REFUSAL_OVERRUN, 3, "More data came than the upload announced.") \
  X(ALLEARS_REFUSAL_FLASH_FAILED, 1, "The flash could not be written.") \
  X(ALLEARS_REFUSAL_OTHER_SHA, 9, "What arrived is not what the upload announced.") \
  X(ALLEARS_REFUSAL_NO_SUCH_PACK, 5, "No slot holds a complete pack with this hash.") \
  X(ALLEARS_REFUSAL_TRUNCATED, 9, "The pack ends before its tables do.") \
  X(ALLEARS_REFUSAL_CORRUPT, 9, "The pack's contents do not match its hash.") \
  X(ALLEARS_REFUSAL_UNSIGNED_PACK, 11, "The pack is not signed.") \
  X(ALLEARS_REFUSAL_WRONG_KEY, 11, "The pack is signed with a key that this device does not trust.") \
  X(ALLEARS_REFUSAL_BAD_SIGNATURE, 11, "The pack's signature is wrong.") \
  X(ALLEARS_REFUSAL_BAD_HEADER, 9, "The pack's headers contradict each other.") \
  X(ALLEARS_REFUSAL_BAD_SECTION, 9, "A section of the pack is missing, misplaced or damaged.") \
  X(ALLEARS_REFUSAL_BAD_MODEL, 9, "A model of the pack cannot be run.") \
  X(ALLEARS_REFUSAL_SELF_TEST, 9, "The pack did not hear its golden clip as it should.") \
  X(ALLEARS_REFUSAL_NOT_CONFIRMED, 6, "The pack on trial was not confirmed before the next boot.") \
  X(ALLEARS_REFUSAL_UNTESTED, 6, "Only a pack that runs can be confirmed: test it and reset first.") \
  X(ALLEARS_REFUSAL_NOTHING_RUNS, 6, "No pack runs: flash one.") \
  X(ALLEARS_REFUSAL_SLOT_IN_USE, 6, "The slot holds the pack that runs or is confirmed.") \
  X(ALLEARS_REFUSAL_NO_SUCH_SLOT, 3, "There is no slot with this number.") \
  X(ALLEARS_REFUSAL_NO_KEEP_MEMORY, 8, "This board has no memory for keeping audio.") \
  X(ALLEARS_REFUSAL_TOO_LITTLE_MEMORY, 2, "The board has too little memory for the pack's models.")

#endif
