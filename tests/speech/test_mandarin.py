"""Hanzi in the symbols of Kokoro's Chinese voices."""

from __future__ import annotations

import pytest

pytest.importorskip("pypinyin", reason="allears[train] is not installed")

from allears_tools.speech.mandarin import kokoro_symbols


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("你好", "ni↓xau↓"),
        ("中国", "ꭧʊ→ŋkwo↗"),
        ("女儿", "ny↓ɚ↗"),
        ("日子", "ɻɨ↘ʦɨ"),
        ("军训", "ʨy→n ɕy↘n"),
        ("银行", "i↗nxa↗ŋ"),
        ("了解。走！", "ljau↓ʨje↓. ʦou↓!"),
        ("嗯", "n↗"),
    ],
)
def test_tones_and_syllables(text: str, wanted: str) -> None:
    assert kokoro_symbols(text) == wanted
