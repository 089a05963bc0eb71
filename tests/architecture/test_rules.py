"""Every rule has all its parts: leaving out any one fails a test that names the rule.

The parts: a record (`models/rules/`), `add_<name>` (`optimizer/families/<name>.py`), words in both
languages, a law on docs/laws.md, a check in `optimizer/verify/` with a plan that breaks it, golden
rows, a rule of the oracle, a small instance for the engines, the table or field that asks for it on
both pages of the format. What it names wrongly is refused: test_references.py; random cases in
which it decides: tests/oracle/test_random_cases.py.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from types import ModuleType

import pytest

from infraplan.models.rules import LAWS, LAWS_ALONE, REASONS, RULES, Rule, Section
from infraplan.optimizer.errors import FormulationError
from infraplan.optimizer.verify import verify_plan
from tests.architecture.sources import ROOT
from tests.optimizer.engines.minis import MINIS
from tests.optimizer.verify.seeds import SEEDS

FAMILY_FOLDER = ROOT / "optimizer" / "families"
LAW_PAGE = (ROOT / "docs" / "laws.md").read_text("utf-8")
CHECKLIST = (ROOT / "CONTRIBUTING.md").read_text("utf-8")

ORACLE = {
    "choose_one": "choices",
    "mandate": "choices",
    "window": "in_window",
    "precedence": "_relation_holds",
    "exclusive": "_relation_holds",
    "at_most": "_relation_holds",
    "all_or_none": "_relation_holds",
    "works_conflict": "_relation_holds",
    "synergy": "joint_value",
    "substitute": "joint_value",
    "shared_works": "joint_value",
    "makespan": "makespan",
    "target": "shortfall",
    "sources_uses": "_sources_and_uses",
    "max_share": "_sources_and_uses",
    "issue_use": "_issues",
    "annual_limit": "_issues",
    "eligibility": "_issues",
    "fund_balance": "_funds",
    "service": "_service",
    "debt": "quantity",
    "ceiling": "_limits",
    "quota": "quota_share",
    "refinancing": "_limits",
    "debt_rule": "_rules",
    "band": "banned",
    "coverage": "_coverage",
    "sharing": "_chosen",
    "flow_balance": "flow_cost",
    "link_capacity": "flow_cost",
    "node_capacity": "flow_cost",
    "network": "least_minutes",
    "dc": "dispatch_cost",
    "one_way": "cost_of_directions",
    "storage": "cost_of_a_year",
}
"""Function of the oracles that reads a law, where it is not called `_<law>_holds`."""

NO_ORACLE = {
    "envelope": "solved by hand in tests/optimizer/formulation/test_grants_and_capital.py",
    "matching": "solved by hand in tests/optimizer/formulation/test_grants_and_capital.py",
    "reinvest": "solved by hand in tests/optimizer/formulation/test_asset_sales.py",
    "supplier": "solved by hand in tests/optimizer/networks/test_minis.py",
    "demand": "solved by hand in tests/optimizer/networks/test_minis.py",
}
"""Laws that no brute force reads, and what stands for it."""

ALL = pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)


def _is_chinese(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text))


@cache
def _functions(*folders: str) -> frozenset[str]:
    """Names of all functions and methods in the Python files of `folders`."""
    return frozenset(
        node.name
        for folder in folders
        for path in (ROOT / folder).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
    )


@cache
def _used(*folders: str) -> frozenset[str]:
    """Names that the Python files of `folders` read: functions and methods that are called."""
    return frozenset(
        node.id if isinstance(node, ast.Name) else node.attr
        for folder in folders
        for path in (ROOT / folder).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Name | ast.Attribute)
    )


@ALL
def test_a_rule_is_consistent_in_itself(rule: Rule) -> None:
    assert set(rule.subject) <= set(rule.axes)
    assert set(rule.told or ()) <= set(rule.subject)
    assert not rule.gives_way or rule.subject, "a planner must be told which rule gives way"
    assert rule.needs, "something in the instance asks for it"


@ALL
def test_a_rule_has_words_in_both_languages(rule: Rule) -> None:
    for words in (rule.title, rule.reason):
        assert words.en
        assert not _is_chinese(words.en)
        assert _is_chinese(words.zh)
    for text in rule.title:
        named = set(re.findall(r"\{(\w+)\}", text))
        assert named <= set(rule.subject), "a title names only what it is about"
        assert named == set(rule.subject) or not rule.gives_way, "a conflict names all of it"
    assert "{" not in "".join(rule.reason)


@pytest.mark.parametrize("reason", REASONS.values(), ids=lambda reason: reason.name)
def test_every_reason_is_told_in_both_languages(reason: Rule) -> None:
    assert reason.reason.en
    assert not _is_chinese(reason.reason.en)
    assert _is_chinese(reason.reason.zh)


@ALL
def test_a_rule_has_its_family(rule: Rule) -> None:
    # Read, not imported: importing the package refuses all families together.
    path = FAMILY_FOLDER / f"{rule.name}.py"
    assert path.exists() is not rule.is_bound, f"{rule.name}: no file {path.name}"
    if path.exists():
        tree = ast.parse(path.read_text("utf-8"))
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert f"add_{rule.name}" in names, f"{rule.name}: no add_{rule.name} in {path.name}"
        known = {f"add_{rule.name}", f"columns_{rule.name}"}
        assert {name for name in names if not name.startswith("_")} <= known


def test_every_family_has_its_rule() -> None:
    files = {path.stem for path in FAMILY_FOLDER.glob("*.py")} - {"__init__"}
    surplus = sorted(files - set(RULES))
    assert not surplus, f"no record in models/rules/ is called {', '.join(surplus)}"


def test_a_record_without_a_family_and_a_family_without_a_record_are_told_together() -> None:
    from infraplan.optimizer.families import bind_families

    modules = {name: ModuleType(name) for name in ("policy", "stray")}
    rules = {name: RULES[name] for name in ("policy", "quota", "must_serve")}
    with pytest.raises(FormulationError) as caught:
        bind_families(rules, modules)
    text = str(caught.value)
    assert "stray: a family without a record" in text
    assert "quota: a record without add_quota in families/quota.py" in text
    assert "policy: a record without add_policy in families/policy.py" in text  # an empty module
    assert "must_serve" not in text  # its bounds stand in the columns


@ALL
def test_the_law_of_a_rule_stands_on_the_page(rule: Rule) -> None:
    assert f"`{rule.law}`" in LAW_PAGE


@pytest.mark.parametrize("law", sorted(set(LAWS) - {"manifest"}))
def test_the_verifier_checks_every_law(law: str) -> None:
    assert law in SEEDS, f"no plan in tests/optimizer/verify/seeds.py breaks law {law}"
    instance, _, broken = SEEDS[law]()
    found = {violation.law for violation in verify_plan(instance, broken).violations}
    assert law in found, f"no check of law {law} in optimizer/verify/"


def test_a_law_stands_in_one_place() -> None:
    alone = [law for laws in LAWS_ALONE.values() for law in laws]
    assert set(LAWS_ALONE) == set(Section)
    assert not set(alone) & {rule.law for rule in RULES.values()}
    assert len(set(alone)) == len(alone)
    assert set(LAWS) == {rule.law for rule in RULES.values()} | set(alone)


@ALL
def test_the_rows_of_a_rule_are_written_down(rule: Rule) -> None:
    if not rule.is_bound:
        folder = ROOT / "tests" / "golden" / ("sharing" if rule.law == "sharing" else "")
        assert (folder / f"{rule.name}.txt").exists(), f"no golden rows of {rule.name}"


@ALL
def test_the_oracle_reads_the_law_of_a_rule(rule: Rule) -> None:
    if rule.law in NO_ORACLE:
        place = NO_ORACLE[rule.law].rpartition(" ")[2]
        assert (ROOT / place).exists()
        assert rule.law not in ORACLE
        return
    function = ORACLE.get(rule.law, f"_{rule.law}_holds")
    known = _functions("tests/oracle", "tests/oracle_networks")
    assert function in known, f"no function {function} reads law {rule.law} in tests/oracle"
    used = _used("tests/oracle", "tests/oracle_networks")
    assert function in used, f"the oracle of law {rule.law}, {function}, is called by nothing"


def test_no_oracle_is_named_for_a_law_that_is_none() -> None:
    assert set(ORACLE) | set(NO_ORACLE) <= {rule.law for rule in RULES.values()}


NO_MINI = {
    "refinancing": "it only loosens: without it there is nothing to refinance with",
    "compensation": "it only loosens what consent asks for",
    "travel_time": "stands on networks, which engines refuse by laws of their own",
}
"""Rules without a small instance that every engine is held against, and why."""


@ALL
def test_a_rule_has_a_small_instance_for_every_engine(rule: Rule) -> None:
    if rule.section is Section.NETWORK or rule.name in NO_MINI:
        return  # networks: tests/optimizer/engines/test_engine_contract.py
    asking = [mini.name for mini in MINIS.values() if rule.is_asked(mini.binding)]
    assert asking, f"no mini in tests/optimizer/engines/minis.py asks for rule {rule.name}"


@ALL
@pytest.mark.parametrize("page", ["instance-format.md", "instance-format.zh.md"])
def test_what_asks_for_a_rule_stands_on_the_page_of_the_format(rule: Rule, page: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    for need in rule.needs:
        if need.table == "settings":
            path = re.sub(r"(networks|blocks|capital_ratios)\.", r"\1.N.", need.column)
            assert re.search(rf"^\| `{re.escape(path)}[.`]", text, re.M), need
            continue
        colon = "：" if page.endswith(".zh.md") else ": "
        _, _, section = text.partition(f"{colon}`{need.table}.csv`\n")
        assert section, f"no table {need.table}"
        section = section.partition("\n### ")[0]
        assert f"| `{need.column}` |" in section or not need.column, need


def test_every_part_is_on_the_checklist() -> None:
    _, _, section = CHECKLIST.partition("## Add a rule\n")
    section = section.partition("\n## ")[0]
    asked = (
        "models/rules/",
        "optimizer/families/",
        "docs/laws.md",
        "optimizer/verify/",
        "tests/optimizer/verify/seeds.py",
        "tests/golden/",
        "tests/oracle/",
        "docs/instance-format",
        "tests/oracle/bites.py",
        "tests/optimizer/engines/minis.py",
        "tests/optimizer/formulation/",
    )
    missing = [part for part in asked if part not in section]
    assert not missing
    named = set(re.findall(r"`((?:models|optimizer|tests|docs)/[\w/.-]+)`", section))
    lost = {name for name in named if "NAME" not in name and not (ROOT / name).exists()}
    assert not lost, sorted(lost)
