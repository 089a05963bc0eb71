"""A planning document as decided by hand: the settings, places, sectors and accounts of its instance.

The decisions stand in tools/data/NAME/document.yaml, one file a document, read by the one engine of
this package. Keys:

    document, leader, whole      number of the document; who leads by default; name of the whole area
    target_year                  by when works of the plan are to be complete
    years                        first, last, yearly_until, later_phases (id, first, last, English,
                                 Chinese), appraisal_end
    title, sources, finance, representative_years, networks     as in the settings of an instance
    sectors                      rules for the sector of a census row; the first that fits counts:
                                 to, and ids, subsectors, sector, not_sector, lines (ranges)
    outside_places, place_aliases, place_owners ("several": of no single jurisdiction)
    accounts                     one entry a government (tools/accounts.py); with `size`, the figures
                                 of accounts_of_size_one times it
    earmarked                    funds for named works: `first` by government, then `growth` a year,
                                 until `last` (else the last year of the plan)
    funding_classes              subsectors of the classes that are not public
    consent_source               if given, every partner must consent to joint works without outsiders
    scenarios                    further scenarios, as in an instance
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from infraplan.models.horizon import Appraisal, Horizon, Phase, Title
from infraplan.models.instance import Settings
from infraplan.models.project import Stage
from infraplan.models.scenario import Change, Scenario
from tools.accounts import Accounts, accounts_of

DATA = Path(__file__).resolve().parent / "data"
DISCOUNT_RATE, COST_ESCALATION, TAIL_GROWTH = 0.06, 0.01, 0.02
"""For every document: 6 % a year, at which SL72-2013 tests public-good water works and the World Bank
has appraised since 2016; construction 1 % above prices, revenue 2 % after the plan (both assumed)."""
OTHER_RATES = (0.045, 0.08)
"""Rates of scenarios: that of a country growing slower, and the national parameter of 2006."""
STAGE_GATES = {Stage.STUDY: 3, Stage.PREPARATORY: 1}
"""Years before works in study or preparation can begin, assumed for every document."""
SEVERAL = "several"


@dataclass(frozen=True)
class SectorRule:
    """What census rows a rule is for, and the sector that it gives them."""

    to: str
    ids: frozenset[str] = frozenset()
    subsectors: frozenset[str] = frozenset()
    sector: str = ""
    not_sector: str = ""
    lines: tuple[tuple[int, int], ...] = ()

    def fits(self, row: Mapping[str, str], line: int) -> bool:
        """Whether the rule is for `row`, which stands in `line` of the text (0: unknown)."""
        return (
            (not self.ids or row["id"] in self.ids)
            and (not self.subsectors or row["subsector"] in self.subsectors)
            and (not self.sector or row["sector"] == self.sector)
            and (not self.not_sector or row["sector"] != self.not_sector)
            and (not self.lines or any(low <= line <= high for low, high in self.lines))
        )


@dataclass(frozen=True)
class Earmarked:
    """A fund for named works, in every government that `first` gives a first inflow."""

    id: str
    kind: str
    growth: float
    first: Mapping[str, float]
    last: int
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class Document:
    """All decisions about a document but those that stand in tables."""

    name: str
    number: str
    leader: str
    whole: str
    target_year: int
    settings: Settings
    accounts: tuple[Accounts, ...]
    sectors: tuple[SectorRule, ...] = ()
    outside_places: frozenset[str] = frozenset()
    place_aliases: Mapping[str, str] = field(default_factory=dict)
    place_owners: Mapping[str, str | None] = field(default_factory=dict)
    earmarked: tuple[Earmarked, ...] = ()
    funding_classes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    consent_source: str = ""
    scenarios: tuple[Scenario, ...] = ()

    @property
    def folder(self) -> Path:
        """Folder of the document's decisions."""
        return DATA / self.name

    def sector_of(self, row: Mapping[str, str]) -> str:
        """Sector of a census row: by the first rule that fits, else as the census has it."""
        line = int(row["line_no"]) if row.get("line_no", "").isdigit() else 0
        found = (rule.to for rule in self.sectors if rule.fits(row, line))
        return next(found, row["sector"])

    def text(self, lang: str) -> str:
        """What the page of the instance says in words, `en` or `zh`."""
        return (self.folder / f"page.{lang}.md").read_text(encoding="utf-8").strip()


