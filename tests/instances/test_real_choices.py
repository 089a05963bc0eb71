"""What makes a plan a real choice, held for every shipped instance; assets that several name."""

from __future__ import annotations

from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.models.place import Place
from infraplan.models.project import Stage
from infraplan.optimizer.storage import read_instance
from tests.builders import make_instance, make_jurisdictions, make_project
from tools.plan_checks import checks_of_source
from tools.plan_measures import check_last_resort
from tools.shared_assets import Asset, basis_of, check_assets, read_assets

INSTANCES = Path(__file__).resolve().parents[2] / "instances"
NAMES = sorted(path.parent.name for path in INSTANCES.glob("*/instance.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_few_benefits_are_a_share_of_cost_and_those_are_marked(name: str) -> None:
    found = check_last_resort(read_instance(INSTANCES / name))
    assert found.holds, (found.found, found.details[:5])


@pytest.mark.parametrize("name", NAMES)
def test_no_benefit_changes_with_doubled_costs(name: str, shared_dir: Path) -> None:
    instance, checks = checks_of_source(name, shared_dir / "census")
    (found,) = [check for check in checks if check.key == "benefits"]
    assert found.holds, (found.found, found.details[:5])
    assert len(instance.projects) > 100


@pytest.mark.parametrize("name", NAMES)
def test_money_for_works_under_way_ends_with_them(name: str) -> None:
    instance = read_instance(INSTANCES / name)
    under_way = {row.id: row for row in instance.projects if row.stage is Stage.UNDER_CONSTRUCTION}
    for fund in instance.funds:
        if not fund.projects or not under_way.keys() >= set(fund.projects):
            continue
        works = [under_way[project].options[0] for project in fund.projects]
        years = max(len(row.spending_profile) or row.lead_time for row in works)
        last = instance.settings.horizon.first_year + years - 1
        late = [row.year for row in instance.inflows if row.fund == fund.id and row.value > 0.0]
        assert max(late) <= last, fund.id


def test_an_asset_that_several_plans_name_is_one() -> None:
    assets = read_assets()
    assert {name for asset in assets for name, _ in asset.members} <= set(NAMES)
    assert all(len(asset.members) > 1 for asset in assets)
    found = check_assets({name: read_instance(INSTANCES / name) for name in NAMES}, assets)
    assert found.holds, found.details


def plan(
    project: str,
    *,
    basis: str = "2 berth x port at 42000 x 10,000 CNY; size assumed",
    lon: float | None = 108.0,
    place: str = "here",
    is_outside: bool = False,
) -> Instance:
    spot = Place(
        id=place, lon=lon, lat=None if lon is None else 31.0,
        jurisdiction=None if is_outside else "county",
    )  # fmt: skip
    row = make_project(project, 10.0, jurisdiction="county", place=place, cost_basis=basis)
    return make_instance([row], places=[spot], jurisdictions=make_jurisdictions("county"))


PORT = Asset("port", (("a", "port-a"), ("b", "port-b")))


def differences(one: Instance, other: Instance, asset: Asset = PORT) -> list[str]:
    return list(check_assets({"a": one, "b": other}, (asset,)).details)


def test_one_asset_may_not_have_two_places_kinds_sizes_or_totals() -> None:
    one = plan("port-a")
    assert differences(one, plan("port-b")) == []
    # 0.02 degrees at 31 degrees north are 1.9 km.
    assert differences(one, plan("port-b", lon=108.02, place="there")) == [
        "port, a and b: 1.9 km apart"
    ]
    assert differences(one, plan("port-b", lon=None, place="there")) == []
    quay = plan("port-b", basis="2 berth x quay at 42000 x 10,000 CNY")
    assert differences(one, quay) == ["port, a and b: port at 42000 and quay at 42000"]
    dearer = plan("port-b", basis="2 berth x port at 43000 x 10,000 CNY")
    assert differences(one, dearer) == ["port, a and b: port at 42000 and port at 43000"]
    total = plan("port-b", basis="total 8.4 published (x); 50% assumed to remain")
    assert differences(one, total) == ["port, a and b: port at 42000 and a total"]
    larger = plan("port-b", basis="3 berth x port at 42000 x 10,000 CNY")
    assert differences(one, larger) == ["port, a and b: sizes 2 and 3"]
    reason = Asset("port", PORT.members, other_size="each has its own berths")
    assert differences(one, larger, reason) == []
    other = plan("port-a", basis="total 9 published (y)")
    assert differences(other, total) == ["port, a and b: totals 9 and 8.4"]
    reason = Asset("port", PORT.members, other_cost="the later plan has a later total")
    assert differences(other, total, reason) == []
    assert differences(one, plan("quay")) == ["port: b has no project port-b"]


def test_one_asset_delivers_the_same_whoever_plans_it() -> None:
    def dam(project: str, **delivered: float) -> Instance:
        basis = "1 km x levee_tributary_town at 2000 x 10,000 CNY"
        row = make_project(project, 10.0, cost_basis=basis, deliveries=delivered)
        return make_instance([row])

    one = dam("port-a", people_town=48_000.0, ha=0.0)
    assert differences(one, dam("port-b", people_town=48_000.0, ha=90.0)) == []  # 0: in a network
    other = dam("port-b", people_town=120_000.0)
    assert differences(one, other) == ["port, a and b: people_town 48000 and 120000"]
    reason = Asset("port", PORT.members, other_quantities="each counts its own people")
    assert differences(one, other, reason) == []
    # What grows with a size that differs is not compared.
    sized = Asset("port", PORT.members, other_size="each has its own length")
    assert differences(one, other, sized) == []


def test_one_id_is_one_asset_and_one_place() -> None:
    one, other = plan("dam"), plan("dam", basis="3 berth x port at 42000 x 10,000 CNY")
    assert list(check_assets({"a": one, "b": other}, ()).details) == ["dam, a and b: sizes 2 and 3"]
    found = check_assets({"a": plan("x"), "b": plan("y", lon=108.05)}, ())
    assert found.details == ("place here: 4.8 km apart in a and b",)
    outside = check_assets({"a": plan("x"), "b": plan("y", lon=108.05, is_outside=True)}, ())
    assert outside.holds
    assert not check_assets({"a": plan("x"), "b": plan("y", lon=108.2, is_outside=True)}, ()).holds


def test_the_basis_of_a_cost_is_read_whatever_remains() -> None:
    text = "1.4e+06 kW x ccgt at 0.24 x 10,000 CNY; size assumed; 60% assumed to remain"
    found = basis_of(make_project("p", cost_basis=text))
    assert (found.type, found.size, found.unit_cost) == ("ccgt", 1.4e6, 0.24)
    assert basis_of(make_project("p", cost_basis="total 58.94 published (a)")).total == 58.94
    assert basis_of(make_project("p")).type == ""
