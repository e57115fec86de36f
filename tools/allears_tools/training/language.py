"""The steps from a language's seed file to its models and their card."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
from allears.contract import (
    CANDIDATE_EARLY_MS,
    CONTRACT_SHA256,
    FEATURES_SHA256,
    VERIFIED_MS,
)
from rich.console import Console

from allears_tools.cards.putting import put_reports, read_card, write_card
from allears_tools.evaluate.language import measure_language
from allears_tools.evaluate.provenance import model_files
from allears_tools.jobs import Step, digest_of
from allears_tools.jobs.step import Facts, Stamp
from allears_tools.seeds import LanguageSeed, load_language
from allears_tools.speech import SpeechCache, synthesise
from allears_tools.speech.amounts import Sizes, sized
from allears_tools.speech.held_out import export_held_out
from allears_tools.speech.judge import Judge, judge_sample, knows
from allears_tools.speech.phrases import phrases
from allears_tools.speech.recipe import held_out_jobs, training_jobs
from allears_tools.speech.request import Job
from allears_tools.speech.store import is_complete, voices_root
from allears_tools.training.card import file_sha256, plain
from allears_tools.training.classifier import head_layers, wake_layers
from allears_tools.training.command_streams import CommandRecipe, command_classes
from allears_tools.training.head_making import (
    command_recipe,
    earlier_heads,
    make_commands,
    make_threshold,
)
from allears_tools.training.making import (
    Place,
    make_verifier,
    make_wake,
    verifier_beside,
    wake_recipe,
)
from allears_tools.training.material import TrainingError
from allears_tools.training.threshold import (
    DEFAULT_THRESHOLD,
    FALSE_SHARE,
    FALSE_WORD_SHARE,
    LOWEST,
    TAUGHT_MARGIN,
)
from allears_tools.training.verifier import verifier_layers

STEPS = (
    "synthesise",
    "judge",
    "commands",
    "wake",
    "verifier",
    "threshold",
    "held-out",
    "evaluate",
    "card",
)
"""Names of the steps, in their order."""


@dataclass(frozen=True)
class Wish:
    """What is wanted of a run; the same for every language."""

    models: Path
    work: Path
    labels: Path | None = None
    jobs: int = 1
    kokoro: int | None = None
    espeak: int | None = None
    judged_per_voice: int = 6
    held_out: int | None = 1
    """Phrasings of each command that a held-out voice says; None: all."""
    streams: int | None = None
    epochs: int | None = None
    other_languages: int | None = None
    """Clips of each other language among a head's negatives."""
    taught_by_earlier: bool = False
    """The head that is there, if it is of this ear, teaches the new one too."""

    @property
    def heads(self) -> CommandRecipe:
        """The recipe of command heads."""
        return command_recipe(self.streams, self.epochs, self.other_languages)

    def alone(self) -> Wish:
        """The same with one process."""
        return replace(self, jobs=1)

    @property
    def place(self) -> Place:
        """Where training reads and writes."""
        return Place(self.models, self.work, self.labels)

    @property
    def sizes(self) -> Sizes:
        """Clips wanted."""
        return sized(self.kokoro, self.espeak)

    @property
    def engines(self) -> list[str]:
        """Synthesisers that are asked for anything."""
        wanted = {"kokoro": self.kokoro, "espeak": self.espeak}
        return [name for name, count in wanted.items() if count != 0]


class CardStamps:
    """Keeps the stamps on a language's card, so that they travel with its models."""

    SECTION = "built_from"

    def __init__(self, card_path: Path) -> None:
        self._path = card_path

    def get(self, step: str) -> Stamp | None:
        """The stamp that a step left, if any."""
        stamp: Stamp | None = read_card(self._path).get(self.SECTION, {}).get(step)
        return stamp

    def put(self, step: str, stamp: Stamp) -> None:
        """Keep a step's stamp."""
        card = read_card(self._path)
        card.setdefault(self.SECTION, {})[step] = stamp
        write_card(self._path, card)


