"""Rules of the model in a planner's words, English and Chinese."""

from __future__ import annotations

from infraplan.models.instance import Instance
from infraplan.optimizer.mip import Key

_WORDS: dict[str, tuple[str, str]] = {
    "mandate": ("{project} must be built", "必须建设{project}"),
    "precedence": (
        "{follower} needs {predecessor} first ({relation})",
        "{follower}须以{predecessor}为前提({relation})",
    ),
    "exclusive": ("only so many may be built: {relation}", "互斥或限量建设:{relation}"),
    "all_or_none": ("all are built or none: {relation}", "须同时建设或都不建:{relation}"),
    "works_conflict": ("works must not overlap: {relation}", "施工期不得重叠:{relation}"),
    "resource": ("quota of {resource}", "{resource}配额"),
    "policy": ("policy {policy}", "政策约束“{policy}”"),
    "must_serve": (
        "demand {demand} of network {network} must be served",
        "{network}网络的需求{demand}必须满足",
    ),
    "target": ("hard target {target}", "硬性指标“{target}”"),
    "sources_uses": (
        "works must be paid by {payer} from its funds and permitted borrowing",
        "{payer}须以自有资金和获准举债支付工程款",
    ),
    "max_share": ("share that {source} may bear", "{source}可承担的最高比例"),
    "fund_balance": (
        "cash of {fund} must not fall below its minimum",
        "{fund}的结余不得低于下限",
    ),
    "lapse": ("unspent money of {fund} lapses", "{fund}结转资金到期收回"),
    "tail_service": (
        "debt service after the plan within the inflow of {fund}",
        "规划期后偿债不超过{fund}的收入",
    ),
    "ceiling": (
        "debt ceiling of {jurisdiction}, {pool} debt",
        "{jurisdiction}{pool}债务限额",
    ),
    "quota": (
        "yearly new-issue quota of {jurisdiction}, {pool} debt",
        "{jurisdiction}{pool}债务年度新增限额",
    ),
    "refinancing": ("limit on refinancing {instrument}", "再融资债券“{instrument}”的限额"),
    "debt_rule": ("debt rule {rule} of {jurisdiction}", "{jurisdiction}债务规则“{rule}”"),
    "band": ("debt bands {rule} of {jurisdiction}", "{jurisdiction}债务分档“{rule}”"),
    "band_limit": ("debt bands {rule} of {jurisdiction}", "{jurisdiction}债务分档“{rule}”"),
    "start_ban": (
        "start ban by debt band {rule} of {jurisdiction}",
        "{jurisdiction}债务分档“{rule}”的停建令",
    ),
    "coverage": (
        "net revenue of {project} must cover its bonds",
        "{project}的净收益须覆盖专项债券本息",
    ),
    "sharing": (
        "the partners of {project} must pay for all of it",
        "{project}的费用须由合作各方付清",
    ),
    "share_limit": (
        "limits of the share that {payer} pays of {project}",
        "{payer}对{project}的出资比例上下限",
    ),
    "compensation": (
        "compensation by {payer} within its gain from {project}",
        "{payer}就{project}支付的补偿不超过其所得",
    ),
    "consent": (
        "{jurisdiction} must not lose by the joint project {project}",
        "{jurisdiction}不得因共建项目{project}受损",
    ),
    "choose_one": ("one option of {project} at most", "{project}只能选择一个方案"),
    "window": ("no year is left to start {project}", "{project}没有可开工年份"),
    "value": (
        "costs more than it brings",
        "效益低于费用",
    ),
    "marginal": (
        "as good as others that were taken; left out within the gap",
        "与入选项目相近,在最优性差距内未入选",
    ),
    "forbidden": ("{project} must not be built", "{project}不得建设"),
}
_POOLS = {"general": ("general", "一般"), "special": ("special", "专项")}


def _names(instance: Instance) -> dict[str, tuple[str, str]]:
    """English and Chinese names of everything that has an id."""
    found: dict[str, tuple[str, str]] = {}
    for table in (
        instance.projects,
        instance.jurisdictions,
        instance.funds,
        instance.instruments,
        instance.targets,
        instance.policies,
    ):
        for row in table:
            found[row.id] = (
                row.name_en or row.name_zh or row.id,
                row.name_zh or row.name_en or row.id,
            )
    for limit in instance.resources:
        found[limit.resource] = (
            limit.name_en or limit.resource,
            limit.name_zh or limit.name_en or limit.resource,
        )
    return found


def describe_rule(
    instance: Instance, family: str, axes: tuple[str, ...], key: Key
) -> tuple[str, str]:
    """Rule `family` at `key` in words, (English, Chinese); a year in the key is named too."""
    names = _names(instance)
    parts: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for axis, label in zip(axes, key, strict=False):
        known = _POOLS if axis == "pool" else names
        pair = known.get(str(label), (str(label), str(label)))
        for side in (0, 1):
            parts[side][axis] = pair[side]
    english, chinese = _WORDS.get(family, (family, family))
    texts = []
    for side, template in enumerate((english, chinese)):
        filled = template.format_map(_Blank(parts[side]))
        year = parts[side].get("year")
        joined = (f"{filled}, {year}", f"{filled}({year}年)")[side] if year else filled
        texts.append(joined)
    return texts[0], texts[1]


class _Blank(dict[str, str]):
    """A mapping that answers an unknown name with the name itself."""

    def __missing__(self, key: str) -> str:
        return key
