"""The generated contract is what contract.yaml gives, and says the same in both languages."""

from __future__ import annotations

import re

from allears import contract
from allears_tools.contract import generate


def test_generated_files_are_up_to_date():
    facts = generate.read_facts()
    assert generate.PYTHON_FILE.read_text() == generate.render_python(facts)
    assert generate.C_FILE.read_text() == generate.render_c(facts)
    assert generate.main(["--check"]) == 0


def test_python_and_c_agree():
    defines = dict(re.findall(r"#define ALLEARS_(\w+) (.+)", generate.C_FILE.read_text()))
    for fact in generate.read_facts():
        name = fact.name.upper()
        assert getattr(contract, name) == fact.value
        assert type(fact.value)(defines[name].strip("()").rstrip("f")) == fact.value
    assert defines["CONTRACT_SHA256"].strip('"') == contract.CONTRACT_SHA256


def test_hash_follows_values_only():
    facts = generate.read_facts()
    renamed = [fact._replace(about="other words") for fact in reversed(facts)]
    assert generate.contract_hash(renamed) == generate.contract_hash(facts)
    changed = [facts[0]._replace(value=8000), *facts[1:]]
    assert generate.contract_hash(changed) != generate.contract_hash(facts)


def test_what_training_keeps_outlives_what_it_does_not_hear():
    facts = {fact.name: fact for fact in generate.read_facts()}
    before = generate.features_hash(list(facts.values()))
    assert before == contract.FEATURES_SHA256

    def changed(name):
        more = facts | {name: facts[name]._replace(value=facts[name].value + 1)}
        return generate.features_hash(list(more.values()))

    assert changed("contest_ms") == before
    assert changed("level_bits") != before


def test_stale_files_are_found(tmp_path, monkeypatch):
    stale = tmp_path / "contract.py"
    stale.write_text("SAMPLE_RATE_HZ = 8000\n")
    monkeypatch.setattr(generate, "PYTHON_FILE", stale)
    assert generate.main(["--check"]) == 1
