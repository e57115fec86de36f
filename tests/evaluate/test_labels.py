"""The labels file: what is read of it, and what is said of a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest
from allears_tools.evaluate.errors import LabelsError
from allears_tools.evaluate.labels import COLUMNS, language_of, read_labels

HEADER = "\t".join(COLUMNS)
LINE = "a/1.ogg\tzh-CN\t一\tanna\tdigit\t1.25\t16000\tsource\tCC0\tyes"


def _labels(folder: Path, *lines: str) -> Path:
    path = folder / "labels.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("locale", "language"),
    [("zh-CN", "zh"), ("pt_BR", "pt"), ("EN", "en"), ("", ""), ("iw", "he"), ("swh", "sw")],
)
def test_locales_become_our_language_codes(locale: str, language: str) -> None:
    assert language_of(locale) == language


def test_a_line_becomes_a_clip(tmp_path: Path) -> None:
    (clip,) = read_labels(_labels(tmp_path, HEADER, LINE))
    assert (clip.language, clip.locale, clip.text) == ("zh", "zh-CN", "一")
    assert clip.duration_s == 1.25
    assert clip.audio == tmp_path / "a/1.ogg"
    assert clip.trainable


def test_root_replaces_the_labels_folder(tmp_path: Path) -> None:
    (clip,) = read_labels(_labels(tmp_path, HEADER, LINE), root="/recordings")
    assert clip.audio == Path("/recordings/a/1.ogg")


def test_quotation_marks_are_plain_text(tmp_path: Path) -> None:
    lines = [LINE.replace("一", '"turn it'), LINE.replace("一", 'on"')]
    texts = [clip.text for clip in read_labels(_labels(tmp_path, HEADER, *lines))]
    assert texts == ['"turn it', 'on"']


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([HEADER.replace("\tspeaker", ""), LINE], "lacks the column speaker"),
        ([HEADER.replace("\t", ","), LINE], "lacks the columns path, language"),
        ([HEADER, LINE.rpartition("\t")[0]], "line 2: too few columns"),
        ([HEADER, LINE + "\tmore"], "line 2: too many columns"),
        ([HEADER, LINE, LINE.replace("1.25", "long")], "line 3: duration_s is 'long'"),
        ([HEADER, LINE.replace("a/1.ogg", "")], "line 2: path is empty"),
    ],
)
def test_a_bad_file_is_explained(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(LabelsError, match=said) as caught:
        read_labels(_labels(tmp_path, *lines))
    assert caught.value.cause and caught.value.remedy


def test_a_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(LabelsError, match="There is no labels file"):
        read_labels(tmp_path / "labels.tsv")


def test_a_binary_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "labels.tsv").write_bytes(b"OggS\xff\xfe\x00\x80")
    with pytest.raises(LabelsError, match="not UTF-8"):
        read_labels(tmp_path / "labels.tsv")


def test_a_label_known_to_be_wrong_is_put_right(tmp_path: Path) -> None:
    rest = "\tsherry_0\tdigit\t1.25\t16000\tzh_digits\tnone stated\ttest only"
    wrong, right = (
        f"zh_digits/{name}.ogg\tzh-CN\t五{rest}" for name in ("sherry_5_13_5", "zhengyima_5-2")
    )
    english, chinese = read_labels(_labels(tmp_path, HEADER, wrong, right))
    assert (english.language, english.text) == ("en", "five")
    assert (chinese.language, chinese.text) == ("zh", "五")
