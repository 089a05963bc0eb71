"""Make the shipped instances from a census of the planning documents (for maintainers).

    python -m tools.build_instances CENSUS_FOLDER [kaizhou tongliang ...]

The shipped folders under instances/ are the product; this tool only shows how they came about.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from models.funding import CostShare
from models.instance import Instance
from models.place import Place
from models.project import Mandate, Option, Project, Stage
from models.relation import Relation, RelationType
from models.target import Target
from optimizer.estimating import estimate
from optimizer.storage import write_instance

ROOT = Path(__file__).resolve().parents[1]
REMAINING_SHARE = 0.6
"""Assumed share of cost that works under construction still need."""
SPLIT = re.compile(r"[、,,;;\-—–~至/]+")

# Who pays, as shares of construction cost; L is the leading jurisdiction. Assumptions after the
# ratios seen in published cases (national rail 50 % of HSR, central share 20-56 %, and so on).
PAYERS: dict[str, dict[str, float]] = {
    "rail_hsr": {"rail": 0.5, "city": 0.4, "L": 0.1},
    "rail_conv": {"rail": 0.6, "city": 0.3, "L": 0.1},
    "rail_urban": {"rail": 0.2, "city": 0.6, "L": 0.2},
    "expressway": {"concession": 0.75, "city": 0.2, "L": 0.05},
    "trunk_road": {"city": 0.5, "L": 0.5},
    "rural_road": {"central": 0.4, "L": 0.6},
    "water_source": {"central": 0.45, "city": 0.15, "L": 0.4},
    "waterway": {"central": 0.5, "city": 0.2, "L": 0.3},
    "port": {"firms": 0.5, "city": 0.2, "L": 0.3},
    "airport": {"central": 0.4, "city": 0.2, "L": 0.4},
    "grid": {"grid": 1.0},
    "energy": {"firms": 1.0},
    "gas_network": {"firms": 0.7, "L": 0.3},
    "telecom": {"telecom": 1.0},
    "market": {"firms": 0.6, "L": 0.4},
    "tech": {"firms": 0.8, "L": 0.2},
    "ecology": {"central": 0.5, "L": 0.5},
    "sewage": {"central": 0.2, "L": 0.8},
    "local": {"L": 1.0},
}
PAYER_OF: dict[str, str] = {}
for _payer, _names in {
    "rail_hsr": "rail_hsr hsr",
    "rail_conv": "rail_conventional rail_freight_siding rail_hub rail_service",
    "rail_urban": "rail_urban intercity_rail rail_intercity",
    "expressway": "expressway",
    "trunk_road": "trunk_road inter_county_road bypass interchange airport_access port_access "
    "port_connection city_expressway",
    "rural_road": "rural_road township_link_road provincial_rural_road tourism_road road_safety "
    "maintenance",
    "water_source": "reservoir reservoir_interconnection diversion irrigation dam flood_control "
    "torrent_gully soil_conservation rural_supply",
    "waterway": "waterway",
    "port": "port border_port",
    "airport": "aviation",
    "grid": "grid grid_network grid_substation grid_uhv import_power substation_110kv "
    "substation_35kv smart_grid",
    "energy": "pumped_storage generation_gas gas_power generation_coal chp solar renewables wind "
    "biomass storage gas_field gas_utilisation gas_exploration_well gas_production_well "
    "shale_gas_drilling gas_pipeline waste_to_energy distributed_energy power_market ccus "
    "mineral_energy",
    "gas_network": "gas_network gas_station lng gas_storage oil_storage oil_gas_terminal coal",
    "telecom": "5g broadband telecom network iot",
    "tech": "data_centre digital_park lab hydrogen ev_charging charging charging_corridor",
    "market": "industrial_park commercial tourism logistics_hub logistics housing cableway "
    "fleet_electrification parking intermodal_service shipping_service corridor",
    "ecology": "ecology farmland land_consolidation rural_construction rural_environment "
    "rural_sanitation sanitation mine_restoration soil agri_pollution geohazard green_space "
    "river_ecology water_source_protection source_protection river_quality water_quality",
    "sewage": "sewage_network sewage_treatment sewage_plant sludge waste solid_waste "
    "hazardous_waste medical_waste circular_economy outfall reclaimed_water drainage sponge",
}.items():
    for _name in _names.split():
        PAYER_OF[_name] = _payer

PLACE_FACTOR = {"subdistrict": 1.1, "city": 1.1, "district": 1.05, "township": 0.9, "village": 0.9}
"""Assumed benefit per unit of cost by kind of place: more users where settlement is denser."""


@dataclass
class Book:
    """What a document's module decides; see tools/kaizhou.py for an example."""

    module: ModuleType
    rows: list[dict[str, str]]
    links: list[dict[str, str]]
    places: list[dict[str, str]]
    projects: list[Project] = field(default_factory=list)
    coverage: list[tuple[str, str, str]] = field(default_factory=list)


