"""Headings of tables that the workbench shows of studies, besides those of the terminal."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, ...]] = {
    "rank_robustness": ("How often draws agree with the list", "抽样结果与排序的一致程度"),
    "same_tier": ("share of draws that agree", "与排序一致的抽样占比"),
    "rolled_projects": ("What stands and what goes on", "已建成与续建项目"),
    "rolled_money": ("Money and debt carried over", "结转的资金与债务"),
    "rolled_as": ("in the new plan", "在新一期规划中"),
    "rolled_finished": ("stands", "已建成"),
    "rolled_committed": ("goes on", "续建"),
    "rolled_cancelled": ("given up", "已取消"),
}
