"""One benchmark run: measures everything and returns it as plain data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from allears import Profile
from allears.errors import AllEarsError
from allears.interpreter import INTERPRETERS, NATIVE, chosen_interpreter, interpreter_name
from allears.languages import missing_models
from allears.locate import models_dir
from allears.native.library import library_path
from allears.native.programs import program_of
from allears.profile import profile_codes

from allears_tools.bench.audio import bench_audio
from allears_tools.bench.fresh import BASELINE, PEER, fresh_process
from allears_tools.bench.host import describe_host, load_1min
from allears_tools.bench.jobs import MODES, PEER_CHUNK_MS, Samples, pipeline_job, stage_jobs
from allears_tools.bench.measure import Cost, measure, ratio
from allears_tools.bench.peers import anchor_job, peer_jobs
from allears_tools.bench.phrases import phrase_to_event
from allears_tools.bench.targets import judge, ratio_name
from allears_tools.evaluate.provenance import provenance_of
from allears_tools.firmware.library import use_fresh_library

FORMAT = 2
"""Of the report; raised where its fields change."""

Tell = Callable[[str], None]


def run_bench(
    profiles: Sequence[str],
    seconds: float = 60.0,
    rounds: int = 5,
    mlperf_model: Path | None = None,
    tell: Tell = lambda what: None,
) -> dict[str, Any]:
    """Measure profiles on every interpreter that is installed, and the first beside peers.

    Args:
        profiles: country codes; those without models are listed and not measured.
        seconds: audio a round.
        rounds: as of ``measure``.
        mlperf_model: as of ``peer_jobs``.
        tell: told what is measured next.

    Raises:
        AllEarsError: none of the profiles has models, or a model cannot be run.
    """
    loaded = {code: Profile.load(code) for code in profiles}
    lacking = {code: lacking_models(profile) for code, profile in loaded.items()}
    measured = [code for code in profiles if not lacking[code]]
    if not measured:
        raise AllEarsError(
            f"There are no models for {', '.join(profiles)}.",
            "the languages have not been trained yet",
            "Run `allears languages` to see which have models.",
        )
    interpreters, absent = available_interpreters()
    audio = bench_audio(seconds)
    languages = {entry.language: None for code in measured for entry in loaded[code].languages}
    result: dict[str, Any] = {
        "format": FORMAT,
        **provenance_of(list(languages)),
        "host": describe_host(),
        "audio": {"seconds": seconds, "origin": audio.origin},
        "rounds": rounds,
        "interpreters": interpreters,
        "not_measured": absent,
        "main_profile": measured[0],
        "without_models": {code: missing for code, missing in lacking.items() if missing},
        "profiles": {},
    }
    for code in measured:
        result["profiles"][code] = _profile(loaded[code], interpreters, audio.samples, rounds, tell)
    main = loaded[measured[0]]
    result |= _beside_peers(main, interpreters, audio.samples, rounds, mlperf_model, tell)
    tell("fresh processes")
    result["fresh"] = {name: fresh_process(name) for name in (BASELINE, PEER)}
    result["host"]["load_1min_after"] = load_1min()
    result["targets"] = judge(result)
    return result


def all_profiles() -> list[str]:
    """Return every profile's code, gb first: it is the one that is held beside peers."""
    return sorted(profile_codes(), key=lambda code: (code != "gb", code))


def available_interpreters() -> tuple[list[str], list[str]]:
    """Return the interpreters that run here, and for each of the others why it does not."""
    found, absent = [], []
    for name in INTERPRETERS:
        try:
            if name == NATIVE:
                reason = use_fresh_library()
                if reason:
                    absent.append(f"{NATIVE}: {reason}")
                    continue
                program_of(models_dir() / "ear.tflite")
            else:
                with chosen_interpreter(name):
                    interpreter_name()
        except AllEarsError as error:
            absent.append(f"{name}: {error.what}")
        else:
            found.append(name)
    return found, absent


def lacking_models(profile: Profile) -> list[str]:
    """Return the languages of a profile that lack a model."""
    return [e.language for e in profile.languages if missing_models(profile, e, models_dir())]


def _profile(
    profile: Profile, interpreters: list[str], samples: Samples, rounds: int, tell: Tell
) -> dict[str, Any]:
    code = profile.country
    tell(f"{code}: listeners and stages")
    listeners = {
        name: [pipeline_job(samples, profile, name, mode) for mode in MODES]
        for name in interpreters
    }
    stages = {name: stage_jobs(samples, profile, name) for name in interpreters}
    jobs = [anchor_job(samples)]
    for name in interpreters:
        jobs += listeners[name] + stages[name]
    anchor, *costs = measure(jobs, rounds)
    left = iter(map(asdict, costs))
    pipelines: dict[str, dict[str, Any]] = {}
    stage_costs: dict[str, dict[str, Any]] = {}
    for name in interpreters:
        pipelines[name] = {mode: next(left) for mode in MODES}
        stage_costs[name] = {job.name: next(left) for job in stages[name]}
    tell(f"{code}: from phrase to event, fresh processes")
    return {
        "languages": [entry.language for entry in profile.languages],
        "interpreters": pipelines,
        "stages": stage_costs,
        "anchor_rounds": anchor.rounds,
        "phrase_to_event": {name: phrase_to_event(profile, name) for name in interpreters},
        "fresh": {name: fresh_process(name, code) for name in interpreters},
        "bytes": _bytes(profile, NATIVE in interpreters),
    }


def _beside_peers(
    profile: Profile,
    interpreters: list[str],
    samples: Samples,
    rounds: int,
    mlperf_model: Path | None,
    tell: Tell,
) -> dict[str, Any]:
    """Listeners and peers in the same rounds, in the chunks that the peers are fed."""
    tell("peers")
    peers, missing = peer_jobs(samples, mlperf_model)
    ours = [
        pipeline_job(samples, profile, name, "always_on", PEER_CHUNK_MS) for name in interpreters
    ]
    costs: list[Cost] = measure([*ours, *peers], rounds)
    our_costs, peer_costs = costs[: len(ours)], costs[len(ours) :]
    return {
        "peers": {job.name: asdict(c) for job, c in zip(peers, peer_costs, strict=True)},
        "peers_missing": missing,
        "always_on_as_peers": dict(zip(interpreters, map(asdict, our_costs), strict=True)),
        "ratios": {
            ratio_name(name, job.name): ratio(cost, theirs)._asdict()
            for name, cost in zip(interpreters, our_costs, strict=True)
            for job, theirs in zip(peers, peer_costs, strict=True)
        },
    }


def _bytes(profile: Profile, native: bool) -> dict[str, int]:
    """Sizes of models, of their layer programs, and of the native core."""
    folder = models_dir()
    paths = [folder / "ear.tflite"]
    for entry in profile.languages:
        paths += sorted((folder / entry.language).glob("*.tflite"))
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in paths}
    if native:
        sizes |= {
            path.relative_to(folder).with_suffix(".bin").as_posix(): len(program_of(path))
            for path in paths
        }
        sizes[library_path().name] = library_path().stat().st_size
    return sizes