def read(path: Path) -> list[dict[str, str]]:
    """Rows of a census table, empty where it is missing."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def slug(text: str) -> str:
    """Id made of a name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def places_of(book: Book) -> tuple[tuple[Place, ...], dict[str, Place]]:
    """Places with ids, and a look-up by Chinese name."""
    found: dict[str, Place] = {}
    used: set[str] = set()
    for row in book.places:
        name = slug(row["name_en"]) or f"place-{len(used) + 1}"
        while name in used:
            name += "-2"
        used.add(name)
        lon, lat = row.get("lon", ""), row.get("lat", "")
        accuracy = row.get("accuracy_km", "") or ("10" if lon else "")
        found[row["name_zh"]] = Place(
            id=name,
            name_en=row["name_en"],
            name_zh=row["name_zh"],
            kind=row["kind"],
            lon=float(lon) if lon else None,
            lat=float(lat) if lat else None,
            accuracy_km=float(accuracy) if accuracy else None,
            source="recalled, not checked in a gazetteer" if lon else "coordinates unknown",
        )
    return tuple(found.values()), found


def located(row: dict[str, str], known: dict[str, Place]) -> list[Place]:
    """Places that a row names, in order."""
    text = row["location_zh"].replace("(recall)", "")
    found = [known[part] for part in SPLIT.split(text) if part in known]
    if not found:
        found = [place for name, place in known.items() if len(name) > 1 and name in text][:2]
    return found


def stage_times(
    row: dict[str, str], lead: int, last_year: int, first_year: int
) -> tuple[Mandate, int, int | None, float]:
    """Mandate, lead time, must-open-by year and remaining cost share of a census row."""
    stage = row["stage"]
    target = int(row["target_year"]) if row["target_year"].isdigit() else None
    if stage == "under_construction":
        return Mandate.COMMITTED, max(1, lead - 1), None, REMAINING_SHARE
    if stage == "complete":
        by = target or last_year
        span = max(1, min(lead, by - first_year))
        return Mandate.FREE, span, by if span + first_year <= by else None, 1.0
    return Mandate.FREE, lead, None, 1.0


def quantity_of(row: dict[str, str], module: ModuleType) -> tuple[float | None, str | None, str]:
    """Size in the type's unit (None: assumed), a type instead of the subsector's, and a note."""
    decided = module.SIZES.get(row["id"])
    if decided is not None:
        return decided
    unit = row["unit"]
    if row["quantity"] and unit in {"公里", "处", "座", "个", "个小区", "亩", "km"}:
        return (
            float(row["quantity"].lstrip(">≥")),
            module.UNIT_TYPES.get((row["subsector"], unit)),
            "",
        )
    return None, None, ""


