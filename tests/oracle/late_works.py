"""Random instances whose works may go on after the plan's last year."""

from __future__ import annotations

import random
from collections.abc import Callable

from infraplan.models.errors import InstanceError
from infraplan.models.funding import Fund, Inflow
from infraplan.models.instance import Instance
from infraplan.models.project import Option, Project, Stage
from tests.oracle.generate import random_instance
from tests.oracle.oracle import Oracle
from tests.oracle.sharing_oracle import random_joint_instance
from tests.oracle.test_progress_against_oracle import staged_instance

MOST_COMBINATIONS = 3000


def late_instance(seed: int) -> Instance:
    """Random instance number `seed` with longer works, late money and spending past the plan.

    Every third one has works that stand or are under way.
    """
    return _late(staged_instance if seed % 3 == 0 else random_instance, seed)


def late_joint_instance(seed: int) -> Instance:
    """The same with agreements on joint projects."""
    return _late(random_joint_instance, seed)


def _late(draw: Callable[[int], Instance], seed: int) -> Instance:
    attempt = 0
    while True:
        rng = random.Random(f"late/{seed}/{attempt}")
        try:
            found = _with_late_works(draw(1000 * attempt + seed), rng)
        except InstanceError:
            attempt += 1
            continue
        oracle = Oracle(found)
        if oracle.combinations() <= MOST_COMBINATIONS and oracle.late_years():
            return found
        attempt += 1


def _with_late_works(plain: Instance, rng: random.Random) -> Instance:
    tables = {name: getattr(plain, name) for name in Instance.model_fields}
    end = plain.settings.horizon.last_year
    projects = tuple(_longer(rng, project, end) for project in plain.projects)
    told = rng.random() < 0.8
    # Some with an appraisal that ends soon, so that works may also be too late for it.
    appraisal = plain.settings.appraisal
    if rng.random() < 0.2:
        appraisal = appraisal.model_copy(update={"end_year": end + rng.choice([1, 2, 8])})
    settings = plain.settings.model_copy(
        update={"spending_after_plan": told, "appraisal": appraisal}
    )
    late = tuple(
        _late_inflow(rng, fund, year) for fund in plain.funds for year in (end + 1, end + 3)
    )
    given = {(row.fund, row.year) for row in plain.inflows}
    inflows = (*plain.inflows, *(row for row in late if (row.fund, row.year) not in given))
    return Instance(**(tables | {"projects": projects, "settings": settings, "inflows": inflows}))


def _late_inflow(rng: random.Random, fund: Fund, year: int) -> Inflow:
    return Inflow(fund=fund.id, year=year, value=round(rng.choice([0.0, 0.0, 0.5, 2.0, 6.0]), 3))


def _longer(rng: random.Random, project: Project, end: int) -> Project:
    options = tuple(_spread(rng, option) for option in project.options)
    word = rng.choice([None, None, None, True, False])
    changed: dict[str, object] = {"options": options, "spending_after_plan": word}
    is_begun = project.stage in {Stage.COMPLETE, Stage.UNDER_CONSTRUCTION}
    if project.mandatory == "no" and not is_begun and rng.random() < 0.4:
        changed |= {"earliest_start": end - rng.choice([0, 1]), "latest_start": None}
    return project.model_copy(update=changed)


def _spread(rng: random.Random, option: Option) -> Option:
    """The option with spending over two to four years, now and then with a blank profile."""
    benefits = {name: 1.5 * value for name, value in option.benefits.items()}
    option = option.model_copy(update={"benefits": benefits})
    if rng.random() < 0.15:
        return option
    years = rng.choice([2, 3, 3, 4])
    if rng.random() < 0.3:
        return option.model_copy(update={"lead_time": years, "spending_profile": ()})
    parts = [rng.randint(0, 4) for _ in range(years - 1)] + [rng.randint(1, 6)]
    profile = tuple(part / sum(parts) for part in parts)
    return option.model_copy(
        update={"spending_profile": profile, "lead_time": rng.choice([years, years - 1, years + 1])}
    )