def language_steps(
    language: str, wish: Wish, report: Callable[[Facts], None], console: Console | None = None
) -> list[Step]:
    """The steps of a language; none of them has run yet.

    Args:
        language: a code of seeds/languages.
        wish: sizes and places.
        report: told how training goes on.
        console: shows the synthesis' progress.
    """
    seed = load_language(language)
    folder = wish.models / language
    ear = wish.models / "ear.tflite"
    held_out = wish.work / "held-out" / language
    speech = {
        "seed": digest_of(msgspec.json.encode(seed).decode()),
        "sizes": msgspec.to_builtins(wish.sizes),
        "engines": wish.engines,
        "people": _hash(wish.labels),
    }
    heard = {**speech, "features": FEATURES_SHA256}

    def commands_inputs() -> Any:
        recipe = plain(wish.heads)
        classes = command_classes()
        layers = [asdict(layer) for layer in head_layers(len(classes))]
        return {**heard, "ear": _hash(ear), "recipe": recipe, "layers": layers, "ids": classes}

    def wake_inputs() -> Any:
        recipe = plain(wake_recipe(wish.streams, wish.epochs))
        return {**heard, "recipe": recipe, "layers": [asdict(layer) for layer in wake_layers()]}

    def verifier_inputs() -> Any:
        recipe = plain(verifier_beside(wake_recipe(wish.streams), wish.epochs))
        layers = [asdict(layer) for layer in verifier_layers()]
        models = [_hash(ear), _hash(folder / "wake.tflite")]
        windows = [VERIFIED_MS, CANDIDATE_EARLY_MS]
        return {**heard, "recipe": recipe, "layers": layers, "models": models, "ms": windows}

    def threshold_inputs() -> Any:
        head = _hash(folder / "commands.tflite")
        shares = [FALSE_SHARE, FALSE_WORD_SHARE, TAUGHT_MARGIN, LOWEST]
        return [head, _hash(wish.labels), *shares, DEFAULT_THRESHOLD, FEATURES_SHA256]

    def card_inputs() -> Any:
        models = {path.name: _hash(path) for path in model_files(language, wish.models)}
        wanted = [job.request.key("") for job in held_out_jobs(seed, phrasings=wish.held_out)]
        return [models, wanted, _hash(wish.labels), CONTRACT_SHA256]

    def commands() -> Facts:
        earlier = earlier_heads(folder, ear) if wish.taught_by_earlier else []
        path = make_commands(language, wish.place, wish.heads, report, wish.jobs, earlier)
        return {"bytes": path.stat().st_size}

    def wake() -> Facts:
        recipe = wake_recipe(wish.streams, wish.epochs)
        path = make_wake(language, wish.place, recipe, report, wish.jobs)
        return {"bytes": path.stat().st_size}

    def verifier() -> Facts:
        recipe = verifier_beside(wake_recipe(wish.streams), wish.epochs)
        path = make_verifier(language, wish.place, recipe, report, wish.jobs)
        return {"bytes": path.stat().st_size}

    def threshold() -> Facts:
        return {"threshold": make_threshold(language, wish.place)}

    def export() -> Facts:
        made = _synthesise(held_out_jobs(seed, phrasings=wish.held_out), wish, console)
        texts = {phrase.text.rstrip(".!?") for phrase in phrases(seed)}
        path = export_held_out(SpeechCache(), language, held_out, texts)
        return {**made, "labels": str(path)}

    reports = wish.work / "reports" / f"{language}.json"

    def evaluate() -> Facts:
        synthetic = held_out / "labels.tsv"
        measured = measure_language(
            language,
            wish.models,
            people=wish.labels,
            synthetic=synthetic if synthetic.is_file() else None,
            jobs=wish.jobs,
        )
        reports.parent.mkdir(parents=True, exist_ok=True)
        reports.write_text(json.dumps(measured, ensure_ascii=False), encoding="utf-8")
        return {"reports": str(reports)}

    def card() -> Facts:
        path = folder / "card.yaml"
        if not reports.is_file():
            raise TrainingError(
                f"There is no {reports}.",
                f"the models of {language} were not measured yet",
                f"Run: allears train --language {language} --only evaluate",
            )
        written = put_reports(path, json.loads(reports.read_text(encoding="utf-8")))
        return {"card": str(path), "status_of_language": written["status"]}

    made_of = ("synthesise", "judge")
    return [
        Step(
            "synthesise",
            lambda: _synthesise(training_jobs(seed, 0, wish.engines, wish.sizes), wish, console),
        ),
        Step("judge", lambda: _judge(seed, wish)),
        Step("commands", commands, commands_inputs, (folder / "commands.tflite",), made_of),
        Step("wake", wake, wake_inputs, (folder / "wake.tflite", folder / "wake.json"), made_of),
        Step(
            "verifier",
            verifier,
            verifier_inputs,
            (folder / "verifier.tflite", folder / "verifier.json"),
            made_of,
        ),
        Step("threshold", threshold, threshold_inputs, (folder / "commands.json",)),
        Step("held-out", export),
        Step("evaluate", evaluate),
        Step("card", card, card_inputs, (), ("held-out", "evaluate")),
    ]


def _synthesise(wanted: list[Job], wish: Wish, console: Console | None) -> Facts:
    cache = SpeechCache()
    made = synthesise(wanted, cache, processes=wish.jobs, console=console)
    return {"clips_wanted": len(wanted), "clips_made": made}


def _judge(seed: LanguageSeed, wish: Wish) -> Facts:
    """Let Whisper listen to a sample where it knows the language and is there."""
    if not knows(seed.language):
        return {"passed_over": "Whisper-base does not know the language well enough"}
    if not is_complete("whisper", voices_root()):
        return {"passed_over": "Whisper-base is not here: allears speech voices download whisper"}
    judged = judge_sample(SpeechCache(), seed, Judge(), per_voice=wish.judged_per_voice)
    return {"clips_judged": judged}


def _hash(path: Path | None) -> str:
    return file_sha256(path) if path is not None and path.is_file() else ""
