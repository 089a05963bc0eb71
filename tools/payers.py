"""Who pays: shares of construction cost by kind of works. All are labelled assumptions.

They follow the ratios seen in published cases: half of a high-speed line from the national
railway, a reservoir with 47 % from the central budget, sewage and trunk roads with a fifth to a
half from above, and so on. `L` is the jurisdiction that leads.
"""

from __future__ import annotations

from typing import Any

from infraplan.models.funding import CostShare
from tools.census import Book

PAYERS: dict[str, dict[str, float]] = {
    "rail_hsr": {"rail": 0.62, "city": 0.33, "L": 0.05},
    "rail_conv": {"rail": 0.6, "city": 0.3, "L": 0.1},
    "rail_urban": {"rail": 0.2, "city": 0.65, "L": 0.15},
    "expressway": {"concession": 0.75, "city": 0.2, "L": 0.05},
    "expressway_begun": {"concession": 0.78, "city": 0.22},
    "trunk_road": {"central": 0.3, "city": 0.2, "L": 0.5},
    "rural_road": {"central": 0.4, "L": 0.6},
    "water_source": {"central": 0.45, "city": 0.15, "L": 0.4},
    "large_reservoir": {"central": 0.47, "city": 0.43, "L": 0.1},
    "outside_reservoir": {"central": 0.47, "city": 0.53},
    "waterway": {"central": 0.5, "city": 0.2, "L": 0.3},
    "port": {"firms": 0.5, "city": 0.2, "L": 0.3},
    "airport": {"central": 0.4, "city": 0.2, "L": 0.4},
    "grid": {"grid": 1.0},
    "energy": {"firms": 1.0},
    "gas_network": {"firms": 0.7, "L": 0.3},
    "telecom": {"telecom": 1.0},
    "market": {"firms": 0.6, "L": 0.4},
    "campus": {"city": 0.6, "L": 0.4},
    "tech": {"firms": 0.8, "L": 0.2},
    "ecology": {"central": 0.5, "L": 0.5},
    "sewage": {"central": 0.25, "L": 0.75},
    "local": {"L": 1.0},
}
REASONS: dict[str, str] = {
    "rail_hsr": "published: national railway and loans 62 %, municipality and districts 38 % "
    "(Chongqing-Qianjiang 2018); the district's part assumed",
    "expressway_begun": "the district's part is land, bought before the works began",
    "trunk_road": "vehicle-purchase-tax fund 20-50 % of a western trunk road",
    "rural_road": "vehicle-purchase-tax fund 30-60 % of a rural road",
    "water_source": "published: central budget 46.8 % of the Zaodu reservoir (2023)",
    "large_reservoir": "published: central budget 46.8 % of the Zaodu reservoir (2023); the "
    "district's part assumed",
    "outside_reservoir": "published: central budget 46.8 % of the Zaodu reservoir (2023); the rest by "
    "the municipality (assumed)",
    "airport": "published: aviation fund and central budget 38-57 % of two airports",
    "sewage": "central and municipal grants 20-45 % of sewage and water works",
    "ecology": "central ecological and farmland programmes, about half",
}
PAYER_OF: dict[str, str] = {}
for _payer, _names in {
    "rail_hsr": "rail_hsr hsr",
    "rail_conv": "rail_conventional rail_freight_siding rail_hub rail_service",
    "rail_urban": "rail_urban intercity_rail rail_intercity",
    "expressway": "expressway",
    "trunk_road": "trunk_road inter_county_road bypass interchange airport_access port_access "
    "port_connection road_resurfacing",
    "rural_road": "rural_road township_link_road provincial_rural_road tourism_road road_safety "
    "maintenance road_bridge",
    "water_source": "reservoir reservoir_interconnection diversion irrigation dam flood_control "
    "torrent_gully soil_conservation rural_supply river_regulation",
    "waterway": "waterway",
    "port": "port border_port port_works",
    "airport": "aviation",
    "grid": "grid grid_network grid_substation grid_uhv import_power substation_110kv "
    "substation_35kv",
    "energy": "pumped_storage generation_gas gas_power generation_coal chp solar renewables wind "
    "biomass storage gas_field gas_utilisation gas_exploration_well gas_production_well "
    "shale_gas_drilling gas_pipeline waste_to_energy distributed_energy power_market ccus "
    "mineral_energy",
    "gas_network": "gas_network gas_station lng gas_storage oil_storage oil_gas_terminal coal",
    "telecom": "5g broadband telecom network iot",
    "tech": "data_centre digital_park lab hydrogen ev_charging charging charging_corridor "
    "circular_economy efficiency demand_management",
    "market": "industrial_park commercial tourism logistics_hub logistics cableway "
    "fleet_electrification parking intermodal_service shipping_service corridor",
    "ecology": "ecology farmland land_consolidation rural_construction rural_environment "
    "rural_sanitation sanitation mine_restoration soil agri_pollution geohazard green_space "
    "river_ecology water_source_protection source_protection river_quality water_quality",
    "sewage": "sewage_network sewage_treatment sewage_plant sludge waste solid_waste "
    "hazardous_waste medical_waste outfall reclaimed_water drainage sponge",
}.items():
    for _name in _names.split():
        PAYER_OF[_name] = _payer


def payer_profile(subsector: str, chosen: str | None) -> str:
    """Payer profile of a project: the chosen one, else its subsector's, else all by the leader."""
    return chosen or PAYER_OF.get(subsector, "local")


def leader_share(profile: str) -> float:
    """Share of construction cost that the leading jurisdiction pays."""
    return PAYERS[profile].get("L", 0.0)


def build_shares(book: Book) -> tuple[CostShare, ...]:
    """Cost shares of payers other than the leader.

    Partners of a joint project split what the leader would pay alone, and its benefits alike.
    """
    rows = []
    for project in book.projects:
        profile = book.profiles[project.id]
        reason = REASONS.get(profile, "no published case")
        told = f"assumption: payer profile {profile}; {reason}"
        fixed: dict[str, Any] = {"project": project.id}
        rows += [
            CostShare(**fixed, jurisdiction=payer, share=share, source=told)
            for payer, share in PAYERS[profile].items()
            if payer != "L" and share > 0.0
        ]
        chosen = book.chosen.get(project.id)
        if chosen is not None:
            rows += _chosen_shares(book, project.id, chosen, told)
            continue
        rows += [
            CostShare(
                **fixed,
                jurisdiction=partner.jurisdiction,
                share=round(leader_share(profile) * partner.share, 6),
                benefit_share=partner.share,
                source=f"{told}; {partner.share:g} of the districts' part and of the benefits: "
                f"assumed, by {partner.reason}",
            )
            for partner in book.partners.get(project.id, [])
        ]
    return tuple(rows)


def _chosen_shares(
    book: Book, project: str, limits: tuple[float, float], told: str
) -> list[CostShare]:
    """Shares that the plan chooses within `limits` of the districts' part, leader included."""
    part = leader_share(book.profiles[project])
    partners = book.partners[project]
    leader = next(row.jurisdiction for row in book.projects if row.id == project) or ""
    benefits = {leader: None} | {row.jurisdiction: row.share for row in partners}
    least, most = limits
    return [
        CostShare(
            project=project,
            jurisdiction=name,
            min_share=round(least * part, 6),
            max_share=round(most * part, 6),
            benefit_share=share,
            source=f"{told}; between {least:g} and {most:g} of the districts' part: assumed, chosen "
            "by the plan",
        )
        for name, share in benefits.items()
    ]
