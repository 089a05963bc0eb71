"""Columns that one family of rows rules and others read, made before any row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from infraplan.models.funding import InstrumentKind
from infraplan.models.network import NO_WAY_MINUTES, SERVED, TRAVEL_TIME
from infraplan.optimizer.accounts.debt import works_end
from infraplan.optimizer.accounts.rules import FiscalTable, opening_band, rules_in_force
from infraplan.optimizer.formulation.context import BandedRule, Context, Contract, Spent
from infraplan.optimizer.formulation.networks.changes import Expression
from infraplan.optimizer.formulation.networks.layout import Way
from infraplan.optimizer.mip import MipBuilder

Measures = Mapping[str, tuple[tuple[int, float], ...]]


def add_contracts(context: Context, builder: MipBuilder) -> Mapping[str, Contract]:
    """Columns ``drawn[p,t,c]``: what a contract pays in t for works that end in c, by instrument.

    Ruled by families `contract` and `contract_limit`, read by all on debt. Nominal money, >= 0.
    """
    made: dict[str, Contract] = {}
    for row in context.instance.instruments:
        if row.kind is not InstrumentKind.AVAILABILITY:
            continue
        pairs = [pair for pair, source in enumerate(context.money.pair_source) if source == row.id]
        found = [(pair, key, terms) for pair in pairs for key, terms in _terms(context, pair)]
        names = tuple(f"{pair}:{paid}>{end}" for pair, (paid, end), _ in found)
        columns = builder.add_columns(
            f"drawn[{row.id}]", len(found), axes=("pair_year_end",), keys=(names,)
        )
        made[row.id] = Contract(
            paid=np.array([key[0] for _, key, _ in found], dtype=np.int64),
            end=np.array([key[1] for _, key, _ in found], dtype=np.int64),
            columns=columns,
            pair=np.array([pair for pair, _, _ in found], dtype=np.int64),
            terms=tuple(terms for _, _, terms in found),
        )
    return MappingProxyType(made)


def _terms(context: Context, pair: int) -> list[tuple[tuple[int, int], tuple[Spent, ...]]]:
    """Spending that may be paid, by year of payment and year in which works end."""
    sets, spending = context.sets, context.coefficients.spending
    group = context.money.classes[int(context.money.pair_class[pair])]
    # A class with a tagged instrument holds one project; a chosen share may be all of it.
    (project,), (share,) = group.projects, group.shares
    found: dict[tuple[int, int], list[Spent]] = defaultdict(list)
    for option in sets.options_of[project]:
        for at in np.flatnonzero(spending.option == option):
            start, t = int(spending.start[at]), int(spending.year[at])
            end = works_end(sets.options[option].option, sets.first_year + start)
            amount = share * float(spending.nominal[at])
            if amount > 0.0 and t < sets.num_years:
                found[sets.first_year + t, end].append((option, start, amount))
    return [(key, tuple(terms)) for key, terms in sorted(found.items())]


def add_bands(context: Context, builder: MipBuilder) -> tuple[BandedRule, ...]:
    """Binaries ``z[t,b]``: plan year t of a banded rule is in band b.

    Ruled by families `band` and `band_limit`, read by `start_ban` and `quota`.
    """
    table = FiscalTable(context.instance)
    labels = tuple(int(year) for year in context.sets.years)
    made: list[BandedRule] = []
    for rule, jurisdiction in rules_in_force(context.instance):
        if not rule.bands:
            continue
        columns = builder.add_columns(
            f"band[{rule.id}|{jurisdiction}]",
            (len(labels), len(rule.bands)),
            upper=1.0,
            integer=True,
            axes=("year", "band"),
            keys=(labels, tuple(band.id for band in rule.bands)),
        )
        opening = opening_band(table, context.instance, rule, jurisdiction)
        made.append(BandedRule(rule, jurisdiction, columns, opening))
    return tuple(made)


def add_measures(context: Context, builder: MipBuilder) -> Measures:
    """What targets on networks measure, by target: trips served, or minutes of one traveller.

    A traveller has one column per way, ruled by family `travel_time`, and one for the 1,440 minutes
    of no way at all; trips served are columns of the networks. Read by family `target`.
    """
    made: dict[str, tuple[tuple[int, float], ...]] = {}
    for target in context.instance.targets:
        if target.metric.startswith(TRAVEL_TIME):
            name = target.metric.removeprefix(TRAVEL_TIME)
            for view in context.networks.views:
                if name in view.demand_by_id:
                    columns = builder.add_columns(
                        f"way[{target.id}]", len(view.ways) + 1, upper=1.0
                    )
                    minutes = [
                        (int(column), way.time)
                        for column, way in zip(columns, view.ways, strict=False)
                        if is_travelled(way)
                    ]
                    made[target.id] = ((int(columns[-1]), NO_WAY_MINUTES), *minutes)
        elif target.metric.startswith(SERVED):
            name = target.metric.removeprefix(SERVED)
            made[target.id] = tuple(_served(context, target.year, name))
    return MappingProxyType(made)


def is_travelled(way: Way) -> bool:
    """Whether one traveller may gain by a way: more room alone makes no trip faster."""
    return way.capacity is None or way.change is None or way.time != way.link.time


def _served(context: Context, year: int, name: str) -> Expression:
    return [
        (column, 1.0)
        for slice_ in context.networks.slices
        if slice_.year == year and slice_.block == slice_.network.settings.blocks[0]
        for demand, column in slice_.served.items()
        if name in (demand, slice_.network.demand_by_id[demand].node, slice_.network.id)
    ]
