"""Every fault the validator knows: file, line, what, remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from allears_tools.seeds import SeedError, language_codes, load_commands, load_language
from allears_tools.seeds.loading import check_seeds

EN, SR, COMMANDS = "languages/en.yaml", "languages/sr.yaml", "commands.yaml"

FAULTS = [
    # file, old text, new text, words of the message, words of the remedy
    (EN, "language: en\n", "language: en\nlanguage: en\n", "stands twice", "keep one"),
    (EN, "language: en\n", "language: de\n", "language is 'de' in a file named en.yaml", "write"),
    (EN, "name: English", "name: [English]", "not a text", "quotes"),
    (EN, "native_name: English", 'native_name: ""', "native_name is empty", "write a text"),
    (EN, "native_name: English", "native_nam: English", "unknown key 'native_nam'", "did you mean"),
    (EN, "tier: A", "tier: S", "tier is 'S'", "one of A, B, C, D"),
    (EN, "scripts: [Latn]", "scripts: [Latin]", "script 'Latin' is unknown", "ISO 15924"),
    (EN, "scripts: [Latn]", "scripts: Latn", "scripts is not a list", "[a, b]"),
    (EN, "start: [start,", "strat: [start,", "unknown key 'strat'", "did you mean 'start'"),
    (EN, "  help: [help, help me, I need help]\n", "", "commands lacks 'help'", "add a line"),
    (EN, "[start, begin, start now]", "[start]", "has 1 entries, fewer than 2", "add 1 more"),
    (EN, "[open, open it,", "[open, a, b, open it,", "more than 4", "most natural"),
    (
        EN,
        "[start, begin,",
        "[start, Stop!,",
        "'stop' is a phrasing of start already",
        "keep it once",
    ),
    (EN, "[start, begin,", "[start, stop here,", "begins with 'stop'", "reword"),
    (EN, "[start, begin,", "[start, 5,", "is 5, not a text", 'quotes: "5"'),
    (EN, "[start, begin,", "[start, {txt: begin},", "unknown key 'txt'", "did you mean 'text'"),
    (EN, "[start, begin,", "[start, {text: begin, ipa: ''},", "ipa is empty", "delete"),
    (EN, "[start, begin,", "[start, почни,", "letters of another script", "Latn"),
    (EN, "  text: computer\n", "  text: robot\n", "is none of its phrasings", "wake.phrasings"),
    (EN, "    - commuter\n", "    - computer\n", "must not fire but is 'computer'", "delete"),
    (EN, "  - eleven\n", "  - ten\n", "'ten' stands twice", "delete one"),
    (EN, "  - eleven\n", "  - stop sign\n", "begins with 'stop' (stop)", "reword"),
    (EN, "  - eleven\n", "  - 11\n", "is 11, not a text", "quotes"),
    (EN, "filler_sentences:\n", "filler_sentences: []\nxx:\n", "has 0 entries", "add 20"),
    (EN, "voice: joe}", "voise: joe}", "unknown key 'voise'", "did you mean 'voice'"),
    (EN, "{engine: piper,", "{engine: pipe,", "engine 'pipe' is unknown", "piper"),
    (
        EN,
        "{engine: piper, voice: joe}",
        "{engine: kokoro, voice: af_heart}",
        "also trained on",
        "take",
    ),
    (EN, "kokoro_mix: true", "kokoro_mix: often", "kokoro_mix is no switch", "true or false"),
    (EN, "tier: A", "tier: A\n   bad: [", "is not YAML", "indent"),
    (SR, "[počni, kreni,", "[počni, κίνησε,", "letters of another script", "Latn or Cyrl"),
    (COMMANDS, "version: 1", "version: 2", "version is 2", "write 1"),
    (COMMANDS, "id: start,", "id: Start!,", "id 'Start!' cannot name a class", "lower-case"),
    (COMMANDS, "id: start,", "id: none,", "id 'none' cannot name a class", "taken"),
    (COMMANDS, "event: run.start", "event: run", "is not family.action", "light.on"),
    (COMMANDS, "event: run.start", "event: run.stop", "event 'run.stop' stands twice", "rename"),
    (COMMANDS, "family: digit, digit: 7", "family: digit, digit: 77", "digit is 77", "0 to 9"),
    (COMMANDS, "min_digits: 1", "min_digits: 9", "number of 9 to 2 digits", "max_digits <= 4"),
    (COMMANDS, "gap_ms: 1500", "gap_ms: 1.5", "gap_ms is 1.5", "milliseconds"),
    (COMMANDS, "family: power}", "famly: power}", "unknown key 'famly'", "did you mean 'family'"),
]


@pytest.mark.parametrize(("name", "old", "new", "what", "remedy"), FAULTS)
def test_fault_has_file_line_and_remedy(
    root: Path,
    edit: Callable[[str, str, str], int],
    name: str,
    old: str,
    new: str,
    what: str,
    remedy: str,
) -> None:
    line = edit(name, old, new)
    told = [str(fault) for fault in check_seeds(root)]
    hits = [fault for fault in told if what in fault and remedy in fault]
    assert hits, told
    path, told_line, _ = hits[0].removeprefix(str(root)).split(":", 2)
    assert path == f"/{name}"
    anywhere = "lacks" in what  # a missing key has no line of its own
    assert anywhere or abs(int(told_line) - line) <= 1


def test_our_own_seeds_have_no_fault() -> None:
    assert check_seeds() == []


def test_every_fault_is_told_at_once(root: Path, edit: Callable[[str, str, str], int]) -> None:
    edit(EN, "tier: A", "tier: S")
    edit(EN, "[start, begin,", "[start, Stop!,")
    edit(SR, "tier: B", "tier: Z")
    assert {fault.file.name for fault in check_seeds(root)} == {"en.yaml", "sr.yaml"}
    with pytest.raises(SeedError) as refusal:
        load_language("en", root)
    assert "en.yaml:5: tier is 'S'" in str(refusal.value)
    assert "phrasing of start" in str(refusal.value)


def test_a_file_that_is_no_utf8(root: Path) -> None:
    (root / EN).write_bytes(b"language: en\nname: \xff\xfe\n")
    (fault,) = [f for f in check_seeds(root) if f.file.name == "en.yaml"]
    assert (fault.line, fault.what) == (2, "is not UTF-8")


@pytest.mark.parametrize("text", ["", "just a text", "- a\n- b\n", "language: en\n"])
def test_files_that_are_no_seed_are_refused(root: Path, text: str) -> None:
    (root / EN).write_text(text)
    with pytest.raises(SeedError, match=r"en\.yaml"):
        load_language("en", root)


def test_an_unknown_language_names_the_known_ones() -> None:
    known = ", ".join(language_codes())
    with pytest.raises(SeedError, match=f"the languages are: {known}"):
        load_language("xx")


def test_a_missing_commands_file(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"commands\.yaml cannot be read"):
        load_commands(tmp_path)


def test_without_an_espeak_voice_every_text_is_pronounced(
    root: Path, edit: Callable[[str, str, str], int]
) -> None:
    edit(EN, "espeak_voice: en-us\n", "")
    edit(EN, "[start, begin,", "[{text: start, ipa: stˈɑːt}, begin,")
    told = [fault.what for fault in check_seeds(root, ["en"])]
    texts = load_language("en")
    phrasings = sum(map(len, texts.commands.values())) + len(texts.wake.phrasings)
    negatives = texts.wake.confusables, texts.confusables, texts.filler_sentences
    assert len(told) == phrasings + sum(map(len, negatives))
    assert set(told) == {"no pronunciation for espeak and kokoro", "no pronunciation for espeak"}
