"""Infraplan: which transport, water and energy projects a region builds, when, with whose money.

Everything that a program of one's own needs is a name of this package: `infraplan.read`,
`infraplan.solve`, `infraplan.Project`. A name is imported when it is first asked for, so that
`import infraplan` loads neither pydantic nor numpy nor pandas. docs/python.md has the examples.
"""

from __future__ import annotations

from importlib import import_module

from infraplan.optimizer.version import __version__

TYPE_CHECKING = False
"""Told so rather than by typing: whoever starts a command waits for no module before signals are
answered."""
if TYPE_CHECKING:
    import typing

    from infraplan.api import compare, example, read, run, solve, validate, verify, write
    from infraplan.figures import debt_figure, map_figure, money_figure, phases_figure
    from infraplan.frames import (
        debt_frame,
        money_frame,
        outputs_frame,
        payments_frame,
        rejections_frame,
        schedule_frame,
        service_frame,
        table_frame,
        targets_frame,
    )
    from infraplan.models.agreement import Agreement, Consent, ShareForm
    from infraplan.models.debt_rule import (
        Band,
        CapitalRatio,
        DebtRule,
        Finance,
        ItemTerm,
        Quantity,
        QuantityTerm,
        Through,
    )
    from infraplan.models.errors import (
        Finding,
        InconsistentInstanceError,
        InstanceError,
        InstanceFormatError,
        PlanningError,
        Severity,
        UnknownReferenceError,
    )
    from infraplan.models.finance.repayment_form import RepaymentForm
    from infraplan.models.funding import (
        Basis,
        CostShare,
        Event,
        Fund,
        FundKind,
        Inflow,
        Instrument,
        InstrumentKind,
        Pool,
        Receipt,
    )
    from infraplan.models.horizon import (
        Appraisal,
        DiscountTiming,
        Horizon,
        Objective,
        Phase,
        RateStep,
        ResidualValue,
        Title,
    )
    from infraplan.models.instance import Instance, Settings, SourceDocument
    from infraplan.models.jurisdiction import DebtPosition, FiscalItem, Jurisdiction
    from infraplan.models.network import (
        Demand,
        FlowLaw,
        LoadBlock,
        NetworkAction,
        NetworkKind,
        NetworkLink,
        NetworkNode,
        NetworkSettings,
        NodeRole,
        ProjectNetwork,
    )
    from infraplan.models.place import Place
    from infraplan.models.plan import (
        Compensation,
        DateOutcome,
        DebtYear,
        FundYear,
        Issue,
        ObjectiveTerm,
        Payment,
        Plan,
        ProjectStart,
        Rejection,
        RuleYear,
        ServiceYear,
        SourceKind,
        TargetOutcome,
    )
    from infraplan.models.policy import Policy, PolicyKind, ResourceLimit, ResourceTiming, StartPace
    from infraplan.models.project import BenefitStream, Mandate, Option, Project, Stage
    from infraplan.models.quantities import Confidence, Quality
    from infraplan.models.relation import Relation, RelationType, RenewalMode, TakenOver
    from infraplan.models.scenario import Change, Operation, Scenario
    from infraplan.models.stated_date import DateKind, StatedDate
    from infraplan.models.target import Sense, Target
    from infraplan.optimizer.analysis.comparison import Comparison
    from infraplan.optimizer.backends.base import Progress
    from infraplan.optimizer.errors import (
        InfeasibleError,
        NoPlanError,
        NotThereError,
        SolverError,
        SolverUnavailableError,
        UnsupportedFeatureError,
    )
    from infraplan.optimizer.solve_result import SolveOptions as Options
    from infraplan.optimizer.solve_result import SolveResult as Result
    from infraplan.optimizer.status import SolutionState, Termination
    from infraplan.optimizer.storage.faults import OutputError
    from infraplan.optimizer.verify.violations import LawCheck, Verification, Violation
    from infraplan.optimizer.workflow import Outcome

__all__ = [
    "Agreement",
    "Appraisal",
    "Band",
    "Basis",
    "BenefitStream",
    "CapitalRatio",
    "Change",
    "Comparison",
    "Compensation",
    "Confidence",
    "Consent",
    "CostShare",
    "DateKind",
    "DateOutcome",
    "DebtPosition",
    "DebtRule",
    "DebtYear",
    "Demand",
    "DiscountTiming",
    "Event",
    "Finance",
    "Finding",
    "FiscalItem",
    "FlowLaw",
    "Fund",
    "FundKind",
    "FundYear",
    "Horizon",
    "InconsistentInstanceError",
    "InfeasibleError",
    "Inflow",
    "Instance",
    "InstanceError",
    "InstanceFormatError",
    "Instrument",
    "InstrumentKind",
    "Issue",
    "ItemTerm",
    "Jurisdiction",
    "LawCheck",
    "LoadBlock",
    "Mandate",
    "NetworkAction",
    "NetworkKind",
    "NetworkLink",
    "NetworkNode",
    "NetworkSettings",
    "NoPlanError",
    "NodeRole",
    "NotThereError",
    "Objective",
    "ObjectiveTerm",
    "Operation",
    "Option",
    "Options",
    "Outcome",
    "OutputError",
    "Payment",
    "Phase",
    "Place",
    "Plan",
    "PlanningError",
    "Policy",
    "PolicyKind",
    "Pool",
    "Progress",
    "Project",
    "ProjectNetwork",
    "ProjectStart",
    "Quality",
    "Quantity",
    "QuantityTerm",
    "RateStep",
    "Receipt",
    "Rejection",
    "Relation",
    "RelationType",
    "RenewalMode",
    "RepaymentForm",
    "ResidualValue",
    "ResourceLimit",
    "ResourceTiming",
    "Result",
    "RuleYear",
    "Scenario",
    "Sense",
    "ServiceYear",
    "Settings",
    "Severity",
    "ShareForm",
    "SolutionState",
    "SolverError",
    "SolverUnavailableError",
    "SourceDocument",
    "SourceKind",
    "Stage",
    "StartPace",
    "StatedDate",
    "TakenOver",
    "Target",
    "TargetOutcome",
    "Termination",
    "Through",
    "Title",
    "UnknownReferenceError",
    "UnsupportedFeatureError",
    "Verification",
    "Violation",
    "__version__",
    "compare",
    "debt_figure",
    "debt_frame",
    "example",
    "map_figure",
    "money_figure",
    "money_frame",
    "outputs_frame",
    "payments_frame",
    "phases_figure",
    "read",
    "rejections_frame",
    "run",
    "schedule_frame",
    "service_frame",
    "solve",
    "table_frame",
    "targets_frame",
    "validate",
    "verify",
    "write",
]

