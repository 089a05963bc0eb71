"""Plugin of pytest that puts one mutant in the place of its module: see `mutants`."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType

from tests.nightly.mutants import module_of, mutated_tree


class _Loader(importlib.machinery.SourceFileLoader):
    """Compiles the mutated tree, and keeps no bytecode of it."""

    mutant = ("", 0)

    def get_code(self, fullname: str) -> CodeType:
        file, number = self.mutant
        return compile(mutated_tree(file, number), self.path, "exec", dont_inherit=True)  # type: ignore[arg-type]


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, file: str, number: int) -> None:
        self._name = module_of(Path(file))
        self._mutant = (file, number)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path)
        if found is not None and found.origin is not None:
            loader = _Loader(fullname, found.origin)
            loader.mutant = self._mutant
            found.loader = loader
        return found


if asked := os.environ.get("INFRAPLAN_MUTANT"):
    name, _, number = asked.rpartition(":")
    if module_of(Path(name)) in sys.modules:
        raise RuntimeError(f"{name} is imported before it is mutated")
    sys.meta_path.insert(0, _Finder(name, int(number)))
