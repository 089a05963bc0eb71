"""Names of units of money as offices write them: thousand CAD, crore INR, 亿元."""

from __future__ import annotations

from infraplan.models.restate import unit_in_chinese

_SIZES = {
    1.0: "",
    1e3: "thousand",
    1e4: "10 thousand",
    1e6: "million",
    1e7: "10 million",
    1e8: "100 million",
    1e9: "billion",
    1e12: "trillion",
}
_INDIAN = {1e5: "lakh", 1e7: "crore"}


def unit_name(factor: float, currency: str) -> str:
    """Return the name of a unit of `factor` currency units; Indian sizes only of rupees."""
    sizes = _SIZES | (_INDIAN if currency == "INR" else {})
    size = sizes.get(factor, f"{factor:,.0f}" if factor >= 1.0 else f"{factor:g}")
    return f"{size} {currency}".strip()


def unit_name_zh(factor: float, currency: str) -> str:
    """Return the Chinese name of a unit of yuan; blank where there is none."""
    return unit_in_chinese(factor, currency) if currency == "CNY" else ""
