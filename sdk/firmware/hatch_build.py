"""Hatch's hook: builds the native core into the package where a compiler and make are there.

``ALLEARS_BUILD_NATIVE=0`` leaves it out; ``1`` makes it an error if it cannot be built.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_SWITCH = "ALLEARS_BUILD_NATIVE"
_TARGET = "sdk/allears/native/liballears.so"


class NativeCoreHook(BuildHookInterface):
    """Puts liballears.so beside the Python that loads it, which makes the wheel this machine's."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before the files of a wheel are gathered; editable, it is used in place."""
        wanted = os.environ.get(_SWITCH, "")
        if wanted == "0":
            return
        fault = self._build()
        if fault:
            if wanted == "1":
                raise RuntimeError(fault)
            self.app.display_warning(f"{fault} Listener(interpreter='native') will not run.")
            return
        build_data["artifacts"].append(_TARGET)
        build_data["pure_python"] = False
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"

    def _build(self) -> str:
        """Return why the library cannot be built: "" if it was."""
        root = Path(self.root)
        ours = [str(root / "sdk"), str(root / "tools")]
        sys.path[:0] = ours
        # make runs Python too, to fetch third-party sources.
        inherited = os.environ.get("PYTHONPATH")
        os.environ["PYTHONPATH"] = os.pathsep.join([*ours, *([inherited] if inherited else [])])
        try:
            from allears.errors import AllEarsError
            from allears_tools.firmware.library import LIBRARY, build, why_not_built

            reason = why_not_built()
            if reason:
                return f"The native core is not built: {reason}."
            try:
                shutil.copyfile(build(LIBRARY) / LIBRARY, root / _TARGET)
            except AllEarsError as error:
                return f"The native core is not built: {error}"
            return ""
        finally:
            del sys.path[: len(ours)]
            if inherited is None:
                del os.environ["PYTHONPATH"]
            else:
                os.environ["PYTHONPATH"] = inherited
