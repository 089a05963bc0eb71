"""What a reader of a run sees, drawn from the catalogue, and names of what has an id."""

from __future__ import annotations

from types import MappingProxyType

from infraplan.models.catalogue import entries
from infraplan.models.instance import Instance

TEXTS: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {key: (found.english, found.chinese) for key, found in entries("report").items()}
)
RULE_WORDS: MappingProxyType[str, tuple[str, str]] = MappingProxyType(
    {
        "value": ("costs more than it brings", "效益低于费用"),
        "marginal": (
            "as good as others that were taken; left out within the gap",
            "与入选项目价值相近,在最优性差距内未入选",
        ),
        "window": ("no year is left to start it", "没有可开工年份"),
        "forbidden": ("must not be built", "不得建设"),
        "sources_uses": ("no money left: ", "资金不足:"),
        "max_share": ("share that a source may bear", "资金来源比例上限"),
        "precedence": ("waits for a predecessor: ", "前置项目:"),
        "exclusive": ("another variant is built: ", "互斥项目:"),
        "all_or_none": ("only together with others: ", "须同时建设:"),
        "works_conflict": ("works would collide: ", "施工冲突:"),
        "resource": ("quota used up: ", "配额用尽:"),
        "policy": ("policy: ", "政策约束:"),
        "target": ("target: ", "指标约束:"),
        "start_ban": ("start ban by debt band: ", "债务分档停建:"),
        "consent": ("a partner would lose by it: ", "合作方受损:"),
        "sharing": ("partners lack the money: ", "合作方资金不足:"),
        "coverage": ("net revenue does not cover its bonds", "收益不足以覆盖债券本息"),
        "fund_balance": ("cash is missing in ", "资金不足:"),
        "tail_service": (
            "after the plan, income does not serve the debt: ",
            "规划期后收入不足以还本付息:",
        ),
        "ceiling": ("debt ceiling, ", "债务限额:"),
        "quota": ("yearly new-issue quota, ", "年度新增限额:"),
        "synergy": ("synergy: ", "协同关系:"),
        "substitute": ("overlaps with another: ", "与其他项目重叠:"),
        "shared_works": ("shared works: ", "同步施工:"),
    }
)


def text(key: str, lang: str) -> str:
    """Text of `key` in `lang`; an unknown key stands for itself (names from the data do)."""
    pair = TEXTS.get(key)
    return key if pair is None else pair[1 if lang == "zh" else 0]


def both(key: str) -> tuple[str, str]:
    """English and Chinese of `key`."""
    return TEXTS.get(key, (key, key))


class Names:
    """English and Chinese names of everything that has an id in an instance."""

    def __init__(self, instance: Instance) -> None:
        self._names: dict[str, tuple[str, str]] = {}
        tables = (
            instance.projects,
            instance.jurisdictions,
            instance.pools,
            instance.funds,
            instance.instruments,
            instance.policies,
        )
        for table in tables:
            for row in table:
                fallback = TEXTS.get(row.id, (row.id, row.id))
                self._names.setdefault(
                    row.id,
                    (
                        row.name_en or row.name_zh or fallback[0],
                        row.name_zh or row.name_en or fallback[1],
                    ),
                )
        for node in instance.network_nodes:
            english = node.name_en or node.name_zh or node.id
            self._names.setdefault(node.id, (english, node.name_zh or english))
        self._links = {link.id: (link.from_node, link.to_node) for link in instance.network_links}
        self._trips = {row.id: (row.node, row.to_node or "") for row in instance.demands}
        for target in instance.targets:
            # A target may be called like a jurisdiction; a project id is never one of these.
            english = target.name_en or target.name_zh or target.id
            self._names[f"target:{target.id}"] = (english, target.name_zh or english)
        for phase in instance.settings.horizon.phases:
            name = (phase.title.text("en") or phase.id, phase.title.text("zh") or phase.id)
            self._names[f"phase:{phase.id}"] = name

    def pair(self, key: str) -> tuple[str, str]:
        """English and Chinese name of id `key`, or of a word, or the id itself."""
        return self._names.get(key) or TEXTS.get(key, (key, key))

    def link(self, link: str) -> tuple[str, str]:
        """A link by its ends, with its id."""
        ends = [self.pair(end) for end in self._links.get(link, ())]
        if not ends:
            return self.pair(link)
        return (
            f"{ends[0][0]} - {ends[1][0]} ({link})",
            f"{ends[0][1]}-{ends[1][1]}({link})",
        )

    def trip(self, demand: str) -> tuple[str, str]:
        """A demand by its nodes: `A - B` for a trip, the node for any other."""
        ends = [self.pair(end) for end in self._trips.get(demand, (demand,)) if end]
        return " - ".join(end[0] for end in ends), "-".join(end[1] for end in ends)

    def rule(self, rule: str) -> tuple[str, str]:
        """A rule `family[:subject...]` in words."""
        family, _, subject = rule.partition(":")
        words = RULE_WORDS.get(family)
        if words is None:
            return self.pair(rule)
        prefix = "target:" if family == "target" else ""
        parts = [self.pair(prefix + part) for part in subject.split(":")] if subject else []
        return (
            words[0] + ", ".join(part[0] for part in parts),
            words[1] + "、".join(part[1] for part in parts),
        )


def unit_pair(instance: Instance) -> tuple[str, str]:
    """Name of the money unit in English and Chinese."""
    settings = instance.settings
    english = settings.money_unit or settings.currency
    return english, settings.money_unit_zh or english
