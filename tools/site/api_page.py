"""Pages of the public names of `infraplan`, made from signatures, docstrings and fields."""

from __future__ import annotations

import dataclasses
import inspect
import re
from enum import StrEnum
from typing import Any

import infraplan
from infraplan.models.base import DomainModel
from infraplan.optimizer.storage.fields import fields_of

SECTIONS = "Parameters|Returns|Raises|Examples|Attributes|Notes|References|Yields"


def api_pages() -> dict[str, str]:
    """Text of each page by its name: functions, and all classes."""
    functions = [n for n in infraplan.__all__ if inspect.isfunction(getattr(infraplan, n))]
    classes = [n for n in infraplan.__all__ if inspect.isclass(getattr(infraplan, n))]
    calls = [
        "# API: functions",
        "Made from the docstrings; each example is run by the tests. The page "
        "[Python](../python.md) begins with less.",
        *(_function(name) for name in functions),
    ]
    kinds = [
        "# API: classes",
        "Made from the fields of the classes: an instance's tables, a plan's parts, results and errors.",
        *(_class(name) for name in classes),
    ]
    return {"api/functions.md": "\n\n".join(calls), "api/classes.md": "\n\n".join(kinds)}


def _function(name: str) -> str:
    function = getattr(infraplan, name)
    signature = re.sub(r"'([^']*)'", r"\1", str(inspect.signature(function)))
    head = f"```python\ninfraplan.{name}{signature}\n```"
    return (
        f"## `{name}` {{ #{name} }}\n\n{head}\n\n{numpy_markdown(inspect.getdoc(function) or '')}"
    )


def numpy_markdown(text: str) -> str:
    """A NumPy docstring as Markdown: sections as bold words, parameters as lists."""
    parts = re.split(rf"(?m)^({SECTIONS})\n-+\n", text)
    found = [_prose(parts[0])]
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        found.append(f"**{title}**")
        if title == "Examples":
            found.append(f"```pycon\n{body.strip()}\n```")
        else:
            found.append(_items(body))
    return "\n\n".join(part for part in found if part)


def _items(body: str) -> str:
    """Names at the margin, what is said of each indented below it."""
    rows: list[tuple[str, list[str]]] = []
    for line in body.strip().splitlines():
        if line and not line.startswith(" "):
            rows.append((line.strip(), []))
        elif rows:
            rows[-1][1].append(line.strip())
    return "\n".join(f"- `{name}`: {' '.join(said)}".rstrip(": ") for name, said in rows)


def _prose(text: str) -> str:
    return text.strip().replace("``", "`")


def _class(name: str) -> str:
    kind = getattr(infraplan, name)
    # A dataclass and an enumeration without words of its own has made-up ones.
    said = inspect.cleandoc(kind.__doc__ or "") if "__doc__" in vars(kind) else ""
    said = "" if said.startswith(f"{kind.__name__}(") else said
    parts = [f"## `{name}` {{ #{name} }}", numpy_markdown(said)]
    if issubclass(kind, StrEnum):
        parts.append("Values: " + ", ".join(f"`{member.value}`" for member in kind))
    elif issubclass(kind, DomainModel):
        parts.append(_fields(kind))
    elif dataclasses.is_dataclass(kind):
        rows = [f"| `{row.name}` | `{_kind(row.type)}` |" for row in dataclasses.fields(kind)]
        parts.append("| field | type |\n|---|---|\n" + "\n".join(rows))
    elif issubclass(kind, infraplan.PlanningError):
        parts.append(f"Exit code of the command line: {kind.exit_code}.")
    return "\n\n".join(part for part in parts if part)


def _fields(kind: type[DomainModel]) -> str:
    rows = []
    try:
        infos = fields_of(kind)
    except TypeError:  # an instance or a plan as a whole: its fields are tables
        infos = {}
    for name, field in kind.model_fields.items():
        info = infos.get(name)
        unit = (info.unit or "") if info else ""
        rows.append(
            f"| `{name}` | `{_kind(field.annotation)}` | {unit} | {_cell(field.description or '')} |"
        )
    return "| field | type | unit | meaning |\n|---|---|---|---|\n" + "\n".join(rows)


def _kind(annotation: Any) -> str:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    text = re.sub(r"(?:infraplan|typing|collections\.abc)\.(?:[a-z_]+\.)*", "", text)
    text = (
        re.sub(r"Annotated\[([^,\[\]]+)(?:\[[^\]]*\])?,.*", r"\1", text) if len(text) > 90 else text
    )
    return text.replace("|", "\\|").replace("\n", " ")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
