"""Whether a water network delivers its demands at the pressure asked for, as EPANET computes it.

EPANET itself does the work, through the optional package wntr (`pip install infraplan[water]`).
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infraplan.models.catalogue import Phrase, entries, listed, pair, phrase
from infraplan.models.regular_expressions import regex
from infraplan.optimizer.errors import SolverUnavailableError
from infraplan.optimizer.interop.epanet_text import as_wntr_reads_it, misread_numbers, read_text
from infraplan.optimizer.interop.faults import FaultReport, one_fault
from infraplan.optimizer.interop.named_columns import diameter_rows

PIPE = "pipe"
"""Column of a design beside the diameter."""
_NUMBERED = regex(r"\(Error (?P<number>\d+)\)")
_UNFILLED = regex(r",? ?\(?%s\)?")
"""Place of a value that wntr left open in an error's words."""


@dataclass(frozen=True)
class NodePressure:
    """Lowest pressure of a demand node over the simulated time, metres of water."""

    node: str
    pressure: float
    hour: float


@dataclass(frozen=True)
class HydraulicCheck:
    """Outcome of a check; `nodes` has every junction with demand, the lowest pressure first."""

    min_pressure: float
    nodes: tuple[NodePressure, ...]

    @property
    def is_feasible(self) -> bool:
        """Whether every demand node has the pressure asked for."""
        return all(node.pressure >= self.min_pressure for node in self.nodes)

    @property
    def worst(self) -> NodePressure | None:
        """Node of lowest pressure; None where nothing is demanded."""
        return self.nodes[0] if self.nodes else None


def open_network(path: Path) -> Any:
    """Wntr's model of an EPANET input file.

    Raises
    ------
    InstanceFormatError
        The file cannot be read; names what EPANET's reader says.
    SolverUnavailableError
        wntr is not installed.
    """
    try:
        import wntr
    except ImportError as error:
        message = phrase("reading-epanet-files-needs-the-package-wntr")
        raise SolverUnavailableError(message) from error
    original, report = read_text(path), FaultReport()
    for line, word in misread_numbers(original):
        report.add(path, line, phrase("is-no-number-here", word=word[:40]))
    report.require()
    text = as_wntr_reads_it(original)
    with tempfile.TemporaryDirectory(prefix="infraplan-") as folder:
        copy = Path(folder) / path.name
        copy.write_text(text, encoding="utf-8")
        try:
            network = wntr.network.WaterNetworkModel(str(copy))
        except Exception as error:  # the reader raises whatever its parts raise
            said = _said(error, str(copy), path.name)
            message = phrase("is-no-epanet-input-file", error=said)
            raise one_fault(path, 0, message) from error
    kinds = (network.junction_name_list, network.reservoir_name_list, network.tank_name_list)
    counted = Counter(name for names in kinds for name in names)
    twice = [name for name, count in counted.items() if count > 1]
    if twice:
        raise one_fault(path, 0, phrase("two-nodes-have-the-same-name", twice=listed(twice)))
    return network


def _said(error: Exception, copy: str, name: str) -> Phrase:
    """What the reader says: EPANET's own errors with their cause, else that it cannot read on.

    The path of the `copy` that was read stands in it as the file's `name`.
    """
    words = _UNFILLED.sub("", str(error).replace(copy, name))
    if not type(error).__module__.startswith("wntr"):
        return phrase("its-reader-stops", kind=type(error).__name__, error=words)
    if error.__cause__ is not None:
        cause = _UNFILLED.sub("", str(error.__cause__).replace(copy, name))
        words = str(phrase("epanet-cause", words=words, cause=cause))
    return pair(words, _in_chinese(words))


def _in_chinese(words: str) -> str:
    """The last error of `words` by its number in EPANET's manual, what it is about, and its line.

    An error of the file as a whole stands before the one that it comes of.
    """
    numbered = list(_NUMBERED.finditer(words))
    if not numbered:
        return words
    found = numbered[-1]
    known = entries("epanet")
    told = known.get(found["number"], known["other"]).chinese
    rest = words[found.end() :]
    quoted, bracketed = re.findall(r"'([^']*)'", rest), re.findall(r"\[(.*)\]", rest)
    about = next(iter([*quoted[-1:], *bracketed]), "")
    line = re.search(r"at line (\d+)", rest)
    return phrase(
        "epanet-error",
        told=told,
        number=found["number"],
        about=phrase("epanet-about", about=about) if about else "",
        line="" if line is None else phrase("epanet-line", line=line[1]),
    ).zh


