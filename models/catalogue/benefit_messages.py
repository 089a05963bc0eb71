"""What is said of benefits and needs: how they were estimated, where they are wrong or idle."""

from __future__ import annotations

MESSAGES: dict[str, tuple[str, ...]] = {
    "project-is-dearer-to-run": (
        "project {project} costs {om:g} a year to run and brings {benefit:g} in its best year: no "
        "plan builds it",
        "项目{project}年运维费{om:g}，高于效益最高一年的{benefit:g}，任何方案都不会建它",
    ),
    "projects-are-dearer-to-run": (
        "{count} {count:=project costs|projects cost} more to run than "
        "{count:=it brings in its|they bring in their} best year (the first are {names}): by "
        "themselves no plan builds them",
        "{count}个项目的年运维费高于其效益最高的一年（如{names}），单独看任何方案都不会建它们",
    ),
    "see-whether-a-benefit-is-missing": (
        "see whether a benefit is missing; otherwise nothing need be done",
        "请核对是否漏填效益；如无遗漏，不必处理",
    ),
    "check-the-unit-of-both": (
        "check the unit of both, and whether a benefit is missing",
        "请核对两者的单位，并检查是否漏填效益",
    ),
    "no-row-limits-resource": (
        "projects need {resource}, and no row of resources limits it: the need counts for nothing",
        "项目需要{resource}，而资源表中没有它的限额，该需求不起作用",
    ),
    "give-the-resource-a-limit-or-delete-the-need": (
        "give the resource a limit, or delete the need",
        "请在资源表中填写限额，或删除该需求",
    ),
    "benefit-range-misses-its-middle": (
        "{field} {stream}={value:g} does not go with benefits {stream}={benefits:g}: a low "
        "estimate is no higher, a high one no lower, and the stream is in both columns",
        "{field}的{stream}={value:g}与benefits（年效益）的{stream}={benefits:g}不符：低值不高于中值，"
        "高值不低于中值，效益流须在两列中都有",
    ),
    "no-estimate-of-the-type-reads-it": (
        "{name} is no quantity of works of type {type}: no estimate reads it",
        "{name}不是{type}类工程的数量：估算不会读取",
    ),
    "quantities-that-it-reads": ("its quantities are {names}", "其数量有：{names}"),
    "not-a-formula-of-benefits": (
        "{formula} is no formula of names, numbers and + - * /",
        "{formula}不是由名称、数字和+ - * /组成的公式",
    ),
}