def make_options(
    row: dict[str, str], book: Book, factor: float
) -> tuple[tuple[Option, ...], Mandate, int | None, float | None]:
    """Options of a project, estimated from the library."""
    module = book.module
    size, type_name, note = quantity_of(row, module)
    found = estimate(row["subsector"], size, type_name=type_name)
    if found is None:
        message = f"{row['id']}: nothing is known of subsector {row['subsector']}"
        raise SystemExit(message)
    works = found.works
    mandate, lead, open_by, remaining = stage_times(
        row,
        module.LEAD_TIMES.get(row["id"], works.lead_time),
        module.PLAN_END,
        module.FIRST_YEAR,
    )
    basis = found.basis + (f"; {note}" if note else "")
    if remaining < 1.0:
        basis += f"; {remaining:.0%} assumed to remain"
    stated = row["quantity"] and not note
    quality = "estimate" if found.quantity_stated and stated else "assumption"
    whole = found.mid / 10000.0

    def option(name: str, part: float) -> Option:
        outputs = {
            metric: round(amount * part, 6)
            for metric, amount in module.OUTPUTS.get(row["id"], {}).items()
        }
        worth = whole * works.benefit_mid * factor * part
        return Option(
            option=name,
            lead_time=lead,
            overnight_cost=round(whole * part * remaining, 4),
            overnight_cost_low=round(found.low / 10000.0 * part * remaining, 4),
            overnight_cost_high=round(found.high / 10000.0 * part * remaining, 4),
            cost_basis=basis if part == 1.0 else f"{part:.0%} of: {basis}",
            quality=quality,
            fixed_om_cost=round(whole * works.om_share * part, 5),
            lifetime=works.lifetime,
            benefits={works.stream: round(worth, 5)},
            benefit_growth=works.growth,
            ramp_up=works.ramp_up if works.ramp_up != (1.0,) else (),
            revenue=round(whole * works.revenue_share * part, 5),
            outputs=outputs,
        )

    options = [option("base", 1.0)]
    if row["id"] in module.HALVES:
        options.append(option("half", 0.5))
    return tuple(options), mandate, open_by, size


def build_projects(book: Book, known: dict[str, Place]) -> None:
    """Turn every census row into a project, or a reason why not."""
    module = book.module
    for row in book.rows:
        reason = module.LEFT_OUT.get(row["id"])
        if reason is None and "既有" in row["status_verb_zh"]:
            reason = "existing asset, not a project of the plan"
        if reason is not None:
            book.coverage.append((row["id"], module.STANDS_FOR.get(row["id"], ""), reason))
            continue
        spots = located(row, known)
        factor = PLACE_FACTOR.get(spots[0].kind, 1.0) if spots else 1.0
        factor *= module.BENEFIT_FACTORS.get(row["id"], 1.0)
        options, mandate, open_by, _ = make_options(row, book, factor)
        line = f", line {row['line_no']}" if row.get("line_no") else ""
        stated = re.search(r"[0-9.]+", row["quantity"])
        book.projects.append(
            Project(
                id=row["id"],
                name_en=row["name_en"],
                name_zh=row["name_zh"],
                sector=row["sector"],
                subsector=row["subsector"],
                jurisdiction=module.leader(row) if hasattr(module, "leader") else module.LEADER,
                place=spots[0].id if len(spots) == 1 else None,
                from_place=spots[0].id if len(spots) > 1 else None,
                to_place=spots[-1].id if len(spots) > 1 else None,
                stage=Stage(row["stage"]),
                mandatory=mandate,
                open_by=open_by,
                options=options,
                quantity=float(stated.group()) if stated else None,
                unit=row["unit"] if stated else "",
                source=f"{module.DOCUMENT} {row['source_section']}{line}",
                note=module.NOTES.get(row["id"], ""),
            )
        )
        book.coverage.append((row["id"], row["id"], ""))


_TYPES = {
    "complement": RelationType.COMPLEMENT,
    "enables": RelationType.ENABLES,
    "same_corridor": RelationType.SAME_CORRIDOR,
    "precedence": RelationType.FINISH_TO_FINISH,
    # A phase link is mostly part and whole; true earlier and later phases are named by the document.
    "phase": RelationType.COMPLEMENT,
    "alternative": RelationType.EXCLUSIVE,
}


