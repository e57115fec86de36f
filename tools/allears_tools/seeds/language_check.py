"""Checks of a language file: shape, completeness, and phrases that would contradict each other."""

from __future__ import annotations

import fnmatch
import re
from typing import Any

from allears_tools.seeds.matching import normalise_text
from allears_tools.seeds.parsing import Document, KeyPath
from allears_tools.seeds.scripts import KNOWN_SCRIPTS, foreign_letters
from allears_tools.seeds.shape import expect_list, expect_mapping, expect_text, expect_texts

_KEYS = (
    "language name native_name tier scripts wake commands confusables filler_sentences voices"
).split()
_TIERS = ("A", "B", "C", "D")
_HELD_OUT_ENGINES = ("espeak", "festival", "flite", "kokoro", "pico", "piper")
MIN_PHRASINGS, MAX_PHRASINGS = 2, 4
MIN_CONFUSABLES = 60
MIN_WAKE_CONFUSABLES = 30
MIN_SENTENCES = 20

Said = dict[str, tuple[str, KeyPath]]
"""Normalised phrasing -> (the command's id, where it stands)."""


def check_language(document: Document, command_ids: list[str]) -> None:
    """Note every fault of a parsed language file in `document.faults`."""
    if document.data is None:
        return
    top = expect_mapping(document, document.data, (), _KEYS, ["espeak_voice"])
    if not top:
        return
    language = document.path.stem
    _check_head(document, top, language)
    said = _check_commands(document, top.get("commands", {}), command_ids, language)
    wake = _check_wake(document, top.get("wake", {}), language)
    _check_beginnings(document, {**said, **wake})
    negatives = _check_phrasings(
        document, top.get("confusables", []), ("confusables",), MIN_CONFUSABLES
    )
    sentences = _check_phrasings(
        document, top.get("filler_sentences", []), ("filler_sentences",), MIN_SENTENCES
    )
    _check_negatives(document, negatives, said, language)
    _check_negatives(document, sentences, said, language)
    if "voices" in top:
        _check_voices(document, top["voices"])
    if "espeak_voice" not in top:
        _check_all_pronounced(document, top)
    scripts = [s for s in top.get("scripts") or [] if s in KNOWN_SCRIPTS]
    places = [at for _, at in [*said.values(), *wake.values()]]
    texts = [(_text_at(top, at), at) for at in places] + negatives + sentences
    for text, at in texts if scripts else []:
        if letters := foreign_letters(text, scripts):
            document.fault(
                at,
                f"'{text}' has letters of another script ({letters})",
                f"write it in {' or '.join(scripts)}, or add the script to `scripts`",
            )


def _check_head(document: Document, top: dict[str, Any], language: str) -> None:
    for key in ("language", "name", "native_name", "tier", "espeak_voice"):
        if key in top:
            expect_text(document, top[key], (key,))
    if not re.fullmatch(r"[a-z]{2,3}", language):
        document.fault(
            (), f"the file name '{language}' is no language code", "name it e.g. de.yaml"
        )
    if top.get("language", language) != language:
        document.fault(
            ("language",),
            f"language is '{top['language']}' in a file named {document.path.name}",
            f"write `language: {language}` or rename the file",
        )
    if "tier" in top and top["tier"] not in _TIERS:
        document.fault(("tier",), f"tier is '{top['tier']}'", f"one of {', '.join(_TIERS)}")
    for text, at in expect_texts(document, top.get("scripts", []), ("scripts",), 1):
        if text not in KNOWN_SCRIPTS:
            known = ", ".join(KNOWN_SCRIPTS)
            document.fault(at, f"script '{text}' is unknown", f"ISO 15924 codes: {known}")


def _check_phrasings(
    document: Document, value: Any, at: KeyPath, at_least: int
) -> list[tuple[str, KeyPath]]:
    """The texts of a list of phrasings (plain strings or `{text, ipa}`)."""
    texts = []
    for i, entry in enumerate(expect_list(document, value, at, at_least)):
        where = (*at, i)
        if isinstance(entry, dict):
            expect_mapping(document, entry, where, ["text"], ["ipa"])
            if "ipa" in entry:
                _check_ipa(document, entry["ipa"], (*where, "ipa"))
            entry = entry.get("text", "")
        if text := expect_text(document, entry, where):
            texts.append((text, where))
    return texts


def _check_ipa(document: Document, value: Any, at: KeyPath) -> None:
    if isinstance(value, dict):
        for engine, ipa in value.items():
            expect_text(document, ipa, (*at, engine))
    else:
        expect_text(document, value, at)


def _check_commands(document: Document, value: Any, command_ids: list[str], language: str) -> Said:
    commands = expect_mapping(document, value, ("commands",), command_ids)
    said: Said = {}
    for command_id, phrasings in commands.items():
        at = ("commands", command_id)
        texts = _check_phrasings(document, phrasings, at, MIN_PHRASINGS)
        if len(texts) > MAX_PHRASINGS:
            document.fault(
                at,
                f"{command_id} has {len(texts)} phrasings, more than {MAX_PHRASINGS}",
                "keep the most natural ones",
            )
        for text, where in texts:
            key = normalise_text(text, language)
            if key in said:
                document.fault(
                    where,
                    f"'{text}' is a phrasing of {said[key][0]} already",
                    "keep it once, or choose another wording",
                )
            said.setdefault(key, (command_id, where))
    return said


