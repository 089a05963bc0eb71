"""Reasons that are no rule of the model: the project's own data or value keep it out."""

from __future__ import annotations

from infraplan.models.rules.record import Reason, Words

REASONS_ALONE: tuple[Reason, ...] = (
    Reason("window", reason=Words("no year is left to start it", "没有可开工年份")),
    Reason("value", reason=Words("costs more than it brings", "效益低于费用")),
    Reason(
        "stated_date",
        reason=Words(
            "it pays, but less than missing its stated date costs",
            "自身有效益，但不足以弥补违反规划所定时点的代价",
        ),
    ),
    Reason(
        "outweighed",
        reason=Words(
            "keeping the date would lose the plan more than missing it costs",
            "按期的损失大于违反规划所定时点的代价",
        ),
    ),
    Reason(
        "others_first",
        reason=Words(
            "it would gain by keeping the date, but a limit (money, a quota, a pace) goes to what "
            "gains more",
            "按期对其自身有利，但资金、额度等优先用于效益更高的项目",
        ),
    ),
    Reason("unneeded", reason=Words("nothing asks for it", "没有规则要求建设")),
    Reason("not_found", reason=Words("not found in the time given", "未能在时限内查明")),
    Reason(
        "cents",
        reason=Words(
            "money for it beside the others lacks a hundredth of a unit or little more",
            "与其他入选项目并存时，资金差额仅为百分之一个金额单位或略多",
        ),
    ),
    Reason(
        "marginal",
        reason=Words(
            "as good as others that were taken; left out within the gap",
            "与入选项目价值相近，在最优性间隙内未入选",
        ),
    ),
)
