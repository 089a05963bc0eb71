"""A project that the plan builds: its years, its spending."""

from __future__ import annotations

from dataclasses import dataclass, replace

from infraplan.models.project import Option, Project, Stage
from infraplan.optimizer.verify.problem_data import ProblemData


@dataclass(frozen=True)
class Built:
    """`project` started in `option` in year `start`; all years follow."""

    project: Project
    option: Option
    start: int
    profile: tuple[float, ...]
    spending: dict[int, float]
    """Real spending by year: `cost x profile[k] x esc(y)`."""
    stands: bool = False
    """Whether it stood before the plan: nothing is spent on it and it has no works."""
    begun: int | None = None
    """Year before the plan in which its works began; None: the plan starts it."""
    ahead: float = 1.0
    """Share of the whole profile that is still ahead."""
    sunk: float = 0.0
    """Spent on it before the plan, price-year money; `option` has what is left."""
    retired: int | None = None
    """Year from which on it no longer operates although its life lasts longer; None: it does."""

    @property
    def written_off(self) -> int:
        """Years in which its cost was written off before the opening that is told of it."""
        since = self.project.written_off_since
        return 0 if since is None else max(0, self.opening - since)

    @property
    def is_start(self) -> bool:
        """Whether it is a start of the plan."""
        return self.begun is None and not self.stands

    @property
    def finish(self) -> int:
        """Last spending year."""
        return self.start + len(self.profile) - 1

    @property
    def opening(self) -> int:
        """First year of operation."""
        return self.start + self.option.lead_time

    @property
    def works_years(self) -> range:
        """Years in which it has works."""
        if self.stands:
            return range(0)
        return range(self.start, self.start + max(len(self.profile), self.option.lead_time))

    @property
    def operating_years(self) -> range:
        """Years in which it operates."""
        return range(self.opening, self.life_ends if self.retired is None else self.retired)

    @property
    def life_ends(self) -> int:
        """First year after its life where nothing retires it."""
        return self.opening + self.option.lifetime


def build(reading: ProblemData, project: Project, option: Option, start: int) -> Built:
    """Return the project as started in `start`; of works under way, their rest."""
    begun = reading.begun(project)
    ahead = 1.0
    if begun is not None:
        ahead = sum(reading.profile(option)[reading.first - begun :])
    sunk = reading.sunk(project, option)
    option = reading.rest(project, option)
    profile = reading.profile(option)
    spending = {
        start + k: option.overnight_cost * share * reading.escalation(start + k)
        for k, share in enumerate(profile)
    }
    return Built(
        project, option, start, tuple(profile), spending, begun=begun, ahead=ahead, sunk=sunk
    )


def standing(reading: ProblemData) -> dict[str, Built]:
    """Return the projects that stand before the plan, by id."""
    found: dict[str, Built] = {}
    for project in reading.instance.projects:
        if project.stage is Stage.COMPLETE:
            option = project.options[0]
            opening = reading.first if project.opened is None else project.opened
            found[project.id] = Built(project, option, opening - option.lead_time, (), {}, True)
    return found


def retire(
    reading: ProblemData, standing_already: dict[str, Built], built: dict[str, Built]
) -> dict[str, Built]:
    """Return what stands, each ended where a project that the plan builds or that stands does."""
    found = dict(standing_already)
    there = standing_already | built
    for relation in reading.retirements:
        (old,), (new,) = relation.from_projects, relation.to_projects
        if new in there and old in found:
            here = found[old]
            ends = max(here.opening, min(here.life_ends, there[new].opening))
            found[old] = replace(here, retired=ends)
    return found


def ramp(shares: tuple[float, ...], age: int) -> float:
    """Return the share of full demand `age` years after opening: 1 after the list."""
    return shares[age] if age < len(shares) else 1.0
