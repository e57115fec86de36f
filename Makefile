# AllEars: `make help` lists the goals. Nothing is needed beforehand but Python 3.10-3.13.

PYTHON ?= $(shell .ci/find-python 3.11 3.10 3.12 3.13)
PYTHON312 ?= $(shell .ci/find-python 3.12)

# The demo's input: make demo AUDIO=file.wav PROFILE=rs
AUDIO ?=
PROFILE ?=
# Recordings of people that stand beside the checkout, if any, are added to the demo.
RECORDINGS ?= $(wildcard ../shared/realspeech/labels.tsv)
# make models: which languages (all), and more options of `allears train`, such as --kokoro 8.
LANGUAGES ?=
TRAIN ?=
DEMO_INPUT = $(if $(AUDIO),"$(AUDIO)",$(if $(RECORDINGS),--recordings "$(RECORDINGS)"))

PIP_INSTALL = -m pip install -q --disable-pip-version-check -c constraints.txt -e
PYTEST = -m pytest -q
RUNTIME_TESTS = tests/sdk tests/demo

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-tflite-runtime test-312 soak firmware firmware-host fuzz board-packages check models bench clean

help: ## list the goals
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.full ## install everything for development into .venv

# make demo BOARD=mps2-an386: on an emulated board.
BOARD ?=

demo: $(if $(BOARD),board-packages .venv/.board,.venv/.base) ## recognise a person's voice, then flash a device; AUDIO=file.wav PROFILE=rs for your own
	.venv/bin/allears demo $(if $(BOARD),--board "$(BOARD)",$(DEMO_INPUT)) $(if $(PROFILE),--profile "$(PROFILE)") $(if $(AUDIO)$(BOARD),,--device)

test: .venv/.full ## all tests; those of the runtime on the other interpreter and on 3.12 too
	.venv/bin/python $(PYTEST) tests
	@$(MAKE) --no-print-directory test-tflite-runtime test-312

test-tflite-runtime: .venv/.full ## the runtime's tests on tflite-runtime instead of LiteRT
	@if .venv/bin/python -c 'import tflite_runtime' 2>/dev/null; then \
		echo ALLEARS_INTERPRETER=tflite-runtime .venv/bin/python $(PYTEST) $(RUNTIME_TESTS); \
		ALLEARS_INTERPRETER=tflite-runtime .venv/bin/python $(PYTEST) $(RUNTIME_TESTS); \
	else \
		echo "skipped: tflite-runtime (it ends with Python 3.11, .venv has a newer one)"; \
	fi

test-312: ## the runtime's tests on Python 3.12
ifeq ($(PYTHON312),)
	@echo "skipped: Python 3.12 (none found on this machine)"
else
	@$(MAKE) --no-print-directory .venv-312/.ready
	.venv-312/bin/python $(PYTEST) $(RUNTIME_TESTS)
endif

soak: .venv/.full ## kill a device and the emulated boards 1,000 times each while they are flashed
	ALLEARS_KILLS=1000 .venv/bin/python $(PYTEST) tests/flash/test_broken_lines.py -k power_cuts
	ALLEARS_BOARD_CUTS=1000 ALLEARS_SIMULATED_CUTS=50000 .venv/bin/python $(PYTEST) \
		tests/board/test_power_cuts.py tests/slots/test_power_cuts.py

firmware: .venv/.base ## the firmware of the emulated boards; BOARD=mps2-an500 for one
	@for board in $(or $(BOARD),mps2-an386 mps2-an500); do \
		$(MAKE) --no-print-directory -s -C sdk/firmware/ports/mps2 BOARD=$$board \
			PYTHON=$(CURDIR)/.venv/bin/python firmware && \
		arm-none-eabi-size build/firmware/$$board/firmware.elf || exit 1; done

firmware-host: .venv/.full ## the C runtime for this machine: libraries and allears-posix
	@$(MAKE) --no-print-directory -s -C sdk/firmware/ports/posix PYTHON=$(CURDIR)/.venv/bin/python
	@ls -l build/firmware/posix/allears-posix build/firmware/posix/liballears.*

FUZZ_SECONDS ?= 600
fuzz: .venv/.full ## fuzz what the firmware reads, 10 minutes a target; needs clang
	@$(MAKE) --no-print-directory -s -C sdk/firmware/tests/link fuzz \
		FUZZ_SECONDS=$(FUZZ_SECONDS) PYTHON=$(CURDIR)/.venv/bin/python
	@$(MAKE) --no-print-directory -s -C sdk/firmware/ports/posix fuzz \
		FUZZ_SECONDS=$(FUZZ_SECONDS) PYTHON=$(CURDIR)/.venv/bin/python

board-packages:
	@.ci/install-board

check: .venv/.full ## ruff and mypy
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

models: .venv/.full ## train every language that is out of date (hours each); LANGUAGES="de fr" for some
	.venv/bin/allears train $(if $(LANGUAGES),$(LANGUAGES:%=--language %),--all) $(if $(RECORDINGS),--labels "$(RECORDINGS)") $(TRAIN)

bench: .venv/.full ## latency, cost and size on this machine, beside pymicro-wakeword
	.venv/bin/python $(PYTEST) benchmarks --benchmark-enable

clean: ## remove the environments and what runs left behind
	rm -rf .venv .venv-312 build dist .pytest_cache .mypy_cache .ruff_cache

# A stamp a state, so that nothing is installed twice; a new pyproject installs anew, and so do new
# C sources, of which an installation keeps a built library.
CORE = $(shell find sdk/firmware/src sdk/firmware/include sdk/firmware/host -name '*.[ch]')

.venv/.base: pyproject.toml constraints.txt $(CORE)
	@$(if $(PYTHON),,echo "error: no Python 3.10-3.13 found; Next step: install python3" >&2; exit 1)
	@echo "setting up .venv with what a device needs"
	@.ci/make-venv .venv $(PYTHON)
	@.venv/bin/python $(PIP_INSTALL) ".[flash]"
	@touch $@

.venv/.board: .venv/.base
	@.venv/bin/python $(PIP_INSTALL) ".[board]"
	@touch $@

.venv/.full: .venv/.base
	@echo "setting up .venv with what development needs (torch among it: minutes)"
	@.venv/bin/python $(PIP_INSTALL) ".[dev,train]"
	@touch $@

.venv-312/.ready: pyproject.toml constraints.txt $(CORE)
	@echo "setting up .venv-312"
	@.ci/make-venv .venv-312 $(PYTHON312)
	@.venv-312/bin/python $(PIP_INSTALL) ".[dev]"
	@touch $@