def demand_of(network: Any, junction: Any) -> tuple[float, float]:
    """Demand of a junction, m3/s: its average over the patterns' cycles, and its largest.

    EPANET demands the sum over categories of base demand x pattern, times the demand multiplier of
    the options. A category without a pattern takes the default pattern, where there is one of that
    name. The largest is that of the categories together where their patterns have one length, else
    the sum of their largest.
    """
    series = []
    default = network.options.hydraulic.pattern
    for category in junction.demand_timeseries_list:
        name = category.pattern_name or default
        known = name is not None and str(name) in network.pattern_name_list
        multipliers = network.get_pattern(str(name)).multipliers if known else (1.0,)
        series.append([category.base_value * float(factor) for factor in multipliers] or [0.0])
    times = float(network.options.hydraulic.demand_multiplier)
    average = sum(sum(values) / len(values) for values in series)
    lengths = {len(values) for values in series if len(set(values)) > 1}
    if len(lengths) == 1:
        length = lengths.pop()
        together = [sum(v[i] if len(v) == length else v[0] for v in series) for i in range(length)]
        return times * average, times * max(together)
    return times * average, times * sum(max(values) for values in series)


def check_pressures(
    path: Path, min_pressure: float, diameters: Mapping[str, float] | None = None
) -> HydraulicCheck:
    """Simulate the network of `path` and compare the pressures of its demand nodes.

    Parameters
    ----------
    path
        EPANET input file.
    min_pressure
        Least pressure at every junction with demand, metres.
    diameters
        Other diameters by pipe, millimetres.

    Raises
    ------
    InstanceFormatError
        The file, a pipe or a diameter is unknown, or EPANET cannot simulate the network.
    """
    network = open_network(path)
    import wntr

    for name, diameter in (diameters or {}).items():
        if name not in network.pipe_name_list:
            raise one_fault(path, 0, phrase("the-network-has-no-pipe", name=name))
        if not diameter > 0.0:
            raise one_fault(
                path, 0, phrase("pipe-has-a-diameter-of-mm", name=name, diameter=diameter)
            )
        network.get_link(name).diameter = diameter / 1000.0
    with tempfile.TemporaryDirectory(prefix="infraplan-") as folder:
        try:
            results = wntr.sim.EpanetSimulator(network).run_sim(
                file_prefix=str(Path(folder) / "run")
            )
        except Exception as error:  # EPANET's own errors, of many kinds
            raise one_fault(
                path, 0, phrase("epanet-cannot-simulate-it", error=_said(error, folder, ""))
            ) from error
    pressure = results.node["pressure"]
    nodes = []
    for name, junction in network.junctions():
        if demand_of(network, junction)[1] > 0.0:
            lowest = pressure[name].idxmin()
            nodes.append(NodePressure(name, float(pressure[name].loc[lowest]), lowest / 3600.0))
    nodes.sort(key=lambda node: (node.pressure, node.node))
    return HydraulicCheck(min_pressure, tuple(nodes))


def read_diameters(path: Path) -> dict[str, float]:
    """Diameters in millimetres by pipe from a CSV with the columns `pipe` and `diameter_mm`.

    `diameter_in` (inches) may stand for the latter.
    """
    report = FaultReport()
    found: dict[str, float] = {}
    for number, written, diameter, pipe in diameter_rows(path, PIPE, report):
        if not pipe or diameter is None:
            message = phrase("is-not-a-diameter-columns-are-pipe-and", cell=written)
            report.add(path, number, message)
        elif pipe in found:
            report.add(path, number, phrase("pipe-stands-twice", name=pipe))
        else:
            found[pipe] = diameter
    report.require()
    return found
