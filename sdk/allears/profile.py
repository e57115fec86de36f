"""Device profiles: what a device of one market offers, from device_profiles/<cc>.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from allears.command_contract import NUMBERS
from allears.datafile import load_data
from allears.errors import ProfileError
from allears.locate import profiles_dir

Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0)]
CountryCode = Annotated[str, msgspec.Meta(pattern="^[a-z]{2}$")]
LanguageCode = Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}$")]


class Thresholds(msgspec.Struct, forbid_unknown_fields=True):
    """Replaces what the models' manifests say, where given."""

    wake: Probability | None = None
    command: Probability | None = None
    commands: dict[str, Probability] = {}


class Prompts(msgspec.Struct, forbid_unknown_fields=True):
    """Texts a device shows or speaks."""

    ready: str
    listening: str
    not_understood: str


class ProfileLanguage(msgspec.Struct, forbid_unknown_fields=True):
    """One language of a device; ``wake_words`` lists every spelling of its wake word."""

    language: LanguageCode
    wake_words: Annotated[list[str], msgspec.Meta(min_length=1)]
    prompts: Prompts
    thresholds: Thresholds = msgspec.field(default_factory=Thresholds)


class NumberFormat(msgspec.Struct, forbid_unknown_fields=True):
    """How numbers are written: decimal mark and thousands separator."""

    decimal: Literal[".", ",", "٫"]
    group: Literal[".", ",", "'", " ", "\u00a0", "\u202f", "٬", ""]


class NumberDigits(msgspec.Struct, forbid_unknown_fields=True):
    """How many digits make the number of a setting command on this appliance."""

    min_digits: Annotated[int, msgspec.Meta(ge=1, le=4)]
    max_digits: Annotated[int, msgspec.Meta(ge=1, le=4)]


class Units(msgspec.Struct, forbid_unknown_fields=True):
    """What measured values are given in."""

    temperature: Literal["celsius", "fahrenheit"]
    volume: Literal["litre", "us_gallon"]
    distance: Literal["kilometre", "mile"]


class Listening(msgspec.Struct, forbid_unknown_fields=True):
    """How a device listens. All times in ms.

    ``follow_up_ms``: how long after a command another may follow without the wake word.
    ``preroll_ms``: audio before the wake event that the ear hears too, so that a command spoken in
    one breath with the wake word keeps its beginning.
    ``extend_ms``: how much longer to listen, at most, while somebody still speaks at the time-out.
    ``vad_aggressiveness``: 0 (calls much speech) to 3 (calls little speech).
    """

    follow_up_ms: Milliseconds = 3000
    preroll_ms: Milliseconds = 300
    extend_ms: Milliseconds = 2000
    vad_aggressiveness: Annotated[int, msgspec.Meta(ge=0, le=3)] = 1