def _check_wake(document: Document, value: Any, language: str) -> Said:
    wake = expect_mapping(document, value, ("wake",), ["text", "phrasings", "confusables"], ["ipa"])
    if "ipa" in wake:
        _check_ipa(document, wake["ipa"], ("wake", "ipa"))
    said: Said = {}
    for text, at in _check_phrasings(document, wake.get("phrasings", []), ("wake", "phrasings"), 1):
        said[normalise_text(text, language)] = ("the wake word", at)
    if "text" in wake:
        text = expect_text(document, wake["text"], ("wake", "text"))
        if text and normalise_text(text, language) not in said:
            document.fault(
                ("wake", "text"),
                f"the wake word '{text}' is none of its phrasings",
                "add it to wake.phrasings",
            )
    negatives = _check_phrasings(
        document, wake.get("confusables", []), ("wake", "confusables"), MIN_WAKE_CONFUSABLES
    )
    _check_negatives(document, negatives, said, language)
    return said


def _check_beginnings(document: Document, said: Said) -> None:
    """A phrasing must not begin a longer one of another command: the short one would fire."""
    for key, (owner, at) in said.items():
        words = key.split()
        for length in range(1, len(words)):
            short = " ".join(words[:length])
            if short in said and said[short][0] != owner:
                document.fault(
                    at,
                    f"'{key}' ({owner}) begins with '{short}' ({said[short][0]})",
                    "reword it: the shorter one fires first",
                )


def _check_negatives(
    document: Document, texts: list[tuple[str, KeyPath]], said: Said, language: str
) -> None:
    """Near misses and sentences: none twice, none a phrasing, none beginning with one."""
    seen: set[str] = set()
    for text, at in texts:
        key = normalise_text(text, language)
        if key in seen:
            document.fault(at, f"'{text}' stands twice", "delete one")
        seen.add(key)
        words = key.split()
        for length in range(1, len(words) + 1):
            start = " ".join(words[:length])
            if start in said:
                relation = "is" if length == len(words) else "begins with"
                document.fault(
                    at,
                    f"'{text}' must not fire but {relation} '{start}' ({said[start][0]})",
                    "delete it or reword its beginning",
                )
                break


def _check_voices(document: Document, value: Any) -> None:
    voices = expect_mapping(
        document, value, ("voices",), ["held_out"], ["kokoro", "kokoro_mix", "espeak"]
    )
    trained: dict[str, list[str]] = {}
    for engine in ("kokoro", "espeak"):
        entries = expect_texts(document, voices.get(engine, []), ("voices", engine))
        trained[engine] = [text for text, _ in entries]
    if not any(trained.values()):
        document.fault(("voices",), "no voice to train with", "name one under kokoro or espeak")
    if not isinstance(voices.get("kokoro_mix", False), bool):
        document.fault(("voices", "kokoro_mix"), "kokoro_mix is no switch", "write true or false")
    held_out = expect_list(document, voices.get("held_out", []), ("voices", "held_out"), 1)
    for i, entry in enumerate(held_out):
        at = ("voices", "held_out", i)
        held = expect_mapping(document, entry, at, ["engine", "voice"])
        engine, voice = str(held.get("engine", "")), str(held.get("voice", ""))
        if "engine" in held and engine not in _HELD_OUT_ENGINES:
            known = ", ".join(_HELD_OUT_ENGINES)
            document.fault((*at, "engine"), f"engine '{engine}' is unknown", f"one of {known}")
        if any(fnmatch.fnmatchcase(voice, pattern) for pattern in trained.get(engine, [])):
            document.fault(
                at, f"held-out voice '{voice}' is also trained on", "take it from one of the lists"
            )


def _check_all_pronounced(document: Document, top: dict[str, Any]) -> None:
    """Where no espeak-ng voice reads the language, every text tells each engine how it sounds."""
    engines = {engine for engine in ("kokoro", "espeak") if top.get("voices", {}).get(engine)}
    wake = top.get("wake", {})
    lists: dict[KeyPath, Any] = {
        ("wake", "phrasings"): wake.get("phrasings"),
        ("wake", "confusables"): wake.get("confusables"),
        ("confusables",): top.get("confusables"),
        ("filler_sentences",): top.get("filler_sentences"),
    }
    for command_id, phrasings in top.get("commands", {}).items():
        lists["commands", command_id] = phrasings
    for at, entries in lists.items():
        for i, entry in enumerate(entries or []):
            ipa = entry.get("ipa", {}) if isinstance(entry, dict) else {}
            if unread := engines - ({"kokoro"} if isinstance(ipa, str) else set(ipa)):
                document.fault(
                    (*at, i),
                    f"no pronunciation for {' and '.join(sorted(unread))}",
                    "write {text: ..., ipa: {kokoro: ..., espeak: ...}}, or an espeak_voice above",
                )


def _text_at(top: dict[str, Any], at: KeyPath) -> str:
    value: Any = top
    for part in at:
        value = value[part]
    return str(value["text"]) if isinstance(value, dict) else str(value)
