"""One streaming int8 model behind whichever TensorFlow Lite interpreter is installed.

LiteRT (``ai-edge-litert``) is preferred: it is 4 to 15 times faster on these models. Otherwise
``tflite-runtime``. ``ALLEARS_INTERPRETER=litert`` or ``tflite-runtime`` forces one of them.
``ALLEARS_KERNELS=reference`` runs TensorFlow Lite's reference kernels, which are slow and which the
C runtime equals bit for bit.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from allears.errors import InterpreterError, ModelError
from allears.flatbuffer import fault_of

_MODULES = {
    "litert": "ai_edge_litert.interpreter",
    "tflite-runtime": "tflite_runtime.interpreter",
}
_OVERRIDE = "ALLEARS_INTERPRETER"
_CHOSEN = ContextVar("allears_interpreter", default="")

NATIVE = "native"
"""The C runtime, which runs the whole of a listener and no single model."""

INTERPRETERS = (*_MODULES, NATIVE)
"""What a listener can run on."""

KERNELS_OVERRIDE = "ALLEARS_KERNELS"
REFERENCE_KERNELS = "reference"


class StreamingModel(Protocol):
    """What the stages need of a model; tests put a fake in its place."""

    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]

    def run(self, values: NDArray[Any]) -> NDArray[Any]:
        """Advance the stream by one step; shapes and dtypes as in the model file."""
        ...

    def reset(self) -> None:
        """Forget everything heard."""
        ...


def interpreter_name() -> str:
    """Return ``litert`` or ``tflite-runtime``: the one that models run in.

    Raises:
        InterpreterError: none is installed, or the override names none of them.
    """
    return _load_interpreter()[0]


@contextmanager
def chosen_interpreter(name: str | None) -> Iterator[None]:
    """Models that are loaded meanwhile run in ``litert`` or ``tflite-runtime``; None: as set.

    Raises:
        InterpreterError: there is no interpreter of that name.
    """
    if name and name not in _MODULES:
        raise InterpreterError(
            f"There is no interpreter {name!r}.", remedy=f"Use one of: {', '.join(INTERPRETERS)}."
        )
    before = _CHOSEN.set(name or _CHOSEN.get())
    try:
        yield
    finally:
        _CHOSEN.reset(before)


def _load_interpreter() -> tuple[str, Any]:
    wanted = _CHOSEN.get() or os.environ.get(_OVERRIDE, "")
    if wanted and wanted not in _MODULES:
        raise InterpreterError(
            f"{_OVERRIDE}={wanted} names no interpreter for single models.",
            remedy=f"Use one of: {', '.join(_MODULES)}; or leave it unset.",
        )
    faults = []
    for name in [wanted] if wanted else _MODULES:
        try:
            return name, importlib.import_module(_MODULES[name])
        # tflite-runtime under numpy 2 dies with a SystemError instead of an ImportError.
        except (ImportError, SystemError, AttributeError) as fault:
            faults.append(f"{name}: {fault}")
    raise InterpreterError(
        f"No TensorFlow Lite interpreter can be imported ({'; '.join(faults)}).",
        "neither ai-edge-litert nor tflite-runtime is installed, or tflite-runtime meets numpy 2",
        "pip install ai-edge-litert (Python 3.10 to 3.13), or tflite-runtime 'numpy<2' (to 3.11)",
    )


class Model:
    """A ``.tflite`` with one input and one output, batch 1, single-threaded.

    Args:
        content: the file's bytes; kept, because ``reset`` builds the interpreter anew from them.
        name: how errors call it.
        reference: run the reference kernels, the golden reference for exactness: slow.

    Raises:
        ModelError: the bytes are no usable model.
    """

    def __init__(self, content: bytes, name: str = "model", *, reference: bool = False) -> None:
        self.name = name
        self._content = content
        _, self._module = _load_interpreter()
        resolvers = self._module.OpResolverType
        reference = reference or os.environ.get(KERNELS_OVERRIDE) == REFERENCE_KERNELS
        self._resolver = resolvers.BUILTIN_REF if reference else resolvers.AUTO
        fault = fault_of(content)
        if fault:
            raise self._corrupt(fault)
        self.reset()
        inputs = self._interpreter.get_input_details()
        outputs = self._interpreter.get_output_details()
        if len(inputs) != 1 or len(outputs) != 1:
            raise ModelError(
                f"{name} has {len(inputs)} inputs and {len(outputs)} outputs, not one of each.",
                "a model made for something else",
                "Use a model exported by `allears train`.",
            )
        self.input_shape = tuple(int(size) for size in inputs[0]["shape"])
        self.output_shape = tuple(int(size) for size in outputs[0]["shape"])
        self.input_dtype = np.dtype(inputs[0]["dtype"])
        self.output_dtype = np.dtype(outputs[0]["dtype"])
        self.input_scale, self.input_zero_point = inputs[0]["quantization"]
        self.output_scale, self.output_zero_point = outputs[0]["quantization"]

    @classmethod
    def load(cls, path: Path, *, reference: bool = False) -> Model:
        """Read the model file at ``path``."""
        try:
            content = path.read_bytes()
        except OSError as fault:
            raise ModelError(
                f"Cannot read the model {path}: {fault.strerror}.",
                "the language has not been trained here, or the installation is incomplete",
                "Run `allears languages` to see what is there, or reinstall allears.",
            ) from fault
        return cls(content, str(path), reference=reference)

    def run(self, values: NDArray[Any]) -> NDArray[Any]:
        """Advance the stream by one step.

        Args:
            values: array of ``input_shape`` and ``input_dtype``.

        Returns:
            a new array of ``output_shape`` and ``output_dtype``.
        """
        self._set_tensor(self._input_index, values)
        try:
            self._invoke()
        except RuntimeError as fault:
            raise self._corrupt(_short(fault)) from fault
        return self._get_tensor(self._output_index)

    def reset(self) -> None:
        """Forget everything heard.

        State lives in resource variables, which neither interpreter can clear: a new one is built
        (under 1 ms for a wake model).
        """
        try:
            interpreter = self._module.Interpreter(
                model_content=self._content,
                num_threads=1,
                experimental_op_resolver_type=self._resolver,
            )
            interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as fault:
            raise self._corrupt(_short(fault)) from fault
        self._interpreter = interpreter
        self._input_index = interpreter.get_input_details()[0]["index"]
        self._output_index = interpreter.get_output_details()[0]["index"]
        self._set_tensor = interpreter.set_tensor
        self._invoke = interpreter.invoke
        self._get_tensor = interpreter.get_tensor

    def _corrupt(self, detail: str) -> ModelError:
        return ModelError(
            f"{self.name} cannot be loaded: {detail}.",
            "the file is damaged, incomplete or no model",
            "Fetch it again (git checkout, reinstall allears) or train it anew.",
        )


def _short(fault: Exception) -> str:
    """Return the interpreters' many-lined messages as one line."""
    return " ".join(str(fault).split())[:200].rstrip(".")
