"""What is told of stated dates and of relations that bind nothing, when an instance is checked."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "date-begin-by": ("begins in {year} at the latest", "最迟{year}年开工"),
    "date-open-by": ("operates in {year} at the latest", "最迟{year}年投用"),
    "date-not-before": ("begins in {year} at the earliest", "不早于{year}年开工"),
    "relations-are-recorded-only": (
        "{idle} of {count} {count:=relation|relations} "
        "{idle:=is recorded and binds|are recorded and bind} no plan: {told}",
        "{count}条关系中有{idle}条只作记录，不约束方案：{told}",
    ),
    "so-many-inferred": ("{count} inferred", "推断{count}条"),
    "so-many-of-kind": ("{count} {kind}", "{kind}{count}条"),
    "date-cannot-be-kept": (
        "the text says that {project} {said}, but {soonest} is the first year in which it can: "
        "the date is missed whatever the plan does",
        "文本要求{project}{said}，但最早只能在{soonest}年：无论方案如何都会违反该时点",
    ),
    "check-the-date-or-the-window": (
        "check the year, earliest_start, ready_years, the gate of its stage and the lead time",
        "请核对年份、最早开工年、前期就绪年份、阶段门槛和建设工期",
    ),
    "date-says-later-but-committed": (
        "the text says that {project} {said}, but its works are committed from {first} on",
        "文本要求{project}{said}，但其工程自{first}年起已承诺实施",
    ),
    "check-the-date-or-the-stage": (
        "check the year, or the stage and mandatory of the project",
        "请核对年份，或项目的阶段与是否必建",
    ),
    "dates-exclude-each-other": (
        "{project} {said}, and by another date {other}: one of the two is always missed",
        "{project}{said}，而另一时点为{other}：两者必违其一",
    ),
    "correct-one-of-the-two-dates": (
        "correct one of the two years, or delete one of the rows",
        "请更正其中一个年份，或删除其中一行",
    ),
    "date-of-what-stands": (
        "{project} stands already: what a text says of its dates changes nothing",
        "{project}已建成，规划时点不起作用",
    ),
    "delete-the-row-or-correct-the-stage": (
        "delete the row, or correct the stage of the project",
        "请删除该行，或更正项目的阶段",
    ),
    "date-lies-outside-the-plan": (
        "the text says that {project} {said}: the plan {first}-{last} cannot miss that",
        "文本要求{project}{said}，规划期{first}—{last}年内不会违反",
    ),
    "check-the-year-or-delete-the-row": (
        "check the year, or delete the row",
        "请核对年份，或删除该行",
    ),
}
"""Messages on stated dates and recorded relations, by key."""
