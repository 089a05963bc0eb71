"""YAML with the line of every value, without the surprises of YAML 1.1.

Scalars stay texts (`tree.Plain` where unquoted), so that `no`, `1e8`, `2021-01-01` and `十四五`
mean what the field says and not what YAML guesses. No tags, no cycles, a limit on what aliases
expand to.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import yaml

from infraplan.models.catalogue import NOTHING_SAID, Phrase, parser_reason, phrase
from infraplan.optimizer.storage.faults import Faults, join_path
from infraplan.optimizer.storage.tree import Plain

MAX_VALUES = 500_000
MAX_DEPTH = 40
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_STANDARD = "tag:yaml.org,2002:"
_TAGS = frozenset(
    f"{_STANDARD}{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "value", "merge")
)


@dataclass
class YamlTree:
    """Data of a YAML file and the line of each path; a path is written `a.b[2].c`."""

    data: Any = None
    lines: dict[str, int] = field(default_factory=dict)

    def line_of(self, path: str) -> int | None:
        """Line of `path`, or of the nearest path around it."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path)


class _RefusedError(Exception):
    def __init__(
        self, node: yaml.Node, rule: str, message: Phrase, advice: Phrase = NOTHING_SAID
    ) -> None:
        self.mark, self.rule, self.message, self.advice = node.start_mark, rule, message, advice
        super().__init__(message)


def parse_yaml(text: str, file: str, faults: Faults) -> YamlTree | None:
    """Return the tree of `text`; None, with a finding naming line and column, where it has none."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        _report_syntax(error, file, faults)
        return None
    except yaml.reader.ReaderError as error:
        code = ord(error.character) if isinstance(error.character, str) else error.character
        message = phrase("a-character-is-not-allowed", code=code, number=error.position + 1)
        faults.report("bad-yaml", message, phrase("delete-the-damaged-part"), file=file)
        return None
    except RecursionError:
        faults.report("bad-yaml", phrase("the-file-is-nested-too-deep"), file=file)
        return None
    if node is None:
        faults.report("empty-file", phrase("the-file-is-empty"), file=file, row=1)
        return None
    builder = _Builder(file, faults)
    try:
        builder.tree.data = builder.build(node, "", 0)
    except _RefusedError as error:
        line, column = error.mark.line + 1, error.mark.column + 1
        place = phrase("character", column=column)
        faults.report(error.rule, error.message, error.advice, file=file, row=line, column=place)
        return None
    return builder.tree


def _report_syntax(error: yaml.MarkedYAMLError, file: str, faults: Faults) -> None:
    mark = error.problem_mark or error.context_mark
    said = error.problem or error.context
    problem = parser_reason(said) if said else phrase("not-yaml")
    line = mark.line + 1 if mark else None
    column = mark.column + 1 if mark else None
    faults.report(
        "bad-yaml",
        problem,
        phrase("check-the-indentation-the-colons-and-the"),
        file=file,
        row=line,
        column=None if column is None else phrase("character", column=column),
    )


class _Builder:
    def __init__(self, file: str, faults: Faults) -> None:
        self.tree = YamlTree()
        self._file = file
        self._faults = faults
        self._count = 0

    def build(self, node: yaml.Node, path: str, depth: int) -> Any:
        """Return the data of `node`."""
        self._count += 1
        if self._count > MAX_VALUES:
            advice = phrase("write-repeated-parts-out-without-anchors")
            message = phrase("the-file-expands-to-more-than-values", max_values=MAX_VALUES)
            raise _RefusedError(node, "bad-yaml", message, advice)
        if depth > MAX_DEPTH:
            raise _RefusedError(
                node, "bad-yaml", phrase("the-file-is-nested-too-deep-or-in-a-circle")
            )
        if node.tag not in _TAGS:
            raise _RefusedError(
                node,
                "bad-yaml",
                phrase("the-tag-is-not-allowed", tag=node.tag),
                phrase("delete-it"),
            )
        self.tree.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(v, f"{path}[{i}]", depth + 1) for i, v in enumerate(node.value)]
        if getattr(node, "style", None) is None:
            return None if node.value in _NULL else Plain(node.value)
        return str(node.value)

    def _mapping(self, node: yaml.MappingNode, path: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _RefusedError(key, "bad-yaml", phrase("a-name-must-be-a-plain-text"))
            name = str(key.value)
            where = join_path(path, name)
            line = key.start_mark.line + 1
            if name in found:
                first = self.tree.lines.get(where)
                message = phrase("stands-twice-first-in-line", name=name, first=first)
                self._faults.report(
                    "duplicate-key",
                    message,
                    phrase("keep-one"),
                    file=self._file,
                    row=line,
                    column=where,
                )
                continue
            self.tree.lines[where] = line
            found[name] = self.build(value, where, depth + 1)
        return found


class _Dumper(yaml.SafeDumper):
    """Quotes what `parse_yaml` would read as a number or as nothing."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists below their key."""
        del indentless
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write repeated parts out."""
        del data
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    quoted = Plain(text).number is not None or text in _NULL
    return dumper.represent_scalar(f"{_STANDARD}str", text, style="'" if quoted else None)


_Dumper.add_representer(str, _represent_text)


def format_yaml(data: Any) -> bytes:
    """Return `data` (plain dicts, lists, texts, numbers) as UTF-8 YAML."""
    stream = io.StringIO()
    yaml.dump(
        data, stream, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100, indent=2
    )
    return stream.getvalue().encode()
