"""GeoJSON and MSPDI: every project once, coordinates in order, dates as planned."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as Xml

from infraplan.models.jurisdiction import Jurisdiction
from infraplan.models.network import NetworkLink, NetworkNode
from infraplan.models.place import Place
from infraplan.models.project import Mandate
from infraplan.optimizer.interop.geojson import convex_hull, to_geojson
from infraplan.optimizer.interop.mspdi import NAMESPACE, to_mspdi
from infraplan.optimizer.storage import read_instance
from tests.builders import make_instance, make_project, make_relation, make_settings
from tests.optimizer.engine import best

INSTANCE = make_instance(
    [
        make_project("a", 10, 10, name_en="A & B", name_zh="甲", place="p"),
        make_project("b", 10, 8, from_place="p", to_place="q"),
        make_project("c", 10, 1, place="r"),
    ],
    relations=[make_relation("finish_to_start", ["a"], ["b"])],
    places=[
        Place(id="p", lon=108.4, lat=31.2),
        Place(id="q", lon=108.5, lat=31.1),
        Place(id="r", name_en="somewhere"),
    ],
)
PLAN = best(INSTANCE).plan


def test_geojson_holds_every_project_and_place() -> None:
    data = json.loads(to_geojson(INSTANCE, PLAN))
    features = {feature["id"]: feature for feature in data["features"]}
    assert set(features) == {"a", "b", "c", "place:p", "place:q", "place:r"}
    assert features["a"]["geometry"] == {"type": "Point", "coordinates": [108.4, 31.2]}
    assert features["b"]["geometry"]["type"] == "LineString"
    assert features["c"]["geometry"] is None
    assert features["a"]["properties"]["start"] == 2021
    assert features["a"]["properties"]["phase"] == "plan"
    assert features["c"]["properties"]["selected"] is False
    empty = json.loads(to_geojson(INSTANCE, None))
    assert not any(f["properties"].get("selected") for f in empty["features"])


@dataclass(frozen=True)
class Task:
    """A task as a reader of the file has it: first day, the day after its last one, links."""

    name: str
    begin: date
    end: date
    cost: float
    links: tuple[tuple[int, int, int], ...]
    """UID of the predecessor, type, lag in elapsed days."""


def tasks_of(text: str) -> dict[int, Task]:
    """Tasks of an MSPDI file by UID, read from the file alone."""

    def said(element: Xml.Element, tag: str) -> str:
        return element.findtext(f"{{{NAMESPACE}}}{tag}", "")

    def link_of(element: Xml.Element) -> tuple[int, int, int]:
        assert said(element, "LagFormat") == "8"  # elapsed days
        days, rest = divmod(int(said(element, "LinkLag")), 24 * 60 * 10)
        assert rest == 0
        return int(said(element, "PredecessorUID")), int(said(element, "Type")), days

    found = {}
    for element in Xml.fromstring(text).iter(f"{{{NAMESPACE}}}Task"):
        begin, end = (datetime.fromisoformat(said(element, tag)) for tag in ("Start", "Finish"))
        is_milestone = said(element, "Milestone") == "1"
        assert begin.hour == 8
        assert end.hour == (8 if is_milestone else 17)
        assert is_milestone == (begin == end) == (said(element, "Duration") == "PT0H0M0S")
        found[int(said(element, "UID"))] = Task(
            said(element, "Name"),
            begin.date(),
            end.date() + timedelta(days=0 if is_milestone else 1),
            int(said(element, "Cost") or 0) / 100,
            tuple(map(link_of, element.iter(f"{{{NAMESPACE}}}PredecessorLink"))),
        )
    return found


def slack_of_links(tasks: dict[int, Task]) -> dict[tuple[str, str, int], int]:
    """Days by which each link is more than kept, by predecessor, task and type."""
    slack = {}
    for task in tasks.values():
        for uid, kind, lag in task.links:
            before = tasks[uid]
            origin = before.begin if kind == 3 else before.end
            moment = task.end if kind == 0 else task.begin
            slack[before.name, task.name, kind] = (moment - origin).days - lag
    return slack


def lags_of(tasks: dict[int, Task]) -> dict[tuple[str, str], int]:
    """Lag of each link between works, by predecessor and task."""
    return {
        (tasks[uid].name, task.name): lag
        for task in tasks.values()
        for uid, _, lag in task.links
        if not task.name.endswith(": opens")
    }


def test_mspdi_holds_the_schedule_and_its_order() -> None:
    assert PLAN is not None
    text = to_mspdi(INSTANCE, PLAN, "en")
    tasks = tasks_of(text)
    assert len(tasks) == 1 + 2 * len(PLAN.starts)
    works = next(task for task in tasks.values() if task.name == "A & B")
    assert (works.begin, works.end) == (date(2021, 1, 1), date(2022, 1, 1))
    assert lags_of(tasks) == {("A & B", "b"): 0}  # from 31 December to 1 January there is none
    assert set(slack_of_links(tasks).values()) == {0}
    assert works.cost == sum(p.amount for p in PLAN.payments if p.project == "a")
    chinese = to_mspdi(INSTANCE, PLAN, "zh")
    assert "甲" in chinese
    assert "甲：投用" in chinese


def test_mspdi_elements_stand_in_the_order_of_the_schema() -> None:
    """As the schema's sequence of Task has them, with those that later versions put between."""
    assert PLAN is not None
    order = list(
        Xml.fromstring(
            "<T><UID/><ID/><Name/><Manual/><OutlineLevel/><Start/><Finish/><Duration/>"
            "<DurationFormat/><Milestone/><Summary/><FixedCost/><Cost/><Notes/><PredecessorLink/>"
            "<ManualStart/><ManualFinish/><ManualDuration/></T>"
        )
    )
    names = [element.tag for element in order]
    for task in Xml.fromstring(to_mspdi(INSTANCE, PLAN)).iter(f"{{{NAMESPACE}}}Task"):
        places = [names.index(element.tag.removeprefix(f"{{{NAMESPACE}}}")) for element in task]
        assert places == sorted(places)