_NAMES_BY_MODULE: dict[str, tuple[str, ...]] = {
    "infraplan.api": ("compare", "example", "read", "run", "solve", "validate", "verify", "write"),
    "infraplan.figures": ("debt_figure", "map_figure", "money_figure", "phases_figure"),
    "infraplan.frames": (
        "debt_frame",
        "money_frame",
        "outputs_frame",
        "payments_frame",
        "rejections_frame",
        "schedule_frame",
        "service_frame",
        "table_frame",
        "targets_frame",
    ),
    "infraplan.models.agreement": ("Agreement", "Consent", "ShareForm"),
    "infraplan.models.debt_rule": (
        "Band",
        "CapitalRatio",
        "DebtRule",
        "Finance",
        "ItemTerm",
        "Quantity",
        "QuantityTerm",
        "Through",
    ),
    "infraplan.models.errors": (
        "Finding",
        "InconsistentInstanceError",
        "InstanceError",
        "InstanceFormatError",
        "PlanningError",
        "Severity",
        "UnknownReferenceError",
    ),
    "infraplan.models.finance.repayment_form": ("RepaymentForm",),
    "infraplan.models.funding": (
        "Basis",
        "CostShare",
        "Event",
        "Fund",
        "FundKind",
        "Inflow",
        "Instrument",
        "InstrumentKind",
        "Pool",
        "Receipt",
    ),
    "infraplan.models.horizon": (
        "Appraisal",
        "DiscountTiming",
        "Horizon",
        "Objective",
        "Phase",
        "RateStep",
        "ResidualValue",
        "Title",
    ),
    "infraplan.models.instance": ("Instance", "Settings", "SourceDocument"),
    "infraplan.models.jurisdiction": ("DebtPosition", "FiscalItem", "Jurisdiction"),
    "infraplan.models.network": (
        "Demand",
        "FlowLaw",
        "LoadBlock",
        "NetworkAction",
        "NetworkKind",
        "NetworkLink",
        "NetworkNode",
        "NetworkSettings",
        "NodeRole",
        "ProjectNetwork",
    ),
    "infraplan.models.place": ("Place",),
    "infraplan.models.plan": (
        "Compensation",
        "DateOutcome",
        "DebtYear",
        "FundYear",
        "Issue",
        "ObjectiveTerm",
        "Payment",
        "Plan",
        "ProjectStart",
        "Rejection",
        "RuleYear",
        "ServiceYear",
        "SourceKind",
        "TargetOutcome",
    ),
    "infraplan.models.policy": (
        "Policy",
        "PolicyKind",
        "ResourceLimit",
        "ResourceTiming",
        "StartPace",
    ),
    "infraplan.models.project": ("BenefitStream", "Mandate", "Option", "Project", "Stage"),
    "infraplan.models.quantities": ("Confidence", "Quality"),
    "infraplan.models.relation": ("Relation", "RelationType", "RenewalMode", "TakenOver"),
    "infraplan.models.scenario": ("Change", "Operation", "Scenario"),
    "infraplan.models.stated_date": ("DateKind", "StatedDate"),
    "infraplan.models.target": ("Sense", "Target"),
    "infraplan.optimizer.analysis.comparison": ("Comparison",),
    "infraplan.optimizer.backends.base": ("Progress",),
    "infraplan.optimizer.errors": (
        "InfeasibleError",
        "NoPlanError",
        "NotThereError",
        "SolverError",
        "SolverUnavailableError",
        "UnsupportedFeatureError",
    ),
    "infraplan.optimizer.solve_result": ("SolveOptions as Options", "SolveResult as Result"),
    "infraplan.optimizer.status": ("SolutionState", "Termination"),
    "infraplan.optimizer.storage.faults": ("OutputError",),
    "infraplan.optimizer.verify.violations": ("LawCheck", "Verification", "Violation"),
    "infraplan.optimizer.workflow": ("Outcome",),
}
"""Public names by the module that they are imported from; `A as B` is `A` there and `B` here."""

_PLACES: dict[str, tuple[str, str]] = {
    name.rpartition(" as ")[2]: (module, name.partition(" as ")[0])
    for module, names in _NAMES_BY_MODULE.items()
    for name in names
}


def __getattr__(name: str) -> typing.Any:
    """Import a public name when it is first asked for."""
    if name not in _PLACES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    module, there = _PLACES[name]
    found = getattr(import_module(module), there)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the public names beside what is loaded."""
    return sorted({*globals(), *__all__})
