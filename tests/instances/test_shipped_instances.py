"""The shipped instances: they load, cover their document, and label every number."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from infraplan.models.apply_scenario import apply_scenario
from infraplan.models.consistency import option_window
from infraplan.models.errors import Severity
from infraplan.models.instance import Instance
from infraplan.models.network import SERVED, TRAVEL_TIME
from infraplan.models.plan import ProjectStart
from infraplan.models.project import Mandate
from infraplan.models.quantities import Confidence, Quality
from infraplan.models.relation import ORDER_TYPES, RelationType
from infraplan.models.stated_date import DateKind
from infraplan.models.target import BUILT_IN_METRICS
from infraplan.optimizer.estimating.plausibility import find_implausibilities
from infraplan.optimizer.formulation.networks.flow_costs import NetworkState
from infraplan.optimizer.formulation.networks.layout import network_layouts
from infraplan.optimizer.storage import instance_hash, read_instance, write_instance
from tests.assertions import half_width_marks
from tests.markers import MORE_CASES

FOLDER = Path(__file__).resolve().parents[2] / "instances"
# Rows of the census of each document; the least share of them that a project represents (the rest
# are existing assets).
ROWS = {
    "kaizhou": 538,
    "tongliang": 139,
    "qijiang-wansheng": 172,
    "wan-da-kai": 135,
    "chongqing-counties": 110,
}
LEAST_COVERED = 0.97
NAMES = sorted(ROWS)


@pytest.fixture(scope="module", params=NAMES)
def shipped(request: pytest.FixtureRequest) -> tuple[str, Instance]:
    return request.param, read_instance(FOLDER / request.param)


@pytest.fixture(scope="module")
def kaizhou() -> Instance:
    return read_instance(FOLDER / "kaizhou")


@pytest.fixture(scope="module")
def wan_da_kai() -> Instance:
    return read_instance(FOLDER / "wan-da-kai")


@pytest.fixture(scope="module")
def tongliang() -> Instance:
    return read_instance(FOLDER / "tongliang")


@pytest.fixture(scope="module")
def qijiang_wansheng() -> Instance:
    return read_instance(FOLDER / "qijiang-wansheng")


def test_chinese_names_have_full_width_marks(shipped: tuple[str, Instance]) -> None:
    _, instance = shipped
    tables = [getattr(instance, name) for name in Instance.model_fields]
    rows = [row for table in tables if isinstance(table, tuple) for row in table]
    names = [getattr(row, "name_zh", "") for row in rows]
    names += [row.title.zh for row in instance.settings.horizon.phases]
    assert sum(bool(name) for name in names) > 100
    found = [
        mark for name in (*names, instance.settings.title.zh) for mark in half_width_marks(name)
    ]
    assert not found


def test_coverage_names_a_project_or_a_reason_for_every_row(shipped):
    name, instance = shipped
    path = FOLDER / name / "coverage.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == ROWS[name]
    assert len({row["census_id"] for row in rows}) == ROWS[name]
    ids = set(instance.project_by_id)
    represented = 0
    for row in rows:
        named = [part for part in row["project_id"].split(";") if part]
        assert set(named) <= ids, row
        assert named or row["reason"], row
        represented += bool(named)
    assert represented / len(rows) >= LEAST_COVERED
    assert {part for row in rows for part in row["project_id"].split(";") if part} == ids


def test_every_project_says_where_it_comes_from_and_how_its_cost_is_known(shipped):
    _, instance = shipped
    for project in instance.projects:
        assert project.name_zh, project.id
        assert project.name_en, project.id
        assert not any("一" <= c <= "鿿" for c in project.name_en), project.name_en
        assert project.source, project.id
        assert project.note, project.id
        for option in project.options:
            assert option.cost_basis, project.id
            # No document prints a cost; a stated one comes from another published source.
            published = option.quality is Quality.STATED and "published" in option.cost_basis
            assert published or option.quality in {Quality.ESTIMATE, Quality.ASSUMPTION}, project.id


def test_costs_are_ranges_around_the_middle(shipped):
    _, instance = shipped
    for project in instance.projects:
        for option in project.options:
            low, high = option.overnight_cost_low, option.overnight_cost_high
            assert low is not None, project.id
            assert high is not None, project.id
            assert 0.0 < low < option.overnight_cost < high, project.id


def test_every_row_of_money_says_its_source_and_quality(shipped):
    _, instance = shipped
    for table in ("fiscal", "debt", "funds", "inflows", "instruments", "targets", "shares"):
        rows = getattr(instance, table)
        assert rows, table
        assert all(row.source for row in rows), table
    assert all(policy.source for policy in instance.policies)


def test_every_project_can_still_be_built(shipped):
    _, instance = shipped
    for project in instance.projects:
        for option in project.options:
            first, last = option_window(instance, project, option)
            assert first <= last, (project.id, option.option)


def test_inferred_relations_are_recorded_but_never_enforced(shipped):
    _, instance = shipped
    confidences = Counter(relation.confidence.value for relation in instance.relations)
    assert confidences["inferred"] > 0
    enforced = [relation for relation in instance.relations if relation.is_enforced]
    assert enforced
    assert all(relation.confidence.value != "inferred" for relation in enforced)
    assert any(relation.type in ORDER_TYPES for relation in enforced)


def test_targets_are_within_reach_if_all_is_built(shipped):
    _, instance = shipped
    for target in instance.targets:
        if target.metric in BUILT_IN_METRICS:
            continue
        if target.metric.startswith((SERVED, TRAVEL_TIME)):
            continue
        most = target.existing + sum(
            max(option.outputs.get(target.metric, 0.0) for option in project.options)
            for project in instance.projects
        )
        assert most >= target.value - 1e-9, target.id


def test_shares_of_payers_sum_to_one(shipped):
    _, instance = shipped
    for project in instance.projects:
        assert sum(instance.shares_of(project).values()) == pytest.approx(1.0), project.id


def test_scenarios_apply(shipped):
    _, instance = shipped
    assert instance.scenarios
    for scenario in instance.scenarios:
        changed = apply_scenario(instance, scenario.id)
        assert changed != instance


def test_committed_works_need_only_what_remains(shipped):
    _, instance = shipped
    committed = [p for p in instance.projects if p.mandatory is Mandate.COMMITTED]
    assert committed
    assert all("assumed to remain" in project.options[0].cost_basis for project in committed)


def test_kaizhou_carries_the_totals_of_its_plan(kaizhou):
    # Document 003: 220 key projects and 874 (100 million CNY), 68 km of railway, 150 km of
    # expressway, 0.92 x 10^8 m3 a year, 85 %, 4,000 stations, all by 2025.
    wanted = {
        "investment": 874.0,
        "projects": 220.0,
        "rail": 68.0,
        "expressway": 150.0,
        "water-supply": 9200.0,
        "rural-tap-water": 85.0,
        "5g": 4000.0,
    }
    targets = {target.id: target for target in kaizhou.targets}
    for name, value in wanted.items():
        assert targets[name].value == value
        assert targets[name].year == 2025
        assert targets[name].shortfall_price > 0.0
    key = [p for p in kaizhou.projects if p.sector in targets["investment"].sectors]
    begun = [p for p in key if p.stage.value != "study"]
    # The key sectors hold enough works for the stated number, and their middle estimate without
    # the studies is within a fifth of the stated total.
    assert len(begun) >= 220
    assert sum(p.options[0].overnight_cost for p in begun) == pytest.approx(874.0, rel=0.2)


def test_kaizhou_lengths_of_lines_make_the_stated_totals(kaizhou):
    def length(metric: str, ids: tuple[str, ...]) -> float:
        return sum(kaizhou.project_by_id[i].options[0].outputs[metric] for i in ids)

    assert length("rail_km", ("kz-rail-yuxi", "kz-rail-chengdawan")) == 68.0
    roads = ("kz-exp-kaicheng", "kz-exp-wuyunkai", "kz-exp-kailiang", "kz-exp-wanda-direct")
    assert length("expressway_km", roads) == 150.0


def test_kaizhou_places_stand_where_they_are(kaizhou):
    # Points of GeoNames and of the 2016 division codes, which agree within 2 km.
    points = {"dade": (31.213, 108.340), "baiqiao": (31.282, 108.594), "yuexi": (30.911, 108.159)}
    found = {place.id: place for place in kaizhou.places}
    for name, (lat, lon) in points.items():
        assert found[name].lat == pytest.approx(lat, abs=0.02)
        assert found[name].lon == pytest.approx(lon, abs=0.02)
    # Baiquan township became Xuebaoshan town: one place, not two.
    assert "baiquan-township" not in found
    assert "xuebaoshan-town" in found


def test_kaizhou_credits_a_line_with_its_own_kilometres(kaizhou):
    # 30 km inside the district do not open Dazhou-Chengdu, nor 38 km Liangping-Chongqing.
    links = {link.id: link for link in kaizhou.network_links}
    opened = {
        frozenset((links[row.element].from_node, links[row.element].to_node))
        for row in kaizhou.project_network
        if row.project in {"kz-rail-chengdawan", "kz-rail-yuxi"}
    }
    far = {"t-chengdu", "t-chongqing"}
    assert opened
    assert not any(far & ends for ends in opened)


def test_kaizhou_takes_tiaodeng_as_published(kaizhou):
    # Chongqing water bureau: 5.894 billion CNY (2022); 68.58 million m3 a year (2024).
    project = kaizhou.project_by_id["kz-res-tiaodeng"]
    assert project.options[0].overnight_cost == pytest.approx(58.94)
    assert project.options[0].outputs["water_supply_10k_m3"] == 6858.0
    (place,) = [row for row in kaizhou.places if row.id == project.place]
    assert place.jurisdiction == "kaizhou"


def test_kaizhou_estimate_of_a_stated_size(kaizhou):
    # 700 km x 180 x 10,000 CNY = 126,000 x 10,000 CNY = 12.6 x 100 million CNY.
    option = kaizhou.project_by_id["kz-road-rural700"].options[0]
    assert option.overnight_cost == pytest.approx(12.6)
    assert option.overnight_cost_low == pytest.approx(700 * 90 / 10000)
    assert option.overnight_cost_high == pytest.approx(700 * 450 / 10000)
    assert option.quality is Quality.ESTIMATE


def test_wan_da_kai_takes_tiaodeng_as_published(wan_da_kai):
    # Chongqing water bureau: 5.894 billion CNY (2022), of which 95 % is taken to remain in 2023.
    project = wan_da_kai.project_by_id["wdk-tiaodeng-reservoir"]
    assert project.options[0].overnight_cost == pytest.approx(0.95 * 58.94, abs=1e-3)
    (place,) = [row for row in wan_da_kai.places if row.id == project.place]
    assert place.jurisdiction == project.jurisdiction == "kaizhou"
    (source,) = [row for row in wan_da_kai.network_nodes if row.id == "w-tiaodeng"]
    assert source.capacity == pytest.approx(68.58)  # million m3 a year


def test_wan_da_kai_targets_are_those_of_the_text(wan_da_kai):
    targets = {row.id: row for row in wan_da_kai.targets}
    assert (targets["sections"].value, targets["sections"].year) == (100.0, 2025)
    assert (targets["forest"].value, targets["forest"].year) == (50.0, 2025)
    sections = {"sections": "一(四)", "ports": "三(十三)", "open-ports": "五(二十三)"}
    sections |= {"forest": "一(四)", "logistics-hubs": "四(二十)"}
    for name, section in sections.items():
        assert targets[name].source.startswith(f"004 {section}:"), name
    # 等 ("and others") names no work: neither a reservoir nor a widening is invented.
    invented = {"wdk-other-water-hubs", "wdk-other-expwy-capacity"}
    assert not invented & set(wan_da_kai.project_by_id)


def test_wan_da_kai_mechanisms_and_studies_are_no_works_of_another_kind(wan_da_kai):
    for name in ("airport-cross-holding", "low-altitude", "rail-sea", "china-europe-trains"):
        basis = wan_da_kai.project_by_id[f"wdk-{name}"].options[0].cost_basis
        assert "bus_service" not in basis, name
    assert wan_da_kai.project_by_id["wdk-water-allocation-study"].options[0].overnight_cost < 1.0
    needed = {
        (row.from_projects, row.to_projects)
        for row in wan_da_kai.relations
        if row.type is RelationType.REQUIRES
    }
    study, mains = ("wdk-water-allocation-study",), ("wdk-water-allocation-mains",)
    assert (study, mains) in needed


def test_tongliang_carries_its_published_accounts(tongliang):
    figures = {(row.item, row.year): row for row in tongliang.fiscal}
    assert figures["general_revenue", 2023].value == 42.1
    assert figures["general_revenue", 2023].quality is Quality.STATED
    assert figures["comprehensive_capacity", 2023].value == 107.61
    assert figures["general_revenue", 2024].quality is Quality.ASSUMPTION
    quotas = {row.pool: row.new_quota for row in tongliang.debt if row.year == 2023}
    assert quotas == {"general": 2.84, "special": 17.33}


def test_tongliang_targets(tongliang):
    targets = {target.id: target.value for target in tongliang.targets}
    assert targets["expressway"] == 190.0
    assert targets["new-supply"] == 100000.0
    assert targets["total-supply"] == 200000.0
    assert targets["rural-roads"] == 300.0
    assert targets["shale-gas"] == 10.0


def test_travel_times_are_within_reach_if_all_is_built(shipped):
    _, instance = shipped
    first = instance.settings.horizon.first_year
    everything = tuple(
        ProjectStart(project=p.id, option=o.option, start=first, finish=first, opening=first)
        for p in instance.projects
        for o in p.options[:1]
    )
    for target in instance.targets:
        if not target.metric.startswith(TRAVEL_TIME):
            continue
        name = target.metric.removeprefix(TRAVEL_TIME)
        view = next(v for v in network_layouts(instance) if name in v.demand_by_id)
        minutes = NetworkState(instance, view, everything, first).travel_times()[name]
        assert minutes <= target.value, target.id


def test_networks_say_how_their_figures_are_known_and_every_candidate_is_opened(shipped):
    _, instance = shipped
    for row in (*instance.network_nodes, *instance.network_links, *instance.demands):
        assert row.source, row.id
        assert row.quality is Quality.ASSUMPTION or row.source.startswith("00"), row.id
    opened = {row.element for row in instance.project_network if row.action == "open"}
    elements = (*instance.network_nodes, *instance.network_links)
    assert {element.id for element in elements if not element.exists} == opened
    changing = {row.project for row in instance.project_network}
    for name in changing:
        # What the network computes does not stand in a column as well.
        computed = {"travel_time", "water_supply", "power_supply", "gas_supply", "freight"}
        for option in instance.project_by_id[name].options:
            assert not computed & set(option.benefits), name


def test_qijiang_opens_with_its_published_debt(qijiang_wansheng):
    # Debt table of 2020: 48.99 + 14.39 - 11.41 and 16.97 + 16.19 - 0.69; 84.44 of 152.50 in all.
    first = {
        row.pool: row
        for row in qijiang_wansheng.debt
        if row.jurisdiction == "qijiang" and row.year == 2021
    }
    assert first["general"].opening_balance == pytest.approx(48.99 + 14.39 - 11.41)
    assert first["special"].opening_balance == pytest.approx(16.97 + 16.19 - 0.69)
    ceilings = [first[pool].ceiling - first[pool].new_quota for pool in ("general", "special")]
    assert ceilings == pytest.approx([89.0, 63.5])
    assert sum(ceilings) == pytest.approx(152.50)
    assert sum(row.opening_balance for row in first.values()) == pytest.approx(84.44)
    # The table prints the balance; repayment, interest and the quota of 2021 are assumed.
    for row in first.values():
        assert row.quality_of("opening_balance") is Quality.STATED
        assert row.quality_of("principal_due") is Quality.ASSUMPTION
        assert row.quality_of("new_quota") is Quality.ASSUMPTION


def test_wansheng_states_its_published_accounts_and_assumes_the_rest(qijiang_wansheng):
    figures = {
        (row.item, row.year): row
        for row in qijiang_wansheng.fiscal
        if row.jurisdiction == "wansheng"
    }
    # Final accounts in 10,000 CNY: 106,596 (2020), 119,198 (2023), 127,307 and 166,662 (2024).
    assert figures["general_revenue", 2020].value == 10.6596
    assert figures["general_revenue", 2023].value == 11.9198
    assert figures["general_revenue", 2024].value == 12.7307
    assert figures["fund_revenue", 2024].value == 16.6662
    assert figures["general_revenue", 2024].quality is Quality.STATED
    assert figures["general_revenue", 2025].quality is Quality.ASSUMPTION
    assert figures["comprehensive_capacity", 2021].quality is Quality.ASSUMPTION


def test_both_districts_are_funded_and_share_the_pools_that_debt_rules_name(qijiang_wansheng):
    districts = {"qijiang", "wansheng"}
    assert {fund.jurisdiction for fund in qijiang_wansheng.funds} == districts
    owner = {fund.id: fund.jurisdiction for fund in qijiang_wansheng.funds}
    for pool in qijiang_wansheng.pools:
        assert set(pool.service_funds) == districts, pool.id
        for district, fund in pool.service_funds.items():
            assert owner[fund] == district
    assert {pool.id for pool in qijiang_wansheng.pools} == {"general", "special", "loans"}
    # Bonds of 30 years issued in the plan's last year, 2035, are repaid in 2065.
    tenors = {i.jurisdiction: 0 for i in qijiang_wansheng.instruments}
    for instrument in qijiang_wansheng.instruments:
        tenors[instrument.jurisdiction] = max(tenors[instrument.jurisdiction], instrument.tenor)
    assert tenors == dict.fromkeys(districts, 30)
    assert qijiang_wansheng.settings.horizon.last_year + 30 == 2065


def test_partners_of_joint_works_share_cost_and_benefit_alike(qijiang_wansheng):
    # Shared sewage: a quarter from above, the rest in equal parts.
    sewage = qijiang_wansheng.project_by_id["qw-shared-sewage"]
    shares = qijiang_wansheng.shares_of(sewage)
    assert shares == pytest.approx({"central": 0.25, "qijiang": 0.375, "wansheng": 0.375})
    rows = [row for row in qijiang_wansheng.shares if row.benefit_share is not None]
    assert len(rows) > 80
    chosen = set()
    for row in rows:
        shares = qijiang_wansheng.shares_of(qijiang_wansheng.project_by_id[row.project])
        ours = shares.get("qijiang", 0.0) + shares.get("wansheng", 0.0)
        if row.share is None:  # chosen by the plan, between limits around the benefit
            chosen.add(row.project)
            assert row.min_share < row.benefit_share * ours < row.max_share, row.project
            continue
        assert row.share == pytest.approx(row.benefit_share * ours, abs=1e-6), row.project
    assert chosen == {"yongtong-new-town", "yongtong-intl-logistics"}


def test_the_districts_cannot_pay_for_all_works_in_the_planning_period(qijiang_wansheng):
    for district, mark in (("qijiang", "qj-"), ("wansheng", "ws-")):
        part = sum(
            qijiang_wansheng.shares_of(project).get(district, 0.0)
            * project.options[0].overnight_cost
            for project in qijiang_wansheng.projects
        )
        cash = sum(
            row.value
            for row in qijiang_wansheng.inflows
            if row.fund.startswith(mark) and row.year <= 2025
        )
        cash += sum(f.opening_balance for f in qijiang_wansheng.funds if f.jurisdiction == district)
        quota = sum(
            row.new_quota
            for row in qijiang_wansheng.debt
            if row.jurisdiction == district and row.year <= 2025
        )
        loans = sum(
            5 * instrument.annual_limit
            for instrument in qijiang_wansheng.instruments
            if instrument.jurisdiction == district and instrument.annual_limit is not None
        )
        assert part > cash + quota + loans, district


@pytest.mark.no_cover  # small instances take the same ways in tests/storage
@pytest.mark.parametrize(
    "name", ["tongliang", *(pytest.param(n, marks=MORE_CASES) for n in NAMES if n != "tongliang")]
)
def test_the_three_forms_have_one_hash(name, tmp_path):
    """Folder, workbook, folder, JSON, folder: the content stays the same."""
    instance = read_instance(FOLDER / name)
    want = instance_hash(instance)
    for number, form in enumerate(("book.xlsx", "folder", "data.json", "again")):
        path = tmp_path / f"{number}" / form
        path.parent.mkdir()
        write_instance(instance, path)
        instance = read_instance(path)
        assert instance_hash(instance) == want, (name, form)


DATES = {
    "kaizhou": {"begin_by": 96, "open_by": 74, "not_before": 35},
    "tongliang": {"begin_by": 3, "open_by": 14, "not_before": 5},
    "qijiang-wansheng": {"begin_by": 1, "open_by": 2, "not_before": 17},
    "wan-da-kai": {"not_before": 6},
    "chongqing-counties": {"open_by": 1},
}
"""Rows whose words say a date, by what they say; counted in the census, rows left out apart."""


def test_dates_are_those_that_the_text_states(shipped):
    name, instance = shipped
    assert Counter(row.kind.value for row in instance.stated_dates) == DATES[name]
    assert find_dates_doubted(instance) == []
    end = {"tongliang": 2027, "chongqing-counties": 2027}.get(name, 2025)
    for row in instance.stated_dates:
        assert row.quote, row.label
        assert "assumed" in row.source, row.label
        assert row.year == end + (row.kind is DateKind.NOT_BEFORE), row.label
        cost = instance.project_by_id[row.project].options[0].overnight_cost
        assert row.breach_cost == pytest.approx(0.03 * cost, abs=1e-4), row.label


def test_a_colleague_would_ask_nothing_of_them(shipped):
    _, instance = shipped
    doubts = find_implausibilities(instance)
    assert [str(one.message) for one in doubts if one.severity is not Severity.NOTE] == []


def find_dates_doubted(instance: Instance) -> list[str]:
    """Stated dates that contradict a window or one another."""
    found = find_implausibilities(instance)
    return [doubt.message for doubt in found if doubt.table == "stated_dates"]


def test_what_a_text_says_of_a_project_and_what_becomes_of_it(kaizhou):
    dates = {row.project: row for row in kaizhou.stated_dates}
    # 完工凤凰梁大桥 and 新开工...观音山隧道 (box 8); 研究建设开州通用机场 (box 10).
    assert dates["kz-bridge-fenghuangliang"].kind is DateKind.OPEN_BY
    assert dates["kz-tunnel-guanyinshan"].kind is DateKind.BEGIN_BY
    assert dates["kz-air-general"].kind is DateKind.NOT_BEFORE
    # 启动 and 探索 say no date.
    assert "kz-road-dunhao-zishui" not in dates
    assert "kz-tr-wky-bus-card" not in dates
    # Works to be closed must go on; by when is priced and not forced.
    closed = kaizhou.project_by_id["kz-bridge-fenghuangliang"]
    assert (closed.mandatory, closed.open_by) == (Mandate.MUST, None)


def test_the_cost_of_a_breach_has_a_low_and_a_high_estimate(shipped):
    _, instance = shipped
    for name, times in (("dates-low", 1 / 3), ("dates-high", 2.0)):
        changed = apply_scenario(instance, name)
        for row, other in zip(instance.stated_dates, changed.stated_dates, strict=True):
            assert other.breach_cost == pytest.approx(times * row.breach_cost, rel=1e-5)


def test_works_are_tied_by_what_they_need_add_and_save(shipped):
    _, instance = shipped
    kinds = Counter(row.type for row in instance.relations if row.is_enforced)
    assert kinds[RelationType.SYNERGY] > 0
    assert kinds[RelationType.SHARED_WORKS] > 0
    assert kinds[RelationType.REQUIRES] + kinds[RelationType.ALL_OR_NONE] > 0
    for row in instance.relations:
        if row.type in {RelationType.SYNERGY, RelationType.SHARED_WORKS}:
            assert row.value is not None, row.label
            assert row.value > 0.0, row.label
            assert "assumed" in row.source or "estimate" in row.source, row.label
    # A link that the text states or implies is no mere record where it adds anything.
    idle = [row for row in instance.relations if row.type is RelationType.ENABLES]
    assert sum(row.confidence is not Confidence.INFERRED for row in idle) <= 2
