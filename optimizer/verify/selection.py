"""Laws of selection and time: window, mandate, relations, works."""

from __future__ import annotations

from collections.abc import Iterable

from infraplan.models.catalogue import Phrase, joined, listed, phrase
from infraplan.models.project import Mandate, Project, Stage
from infraplan.models.relation import ORDER_TYPES, Relation, RelationType, RenewalMode
from infraplan.optimizer.verify.built import Built
from infraplan.optimizer.verify.problem_data import ProblemData
from infraplan.optimizer.verify.violations import Recorder

BuiltById = dict[str, Built]


def check_windows(reading: ProblemData, built: BuiltById, recorder: Recorder) -> None:
    """Law `window`: every start lies inside the window of its option."""
    for here in built.values():
        first, last = reading.window(here.project, here.option)
        recorder.holds(
            "window",
            here.project.id,
            first <= here.start <= last,
            phrase(
                "starts-in-but-option-may-start-from-to",
                id=reading.name(here.project.id),
                start=here.start,
                option=here.option.option,
                first=first,
                last=last,
            )
            if first <= last
            else phrase(
                "starts-in-but-option-has-no-year-in-which-it",
                id=reading.name(here.project.id),
                start=here.start,
                option=here.option.option,
            ),
        )


def check_mandates(reading: ProblemData, built: BuiltById, recorder: Recorder) -> None:
    """Law `mandate`: musts and commitments are built, what must not is not."""
    for project in reading.instance.projects:
        is_built = project.id in built
        mandate = reading.mandate(project)
        if project.stage is Stage.COMPLETE:
            text = phrase("stands-and-is-built-again", id=reading.name(project.id))
            recorder.holds("mandate", project.id, not is_built, text)
        elif mandate in {Mandate.MUST, Mandate.COMMITTED} and not reading.may_stop(project):
            text = phrase(
                "must-be-built-and-is-not", id=reading.name(project.id), mandatory=mandate
            )
            recorder.holds("mandate", project.id, is_built, text)
        elif project.mandatory is Mandate.MUST_NOT:
            text = phrase("must-not-be-built-and-is", id=reading.name(project.id))
            recorder.holds("mandate", project.id, not is_built, text)


def check_relations(reading: ProblemData, built: BuiltById, recorder: Recorder) -> None:
    """Laws `precedence`, `exclusive`, `at_most`, `all_or_none`, `works_conflict`, `renews`.

    `built` holds what stands already as well.
    """
    for relation in reading.instance.relations:
        if not relation.is_enforced:
            continue
        if relation.type in ORDER_TYPES:
            _check_order(reading, relation, built, recorder)
        elif relation.type is RelationType.WORKS_CONFLICT:
            _check_conflict(relation, built, recorder)
        elif relation.type is RelationType.RENEWS:
            _check_renewal(reading, relation, built, recorder)
        elif relation.type in _COUNTS:
            _check_count(relation, built, recorder)


_COUNTS = {RelationType.EXCLUSIVE, RelationType.AT_MOST, RelationType.ALL_OR_NONE}


def _is_before(relation: Relation, before: Built | None, after: Built) -> bool:
    """Whether one predecessor stands as the relation asks; one that is not built never does."""
    if before is None:
        return False
    if relation.type is RelationType.FINISH_TO_START:
        return after.start >= before.opening + relation.lag
    if relation.type is RelationType.START_TO_START:
        began = before.start if before.begun is None else before.begun
        return after.start >= began + relation.lag
    if relation.type is RelationType.FINISH_TO_FINISH:
        return after.opening >= before.opening + relation.lag
    return True


