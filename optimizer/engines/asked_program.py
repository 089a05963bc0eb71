"""The program of an instance as solvers are asked it, and as certificates speak of it."""

from __future__ import annotations

from dataclasses import replace

from infraplan.optimizer.formulation.money_scale import Conditioning, MoneyScale, scale_money
from infraplan.optimizer.formulation.networks.still_served import still_served
from infraplan.optimizer.formulation.networks.tightening import tightened
from infraplan.optimizer.program import Formulation


def asked_program(
    formulation: Formulation, conditioning: Conditioning
) -> tuple[Formulation, MoneyScale]:
    """The program that solvers are asked: rows of networks tightened, in a suitable money unit."""
    asked = still_served(
        formulation.mip, formulation.sets, formulation.started, formulation.networks
    )
    scale = scale_money(asked, conditioning, formulation.instance.settings.objective)
    return replace(formulation, mip=tightened(scale.mip, formulation.networks)), scale