def test_mspdi_counts_hours_in_a_calendar_of_its_own() -> None:
    """The head stands in the order of the schema; five days of eight hours are a week."""
    assert PLAN is not None
    root = Xml.fromstring(to_mspdi(INSTANCE, PLAN, "zh"))
    names = [element.tag.removeprefix(f"{{{NAMESPACE}}}") for element in root]
    assert names == [
        *(
            "SaveVersion",
            "Name",
            "Title",
            "StartDate",
            "CurrencyDigits",
            "CurrencyCode",
            "CalendarUID",
            "MinutesPerDay",
        ),
        *("Calendars", "Tasks"),
    ]
    (calendar,) = root.iter(f"{{{NAMESPACE}}}Calendar")
    assert calendar.findtext(f"{{{NAMESPACE}}}Name") == "标准日历"
    assert calendar.findtext(f"{{{NAMESPACE}}}UID") == root.findtext(f"{{{NAMESPACE}}}CalendarUID")
    hours = 0
    for span in calendar.iter(f"{{{NAMESPACE}}}WorkingTime"):
        begin, end = (int((time.text or "")[:2]) for time in span)
        hours += end - begin
    assert hours == 5 * 8
    days = [day.text for day in calendar.iter(f"{{{NAMESPACE}}}DayWorking")]
    assert days == ["0", "1", "1", "1", "1", "1", "0"]  # from Sunday on


def test_features_have_the_style_of_what_was_decided() -> None:
    """Works built in the colour of their sector, works left out and places grey (simplestyle)."""
    data = json.loads(to_geojson(INSTANCE, PLAN))
    styles = {feature["id"]: feature["properties"] for feature in data["features"]}
    assert styles["a"]["marker-color"] == styles["b"]["stroke"] != "#999999"
    assert styles["c"]["marker-color"] == styles["place:p"]["marker-color"] == "#999999"
    assert styles["b"]["stroke-width"] > styles["c"]["stroke-width"]
    assert all(len(row["marker-color"]) == 7 for row in styles.values())


