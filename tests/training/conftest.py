"""Training tests need the [train] extra; without it they skip, saying so."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="training needs the [train] extra: make setup-train")
pytest.importorskip("ai_edge_litert", reason="writing .tflite needs the [train] extra")
