"""Rows that say what a plan is worth: docs/laws.md, section 2. Nobody gives way on these."""

from __future__ import annotations

from infraplan.models.rules.record import Need, Rule, Section, Words

VALUE: tuple[Rule, ...] = (
    Rule(
        "synergy",
        title=Words("value of {relation} only together", "协同效益：{relation}"),
        reason=Words("synergy", "协同关系"),
        law="synergy",
        section=Section.VALUE,
        axes=("relation", "year"),
        subject=("relation",),
        gives_way=False,
        needs=(Need("relations", "type", ("synergy",)),),
    ),
    Rule(
        "substitute",
        title=Words("value lost together: {relation}", "效益重叠：{relation}"),
        reason=Words("overlaps with another", "与其他项目重叠"),
        law="substitute",
        section=Section.VALUE,
        axes=("relation", "year"),
        subject=("relation",),
        gives_way=False,
        needs=(Need("relations", "type", ("substitute",)),),
    ),
    Rule(
        "shared_works",
        title=Words("saving by shared works: {relation}", "同步施工节省：{relation}"),
        reason=Words("shared works", "同步施工"),
        law="shared_works",
        section=Section.VALUE,
        axes=("relation", "year"),
        subject=("relation",),
        gives_way=False,
        needs=(Need("relations", "type", ("shared_works",)),),
    ),
    Rule(
        "makespan",
        title=Words("years until the last opening", "最后一个项目建成前的年数"),
        reason=Words("would open after all else", "会推迟最后建成的年份"),
        law="makespan",
        section=Section.VALUE,
        axes=("element", "year"),
        subject=(),
        gives_way=False,
        needs=(Need("settings", "objective", ("makespan",)),),
    ),
)