def _check_order(
    reading: ProblemData, relation: Relation, built: BuiltById, recorder: Recorder
) -> None:
    needed = relation.count if relation.count is not None else len(relation.from_projects)
    for name in relation.to_projects:
        if name not in built or built[name].stands:
            continue
        after = built[name]
        satisfied = [
            before
            for before in relation.from_projects
            if _is_before(relation, built.get(before), after)
        ]
        lacking = [before for before in relation.from_projects if before not in satisfied]
        recorder.holds(
            "precedence",
            relation.label,
            len(satisfied) >= needed,
            phrase(
                "starts-in-and-opens-in-but-needs-of-before-it",
                name=reading.name(name),
                start=after.start,
                opening=after.opening,
                needed=needed,
                from_projects=listed(relation.from_projects),
                type=relation.type,
                lag=relation.lag,
                built=_times(lacking, built),
            ),
        )


def _times(names: Iterable[str], built: BuiltById) -> Phrase:
    parts = [
        phrase(
            "starts-in-and-opens-in",
            name=name,
            start=built[name].start,
            opening=built[name].opening,
        )
        if name in built
        else phrase("is-not-built", name=name)
        for name in names
    ]
    return joined(*parts, between="; ")


def _check_count(relation: Relation, built: BuiltById, recorder: Recorder) -> None:
    there = [name for name in relation.members if name in built]
    if relation.type is RelationType.ALL_OR_NONE:
        obeyed = len(there) in {0, len(relation.members)}
        text = phrase("all-or-none-of-may-be-built", members=listed(relation.members))
    elif relation.type is RelationType.EXCLUSIVE:
        obeyed = len(there) <= 1
        text = phrase("only-one-of-may-be-built", members=listed(relation.members))
    else:
        most = relation.count or 0
        obeyed = len(there) <= most
        text = phrase("at-most-of-may-be-built", most=most, members=listed(relation.members))
    built_there = listed(there) or phrase("none-given")
    text = phrase("the-plan-builds", text=text, built=built_there)
    recorder.holds(relation.type.value, relation.label, obeyed, text)


def _check_renewal(
    reading: ProblemData, relation: Relation, built: BuiltById, recorder: Recorder
) -> None:
    """Law `renews`: not before the life of the old one has ended; an automatic one at once."""
    (old_name,), (new_name,) = relation.from_projects, relation.to_projects
    new_project = reading.instance.project_by_id[new_name]
    if new_project.stage is Stage.COMPLETE or reading.mandate(new_project) is Mandate.COMMITTED:
        return
    old, new = built.get(old_name), built.get(new_name)
    names = {"old": reading.name(old_name), "new": reading.name(new_name)}
    automatic = relation.renewal is RenewalMode.AUTOMATIC
    if new is not None:
        text = phrase("renews-what-is-not-built", **names)
        recorder.holds("renews", relation.label, old is not None, text)
    if old is None:
        return
    if old.retired is not None:
        text = phrase("renews-what-is-retired", **names)
        recorder.holds("renews", relation.label, new is None, text)
        return
    due = old.operating_years.stop
    if new is None:
        is_asked = automatic and due in reading.years and _may_open(reading, new_project, due)
        text = phrase("is-not-renewed", due=due, **names)
        recorder.holds("renews", relation.label, not is_asked, text)
    elif automatic:
        text = phrase("renews-not-at-once", due=due, opening=new.opening, **names)
        recorder.holds("renews", relation.label, new.opening == due, text)
    else:
        text = phrase("renews-too-early", last=due - 1, opening=new.opening, **names)
        recorder.holds("renews", relation.label, new.opening >= due, text)


def _may_open(reading: ProblemData, project: Project, year: int) -> bool:
    """Whether some option of a project has a start by which it opens in `year`."""
    if project.mandatory is Mandate.MUST_NOT:
        return False
    for option in project.options:
        first, last = reading.window(project, option)
        if first <= year - reading.rest(project, option).lead_time <= last:
            return True
    return False


def _check_conflict(relation: Relation, built: BuiltById, recorder: Recorder) -> None:
    years = sorted(
        {year for name in relation.members if name in built for year in built[name].works_years}
    )
    for year in years:
        busy = [
            name for name in relation.members if name in built and year in built[name].works_years
        ]
        recorder.holds(
            "works_conflict",
            relation.label,
            len(busy) <= 1,
            phrase("have-works-in-which-may-not-be-together", busy=listed(busy), year=year),
        )
