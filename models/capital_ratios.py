"""Named sets of least capital of works, each ratio with its source and date."""

from __future__ import annotations

from types import MappingProxyType

from infraplan.models.debt_rule import CapitalRatio
from infraplan.models.horizon import Title
from infraplan.models.subsectors import AIRPORT_SUBSECTORS, PORT_SUBSECTORS

_CHINA_CAPITAL = (
    "State Council, guofa (2015) 51 of 9 September 2015 and guofa (2019) 26 of 20 November 2019; "
    "figures of 2015 after the press of that month"
)

CAPITAL_RATIO_SETS: MappingProxyType[str, tuple[CapitalRatio, ...]] = MappingProxyType(
    {
        "china": (
            CapitalRatio(
                id="cn-capital",
                title=Title(
                    en="Capital of rail, road, urban rail, ports, waterways, power and other "
                    "infrastructure: at least 20 %",
                    zh="铁路、公路、城市轨道交通、港口航道、电力等基础设施项目资本金不低于20%",
                ),
                ratio=0.20,
                valid_from=2015,
                source=_CHINA_CAPITAL,
                dated="2019-11-20",
            ),
            CapitalRatio(
                id="cn-capital-airport",
                title=Title(en="Capital of airports: at least 25 %", zh="机场项目资本金不低于25%"),
                sectors=AIRPORT_SUBSECTORS,
                ratio=0.25,
                valid_from=2015,
                source=_CHINA_CAPITAL,
                dated="2019-11-20",
            ),
            CapitalRatio(
                id="cn-capital-port-2015",
                title=Title(
                    en="Capital of ports and waterways until 2019: at least 25 %",
                    zh="2019年以前港口、航道项目资本金不低于25%",
                ),
                sectors=PORT_SUBSECTORS,
                ratio=0.25,
                valid_from=2015,
                valid_to=2019,
                source=_CHINA_CAPITAL,
                dated="2015-09-09",
            ),
        ),
        "china-yearly": (
            CapitalRatio(
                id="cn-capital-in-step",
                title=Title(
                    en="Capital of at least 20 % paid in step with the works, by each payer in "
                    "each year",
                    zh="各出资方资本金按建设进度逐年同比例到位，每年不低于20%",
                ),
                ratio=0.20,
                per_year=True,
                valid_from=2015,
                source="State Council, guofa (1996) 35: capital is subscribed at once and paid in "
                "year by year in proportion to the approved progress of works; the ratio is that "
                "of guofa (2015) 51",
                dated="1996-08-23",
            ),
        ),
    }
)
