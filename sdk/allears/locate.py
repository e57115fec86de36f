"""Where models, device profiles and seeds lie: in a checkout, or inside the installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_PACKAGED = _PACKAGE / "data"
_CHECKOUT = _PACKAGE.parents[1]


def models_dir() -> Path:
    """Return the folder with ear.tflite and one folder a language."""
    return _pick("models", _CHECKOUT / "sdk/models")


def profiles_dir() -> Path:
    """Return the folder with one YAML file a market and boards/."""
    return _pick("device_profiles", _CHECKOUT / "device_profiles")


def seeds_dir() -> Path:
    """Return the folder with commands.yaml and languages/."""
    return _pick("seeds", _CHECKOUT / "seeds")


def _pick(name: str, in_checkout: Path) -> Path:
    packaged = _PACKAGED / name
    return packaged if packaged.is_dir() else in_checkout
