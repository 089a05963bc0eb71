"""The table of systems on an instance's page: what a run says of each, and what would flip it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest

from infraplan.models.instance import Instance
from infraplan.models.plan import Rejection
from infraplan.models.project import Mandate, Project
from infraplan.optimizer.storage import instance_hash, read_instance, read_run, write_run
from infraplan.optimizer.storage.run_folder import RunFiles
from tests.builders import (
    edit,
    make_change,
    make_date,
    make_demand,
    make_instance,
    make_link,
    make_node,
    make_option,
    make_project,
    make_relation,
    make_target,
)
from tests.optimizer.engine import best
from tools.margins import (
    HARD_TARGET,
    MUST,
    NEEDS,
    RIVAL,
    SERVICE_TARGET,
    Margins,
    that_go_with,
)
from tools.run_figures import kept, section
from tools.systems import (
    System,
    deciding,
    members_of,
    read_systems,
    system_faults,
    systems_lines,
)

DATA = Path(__file__).resolve().parents[2] / "tools" / "data"
INSTANCES = Path(__file__).resolve().parents[2] / "instances"
NAMES = sorted(path.parent.name for path in INSTANCES.glob("*/instance.yaml"))
HEADING = "### How each system is decided"


def district(*more: Project, **changes: object) -> Instance:
    """A district of roads, water with its network, and works under way; money is no matter.

    Four years without discounting: works begun in 2021 yield three years.
    """
    tables: dict[str, object] = {
        "relations": [make_relation("all_or_none", ["reservoir", "works"])],
        "stated_dates": [make_date("road-a", "begin_by", 2021, 0.25)],
        "targets": [make_target("km", "km", 5.0, 2023, shortfall_price=0.1)],
        "network_nodes": [
            make_node("src", "source", capacity=9.0, exists=False),
            make_node("town"),
        ],
        "network_links": [make_link("main", "src", "town", capacity=9.0)],
        "demands": [make_demand("taps", "town", 2.0, unserved_price=1.0)],
        "project_network": [make_change("tap", "src")],
    }
    projects = [
        make_project("road-a", 10.0, 4.0, subsector="road", name_en="Road A", name_zh="甲路",
                     outputs={"km": 4.0}),
        make_project("road-b", 10.0, 3.0, subsector="road", name_en="Road B", name_zh="乙路"),
        make_project("rail", 5.0, 1.0, subsector="rail", stage="under_construction",
                     mandatory="committed"),
        make_project("reservoir", 4.0, subsector="reservoir"),
        make_project("works", 2.0, 3.0, subsector="works"),
        make_project("tap", 3.0, subsector="works"),
        make_project(
            "school",
            options=[make_option("base", 8.0, 4.0), make_option("small", 4.0, 2.5)],
            subsector="school",
        ),
    ]  # fmt: skip
    return make_instance([*projects, *more], **(tables | changes))


def run_of(instance: Instance, folder: Path, *rejections: Rejection) -> RunFiles:
    plan = best(instance).plan
    assert plan is not None
    manifest = {"objective": plan.objective, "bound": plan.objective}
    write_run(folder, instance=instance, plan=plan, manifest=manifest, rejections=rejections)
    return read_run(folder)


def a_system(key: str, decided: str, *members: str, **values: object) -> System:
    system = System(key, (key.title(), "系统"), decided, members, "", "", ("", ""))
    return replace(system, **values)


def test_margins_are_what_solving_without_the_works_loses() -> None:
    instance = district()
    found = best(instance)
    margins = Margins(instance, found.plan, [row.id for row in instance.projects])
    # By hand: 3 x 4 - 10, the target 4 x 0.1 short, the date 4 years x 0.25 missed.
    assert margins.of("road-a").loss == pytest.approx(2.0 + 0.4 + 1.0)
    # 3 x 3 - 2 - 4: neither stands without the other.
    assert margins.of("works").loss == pytest.approx(3.0)
    assert margins.of("works").with_it == ("reservoir",)
    assert margins.of("rail").unknown == MUST
    built = [start.project for start in found.plan.starts if start.project != "rail"]
    assert set(built) == {"road-a", "reservoir", "works", "tap", "school"}
    for name in built:
        barred = [
            edit(row, mandatory=Mandate.MUST_NOT) if row.id == name else row
            for row in instance.projects
        ]
        without = best(edit(instance, projects=tuple(barred)))
        lost = found.plan.objective - without.plan.objective
        assert margins.of(name).loss == pytest.approx(lost), name
    assert margins.of("tap").loss > 0.0


def test_works_of_one_chain_are_left_out_together() -> None:
    # Source and main are of no use alone: either takes the other with it, and its service is lost
    # once, where the two single worths would count it twice.
    instance = district(
        make_project("main-works", 1.0, subsector="works"),
        network_links=[make_link("main", "src", "town", capacity=9.0, exists=False)],
        project_network=[make_change("tap", "src"), make_change("main-works", "main")],
        relations=[make_relation("all_or_none", ["tap", "main-works"])],
    )
    found = best(instance)
    margins = Margins(instance, found.plan, ["tap", "main-works"])
    barred = [
        edit(row, mandatory=Mandate.MUST_NOT) if row.id == "tap" else row
        for row in instance.projects
    ]
    without = best(edit(instance, projects=tuple(barred)))
    lost = found.plan.objective - without.plan.objective
    assert lost > 0.0
    assert margins.of("tap").loss == pytest.approx(lost)
    assert margins.of("main-works").loss == pytest.approx(lost)


def forced(instance: Instance, names: Collection[str]) -> float:
    """Value of the best plan that holds the projects."""
    projects = tuple(
        edit(row, mandatory=Mandate.MUST) if row.id in names else row for row in instance.projects
    )
    return best(edit(instance, projects=projects)).plan.objective


def test_gains_are_what_solving_with_the_works_adds() -> None:
    well = make_project("well", 6.0, subsector="works")
    more = make_node("well", "source", capacity=9.0, exists=False)
    plain = district()
    instance = district(
        well,
        network_nodes=[*plain.network_nodes, more],
        network_links=[*plain.network_links, make_link("pipe", "well", "town", capacity=9.0)],
        project_network=[make_change("tap", "src"), make_change("well", "well")],
    )
    found = best(instance)
    gains = Margins(instance, found.plan, []).gains(["road-b", "well"])
    for name in ("road-b", "well"):
        added = forced(instance, {*found.starts, name} - {"rail"}) - found.plan.objective
        assert gains[name].gain == pytest.approx(added), name
    # By hand: 3 x 3 - 10, and what nobody needs beside the tap.
    assert gains["road-b"].gain == pytest.approx(-1.0)
    assert gains["well"].gain == pytest.approx(-6.0)


@pytest.mark.parametrize(
    ("relation", "why"),
    [
        (("exclusive", ["school"], ["road-b"]), RIVAL),
        (("at_most", ["school"], ["road-b"]), RIVAL),
        (("requires", ["dam"], ["road-b"]), NEEDS),
        (("finish_to_start", ["dam"], ["road-b"]), NEEDS),
        (("all_or_none", ["dam"], ["road-b"]), NEEDS),
        (("requires", ["school"], ["road-b"]), ""),
        (("requires", ["road-b"], ["dam"]), ""),
    ],
)
def test_works_that_no_rule_lets_in_beside_the_plan_have_no_gain(
    relation: tuple[str, list[str], list[str]], why: str
) -> None:
    kind, first, second = relation
    asked = make_relation(kind, first, second, **({"count": 1} if kind == "at_most" else {}))
    instance = district(make_project("dam", 9.0), relations=[asked])
    gain = Margins(instance, best(instance).plan, []).gains(["road-b"])["road-b"]
    assert gain.unknown == why
    assert (gain.gain is None) is bool(why)


def test_travel_times_without_works_are_found_anew() -> None:
    # The target is missed by 30 minutes at 0.5 each without the new road.
    instance = make_instance(
        [make_project("new", 3.0)],
        network_nodes=[make_node("a", network="t"), make_node("b", network="t")],
        network_links=[
            make_link("old", "a", "b", "t", time=60.0),
            make_link("new", "a", "b", "t", time=20.0, exists=False),
        ],
        demands=[make_demand("trip", "a", 1.0, "t", to_node="b", value_of_time=0.0)],
        project_network=[make_change("new", "new")],
        targets=[
            make_target("half", "travel_time:trip", 30.0, 2024, sense="<=", shortfall_price=0.5)
        ],
    )
    found = best(instance)
    assert [start.project for start in found.plan.starts] == ["new"]
    assert Margins(instance, found.plan, ["new"]).of("new").loss == pytest.approx(15.0 - 3.0)
    without = best(
        edit(instance, projects=(edit(instance.projects[0], mandatory=Mandate.MUST_NOT),))
    )
    assert found.plan.objective - without.plan.objective == pytest.approx(12.0)


def test_other_options_of_chosen_works_lose_the_difference() -> None:
    instance = district()
    margins = Margins(instance, best(instance).plan, ["school", "tap"])
    # 3 x 4 - 8 = 4 against 3 x 2.5 - 4 = 3.5.
    (other,) = margins.other_options("school")
    assert (other.option, other.loss) == ("small", pytest.approx(0.5))
    assert margins.other_options("tap") == ()


def test_margins_are_unknown_where_a_target_hangs_on_them() -> None:
    measured = make_target("served", "served:w", 2.0, 2024, shortfall_price=1.0)
    hard = make_target("km", "km", 4.0, 2023, hard=True)
    instance = district(targets=[measured, hard])
    margins = Margins(instance, best(instance).plan, ["tap", "road-a", "school"])
    assert margins.of("tap").unknown == SERVICE_TARGET
    assert margins.of("road-a").unknown == HARD_TARGET
    assert margins.of("school").loss == pytest.approx(4.0)


def test_what_needs_works_goes_with_them_along_chains() -> None:
    instance = district(
        relations=[
            make_relation("requires", ["road-a"], ["school"]),
            make_relation("finish_to_start", ["school"], ["works"]),
            make_relation("requires", ["works"], ["tap"], confidence="inferred"),
        ]
    )
    everything = {row.id for row in instance.projects}
    assert that_go_with(instance, everything, "road-a") == {"school", "works"}
    assert that_go_with(instance, everything - {"school"}, "road-a") == frozenset()
    assert that_go_with(instance, everything, "tap") == frozenset()


SYSTEMS = (
    a_system("roads", "options", "subsector:road", "school", note=("a note", "注")),
    a_system("water", "network", "subsector:works", "reservoir"),
    a_system("rail", "committed", "rail", sentence="建成铁路", line="line 7"),
    a_system("ports", "text_absent"),
)


def test_the_table_says_what_would_flip_each_system(tmp_path: Path) -> None:
    rejection = Rejection(
        project="road-b", best_npv=-1.0, rule="value", amount=1.0, can_be_forced=True,
        loss=0.4, loss_low=0.4, loss_high=0.4, method="exact",
    )  # fmt: skip
    lines = systems_lines(SYSTEMS[:3], run_of(district(), tmp_path / "run", rejection))
    rows = [line for line in lines if line.startswith("| ")]
    roads, water, rail = rows[1:4]
    assert "| options (works with several): 1; a note | 2 / 3 | 18.0 / 28.0 |" in roads
    assert "in: Road B (`road-b`), loss 0.40 (4.0% of its cost); costs more than it" in roads
    assert "out: Road A (`road-a`), worth at most 3.40 (34.0% of its cost)" in roads
    assert "option `small` of school (`school`): 0.50 less (6.2% of its cost)" in roads
    assert roads.endswith("| Road B (out) |")
    assert "service of networks (works that change them): w 1 | 3 / 3 | 9.0 / 9.0 |" in water
    assert "and 1 that need it, worth at most 3.00" in water
    assert "| committed by the document: “建成铁路” (line 7) | 0 / 0 + 1 committed |" in rail
    assert rail.endswith("| 0.0 / 0.0 | - | - |")
    chinese = rows[4:]
    assert "入选：乙路（`road-b`），损失0.40（为其投资的4.0%）" in chinese[1]
    assert "退出：甲路（`road-a`），其入选价值至多3.40" in chinese[1]
    assert chinese[1].endswith("| 乙路（未入选） |")


def test_what_left_out_works_lack_is_told_where_no_loss_is_known(tmp_path: Path) -> None:
    rejection = Rejection(
        project="road-b", best_npv=-1.0, rule="not_found", loss_low=0.2, method="interval"
    )
    lines = systems_lines(SYSTEMS, run_of(district(), tmp_path / "run", rejection))
    english, chinese = [line for line in lines if "（`road-b`）" in line or "(`road-b`)" in line]
    told = "in: Road B (`road-b`), beside the plan it costs 1.00 more than it brings (10.0% of"
    assert told in english
    assert "not found" not in english
    assert "入选：乙路（`road-b`），在现方案之外其费用比效益多1.00（为其投资的10.0%）" in chinese
    barred = Rejection(project="road-b", rule="window", can_be_forced=False)
    lines = systems_lines(SYSTEMS, run_of(district(), tmp_path / "other", barred))
    (roads,) = [line for line in lines if line.startswith("| Roads")]
    assert "1 left out: no plan can hold them" in roads
    assert "in: " not in roads
    assert "| Ports | the document does not speak of it | - | - | - | - |" in lines


def test_works_that_a_rule_keeps_out_are_not_measured_beside_the_plan(tmp_path: Path) -> None:
    rival = district(relations=[make_relation("exclusive", ["road-a"], ["road-b"])])
    lines = systems_lines(SYSTEMS, run_of(rival, tmp_path / "run"))
    (roads,) = [line for line in lines if line.startswith("| Roads")]
    assert "1 left out: a rival is built" in roads
    assert "in: " not in roads


def test_works_of_no_system_have_a_row_of_their_own(tmp_path: Path) -> None:
    files = run_of(district(), tmp_path / "run")
    lines = systems_lines(SYSTEMS[1:], files)
    (rest,) = [line for line in lines if line.startswith("| all other works")]
    assert "| 2 / 3 | 18.0 / 28.0 |" in rest
    assert not [line for line in systems_lines(SYSTEMS, files) if "all other works" in line]


def test_every_fault_of_the_rows_is_told_at_once(tmp_path: Path) -> None:
    wrong = (
        a_system("roads", "options", "road-x", "subsector:raod", "road-a"),
        a_system("roads", "guess", "road-a"),
        a_system("ports", "text_absent", "rail", title=("Ports", "")),
        a_system("rail", "committed", "rail"),
        a_system("water", "network"),
    )
    faults = system_faults(wrong, district())
    assert faults == [
        "roads: 2 rows of this key",
        "roads: no project or subsector: road-x",
        "roads: no project or subsector: subsector:raod",
        "roads: decided is guess, not one of network, relations, options, committed, text_absent",
        "ports: title_en and title_zh are both needed",
        "ports: members and text_absent: one of the two",
        "rail: committed without a sentence of the document",
        "water: members and text_absent: one of the two",
    ]
    with pytest.raises(SystemExit, match=r"subsector:raod[^$]*committed without a sentence"):
        systems_lines(wrong, run_of(district(), tmp_path / "run"))


def test_rows_are_read_and_their_members_found(tmp_path: Path) -> None:
    path = tmp_path / "systems.csv"
    path.write_text(
        "system,title_en,title_zh,decided,members,sentence,line,note_en,note_zh\n"
        "water,Water,水,network,subsector:works; reservoir,,,n,注\n",
        encoding="utf-8",
    )
    (water,) = read_systems(path)
    assert water == a_system(
        "water", "network", "subsector:works", "reservoir", title=("Water", "水"), note=("n", "注")
    )
    assert [row.id for row in members_of(water, district())] == ["reservoir", "works", "tap"]
    assert deciding(water, district()) == {"w": 1}
    relations = replace(water, decided="relations")
    assert deciding(relations, district()) == {"all_or_none": 1}
    assert deciding(replace(water, decided="options"), district()) == {}
    assert read_systems(tmp_path / "none.csv") == ()


def test_the_table_stands_at_the_end_of_the_section(tmp_path: Path) -> None:
    from tests.instances.test_pages import _run_folder

    text = "\n".join(section(_run_folder(tmp_path), (), [HEADING, "", "| a |"]))
    assert text.index("targets are attained") < text.index(HEADING) < text.index("end -->")


@pytest.mark.parametrize("name", NAMES)
def test_pages_have_the_table_of_the_systems_that_are_listed(name: str) -> None:
    systems = read_systems(DATA / name / "systems.csv")
    instance = read_instance(INSTANCES / name)
    assert system_faults(systems, instance) == []
    figures = kept(INSTANCES / name / "README.md")
    assert instance_hash(instance)[:12] in figures
    assert (HEADING in figures) is bool(systems)
    assert all(f"| {system.title[0]} |" in figures for system in systems)
