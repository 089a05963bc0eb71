"""`infraplan map`: a proposed map as text, and what it makes of its table; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import Phrase, in_language, listed, phrase
from infraplan.models.errors import Finding, InstanceFormatError, Severity
from infraplan.optimizer.interop.table_file import read_sheets
from infraplan.optimizer.interop.table_in import read_table
from infraplan.optimizer.interop.table_map import map_of
from infraplan.optimizer.interop.table_proposal import Proposal, propose
from infraplan.optimizer.interop.table_summary import TableSummary
from infraplan.optimizer.storage.assembly import Assembly
from infraplan.optimizer.storage.faults import Faults, error_of

_WIDE = ("columns",)
"""Keys whose entries stand on lines of their own."""


@dataclass(frozen=True)
class ProposedMap:
    """A map that is proposed, and what comes of it.

    Attributes
    ----------
    text
        The map, YAML with what it asks as comments.
    asks
        What a person should look at.
    summary
        What would be read; columns with how sure the proposal is.
    findings
        What `import table` would tell.
    """

    text: str
    asks: tuple[Phrase, ...]
    summary: TableSummary
    findings: tuple[Finding, ...]


def proposed_map(path: Path, sheet: str = "", lang: str = "en") -> ProposedMap:
    """Propose a map for a table, and read the table by it without writing anything.

    Parameters
    ----------
    path
        Text file or workbook.
    sheet
        Sheet of a workbook; blank for the one that looks most like a table of projects.
    lang
        Language of the comments, `en` or `zh`.

    Raises
    ------
    InstanceFormatError
        If the file cannot be read, has no such sheet, holds no table, or a table without money.
    """
    faults = Faults()
    sheets = read_sheets(path, faults)
    if not sheets:
        raise error_of(faults.findings)
    titles = [found.title for found in sheets]
    if sheet and sheet.strip().casefold() not in [title.strip().casefold() for title in titles]:
        message = phrase("the-workbook-has-no-sheet-named", sheet=sheet)
        known = phrase("known", known=listed(titles))
        raise InstanceFormatError([_fault(path, "missing-sheet", message, known)])
    proposal = propose(path, sheets, sheet)
    _require_money(path, proposal, faults)
    text = map_text(path.name, proposal, lang)
    assembly = Assembly()
    table_map = map_of(text, path.name, assembly.faults)
    if table_map is None:  # pragma: no cover - what is written here is YAML
        raise error_of(assembly.faults.findings)
    read = read_table(path, table_map, assembly)
    findings = assembly.finish().findings
    if read.summary is None:
        raise error_of(findings)
    columns = tuple(
        replace(use, confidence=proposal.sure.get(place, use.confidence))
        for place, use in enumerate(read.summary.columns)
    )
    summary = replace(read.summary, columns=columns)
    return ProposedMap(text, tuple(proposal.asks), summary, findings)


def _fault(path: Path, rule: str, message: Phrase, advice: Phrase) -> Finding:
    return Finding(rule, message, advice, Severity.ERROR, path.name)


def _require_money(path: Path, proposal: Proposal, faults: Faults) -> None:
    tree = proposal.tree
    if not any(tree.get(key) for key in ("years", "long", "funding")) and (
        not {"overnight_cost", "overnight_cost_high"} & set(tree.get("columns", {}))
    ):
        message, advice = phrase("the-table-has-no-money"), phrase("map-money-columns")
        # In which encoding the file was read may be why.
        raise InstanceFormatError([_fault(path, "no-money", message, advice), *faults.findings])


def map_text(file: str, proposal: Proposal, lang: str = "en") -> str:
    """Return a proposed map as YAML, with what it asks as comments above it."""
    lines = [f"# {in_language(phrase('map-head', file=file), lang)}"]
    lines += [f"# {in_language(phrase('map-asks', ask=ask), lang)}" for ask in proposal.asks]
    for key, value in proposal.tree.items():
        if key in _WIDE and isinstance(value, Mapping):
            lines.append(f"{key}:")
            lines += [f"  {_flow(name)}: {_flow(item)}" for name, item in value.items()]
        else:
            lines.append(f"{key}: {_flow(value)}")
    return "\n".join(" ".join(line.split("\n")) for line in lines) + "\n"


def _flow(value: Any) -> str:
    """`value` as YAML in one line."""
    import yaml

    text = yaml.safe_dump(
        value, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10**6
    )
    return text.removesuffix("...\n").strip()
