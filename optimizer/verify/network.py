"""Law `network`: what a plan says of networks follows from its open links and nodes."""

from __future__ import annotations

from models.instance import Instance
from models.plan import Plan
from optimizer.verify.violations import Recorder


def check_network(instance: Instance, plan: Plan, recorder: Recorder) -> None:
    """Check the service rows of `plan`.

    Networks are not evaluated yet: where the instance has some, their service rows are taken as
    they stand. An instance without networks has none.
    """
    if instance.network_nodes or instance.network_links:
        return
    for row in plan.service:
        recorder.holds(
            "network",
            str(row.element),
            obeyed=False,
            message=f"the plan reports {row.measure} of {row.element} in {row.year}, but the "
            "instance has no network",
        )
