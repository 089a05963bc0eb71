"""Doubts about who pays: projects that no payer could ever afford, whatever else is left out."""

from __future__ import annotations

from collections.abc import Iterator

from infraplan.models.catalogue import listed, pair, phrase
from infraplan.models.inconsistency import Inconsistency
from infraplan.models.instance import Instance
from infraplan.optimizer.accounts.reach import unpayable_projects
from infraplan.optimizer.estimating.implausibility import doubt, option_name


def payer_doubts(instance: Instance) -> Iterator[Inconsistency]:
    """`never-payable`: all that its payers may use for a project falls short in every plan."""
    settings = instance.settings
    named = settings.money_unit or settings.currency
    unit = pair(named, settings.money_unit_zh or named)
    for found in unpayable_projects(instance):
        project = instance.projects[found.project]
        position = next(
            at for at, option in enumerate(project.options) if option.option == found.option
        )
        yield doubt(
            "never-payable",
            "projects",
            found.project,
            "overnight_cost",
            phrase(
                "project-can-never-be-paid",
                project=option_name(project, position),
                start=found.start,
                year=found.year,
                needed=found.needed,
                missing=found.missing,
                payers=listed(found.payers),
                unit=unit,
            ),
            phrase("give-it-money-a-payer-or-a-smaller-option"),
            position,
        )
