"""The answer: starts, flows of money, debt, targets; domain ids only, no solver, no files."""

from __future__ import annotations

from enum import StrEnum

from infraplan.models.base import DomainModel, described
from infraplan.models.quantities import Identifier, Year
from infraplan.models.stated_date import DateKind


class ProjectStart(DomainModel):
    """A project that the plan builds."""

    project: Identifier = described("project id")
    option: str = described("option id")
    start: Year = described("first year of works", unit="year")
    finish: Year = described("last year of spending", unit="year")
    opening: Year = described("first year of operation", unit="year")


class SourceKind(StrEnum):
    """Where a payment comes from."""

    FUND = "fund"
    INSTRUMENT = "instrument"
    OUTSIDE = "outside"  # the payer has neither funds nor instruments in the instance


class Payment(DomainModel):
    """Money paid for a project's works in a year, nominal."""

    project: Identifier = described("project id")
    jurisdiction: Identifier = described("payer")
    kind: SourceKind = described("fund, instrument or outside")
    source: str = described("fund or instrument id; blank for outside", "")
    year: Year = described("year", unit="year")
    amount: float = described("amount", unit="nominal money")


class Compensation(DomainModel):
    """Money that a partner of a joint project pays another in a year, nominal."""

    project: Identifier = described("joint project")
    jurisdiction: Identifier = described("payer")
    receiver: Identifier = described("partner that is compensated")
    source: str = described("fund id; blank where the payer has no funds in the instance", "")
    year: Year = described("year", unit="year")
    amount: float = described("amount", unit="nominal money")


class Issue(DomainModel):
    """Debt issued in a year."""

    instrument: Identifier = described("instrument id")
    project: str = described("project it is tagged to, blank where none", "")
    year: Year = described("year of issue", unit="year")
    amount: float = described("amount", unit="nominal money")


class FundYear(DomainModel):
    """A fund's account: opening + inflow + interest - use - service - lapse = closing."""

    fund: Identifier = described("fund id")
    year: Year = described("year", unit="year")
    opening: float = described("cash at the start", unit="nominal money")
    inflow: float = described("inflow", unit="nominal money")
    interest: float = described("interest on opening cash", unit="nominal money")
    use: float = described("paid for works", unit="nominal money")
    service: float = described("debt service paid", unit="nominal money")
    lapse: float = described("lost", unit="nominal money")
    closing: float = described("cash at the end", unit="nominal money")


class DebtYear(DomainModel):
    """Debt of one instrument (or `old:POOL` for old debt) in one year, through last maturity."""

    jurisdiction: Identifier = described("borrower")
    pool: Identifier = described("debt pool")
    instrument: str = described("instrument id, or old:POOL")
    year: Year = described("year", unit="year")
    borrow: float = described("issued in the year", unit="nominal money")
    principal: float = described("principal repaid", unit="nominal money")
    interest: float = described("interest paid", unit="nominal money")
    balance: float = described("balance at the year's end", unit="nominal money")


class RuleYear(DomainModel):
    """A debt rule, ceiling or quota in one year: what it measures and how much room is left.

    `rule` is `ceiling:POOL`, `quota:POOL`, or the id of a debt rule.
    """

    jurisdiction: Identifier = described("jurisdiction")
    rule: str = described("rule")
    year: Year = described("year", unit="year")
    value: float = described("measured", unit="nominal money")
    limit: float | None = described("limit; blank where the band alone rules", None)
    headroom: float | None = described("limit - value", None, unit="nominal money")
    ratio: float | None = described("measured over base, for a rule with a base", None)
    band: str = described("band that the ratio falls in", "")


class TargetOutcome(DomainModel):
    """What a target reached."""

    target: Identifier = described("target id")
    metric: str = described("metric")
    year: Year = described("year", unit="year")
    required: float = described("value asked for")
    achieved: float = described("value reached")
    shortfall: float = described("by how much it is missed, 0 where attained")
    penalty: float = described("present value of the priced shortfall", unit="money")


class DateOutcome(DomainModel):
    """What a plan does about a date that a text states."""

    project: Identifier = described("project id")
    kind: DateKind = described("what the text says by the year")
    year: Year = described("year that the text states", unit="year")
    start: Year | None = described("first year of works; blank: not built", None, unit="year")
    opening: Year | None = described("first year of operation; blank: not built", None, unit="year")
    missed: int = described("years of the plan in which the date is missed", 0, unit="years")
    cost: float = described("present value that missing it costs", 0.0, unit="money")


