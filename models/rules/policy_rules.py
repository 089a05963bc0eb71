"""Rules on what is spent, started or reached: docs/laws.md, section 3."""

from __future__ import annotations

from infraplan.models.rules.record import Need, Rule, Section, Words

POLICY: tuple[Rule, ...] = (
    Rule(
        "policy",
        title=Words("policy {policy}", "政策约束“{policy}”"),
        reason=Words("a policy limits it", "政策约束"),
        law="policy",
        section=Section.POLICY,
        axes=("policy", "year"),
        subject=("policy",),
        gives_way=True,
        needs=(Need("policies"),),
    ),
    Rule(
        "start_pace",
        title=Words("most starts a year: {sector}", "每年开工项目数上限：{sector}"),
        reason=Words("the year's starts are used up", "年度开工名额用尽"),
        law="start_pace",
        section=Section.POLICY,
        axes=("sector", "year"),
        subject=("sector",),
        gives_way=True,
        needs=(Need("start_paces"),),
        is_priced=True,
    ),
    Rule(
        "travel_time",
        title=Words("way of a traveller for target {target}", "指标“{target}”的出行路径"),
        reason=Words("travel time", "出行时间指标"),
        law="target",
        section=Section.POLICY,
        axes=("target", "element"),
        subject=("target",),
        gives_way=False,
        needs=(Need("targets", "metric", ("travel_time:*",)),),
    ),
    Rule(
        "target",
        title=Words("hard target {target}", "硬性指标“{target}”"),
        reason=Words("a target limits it", "指标约束"),
        law="target",
        section=Section.POLICY,
        axes=("target", "year"),
        subject=("target",),
        gives_way=True,
        needs=(Need("targets", "hard"), Need("targets", "shortfall_price")),
    ),
)
