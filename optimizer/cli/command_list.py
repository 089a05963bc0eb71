"""The commands: name, where each lies, and its line in `infraplan --help`.

The list is plain data, so that the help page and the choice of a command import none of them: a
command brings numba, scipy and pandas only when it is the one that is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class CommandEntry:
    """One command: a function of a module of `infraplan.optimizer.cli`, or a group of commands.

    `help` is the first line of the function's docstring, word for word (a test compares them).
    """

    module: str
    attribute: str
    help: str


COMMANDS: Mapping[str, CommandEntry] = MappingProxyType(
    {
        "demo": CommandEntry(
            "solve_commands",
            "demo",
            "Solve a real instance that ships with the project, and say where its report lies.",
        ),
        "solve": CommandEntry(
            "solve_commands",
            "solve",
            "Find the phased portfolio of greatest value, prove it, verify it and write the run.",
        ),
        "serve": CommandEntry(
            "serve_commands",
            "serve",
            "Open the workbench in the browser: edit, solve, compare, explain, approve, export.",
        ),
        "new": CommandEntry(
            "instance_commands",
            "new",
            "Make a template with a small worked example that solves.",
        ),
        "validate": CommandEntry(
            "instance_commands",
            "validate",
            "List everything that is wrong or doubtful, with file, sheet, row and column.",
        ),
        "convert": CommandEntry(
            "instance_commands",
            "convert",
            "Convert an instance between folder, workbook and JSON without loss; restate its "
            "money.",
        ),
        "merge": CommandEntry(
            "merge_commands",
            "merge",
            "Join the files of several departments into one instance; tell conflicts cell by cell.",
        ),
        "import": CommandEntry(
            "import_commands",
            "app",
            "Make an instance of a problem in a foreign format.",
        ),
        "map": CommandEntry(
            "map_commands",
            "map_table",
            "Propose the map of a foreign table, and show what it reads before anything is "
            "written.",
        ),
        "generate": CommandEntry(
            "generate_commands",
            "generate",
            "Make up an instance of any size, drawn from distributions of real plans.",
        ),
        "bench": CommandEntry(
            "bench_commands",
            "bench",
            "Measure the product beside its program alone, models written by hand and a greedy.",
        ),
        "hydraulics": CommandEntry(
            "import_commands",
            "hydraulics",
            "Say whether a water design keeps the pressure asked for, as EPANET computes it.",
        ),
        "estimate": CommandEntry(
            "instance_commands",
            "estimate",
            "Fill gaps from the estimating library, marked, and list the estimates that weigh "
            "most.",
        ),
        "schema": CommandEntry(
            "instance_commands",
            "schema",
            "Print the JSON Schema of the settings and of every table.",
        ),
        "roll": CommandEntry(
            "roll_commands",
            "roll",
            "Make next year's instance: what is finished stands, what is begun is committed.",
        ),
        "explain": CommandEntry(
            "explain_commands",
            "explain",
            "Say why projects are in or out, what the other way costs, and what would turn it.",
        ),
        "frontier": CommandEntry(
            "sweep_commands",
            "frontier",
            "Find what value each amount of money, debt or output allows, each point a verified "
            "run.",
        ),
        "rank": CommandEntry(
            "rank_commands",
            "rank_projects",
            "Put projects in one order for rising budgets, and say what the order loses at each.",
        ),
        "sweep": CommandEntry(
            "sweep_commands",
            "sweep",
            "Solve an instance under its scenarios, and say what each plan is worth under the "
            "others.",
        ),
        "replan": CommandEntry(
            "replan_commands",
            "replan",
            "Find the new plan that moves least of the one in force at a given loss, or loses "
            "least.",
        ),
        "alternatives": CommandEntry(
            "alternatives_commands",
            "alternatives",
            "Find plans worth nearly as much as a run's that differ most, each proven and "
            "verified.",
        ),
        "move-money": CommandEntry(
            "move_money_commands",
            "move",
            "Say what it is worth to have the same money in other years, proven, by fund and year.",
        ),
        "value-shares": CommandEntry(
            "value_share_commands",
            "value_shares",
            "Share a run's value out over its projects so that shares add up; flag double "
            "counting.",
        ),
        "state": CommandEntry(
            "state_commands",
            "state",
            "Declare a run submitted, approved or adopted, with name and reason; an adopted one "
            "stays.",
        ),
        "robust": CommandEntry(
            "robust_commands",
            "robust",
            "Say which projects survive the doubt of the figures, and which figures to find out.",
        ),
        "sign": CommandEntry(
            "sign_commands",
            "sign",
            "Sign a run that is verified with a key; verify --signature then sees every change.",
        ),
        "verify": CommandEntry(
            "run_commands",
            "verify",
            "Check a run again from its files alone; exit code 7 names each broken law.",
        ),
        "show": CommandEntry("run_commands", "show", "Show a run in the terminal."),
        "compare": CommandEntry(
            "compare_commands",
            "compare",
            "Compare runs: questions, projects, phases, money, debt, targets, service, and why.",
        ),
        "export": CommandEntry(
            "run_commands", "export", "Export a run's schedules for other tools."
        ),
        "share": CommandEntry(
            "share_commands",
            "share",
            "Compare ways to share joint projects: what each partner pays, gains, and can afford.",
        ),
        "stress": CommandEntry(
            "stress_commands",
            "stress",
            "Test a finished plan: less revenue, less land money, dearer debt, and all together.",
        ),
        "equilibrium": CommandEntry(
            "equilibrium_commands",
            "equilibrium",
            "Evaluate a plan's roads at user equilibrium, before and with the plan.",
        ),
        "rules": CommandEntry(
            "reference_commands",
            "rules",
            "List rule sets, named bonds and grants, discount schedules, carbon values, with "
            "sources.",
        ),
        "solvers": CommandEntry(
            "reference_commands",
            "solvers",
            "List the solvers that are known, and which of them are installed.",
        ),
    }
)