class Acceptance(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What `allears test` demands of a device; what is not given is measured, but not demanded.

    ``right_rate``: commands right, at least; ``wrong_rate``: taken for another command, at most.
    ``wake_missed_rate``: wake words missed, at most. ``false_wakes_per_hour`` of other speech and
    noise, at most. ``false_command_rate``: clips of other speech that give a command while the
    device listens, at most. ``latency_ms``: median from the end of a phrase to its event, at most.
    ``dropped_frames``: 10 ms frames of audio that the device did not hear, at most.
    ``disagreeing_clips``: whose events are not those of the reference kernels on the host, at most.
    """

    right_rate: Probability | None = None
    wrong_rate: Probability | None = None
    wake_missed_rate: Probability | None = None
    false_wakes_per_hour: Annotated[float, msgspec.Meta(ge=0)] | None = None
    false_command_rate: Probability | None = None
    latency_ms: Milliseconds | None = None
    dropped_frames: Annotated[int, msgspec.Meta(ge=0)] | None = None
    disagreeing_clips: Annotated[int, msgspec.Meta(ge=0)] | None = None


class Board(msgspec.Struct, forbid_unknown_fields=True):
    """What a board has, from device_profiles/boards/<board>.yaml.

    ``listener_bytes``: memory that its firmware sets aside for a listener; microcontrollers only.
    """

    name: str
    core: str
    flash_bytes: Annotated[int, msgspec.Meta(gt=0)]
    ram_bytes: Annotated[int, msgspec.Meta(gt=0)]
    link: Literal["pty", "tcp", "uart"]
    microphone: Literal["alsa", "memory_ring", "i2s", "pdm"]
    listener_bytes: Annotated[int, msgspec.Meta(gt=0)] | None = None


class Profile(msgspec.Struct, forbid_unknown_fields=True):
    """A market's device.

    ``commands`` empty means every command the language knows. ``numbers`` narrows how many digits
    the number of a setting command has, where the appliance knows better than seeds/commands.yaml.
    ``acceptance`` is for `allears test` alone; where it is unset, a pack does not carry it.
    """

    version: Literal[1]
    country: CountryCode
    name: str
    languages: Annotated[list[ProfileLanguage], msgspec.Meta(min_length=1)]
    board: str
    units: Units
    number_format: NumberFormat
    commands: list[str] = []
    numbers: dict[str, NumberDigits] = {}
    listening: Listening = msgspec.field(default_factory=Listening)
    acceptance: Acceptance | msgspec.UnsetType = msgspec.UNSET

    @classmethod
    def load(cls, profile: str | Path) -> Profile:
        """Read a profile by its country code ("gb") or its path.

        Raises:
            ProfileError: unknown, unreadable, or broken; tells the file and the line.
        """
        path = Path(profile)
        if path.suffix not in (".yaml", ".yml"):
            path = profiles_dir() / f"{profile}.yaml"
            if not path.is_file():
                raise ProfileError(
                    f"There is no profile {str(profile)!r}.",
                    "a misspelt country code (the United Kingdom is gb)",
                    f"Use one of: {', '.join(profile_codes())}; or the path of a .yaml file.",
                )
        found = load_data(path, cls, ProfileError)
        languages = [entry.language for entry in found.languages]
        if len(set(languages)) < len(languages):
            raise ProfileError(
                f"{path}: a language stands twice under `languages`.", "", "Keep one of them."
            )
        _check_numbers(found, path)
        load_board(found.board, path)
        return found

    @property
    def number_digits(self) -> dict[str, tuple[int, int]]:
        """``numbers`` as the runtime takes it: fewest and most digits of a command."""
        return {id: (digits.min_digits, digits.max_digits) for id, digits in self.numbers.items()}


def _check_numbers(profile: Profile, path: Path) -> None:
    for id, digits in profile.numbers.items():
        if id not in NUMBERS:
            raise ProfileError(
                f"{path}: `numbers` names {id!r}, which takes no number.",
                "a misspelt command id",
                f"Use one of: {', '.join(NUMBERS)}.",
            )
        if digits.min_digits > digits.max_digits:
            raise ProfileError(
                f"{path}: `numbers` asks for {digits.min_digits} digits of {id!r} at least, but "
                f"{digits.max_digits} at most.",
                "the two figures were exchanged",
                "Write min_digits no greater than max_digits.",
            )


def profile_codes() -> list[str]:
    """Return the country codes there are profiles for, sorted."""
    return sorted(path.stem for path in profiles_dir().glob("*.yaml"))


def load_board(board: str, named_by: Path | None = None) -> Board:
    """Read a board's file; ``named_by`` is the profile that asked for it."""
    folder = profiles_dir() / "boards"
    path = folder / f"{board}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(found.stem for found in folder.glob("*.yaml")))
        raise ProfileError(
            f"{named_by or folder}: there is no board {board!r}.",
            "a misspelt board, or a board nobody described yet",
            f"Use one of: {known}; or add {path}.",
        )
    return load_data(path, Board, ProfileError)
