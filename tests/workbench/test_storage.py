"""What the workbench remembers, and where its files may lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraplan.models.run_state import RunState
from infraplan.optimizer.errors import NotThereError

if TYPE_CHECKING:
    from infraplan.optimizer.workbench.folders import DataFolder
    from infraplan.optimizer.workbench.storage import Row, Store


def test_versions_are_numbered_by_instance(store: Store) -> None:
    first, second = store.add_instance("a", "", "Li"), store.add_instance("b", "", "Li")
    numbers = [store.add_version(made, "Li").number for made in (first, second, first)]
    assert numbers == [1, 1, 2]
    assert [row.number for row in store.versions(first)] == [2, 1]


def test_errors_among_findings_are_counted(store: Store, version: Row) -> None:
    assert store.version(version.id).errors is None
    store.keep_findings(version.id, [{"severity": "error"}, {"severity": "note"}])
    assert store.version(version.id).errors == 1


def test_a_wish_of_a_project_replaces_the_one_before(store: Store, version: Row) -> None:
    store.wish(version.instance_id, "road", True, "promised", "Li")
    store.wish(version.instance_id, "road", False, "no land", "Wang")
    (found,) = store.wishes(version.instance_id)
    assert (found.must, found.because, found.by) == (False, "no land", "Wang")


def test_a_token_is_not_kept_and_ends_when_another_is_given(store: Store) -> None:
    from infraplan.optimizer.workbench.roles import Role
    from infraplan.optimizer.workbench.storage import hash_of_token

    old = store.grant("Li", Role.SEE)
    assert all(old not in str(vars(row)) for row in store.members())
    new = store.grant("Li", Role.APPROVE)
    assert store.visitor_of(hash_of_token(old)) is None
    visitor = store.visitor_of(hash_of_token(new))
    assert visitor is not None
    assert visitor.role is Role.APPROVE
    assert store.revoke("Li")
    assert store.visitor_of(hash_of_token(new)) is None


def test_roles_hold_those_before_them() -> None:
    from infraplan.optimizer.workbench.roles import (
        ForbiddenError,
        Role,
        Visitor,
        role_to_declare,
    )

    order = list(Role)
    for here, role in enumerate(order):
        for there, asked in enumerate(order):
            assert Visitor("Li", role).may(asked) is (here >= there)
    with pytest.raises(ForbiddenError) as told:
        Visitor("Li", Role.SEE).require(Role.EDIT)
    assert "编辑" in told.value.message.zh
    assert role_to_declare(RunState.DRAFT, RunState.SUBMITTED) is Role.EDIT
    assert role_to_declare(RunState.SUBMITTED, RunState.APPROVED) is Role.APPROVE
    assert role_to_declare(RunState.APPROVED, RunState.DRAFT) is Role.APPROVE


def test_runs_tell_the_last_declaration(store: Store, version: Row) -> None:
    from infraplan.optimizer.workbench.tables import JobKind

    run = store.add_job(JobKind.SOLVE, version.id, {}, "Li")
    assert store.runs()[0].declared is None
    store.declare(run, RunState.SUBMITTED, "ready", "Li")
    store.declare(run, RunState.APPROVED, "agreed", "Wang")
    (found,) = store.runs(version.instance_id)
    assert (found.declared, found.title, found.number) == ("approved", "county", 1)
    store.add_note(run, "看过", "Wang")
    assert [row.text for row in store.notes(run)] == ["看过"]


def test_what_is_not_there_is_told(store: Store) -> None:
    for ask in (store.version, store.job, store.instance):
        with pytest.raises(NotThereError):
            ask(7)


def test_numbers_alone_choose_paths(folder: DataFolder) -> None:
    for path in (folder.workbook(1, 2), folder.run(3), folder.job(4)):
        assert path.is_relative_to(folder.root)
    with pytest.raises(ValueError, match="invalid literal"):
        folder.job("../../etc")  # type: ignore[arg-type]


def test_the_key_of_sessions_is_private_and_stays(folder: DataFolder) -> None:
    key = folder.secret()
    assert len(key) == 64
    assert (folder.root / "session.key").stat().st_mode & 0o777 == 0o600
    assert folder.root.stat().st_mode & 0o777 == 0o700
    assert folder.secret() == key