class ServiceYear(DomainModel):
    """What a network delivers in a year of the plan, or from an end of life on: one measure.

    Decisions are `flow` and `flow_back` (link), `output`, `charge`, `discharge`, `spill` and
    `angle` (node), `served` and `generated` (demand); what follows from them is listed in
    docs/laws.md section 6.
    """

    network: Identifier = described("network id")
    element: str = described("demand, link, node or network id")
    measure: str = described("what is measured")
    year: Year = described(
        "year of the plan, or the first year after the life of something that served in its last",
        unit="year",
    )
    block: str = described("load block; blank for the whole year", "")
    commodity: str = described("transport: node where the trips begin; blank for all", "")
    value: float = described("value")
    unit: str = described("unit of the value", "")


class ObjectiveTerm(DomainModel):
    """One term of the objective: `term` of `subject` (a project, relation, target or date).

    Under the objective `makespan` there is one term at most, and its subject is `plan`.
    """

    term: str = described(
        "benefit, metric_value, construction, om, residual, synergy, substitute, shared_works, "
        "shortfall, stated_date, service; makespan"
    )
    subject: str = described(
        "id of the project, relation or target; project:kind of a date; plan for makespan"
    )
    value: float = described(
        "present value, signed as it enters the objective; makespan: minus the years", unit="money"
    )


class Rejection(DomainModel):
    """A project that is not built, and why.

    `rule` is what keeps it out beside the plan, see docs/reasons.md. The loss is what the objective
    would lose if it were forced in: exact in `loss`, else between `loss_low` and `loss_high`, each
    blank where nothing is known. Below 0, the plan would gain, within its gap.
    """

    project: Identifier = described("project id")
    best_npv: float | None = described(
        "largest present value it has alone in its window; blank where it has no window",
        None,
        unit="money",
    )
    rule: str = described("rule that keeps it out, as family or family:key")
    year: Year | None = described(
        "year in which the rule binds, the first of several", None, unit="year"
    )
    amount: float | None = described(
        "by how much the rule would have to give in that year, in its unit; for `value` and "
        "`marginal` what the project would take from the plan beside everything in it; for "
        "`precedence` what the prerequisites that are out cost",
        None,
    )
    years: tuple[Year, ...] = described(
        "years in which the rule is short, where they are several", (), unit="year"
    )
    amounts: tuple[float, ...] = described(
        "by how much the rule would have to give in each of `years`, all of them together", ()
    )
    others: tuple[Identifier, ...] = described(
        "projects that stand in its way: a rival, a predecessor that is out", ()
    )
    can_be_forced: bool | None = described(
        "whether some plan holds it; blank where that is unknown", None
    )
    loss: float | None = described(
        "loss of objective if forced in, exact; years under makespan", None, unit="money"
    )
    loss_low: float | None = described("loss if forced in, at least", None, unit="money")
    loss_high: float | None = described("loss if forced in, at most", None, unit="money")
    method: str = described("exact, interval, or blank where no loss was found", "")


class Plan(DomainModel):
    """A whole plan."""

    instance: Identifier = described("instance id")
    scenario: str = described("scenario id, blank for the instance as it stands", "")
    starts: tuple[ProjectStart, ...] = described("projects built", ())
    payments: tuple[Payment, ...] = described("payments", ())
    compensations: tuple[Compensation, ...] = described("compensation between partners", ())
    issues: tuple[Issue, ...] = described("debt issues", ())
    fund_years: tuple[FundYear, ...] = described("fund accounts", ())
    debt_years: tuple[DebtYear, ...] = described("debt accounts", ())
    rule_years: tuple[RuleYear, ...] = described("debt rules by year", ())
    targets: tuple[TargetOutcome, ...] = described("targets", ())
    stated_dates: tuple[DateOutcome, ...] = described("dates that a text states", ())
    service: tuple[ServiceYear, ...] = described("what the networks deliver", ())
    objective_terms: tuple[ObjectiveTerm, ...] = described("terms of the objective", ())
    objective: float = described("sum of the terms", unit="money")
