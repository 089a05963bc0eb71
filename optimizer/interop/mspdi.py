"""The phase schedule as Microsoft Project XML (MSPDI), one task per project under its phase."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from infraplan.models.instance import Instance
from infraplan.models.plan import Plan

NAMESPACE = "http://schemas.microsoft.com/project"
HOURS_A_YEAR = 2080
"""52 weeks of 40 hours: the working time of a year in the standard calendar."""


def _add(parent: Xml.Element, tag: str, text: object) -> None:
    Xml.SubElement(parent, tag).text = str(text)


def _task(
    tasks: Xml.Element, number: int, name: str, level: int, first: int, last: int, notes: str = ""
) -> Xml.Element:
    """A task from 1 January of `first` to 31 December of `last`."""
    task = Xml.SubElement(tasks, "Task")
    _add(task, "UID", number)
    _add(task, "ID", number)
    _add(task, "Name", name)
    _add(task, "OutlineLevel", level)
    _add(task, "Start", f"{first}-01-01T08:00:00")
    _add(task, "Finish", f"{last}-12-31T17:00:00")
    _add(task, "Duration", f"PT{HOURS_A_YEAR * (last - first + 1)}H0M0S")
    _add(task, "Manual", 1)
    _add(task, "Summary", int(level == 1))
    if notes:
        _add(task, "Notes", notes)
    return task


def to_mspdi(instance: Instance, plan: Plan, lang: str = "en") -> str:
    """Text of an MSPDI file: phases as summary tasks, projects below with their works years.

    Order relations between built projects become predecessor links (finish-to-start,
    start-to-start, finish-to-finish); dates stay as planned, since tasks are scheduled by hand.
    """
    Xml.register_namespace("", NAMESPACE)
    root = Xml.Element("Project", {"xmlns": NAMESPACE})
    _add(root, "Name", instance.settings.title.text(lang) or instance.settings.id)
    tasks = Xml.SubElement(root, "Tasks")
    found: dict[str, tuple[int, Xml.Element]] = {}
    number = 0
    for phase in instance.settings.horizon.phases:
        inside = [s for s in plan.starts if s.start in phase.years]
        if not inside:
            continue
        number += 1
        title = phase.title.text(lang) or phase.id
        last = max(max(s.finish, s.opening - 1) for s in inside)
        _task(tasks, number, title, 1, phase.first_year, max(last, phase.last_year))
        for start in sorted(inside, key=lambda s: (s.start, s.project)):
            number += 1
            project = instance.project_by_id[start.project]
            names = (project.name_en or project.name_zh, project.name_zh or project.name_en)
            name = names[1 if lang == "zh" else 0] or project.id
            end = max(start.start, start.finish, start.opening - 1)
            task = _task(
                tasks, number, name, 2, start.start, end, f"{project.id}; {project.source}"
            )
            found[project.id] = (number, task)
    kinds = {"finish_to_finish": 0, "finish_to_start": 1, "start_to_start": 3}
    for relation in instance.relations:
        kind = kinds.get(relation.type.value)
        if kind is None or not relation.is_enforced:
            continue
        for after in relation.to_projects:
            for before in relation.from_projects:
                if after in found and before in found:
                    link = Xml.SubElement(found[after][1], "PredecessorLink")
                    _add(link, "PredecessorUID", found[before][0])
                    _add(link, "Type", kind)
    Xml.indent(root)
    text = Xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
