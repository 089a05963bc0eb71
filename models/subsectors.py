"""Words by which sectors and subsectors of works are called, where a published rule names a kind.

A sector or subsector is free text. A rule that speaks of airports or of metros lists the words that
mean them; validation names a word that nobody knows.
"""

from __future__ import annotations

import re

from infraplan.models.catalogue.sector_words import PARTS
from infraplan.models.quantities import is_sector_known

AIRPORT_SUBSECTORS = (
    "airport",
    "airports",
    "airport_general",
    "airport_general_A1",
    "airport_regional",
    "airport_regional_new",
    "airport_regional_expansion",
    "airport_expansion",
    "airport_relocation",
    "aviation",
    "civil_aviation",
    "general_aviation",
    "heliport",
)
"""Words by which works of airports are called; roads to an airport (airport_access) are roads."""

PORT_SUBSECTORS = (
    "berth",
    "navigation_hub",
    "port",
    "port_berth",
    "port_works",
    "ports",
    "waterway",
    "waterway_channel",
    "waterway_regrade",
)
"""Ports and waterways; roads and rails to a port (port_access, port_connection) are no ports."""

LOCAL_AIRPORT_SUBSECTORS = tuple(
    word
    for word in AIRPORT_SUBSECTORS
    if word not in {"airport_regional", "airport_regional_new", "airport_relocation"}
)
"""Airports that a province may decide on: extensions and general airports. New regional ones and
relocations are decided by the State Council."""

URBAN_RAIL_SUBSECTORS = (
    "metro",
    "subway",
    "light_rail",
    "tram",
    "monorail",
    "rail_urban",
    "urban_rail",
    "rail_suburban",
    "suburban_rail",
    "rail_transit",
)

TOWN_WORKS_SUBSECTORS = (
    "active_travel",
    "city_bridge",
    "city_expressway",
    "city_road",
    "city_tunnel",
    "interchange",
    "landscape",
    "parking",
    "slow_traffic",
    "street_lighting",
    "streetscape",
    "urban_expressway",
    "urban_road",
    "utility_tunnel",
)
"""Works of towns that a document may count as transport."""

BUILDING_SUBSECTORS = (
    "area_development",
    "cultural_venue",
    "digital_park",
    "exhibition",
    "industrial_park",
    "public_building",
    "site_formation",
    "sports_venue",
)

KINDS_BY_PART = (
    (AIRPORT_SUBSECTORS, PARTS["airport"]),
    (PORT_SUBSECTORS, PARTS["port"]),
    (URBAN_RAIL_SUBSECTORS, PARTS["urban_rail"]),
)
"""Kinds of works, and parts of words by which a word that nobody knows seems to mean one.

A Chinese part stands anywhere in the word, an English one is a whole word in it.
"""


def kind_suggested(word: str) -> tuple[str, ...]:
    """Words of the kind of works that `word` seems to mean, `()` where none or it is known."""
    if is_sector_known(word):
        return ()
    pieces = set(re.split(r"[\W_]+", word.casefold()))
    for words, parts in KINDS_BY_PART:
        if word in words:
            return ()
        if any(part in pieces if part.isascii() else part in word for part in parts):
            return words
    return ()


KEY_PROVINCE_FIELDS = (
    "municipal",
    "expressway",
    *LOCAL_AIRPORT_SUBSECTORS,
    "canal",
    *URBAN_RAIL_SUBSECTORS,
    *TOWN_WORKS_SUBSECTORS,
    *BUILDING_SUBSECTORS,
)
"""Fields in which a listed high-debt province may not begin government investment."""

LIVELIHOOD = (
    "education",
    "health",
    "water",
    "energy",
    "housing",
    "resettlement",
    "emergency_storage",
    "stormwater",
    "slope",
    "heating",
    "water_supply",
    "water_works",
    "supply_network",
)
"""Schools, hospitals, water, power, heat, affordable housing, public safety: never banned."""
