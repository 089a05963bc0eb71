"""The value of a plan by what was decided: duties, free choices, networks, what was missed.

A plan of works that a text commits may be worth less than nothing, and still be the best there is:
who reads its value must see which part of it anybody chose.
"""

from __future__ import annotations

from infraplan.models.catalogue import NOTHING_SAID, Phrase, joined, pair, phrase
from infraplan.models.instance import Instance
from infraplan.models.plan import Plan
from infraplan.models.progress import duty_of
from infraplan.models.project import Mandate
from infraplan.optimizer.report.objective_words import counts_years
from infraplan.optimizer.report.texts import unit_pair

DUTIES = frozenset({Mandate.COMMITTED, Mandate.MUST})
SHORTFALL, STATED_DATE, SERVICE = "shortfall", "stated_date", "service"
LEAST = 0.005
"""Parts below this amount are shown as 0.00, and left out."""


def value_by_decision(instance: Instance, plan: Plan) -> dict[str, float]:
    """Sum of the objective's terms of works in duty, of free works, and of each other kind.

    Returns
    -------
    dict
        `duty` and `free` (terms of projects, by their mandate; what they do in networks is not in
        them), `service`, `shortfall`, `stated_date`, and `together` (synergies, shared works and
        the like). Their sum is the plan's objective, money.
    """
    parts = dict.fromkeys(("duty", "free", SERVICE, "together", SHORTFALL, STATED_DATE), 0.0)
    for row in plan.objective_terms:
        project = instance.project_by_id.get(row.subject)
        if row.term in parts:
            parts[row.term] += row.value
        elif project is None:
            parts["together"] += row.value
        else:
            parts["duty" if duty_of(project) in DUTIES else "free"] += row.value
    return parts


def value_parts(instance: Instance, plan: Plan | None) -> Phrase:
    """Sentence that tells the parts; blank where no work is a duty, and under makespan."""
    if plan is None or counts_years(instance):
        return NOTHING_SAID
    parts = value_by_decision(instance, plan)
    if abs(parts["duty"]) < LEAST:
        return NOTHING_SAID
    told = [
        phrase("value-of-duties", value=parts["duty"]),
        phrase("value-of-choices", value=parts["free"]),
        phrase("value-of-networks", value=parts[SERVICE]),
        phrase("value-of-works-together", value=parts["together"]),
        phrase("value-of-targets-missed", value=parts[SHORTFALL]),
        phrase("value-of-dates-missed", value=parts[STATED_DATE]),
    ]
    kept = [text for text, value in zip(told, parts.values(), strict=True) if abs(value) >= LEAST]
    return phrase("value-parts", parts=joined(*kept, between="; "), unit=pair(*unit_pair(instance)))