def read_document(name: str) -> Document:
    """Decisions of tools/data/`name`/document.yaml."""
    text = (DATA / name / "document.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    years = found["years"]
    span = (years["first"], years["last"])
    return Document(
        name=name,
        number=found["document"],
        leader=found["leader"],
        whole=found["whole"],
        target_year=found["target_year"],
        settings=_settings(name, found),
        accounts=accounts_of(found["accounts"], found.get("accounts_of_size_one", {}), span),
        sectors=tuple(_sector_rule(rule) for rule in found.get("sectors", ())),
        outside_places=frozenset(found.get("outside_places", ())),
        place_aliases=found.get("place_aliases", {}),
        place_owners={
            place: None if owner == SEVERAL else owner
            for owner, places in found.get("place_owners", {}).items()
            for place in places
        },
        earmarked=tuple(_earmarked(row, span[1]) for row in found.get("earmarked", ())),
        funding_classes={
            name: frozenset(members) for name, members in found.get("funding_classes", {}).items()
        },
        consent_source=found.get("consent_source", ""),
        scenarios=tuple(Scenario.model_validate(row) for row in found.get("scenarios", ())),
    )


def rate_scenarios() -> tuple[Scenario, ...]:
    """The other rates at which every document is looked at."""
    return tuple(
        Scenario(
            id=f"rate-{1000 * rate:.0f}",
            title=Title(en=f"Discount rate {rate:.1%}", zh=f"折现率{rate:.1%}"),
            changes=(Change(table="instance", field="appraisal.discount_rate", value=rate),),
        )
        for rate in OTHER_RATES
    )


def _sector_rule(row: dict[str, Any]) -> SectorRule:
    return SectorRule(
        to=row["to"],
        ids=frozenset(row.get("ids", ())),
        subsectors=frozenset(row.get("subsectors", ())),
        sector=row.get("sector", ""),
        not_sector=row.get("not_sector", ""),
        lines=tuple((low, high) for low, high in row.get("lines", ())),
    )


def _earmarked(row: dict[str, Any], last_year: int) -> Earmarked:
    own = {"id", "growth", "first", "last"}
    fields = {key: value for key, value in row.items() if key not in own}
    fields["projects"] = tuple(fields["projects"])
    last = row.get("last", last_year)
    return Earmarked(row["id"], row["kind"], row["growth"], row["first"], last, fields)


def _settings(name: str, found: dict[str, Any]) -> Settings:
    years = found["years"]
    phases = [_year(y) for y in range(years["first"], years["yearly_until"] + 1)]
    phases += [_later_phase(*row) for row in years["later_phases"]]
    return Settings(
        id=name,
        title=found["title"],
        currency="CNY",
        money_unit="100 million CNY",
        money_unit_zh="亿元",
        money_factor=1e8,
        price_year=years["first"],
        horizon=Horizon(phases=tuple(phases)),
        appraisal=Appraisal(
            discount_rate=DISCOUNT_RATE,
            cost_escalation=COST_ESCALATION,
            end_year=years["appraisal_end"],
        ),
        stage_gates=STAGE_GATES,
        finance={"tail_growth": TAIL_GROWTH, **found.get("finance", {})},
        sources=tuple(found["sources"]),
        networks=tuple(found.get("networks", ())),
        representative_years=tuple(found.get("representative_years", ())),
    )


def _year(year: int) -> Phase:
    """A phase of one year."""
    title = Title(en=str(year), zh=f"{year}年")
    return Phase(id=f"y{year}", title=title, first_year=year, last_year=year)


def _later_phase(name: str, first: int, last: int, english: str, chinese: str) -> Phase:
    """A phase of several years after the planned ones."""
    title = Title(en=f"{first}-{last} ({english})", zh=f"{first}—{last}年({chinese})")
    return Phase(id=name, title=title, first_year=first, last_year=last)
