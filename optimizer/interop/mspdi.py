"""The phase schedule as Microsoft Project XML (MSPDI): a task per project under its phase.

Source: the MSPDI schema, http://schemas.microsoft.com/project; elements stand in its order, those
of tasks that are scheduled by hand (known since Project 2010) as mpxj has them. A lag counts tenths
of a minute, here of elapsed time, so that no calendar of working days moves it; money counts
hundredths of the currency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from xml.etree import ElementTree as Xml

from infraplan.models.catalogue import phrase
from infraplan.models.horizon import Phase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan, ProjectStart
from infraplan.models.progress import begun_in, stands
from infraplan.models.project import Project
from infraplan.models.relation import Relation, RelationType

NAMESPACE = "http://schemas.microsoft.com/project"
HOURS_A_DAY = 8
"""Working time of a day in the standard calendar, 08:00 to 17:00 with a break, Monday to Friday."""
TENTHS_A_DAY = 24 * 60 * 10
"""Tenths of a minute in an elapsed day, in which a lag is counted."""
CALENDAR = 1
"""Number of the standard calendar."""
ELAPSED_DAYS, DAYS = 8, 7
"""Formats in which a lag and a duration are shown."""
HUNDREDTHS = 100
SAVE_VERSION = 14
"""Project 2010, the first that knows tasks scheduled by hand."""
LONGEST_NAME, LONGEST_TITLE = 255, 512
"""Letters that the schema allows the name of the file, and the title and names of tasks."""
LINK_TYPES = {
    RelationType.FINISH_TO_FINISH: 0,
    RelationType.FINISH_TO_START: 1,
    RelationType.START_TO_START: 3,
}


@dataclass(frozen=True)
class _Bar:
    """A built project in the file: its tasks, and the years that order relations speak of.

    Attributes
    ----------
    works
        Task of the works, from 1 January of `first` to 31 December of `last`.
    opens
        Task of the opening, on 1 January of `opening`.
    began
        Year in which the works began, before the plan where they did.
    """

    works: int
    opens: int
    first: int
    last: int
    opening: int
    began: int


@dataclass(frozen=True)
class _Link:
    """A predecessor of a task: its number, how they are tied, and the lag in elapsed days."""

    before: int
    type: int
    days: int


def to_mspdi(instance: Instance, plan: Plan, lang: str = "en") -> str:
    """Text of an MSPDI file: phases as summary tasks, below each project its works and its opening.

    An order relation between built projects becomes a link (finish-to-start, start-to-start,
    finish-to-finish) whose lag is what the relation asks, measured between the bars: a project
    opens when its lead time is over, which its last payment may follow. Dates stay as planned,
    since tasks are scheduled by hand. Costs are what the plan pays, in money of the year.
    """
    Xml.register_namespace("", NAMESPACE)
    root = Xml.Element("Project", {"xmlns": NAMESPACE})
    title = instance.settings.title.text(lang) or instance.settings.id
    _add(root, "SaveVersion", SAVE_VERSION)
    _add(root, "Name", title[:LONGEST_NAME])
    _add(root, "Title", title[:LONGEST_TITLE])
    _add(root, "StartDate", _morning(instance.settings.horizon.first_year))
    _add(root, "CurrencyDigits", 2)
    _add(root, "CurrencyCode", instance.settings.currency)
    _add(root, "CalendarUID", CALENDAR)
    _add(root, "MinutesPerDay", HOURS_A_DAY * 60)
    _add_calendar(root, lang)
    tasks = Xml.SubElement(root, "Tasks")
    bars = _bars(instance, plan)
    links = _links(instance, bars)
    costs: defaultdict[str, float] = defaultdict(float)
    for payment in plan.payments:
        costs[payment.project] += payment.amount * instance.settings.money_factor
    for phase, number, inside in _phases(instance, plan):
        last = max(bars[start.project].last for start in inside)
        span = (phase.first_year, max(last, phase.last_year))
        cost = sum(costs[start.project] for start in inside)
        _by_hand(_task(tasks, number, phase.title.text(lang) or phase.id, 1, span, cost))
        for start in inside:
            project, bar = instance.project_by_id[start.project], bars[start.project]
            name, notes = _name(project, lang), f"{project.id}; {project.source}"
            task = _task(tasks, bar.works, name, 2, (bar.first, bar.last), costs[project.id], notes)
            _add_links(task, links[bar.works])
            _by_hand(task)
            opens = phrase("project-opens", name=name)
            task = _milestone(tasks, bar.opens, opens.zh if lang == "zh" else opens, bar.opening)
            own = _Link(bar.works, 1, _days(bar.last + 1, bar.opening))
            _add_links(task, [own])
            _by_hand(task)
    Xml.indent(root)
    text = Xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


# ------------------------------------------------------------------------------------ schedule


def _phases(instance: Instance, plan: Plan) -> Iterator[tuple[Phase, int, list[ProjectStart]]]:
    """Phases in which the plan begins works, the number of their task, and what begins in them."""
    number = 1
    for phase in instance.settings.horizon.phases:
        inside = [start for start in plan.starts if start.start in phase.years]
        if inside:
            yield phase, number, sorted(inside, key=lambda start: (start.start, start.project))
            number += 1 + 2 * len(inside)


def _bars(instance: Instance, plan: Plan) -> dict[str, _Bar]:
    first_year = instance.settings.horizon.first_year
    found = {}
    for _, number, inside in _phases(instance, plan):
        for place, start in enumerate(inside):
            works = number + 1 + 2 * place
            begun = begun_in(instance.project_by_id[start.project], first_year)
            found[start.project] = _Bar(
                works,
                works + 1,
                start.start,
                max(start.start, start.finish, start.opening - 1),
                start.opening,
                start.start if begun is None else begun,
            )
    return found


def _links(instance: Instance, bars: dict[str, _Bar]) -> dict[int, list[_Link]]:
    """Links by the task that they lead to."""
    found: defaultdict[int, list[_Link]] = defaultdict(list)
    for relation in instance.relations:
        if relation.is_enforced and relation.type in LINK_TYPES:
            for name in relation.to_projects:
                if name in bars:
                    after = bars[name]
                    members = _predecessors(instance, relation, after, bars)
                    found[after.works] += [_link(relation, bar, after) for bar in members]
    return found


def _predecessors(
    instance: Instance, relation: Relation, after: _Bar, bars: dict[str, _Bar]
) -> list[_Bar]:
    """Members that the relation needs before `after`: of any `count`, the first ones that do.

    What stands already has no task; it counts as one of them.
    """
    built = [bars[name] for name in relation.from_projects if name in bars]
    if relation.count is None:
        return built
    held = [bar for bar in built if _moment(relation, after) >= _due(relation, bar)]
    held.sort(key=lambda bar: (_due(relation, bar), bar.works))
    standing = sum(stands(instance.project_by_id[name]) for name in relation.from_projects)
    return held[: max(0, relation.count - standing)]


def _moment(relation: Relation, after: _Bar) -> int:
    """Year of the follower that the relation speaks of."""
    return after.opening if relation.type is RelationType.FINISH_TO_FINISH else after.first


def _due(relation: Relation, before: _Bar) -> int:
    """Year that the follower must await: of the start or the opening, and the lag."""
    is_start = relation.type is RelationType.START_TO_START
    return (before.began if is_start else before.opening) + relation.lag


def _link(relation: Relation, before: _Bar, after: _Bar) -> _Link:
    """The link whose lag leads from bar to bar to the year that the relation asks for."""
    due = _due(relation, before)
    if relation.type is RelationType.FINISH_TO_FINISH:
        due += after.last + 1 - after.opening
    origin = before.first if relation.type is RelationType.START_TO_START else before.last + 1
    return _Link(before.works, LINK_TYPES[relation.type], _days(origin, due))


def _days(first: int, second: int) -> int:
    """Days from 1 January of one year to that of another."""
    return (date(second, 1, 1) - date(first, 1, 1)).days


# ---------------------------------------------------------------------------------------- XML


def _add(parent: Xml.Element, tag: str, text: object) -> None:
    Xml.SubElement(parent, tag).text = str(text)


def _add_calendar(root: Xml.Element, lang: str) -> None:
    """The standard calendar, in which durations count: weekdays 08:00-12:00 and 13:00-17:00."""
    calendar = Xml.SubElement(Xml.SubElement(root, "Calendars"), "Calendar")
    name = phrase("standard-calendar")
    _add(calendar, "UID", CALENDAR)
    _add(calendar, "Name", name.zh if lang == "zh" else name)
    _add(calendar, "IsBaseCalendar", 1)
    _add(calendar, "BaseCalendarUID", -1)
    days = Xml.SubElement(calendar, "WeekDays")
    for number in range(1, 8):  # from Sunday on
        day = Xml.SubElement(days, "WeekDay")
        _add(day, "DayType", number)
        works = 1 < number < 7
        _add(day, "DayWorking", int(works))
        if not works:
            continue
        times = Xml.SubElement(day, "WorkingTimes")
        for begin, end in ((8, 12), (13, 17)):
            span = Xml.SubElement(times, "WorkingTime")
            _add(span, "FromTime", f"{begin:02}:00:00")
            _add(span, "ToTime", f"{end:02}:00:00")


def _add_links(task: Xml.Element, links: list[_Link]) -> None:
    for link in links:
        element = Xml.SubElement(task, "PredecessorLink")
        _add(element, "PredecessorUID", link.before)
        _add(element, "Type", link.type)
        _add(element, "LinkLag", link.days * TENTHS_A_DAY)
        _add(element, "LagFormat", ELAPSED_DAYS)


def _morning(year: int) -> str:
    return f"{year:04}-01-01T08:00:00"


def _working_hours(first: int, last: int) -> int:
    """Hours from 1 January of `first` to 31 December of `last` in the standard calendar."""
    begin, end = date(first, 1, 1), date(last, 12, 31)
    weeks, rest = divmod((end - begin).days + 1, 7)
    ends = (begin + timedelta(days=7 * weeks + day) for day in range(rest))
    return HOURS_A_DAY * (5 * weeks + sum(day.weekday() < 5 for day in ends))


def _dated(
    tasks: Xml.Element, number: int, name: str, level: int, dates: tuple[str, str, int]
) -> Xml.Element:
    """A task that is to be scheduled by hand: number, name, start, finish, working hours."""
    start, finish, hours = dates
    task = Xml.SubElement(tasks, "Task")
    _add(task, "UID", number)
    _add(task, "ID", number)
    _add(task, "Name", name[:LONGEST_TITLE])
    _add(task, "Manual", 1)
    _add(task, "OutlineLevel", level)
    _add(task, "Start", start)
    _add(task, "Finish", finish)
    _add(task, "Duration", f"PT{hours}H0M0S")
    _add(task, "DurationFormat", DAYS)
    return task


def _by_hand(task: Xml.Element) -> None:
    """Hold a task's dates as a planner would: these elements are the last of a task."""
    for name in ("Start", "Finish", "Duration"):
        _add(task, f"Manual{name}", task.findtext(name))


