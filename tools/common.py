"""What the documents' modules share: payers outside the district, paths of figures."""

from __future__ import annotations

from models.jurisdiction import Jurisdiction

OUTSIDE = {
    "city": ("Chongqing municipality", "重庆市"),
    "central": ("Central government grants", "中央补助"),
    "rail": ("National railway", "国铁集团"),
    "concession": ("Expressway companies", "高速公路公司"),
    "grid": ("State Grid", "国家电网"),
    "firms": ("Enterprises", "社会企业"),
    "telecom": ("Telecom operators", "电信运营商"),
}


def outside_payers() -> list[Jurisdiction]:
    """Payers whose budgets the plan does not hold."""
    return [Jurisdiction(id=key, name_en=en, name_zh=zh) for key, (en, zh) in OUTSIDE.items()]


def path(first: int, last: int, start: float, growth: float) -> dict[int, float]:
    """Figures that grow by `growth` a year from `start` in `first` to `last`."""
    return {y: round(start * (1 + growth) ** (y - first), 3) for y in range(first, last + 1)}
