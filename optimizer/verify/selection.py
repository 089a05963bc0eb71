"""Laws of selection and time: window, mandate, relations, works."""

from __future__ import annotations

from collections.abc import Iterable

from infraplan.models.project import Mandate, Stage
from infraplan.models.relation import ORDER_TYPES, Relation, RelationType
from infraplan.optimizer.verify.built import Built
from infraplan.optimizer.verify.reading import Reading
from infraplan.optimizer.verify.violations import Recorder

BuiltById = dict[str, Built]


def check_windows(reading: Reading, built: BuiltById, recorder: Recorder) -> None:
    """Law `window`: every start lies inside the window of its option."""
    for here in built.values():
        first, last = reading.window(here.project, here.option)
        recorder.holds(
            "window",
            here.project.id,
            first <= here.start <= last,
            f"{reading.name(here.project.id)} starts in {here.start}, but option "
            f"{here.option.option} may start from {first} to {last}"
            if first <= last
            else f"{reading.name(here.project.id)} starts in {here.start}, but option "
            f"{here.option.option} has no year in which it may start",
        )


def check_mandates(reading: Reading, built: BuiltById, recorder: Recorder) -> None:
    """Law `mandate`: musts and commitments are built, what must not is not."""
    for project in reading.instance.projects:
        is_built = project.id in built
        mandate = reading.mandate(project)
        if project.stage is Stage.COMPLETE:
            text = f"{reading.name(project.id)} stands already and is built again"
            recorder.holds("mandate", project.id, not is_built, text)
        elif mandate in {Mandate.MUST, Mandate.COMMITTED}:
            text = f"{reading.name(project.id)} must be built ({mandate}) and is not"
            recorder.holds("mandate", project.id, is_built, text)
        elif project.mandatory is Mandate.MUST_NOT:
            text = f"{reading.name(project.id)} must not be built and is"
            recorder.holds("mandate", project.id, not is_built, text)


def check_relations(reading: Reading, built: BuiltById, recorder: Recorder) -> None:
    """Laws `precedence`, `exclusive`, `at_most`, `all_or_none`, `works_conflict`.

    `built` holds what stands already as well.
    """
    for relation in reading.instance.relations:
        if not relation.is_enforced:
            continue
        if relation.type in ORDER_TYPES:
            _check_order(reading, relation, built, recorder)
        elif relation.type is RelationType.WORKS_CONFLICT:
            _check_conflict(relation, built, recorder)
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
    reading: Reading, relation: Relation, built: BuiltById, recorder: Recorder
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
            f"{reading.name(name)} starts in {after.start} and opens in {after.opening}, but needs "
            f"{needed} of {', '.join(relation.from_projects)} before it ({relation.type}, lag "
            f"{relation.lag}): {_times(lacking, built)}",
        )


def _times(names: Iterable[str], built: BuiltById) -> str:
    parts = [
        f"{name} starts in {built[name].start} and opens in {built[name].opening}"
        if name in built
        else f"{name} is not built"
        for name in names
    ]
    return "; ".join(parts)


def _check_count(relation: Relation, built: BuiltById, recorder: Recorder) -> None:
    there = [name for name in relation.members if name in built]
    if relation.type is RelationType.ALL_OR_NONE:
        obeyed = len(there) in {0, len(relation.members)}
        text = f"all or none of {', '.join(relation.members)} may be built"
    elif relation.type is RelationType.EXCLUSIVE:
        obeyed = len(there) <= 1
        text = f"only one of {', '.join(relation.members)} may be built"
    else:
        most = relation.count or 0
        obeyed = len(there) <= most
        text = f"at most {most} of {', '.join(relation.members)} may be built"
    text += f"; the plan builds {', '.join(there) or 'none'}"
    recorder.holds(relation.type.value, relation.label, obeyed, text)


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
            f"{' and '.join(busy)} have works in {year}, which may not be together",
        )
