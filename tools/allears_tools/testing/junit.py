"""A test as JUnit XML, for build servers."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from allears_tools.testing.outcome import GOOD

_DEMAND_OF = {
    "wrong": "right_rate",
    "none": "right_rate",
    "not woken": "wake_missed_rate",
    "false": "false_command_rate",
}
_WAKE_DEMAND_OF = {"none": "wake_missed_rate", "false": "false_wakes_per_hour"}


def write_junit(found: dict[str, Any], path: Path) -> None:
    """Write a report as JUnit XML: a suite of the profile's demands, and one of the clips a stage.

    A clip that went wrong is a failure, unless the profile demands a rate and the rate was reached:
    then it is skipped, with what was heard.
    """
    root = ElementTree.Element("testsuites", name=f"allears test {found['profile']}")
    reached = {check["name"] for check in found["acceptance"] if check["ok"]}
    demands = [_demand(check) for check in found["acceptance"]]
    if found["broken"]:
        lost = ElementTree.Element("testcase", classname="device", name="stays connected")
        ElementTree.SubElement(lost, "error", message=found["broken"])
        demands.append(lost)
    _suite(root, "acceptance", demands)
    for stage in ("commands", "wake"):
        clips = [clip for clip in found["outcomes"] if clip["stage"] == stage]
        _suite(root, stage, [_clip(clip, found["profile"], reached) for clip in clips])
    ElementTree.indent(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _suite(root: ElementTree.Element, name: str, cases: list[ElementTree.Element]) -> None:
    counts = {
        f"{kind}s" if kind != "skipped" else kind: sum(c.find(kind) is not None for c in cases)
        for kind in ("failure", "error", "skipped")
    }
    suite = ElementTree.SubElement(root, "testsuite", name=name, tests=str(len(cases)))
    suite.attrib.update({kind: str(count) for kind, count in counts.items()})
    suite.extend(cases)


def _demand(check: dict[str, Any]) -> ElementTree.Element:
    case = ElementTree.Element("testcase", classname="acceptance", name=check["name"])
    if not check["ok"]:
        told = f"{check['measured']} measured, {check['limit']} demanded"
        ElementTree.SubElement(case, "failure", message=told)
    return case


def _clip(clip: dict[str, Any], profile: str, reached: set[str]) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase", classname=f"{profile}.{clip['stage']}.{clip['source']}", name=clip["clip"]
    )
    if clip["result"] not in GOOD:
        demands = _WAKE_DEMAND_OF if clip["stage"] == "wake" else _DEMAND_OF
        tolerated = demands[clip["result"]] in reached
        heard = ", ".join(event["id"] for event in clip["events"]) or "nothing"
        ElementTree.SubElement(
            case,
            "skipped" if tolerated else "failure",
            message=f"{clip['result']}: {clip['expected'] or 'nothing'} due, {heard} heard",
        )
    return case