def test_mspdi_lags_lead_from_bar_to_bar() -> None:
    """By hand: `a` works 2026-2028 and opens 2029; 2028 and 2032 are leap years.

    `fs` follows two years after the opening: 2031, so 2029 and 2030 lie idle. `early` may start a
    year before it: 2028. `ss` starts a year after the start. `ff` opens a year after the opening.
    `tail` opens in 2027 and pays until 2028, so that what follows it starts before its bar ends.
    `any` needs one of `late` and `a`.
    """
    settings = make_settings((2026, 2036), money_factor=1e6, currency="CAD")
    late = make_project("late", 1, 5, mandatory=Mandate.MUST, earliest_start=2034)
    instance = make_instance(
        [
            make_project("a", 10, 9, mandatory=Mandate.MUST, latest_start=2026, lead_time=3),
            make_project(
                "tail",
                10,
                9,
                mandatory=Mandate.MUST,
                latest_start=2026,
                spending_profile=(0.5, 0.3, 0.2),
            ),
            late,
            *(make_project(name, 1, 5) for name in ("fs", "early", "ss", "ff", "after", "any")),
        ],
        settings=settings,
        relations=[
            make_relation("finish_to_start", ["a"], ["fs"], lag=2),
            make_relation("finish_to_start", ["a"], ["early"], lag=-1),
            make_relation("start_to_start", ["a"], ["ss"], lag=1),
            make_relation("finish_to_finish", ["a"], ["ff"], lag=1),
            make_relation("finish_to_start", ["tail"], ["after"]),
            make_relation("finish_to_start", ["late", "a"], ["any"], count=1),
        ],
    )
    plan = best(instance).plan
    assert plan is not None
    text = to_mspdi(instance, plan)
    tasks = tasks_of(text)
    assert "<CurrencyCode>CAD</CurrencyCode>" in text
    costs = {task.name: task.cost for task in tasks.values()}
    assert (costs["a"], costs["plan"]) == (10e6, 10e6 + 10e6 + 7 * 1e6)  # one unit is a million
    assert lags_of(tasks) == {
        ("a", "fs"): 365 + 365,
        ("a", "early"): -366,
        ("a", "ss"): 365,
        ("a", "ff"): 365,
        ("tail", "after"): -(365 + 366),
        ("a", "any"): 0,
    }
    assert set(slack_of_links(tasks).values()) == {0}
    assert sum(name.endswith(": opens") for name in (t.name for t in tasks.values())) == 9


def test_mspdi_of_a_schedule_with_every_kind_of_order(shared_dir: Path) -> None:
    instance = read_instance(shared_dir / "cases" / "F10_mspdi_lag")
    plan = best(instance).plan
    assert plan is not None
    tasks = tasks_of(to_mspdi(instance, plan))
    slack = slack_of_links(tasks)
    assert min(slack.values()) == 0
    assert lags_of(tasks)["a", "fs2"] == 730
    assert lags_of(tasks)["a", "fsm1"] == -366
    milestones = {t.name: t.begin.year for t in tasks.values() if t.begin == t.end}
    assert milestones == {f"{start.project}: opens": start.opening for start in plan.starts}


def test_outlines_are_given_or_drawn_round_the_places() -> None:
    corners = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (1.0, 1.0), (1.0, 0.0)]
    assert convex_hull(corners) == [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    assert convex_hull(corners[:2]) == []
    places = [Place(id=f"c{n}", lon=lon, lat=lat) for n, (lon, lat) in enumerate(corners)]
    instance = make_instance(
        [make_project(f"p{n}", place=f"c{n}", jurisdiction="j") for n in range(6)],
        places=places,
        jurisdictions=[
            Jurisdiction(id="j"),
            Jurisdiction(id="k", extent=(5.0, 5.0, 6.0, 5.0, 6.0, 6.0)),
            Jurisdiction(id="nowhere"),
        ],
        network_nodes=[
            NetworkNode(id="n0", network="roads", kind="transport", place="c0"),
            NetworkNode(id="n1", network="roads", kind="transport", place="c1"),
        ],
        network_links=[NetworkLink(id="l", network="roads", from_node="n0", to_node="n1")],
    )
    data = json.loads(to_geojson(instance, None))
    found = {feature["id"]: feature for feature in data["features"]}
    drawn = found["jurisdiction:j"]
    assert drawn["properties"]["extent"] == "hull of places"
    assert len(drawn["geometry"]["coordinates"][0]) == 5
    assert found["jurisdiction:k"]["properties"]["extent"] == "given"
    assert found["jurisdiction:k"]["geometry"]["coordinates"][0][0] == [5.0, 5.0]
    assert found["jurisdiction:nowhere"]["geometry"] is None
    assert found["link:l"]["geometry"] == {
        "type": "LineString",
        "coordinates": [[0.0, 0.0], [2.0, 0.0]],
    }
