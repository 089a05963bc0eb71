"""Sectors and subsectors in words of offices: read as the ids that rules name, or asked about."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from infraplan.models.apply_scenario import apply_scenario
from infraplan.models.capital_ratios import CAPITAL_RATIO_SETS
from infraplan.models.catalogue import entries
from infraplan.models.debt_rule import CapitalRatio
from infraplan.models.errors import InconsistentInstanceError
from infraplan.models.money_presets import MONEY_PRESETS
from infraplan.models.quantities import is_sector_known, sector_named, sectors_as_written
from infraplan.models.rule_sets import RULE_SETS
from infraplan.models.scenario import Change, Operation, Scenario
from infraplan.models.subsectors import kind_suggested
from infraplan.optimizer.storage import read_instance, read_run
from tests.assertions import assert_bilingual
from tests.builders import (
    make_bond,
    make_fund,
    make_inflows,
    make_instance,
    make_pool,
    make_project,
    make_settings,
    make_start_pace,
    make_target,
)
from tests.cli.conftest import Call, call
from tests.optimizer.engine import best

__all__ = ["call"]


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("交通", "transport"),
        ("交通运输", "transport"),
        ("Transport", "transport"),
        (" 水利 ", "water"),
        ("机场", "airport"),
        ("通用机场", "airport_general"),
        ("Airport", "airport"),
        ("General Airport", "airport_general"),
        ("airport-general", "airport_general"),
        ("ａｉｒｐｏｒｔ", "airport"),
        ("AIRPORT_GENERAL_A1", "airport_general_A1"),
        ("市域（郊）铁路", "rail_suburban"),
        ("疏港公路", "port_access"),
        ("Teleport", "Teleport"),
        ("某行业", "某行业"),
        ("", ""),
    ],
)
def test_a_word_is_read_as_the_id_that_it_means(word: str, name: str) -> None:
    assert sector_named(word) == name
    assert sector_named(name) == name


def test_no_word_stands_for_two_ids_and_every_id_of_a_rule_is_known() -> None:
    words = Counter[str]()
    for name, entry in entries("sector").items():
        said = {name, entry.english, entry.chinese, *entry.synonyms}
        assert {sector_named(word) for word in said} == {name}
        words.update({word.casefold() for word in said})
    assert {word for word, count in words.items() if count > 1} == set()
    named = {
        name for rules in CAPITAL_RATIO_SETS.values() for rule in rules for name in rule.sectors
    }
    for rules in RULE_SETS.values():
        named.update(
            name for rule in rules for name in (*rule.start_banned, *rule.start_ban_exempt)
        )
    named.update(
        name for preset in MONEY_PRESETS.values() for name in preset.terms.get("sectors", ())
    )
    assert {name for name in named if not is_sector_known(name)} == set()


@pytest.mark.parametrize(
    ("sector", "subsector"),
    [
        ("交通", "机场"),
        ("交通运输", "通用机场"),
        ("transport", "Airport"),
        ("航空", "支线机场新建"),
    ],
)
@pytest.mark.parametrize(("own", "is_built"), [(2.4, False), (2.6, True)])
def test_an_airport_in_any_word_needs_a_quarter_of_capital(
    sector: str, subsector: str, own: float, is_built: bool
) -> None:
    """A works of 10 with own money `own` and a bond for the rest: 2.5 must be capital."""
    settings = make_settings(capital_ratios=CAPITAL_RATIO_SETS["china"])
    instance = make_instance(
        [make_project("a", 10.0, 9.0, sector=sector, subsector=subsector, latest_start=2021)],
        settings=settings,
        funds=[make_fund(opening_balance=own)],
        inflows=make_inflows("budget", 2026, 100.0),
        pools=[make_pool(region="budget")],
        instruments=[make_bond(tenor=10)],
    )
    assert bool(best(instance).starts) is is_built


@pytest.mark.parametrize(
    ("sector", "is_built"), [("交通", True), ("Transport", True), ("旅游", False)]
)
def test_a_grant_for_a_sector_pays_for_it_in_any_word(sector: str, is_built: bool) -> None:
    instance = make_instance(
        [make_project("a", 10.0, 9.0, sector=sector)],
        years=(2026, 2029),
        funds=[make_fund(preset="cn-ultra-long-treasury", opening_balance=20.0)],
    )
    assert bool(best(instance).starts) is is_built


def test_every_table_that_names_sectors_reads_them_alike() -> None:
    """Earmarks, targets, paces, ratios and uplifts meet the projects that they mean."""
    instance = make_instance(
        [make_project("a", 10.0, 9.0, sector="transport", subsector="metro")],
        settings=make_settings(
            optimism_bias={"交通运输": 0.5},
            capital_ratios=[CapitalRatio(id="c", sectors=("地铁",), ratio=0.3)],
        ),
        funds=[make_fund(sectors=("交通",), subsectors=("地铁",))],
        targets=[make_target("t", "projects_opened", 1.0, 2024, sectors=("综合交通",))],
        start_paces=[make_start_pace(1, "交通")],
    )
    assert instance.funds[0].sectors == ("transport",)
    assert instance.funds[0].subsectors == ("metro",)
    assert instance.targets[0].sectors == ("transport",)
    assert instance.start_paces[0].sector == "transport"
    assert instance.settings.appraisal.optimism_bias == {"transport": 0.5}
    assert instance.capital_ratio_of(instance.projects[0], 2021) == 0.3


def test_a_scenario_finds_the_rows_of_a_sector_in_any_word() -> None:
    change = Change(
        table="projects",
        field="overnight_cost",
        where={"sector": "交通"},
        operation=Operation.MULTIPLY,
        value=2.0,
    )
    instance = make_instance(
        [make_project("a", 10.0, sector="交通运输"), make_project("b", 10.0, sector="water")],
        scenarios=[Scenario(id="dear", changes=(change,))],
    )
    costs = [p.options[0].overnight_cost for p in apply_scenario(instance, "dear").projects]
    assert costs == [20.0, 10.0]


@pytest.mark.parametrize(
    ("word", "is_asked"),
    [("通用机场航站区", True), ("airport terminal", True), ("机场连接线", False), ("贸易", False)],
)
def test_a_word_that_seems_to_mean_works_of_a_rule_is_asked_about(
    word: str, is_asked: bool
) -> None:
    project = make_project("a", 10.0, 9.0, subsector=word)
    assert bool(kind_suggested(word)) is is_asked
    make_instance([project])  # no rule speaks of airports
    settings = make_settings(capital_ratios=CAPITAL_RATIO_SETS["china"])
    if not is_asked:
        make_instance([project], settings=settings)
        return
    with pytest.raises(InconsistentInstanceError) as caught:
        make_instance([project], settings=settings)
    (finding,) = caught.value.findings
    assert (finding.rule, finding.column) == ("unknown-kind-of-works", "subsector")
    assert "airport_general" in finding.advice
    assert_bilingual(finding.text(), finding.text("zh"))


def test_a_file_in_chinese_words_is_read_as_the_ids(tmp_path: Path) -> None:
    (tmp_path / "instance.yaml").write_text(
        "id: x\nprice_year: 2026\n"
        "horizon: {phases: [{id: p, first_year: 2026, last_year: 2030}]}\n",
        encoding="utf-8",
    )
    (tmp_path / "projects.csv").write_text(
        "编号,行业,细分行业,静态投资,建设工期,年效益\na,交通,机场,10,1,5\n", encoding="utf-8"
    )
    (project,) = read_instance(tmp_path).projects
    assert (project.sector, project.subsector) == ("transport", "airport")


def test_a_run_keeps_the_words_that_it_was_solved_with(tmp_path: Path, call: Call) -> None:
    """Its record holds a hash of them: a run of before the vocabulary is still verified."""
    (tmp_path / "x.json").write_text(
        '{"settings": {"id": "x", "price_year": 2026, "finance": {"capital_ratio_sets": ["china"]},'
        ' "horizon": {"phases": [{"id": "p", "first_year": 2026, "last_year": 2028}]}},'
        ' "projects": [{"id": "a", "sector": "交通", "subsector": "通用机场航站区",'
        ' "options": [{"overnight_cost": 1, "lead_time": 1, "benefits": {"u": 2}}]}]}',
        encoding="utf-8",
    )
    with sectors_as_written():
        assert call("solve", tmp_path / "x.json", "-o", tmp_path / "run", "--json").code == 0
    kept = read_run(tmp_path / "run")
    assert kept.plan is not None
    assert (kept.plan.starts[0].project, kept.instance.projects[0].sector) == ("a", "交通")
    verified = call("verify", tmp_path / "run", "--json")
    assert (verified.code, verified.data["verified"]) == (0, True)
    assert call("solve", tmp_path / "x.json", "-o", tmp_path / "new").code != 0  # asked about now