def _task(
    tasks: Xml.Element,
    number: int,
    name: str,
    level: int,
    years: tuple[int, int],
    cost: float,
    notes: str = "",
) -> Xml.Element:
    """A task over whole years; one of level 1 sums up those below it, whose costs are fixed."""
    first, last = years
    hours = _working_hours(first, last)
    dates = (_morning(first), f"{last:04}-12-31T17:00:00", hours)
    task = _dated(tasks, number, name, level, dates)
    hundredths = f"{cost * HUNDREDTHS:.0f}"
    _add(task, "Milestone", 0)
    _add(task, "Summary", int(level == 1))
    if level > 1:
        _add(task, "FixedCost", hundredths)
    _add(task, "Cost", hundredths)
    if notes:
        _add(task, "Notes", notes)
    return task


def _milestone(tasks: Xml.Element, number: int, name: str, year: int) -> Xml.Element:
    """A milestone on 1 January of `year`."""
    task = _dated(tasks, number, name, 2, (_morning(year), _morning(year), 0))
    _add(task, "Milestone", 1)
    _add(task, "Summary", 0)
    return task


def _name(project: Project, lang: str) -> str:
    names = (project.name_en or project.name_zh, project.name_zh or project.name_en)
    return names[1 if lang == "zh" else 0] or project.id