def build_relations(book: Book) -> tuple[Relation, ...]:
    """Links of the census between projects that are in the plan; inferred ones are only recorded.

    Precedence becomes finish-to-finish: the follower opens no earlier than what it rests on.
    """
    ids = {project.id for project in book.projects}
    seen: set[tuple[str, str, str]] = set()
    relations = []
    for link in book.links:
        ends = (link["from_id"], link["to_id"])
        key = (link["type"], *ends)
        if not set(ends) <= ids or key in seen or ends[0] == ends[1]:
            continue
        seen.add(key)
        kind = book.module.RELATION_TYPES.get(ends, _TYPES[link["type"]])
        relations.append(
            Relation(
                id=f"r{len(relations) + 1:03d}",
                from_projects=(ends[0],),
                to_projects=(ends[1],),
                type=kind,
                confidence=link["confidence"],
                source=f"{book.module.DOCUMENT}: {link['quote']}"
                if link["quote"]
                else "census judgement",
            )
        )
    return tuple(relations)


def build_shares(book: Book) -> tuple[CostShare, ...]:
    """Cost shares of payers other than the leader."""
    rows = []
    for project in book.projects:
        profile = book.module.PAYER_OVERRIDES.get(
            project.id, PAYER_OF.get(project.subsector, "local")
        )
        for payer, share in PAYERS[profile].items():
            if payer != "L" and share > 0.0:
                rows.append(
                    CostShare(
                        project=project.id,
                        jurisdiction=payer,
                        share=share,
                        source=f"assumption: payer profile {profile}",
                    )
                )
    return tuple(rows)


def build(name: str, census: Path) -> None:
    """Write instances/NAME."""
    module = __import__(f"tools.{name.replace('-', '_')}", fromlist=["*"])
    number = module.DOCUMENT
    book = Book(
        module,
        read(census / f"projects_{number}.csv"),
        read(census / f"links_{number}.csv"),
        read(census / f"places_{number}.csv"),
    )
    places, known = places_of(book)
    build_projects(book, known)
    extra = module.extra_projects() if hasattr(module, "extra_projects") else ()
    book.projects += extra
    instance = Instance(
        settings=module.settings(),
        projects=tuple(book.projects),
        relations=build_relations(book),
        shares=build_shares(book),
        places=places,
        targets=tuple(Target(**target) for target in module.TARGETS),
        **module.money(),
    )
    folder = ROOT / "instances" / name
    write_instance(instance, folder)
    with (folder / "coverage.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["census_id", "project_id", "reason"])
        writer.writerows(book.coverage)
    (folder / "README.md").write_text(page(instance, book), encoding="utf-8")
    total = sum(p.options[0].overnight_cost for p in book.projects)
    print(f"{name}: {len(book.projects)} projects, {total:.1f} money units in all")


def page(instance: Instance, book: Book) -> str:
    """README of an instance: what is stated, estimated, assumed, left out."""
    module = book.module
    quality = Counter(p.options[0].quality.value for p in instance.projects)
    sectors = Counter(p.sector for p in instance.projects)
    stages = Counter(p.stage.value for p in instance.projects)
    left = [row for row in book.coverage if row[2]]
    enforced = sum(r.is_enforced for r in instance.relations)
    lines = [
        f"# {instance.settings.title.en}",
        "",
        instance.settings.title.zh,
        "",
        module.PAGE_EN.strip(),
        "",
        module.PAGE_ZH.strip(),
        "",
        "## Counts",
        "",
        f"- {len(book.rows)} census rows; {len(instance.projects)} projects; {len(left)} rows left "
        "out, each with its reason in `coverage.csv`.",
        "- projects by sector: " + ", ".join(f"{k} {v}" for k, v in sorted(sectors.items())),
        "- projects by stage in the text: "
        + ", ".join(f"{k} {v}" for k, v in sorted(stages.items())),
        "- cost quality: "
        + ", ".join(f"{k} {v}" for k, v in sorted(quality.items()))
        + " (estimate: stated size x unit cost; assumption: size assumed as well)",
        f"- {len(instance.relations)} relations, {enforced} enforced (explicit or implied in the "
        "text); the others are recorded only.",
        "",
        "## Rows left out",
        "",
        *[f"- `{census}`: {reason}" for census, _, reason in left],
        "",
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Entry."""
    census = Path(arguments[0])
    for name in arguments[1:] or ["kaizhou", "tongliang"]:
        build(name, census)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
