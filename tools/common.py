"""What the documents' modules share: payers outside the district, paths of figures."""

from __future__ import annotations

from infraplan.models.horizon import Phase, Title
from infraplan.models.jurisdiction import Jurisdiction

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


def yearly(first: int, last: int) -> list[Phase]:
    """A phase for each of the years `first` to `last`."""
    return [
        Phase(id=f"y{y}", title=Title(en=str(y), zh=f"{y}年"), first_year=y, last_year=y)
        for y in range(first, last + 1)
    ]


def later_phase(
    name: str, first: int, last: int, english: str = "outlook", chinese: str = "展望"
) -> Phase:
    """A phase of several years after the planned ones."""
    title = Title(en=f"{first}-{last} ({english})", zh=f"{first}—{last}年({chinese})")
    return Phase(id=name, title=title, first_year=first, last_year=last)
