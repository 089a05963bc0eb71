"""Early retirement: what ends the life of a project that stands, and until when it may.

Source: docs/laws.md section 1, "Retirement".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from infraplan.models.progress import opening_of_standing
from infraplan.models.project import Project
from infraplan.models.relation import Relation, RelationType


def retirements(relations: Iterable[Relation]) -> Iterator[Relation]:
    """Relations `retires` that name one project on each side and are enforced."""
    for relation in relations:
        is_pair = len(relation.from_projects) == len(relation.to_projects) == 1
        if relation.type is RelationType.RETIRES and relation.is_enforced and is_pair:
            yield relation


def last_year_of_standing(project: Project, first_year: int) -> int:
    """Last year in which a complete project operates where nothing retires it."""
    return opening_of_standing(project, first_year) + project.options[0].lifetime - 1
