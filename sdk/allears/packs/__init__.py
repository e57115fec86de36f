"""Packs: a market's profile and models in one signed image. The bytes: docs/pack-format.md."""
