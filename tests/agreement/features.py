"""Which features decide an instance: without one of them its best plan is worth another sum.

Rules are asked as for brute force (`tests/oracle/bites.py`); what no rule says (networks and what
is in them, dates, partners, how money is counted) is taken out of the instance here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from infraplan.models.errors import InstanceError
from infraplan.models.horizon import Appraisal, DiscountTiming, ResidualValue
from infraplan.models.instance import Instance
from infraplan.models.network import FlowLaw, NetworkKind, NodeRole
from infraplan.models.project import Stage
from infraplan.models.rules import RULES
from infraplan.optimizer.mip import Mip
from infraplan.optimizer.mip_edits import matrix_of
from infraplan.optimizer.program import build_formulation
from infraplan.optimizer.solve import solve
from infraplan.optimizer.solve_result import SolveOptions
from tests.optimizer.engine import best
from tests.oracle.bites import bites
from tests.oracle.lives import WITHOUT as LIVES

SECONDS = 5.0
"""For one optimum: what takes longer says nothing of a feature."""
Without = Callable[[Instance], Instance]


def _table(name: str, keep: Callable[[Any], bool] = lambda row: False) -> Without:
    """Without the rows of a table that are not to be kept."""

    def changed(instance: Instance) -> Instance:
        rows = tuple(row for row in getattr(instance, name) if keep(row))
        return instance.model_copy(update={name: rows})

    return changed


def _column(table: str, where: Callable[[Any], bool] = lambda row: True, **values: Any) -> Without:
    """With the same values in all rows of a table, or in those that `where` names."""

    def changed(instance: Instance) -> Instance:
        rows = tuple(
            row.model_copy(update=values) if where(row) else row for row in getattr(instance, table)
        )
        return instance.model_copy(update={table: rows})

    return changed


def _options(**values: Any) -> Without:
    def changed(instance: Instance) -> Instance:
        projects = tuple(
            row.model_copy(
                update={"options": tuple(one.model_copy(update=values) for one in row.options)}
            )
            for row in instance.projects
        )
        return instance.model_copy(update={"projects": projects})

    return changed


def _appraisal(**values: Any) -> Without:
    def changed(instance: Instance) -> Instance:
        given = instance.settings.appraisal.model_dump() | values
        settings = instance.settings.model_copy(update={"appraisal": Appraisal(**given)})
        return instance.model_copy(update={"settings": settings})

    return changed


def _network(kind: NetworkKind) -> Without:
    """Without what projects change in the networks of a kind: nothing they do there counts."""

    def changed(instance: Instance) -> Instance:
        mine = {node.network for node in instance.network_nodes if node.kind is kind}
        network_of = {row.id: row.network for row in instance.network_nodes}
        network_of |= {row.id: row.network for row in instance.network_links}
        rows = tuple(row for row in instance.project_network if network_of[row.element] not in mine)
        return instance.model_copy(update={"project_network": rows})

    return changed


def _one_block(instance: Instance) -> Instance:
    networks = tuple(
        row.model_copy(update={"blocks": row.blocks[:1]}) for row in instance.settings.networks
    )
    settings = instance.settings.model_copy(update={"networks": networks})
    return instance.model_copy(update={"settings": settings})


def _no_rule_sets(instance: Instance) -> Instance:
    rows = tuple(row.model_copy(update={"rule_sets": ()}) for row in instance.jurisdictions)
    return instance.model_copy(update={"jurisdictions": rows})


def _no_late_works(instance: Instance) -> Instance:
    projects = tuple(
        row.model_copy(update={"spending_after_plan": None}) for row in instance.projects
    )
    settings = instance.settings.model_copy(update={"spending_after_plan": False})
    return instance.model_copy(update={"projects": projects, "settings": settings})


_NOT_BEGUN: Mapping[str, Any] = {
    "stage": Stage.START,
    "started": None,
    "opened": None,
    "spent_to_date": None,
}

FEATURES: Mapping[str, Without] = {
    "roads": _network(NetworkKind.TRANSPORT),
    "water": _network(NetworkKind.WATER),
    "power": _network(NetworkKind.POWER),
    "gas": _network(NetworkKind.GAS),
    "network losses": _column("network_links", loss=0.0),
    "congestion of links": _column("network_links", bpr_alpha=0.0),
    "reactances": _column("network_links", reactance=None, angle_limit=None),
    "elastic trips": _column("demands", elasticity=0.0),
    "growth of demand": _column("demands", growth=0.0),
    "quadratic costs": _column("network_nodes", cost_quadratic=0.0),
    "suppliers": _column("network_nodes", supplier=None),
    "spill": _column("network_nodes", spill=False),
    "storages": _column("network_nodes", lambda row: row.role is NodeRole.STORAGE, capacity=0.0),
    "load blocks": _one_block,
    "capacity added": _table("project_network", lambda row: row.action != "add_capacity"),
    "time set": _table("project_network", lambda row: row.action != "set_time"),
    "loss set": _table("project_network", lambda row: row.action != "set_loss"),
    "closed during works": _table(
        "project_network", lambda row: row.action != "close_during_works"
    ),
    "targets read off networks": _table("targets", lambda row: ":" not in row.metric),
    "stated dates": _table("stated_dates"),
    "retirement": _table("relations", lambda row: row.type != "retires"),
    "further benefits": _table("benefits"),
    "receipts": _table("receipts"),
    "availability contracts": _table("instruments", lambda row: row.kind != "availability"),
    "concessions": _table("instruments", lambda row: row.kind != "user_pay"),
    "bundles": _column("instruments", bundle=""),
    "refinancing": _table("instruments", lambda row: not row.refinancing),
    "borrowing": _table("instruments"),
    "funds' certainty": _column("funds", certainty=1.0),
    "interest on cash": _column("funds", interest_rate=0.0),
    "real inflows": _column("funds", basis="nominal"),
    "agreements": _table("agreements"),
    "cost shares": _table("shares"),
    "rule sets": _no_rule_sets,
    "works after the plan": _no_late_works,
    "what stands": _column(
        "projects", lambda row: row.stage is Stage.COMPLETE, mandatory="must_not", **_NOT_BEGUN
    ),
    "works under way": _column(
        "projects", lambda row: row.stage is Stage.UNDER_CONSTRUCTION, **_NOT_BEGUN
    ),
    "residual value": _appraisal(residual_value=ResidualValue.NONE),
    "discount timing": _appraisal(discount_timing=DiscountTiming.START),
    "discount steps": _appraisal(discount_schedule="", discount_steps=()),
    "cost escalation": _appraisal(cost_escalation=0.0),
    "metric prices": _appraisal(metric_prices={}),
    "optimism and contingency": _appraisal(optimism_bias={}, contingency=0.0),
    "ramp-up": _options(ramp_up=()),
    "life": _options(lifetime=30, financial_life=None),
    **{f"renewal: {name}": without for name, without in LIVES.items()},
}
"""The instance without a feature, by its name."""


def biting(instance: Instance) -> Iterator[str]:
    """Names of the rules and features that decide `instance`."""
    mip = build_formulation(instance).mip
    value = optimum(mip)
    for name, rule in RULES.items():
        if rule.is_bound:
            if bites(rule, instance):
                yield f"rule {name}"
        elif any(block.family == name and block.size for block in mip.row_blocks) and differ(
            value, optimum(mip, name)
        ):
            yield f"rule {name}"
    for name, without in FEATURES.items():
        changed = without(instance)
        if changed == instance:
            continue
        try:
            changed = Instance(**{name: getattr(changed, name) for name in Instance.model_fields})
        except InstanceError:  # the rest makes no sense without it
            continue
        if differ(value, optimum(build_formulation(changed).mip)):
            yield name
    if _is_at_equilibrium(instance) and _roads_decide(instance):
        yield "roads at equilibrium"


def optimum(mip: Mip, without: str = "") -> float | None:
    """Greatest value of `mip` without the rows of a family; NaN where it is not found soon."""
    if mip.num_columns == 0:
        return 0.0
    kept = np.ones(mip.num_rows, dtype=bool)
    for block in mip.row_blocks:
        if block.family == without:
            kept[block.start : block.start + block.size] = False
    rows = LinearConstraint(matrix_of(mip)[kept], mip.row_lower[kept], mip.row_upper[kept])
    answer = milp(
        -mip.objective,
        constraints=rows if kept.any() else (),
        bounds=Bounds(mip.col_lower, mip.col_upper),
        integrality=mip.integrality.astype(int),
        options={"mip_rel_gap": 0.0, "time_limit": SECONDS},
    )
    if answer.status in {3, 4}:  # unbounded, or one of the two: a row is missing
        return float("inf")
    if answer.status == 1:
        return float("nan")
    return None if answer.x is None else mip.value(answer.x)


def _is_at_equilibrium(instance: Instance) -> bool:
    return any(row.law is FlowLaw.EQUILIBRIUM for row in instance.settings.networks)


def _roads_decide(instance: Instance) -> bool:
    """Whether other projects are started where nobody travels, or no plan is without travel."""
    found = solve(instance, SolveOptions(gap=0.0, time_limit_s=60.0, canonical=False))
    starts = None if found.plan is None else {(row.project, row.start) for row in found.plan.starts}
    nothing = dict.fromkeys(("network_nodes", "network_links", "demands", "project_network"), ())
    settings = instance.settings.model_copy(update={"networks": (), "representative_years": ()})
    alone = best(instance.model_copy(update={"settings": settings, **nothing}))
    return starts != (None if alone.plan is None else set(alone.starts.items()))


def differ(one: float | None, other: float | None) -> bool:
    """Whether two optima differ beyond rounding; None: there is no plan, NaN: it is unknown."""
    if one is None or other is None:
        return one is not other
    return one != other and abs(one - other) > 1e-6 * max(1.0, abs(one))
