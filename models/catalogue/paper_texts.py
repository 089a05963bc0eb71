"""Headings of the council paper, of its tables and of the sheets that an office expects."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, ...]] = {
    "annual_plan": ("Annual investment plan", "年度投资计划"),
    "major_projects": ("List of major projects", "重大项目清单"),
    "district_plan": ("Investment by district and year", "分区县年度投资"),
    "who_pays": ("Who pays", "资金来源构成"),
    "project_id": ("id", "项目编码"),
    "scale": ("size", "建设规模"),
    "spent_in_all": ("paid in all", "支付合计"),
    "unit_line": ("money", "单位"),
    "font_body": ("FangSong", "仿宋"),
    "font_head": ("SimHei", "黑体"),
    "paper": ("Paper on the investment plan", "投资计划方案"),
    "paper_built": ("What is built, by phase", "分期建设内容"),
    "paper_cost": ("What it costs, and who pays", "投资规模与资金来源"),
    "paper_largest": ("The largest works", "重大项目"),
    "paper_left_out": ("What is left out, and why", "未纳入项目及原因"),
    "paper_targets": ("Targets missed", "未完成指标"),
    "paper_debt": ("Debt and the room under its limits", "政府债务及限额余量"),
    "paper_sure": ("How sure the figures are", "数据可靠程度"),
    "paper_proof": ("Proof and check", "最优性与校验"),
    "paper_pictures": ("Map and charts", "项目分布与图表"),
    "paper_districts": ("Investment by district", "分区县投资"),
    "paper_annex": ("Annex: annual investment plan", "附表：年度投资计划"),
    "longitude": ("longitude, degrees east", "东经（度）"),
    "latitude": ("latitude, degrees north", "北纬（度）"),
    "picture_map": ("Where the works are", "项目分布图"),
    "picture_phases": ("Investment by phase and sector", "分期分行业投资"),
    "picture_money": ("Money by source and year", "分年度资金来源"),
    "picture_debt": ("Debt, issues and service", "债务余额、发行与偿还"),
}
