"""The command line: parse, call, print, exit code."""

from __future__ import annotations

import typer

from infraplan.optimizer.cli import (
    compare_commands,
    equilibrium_commands,
    import_commands,
    instance_commands,
    run_commands,
    share_commands,
    solve_commands,
    stress_commands,
)
from infraplan.optimizer.cli.help_texts import TranslatedGroup

app = typer.Typer(
    name="infraplan",
    cls=TranslatedGroup,
    help="Decide which transport, water and energy projects a region builds, when, and with whose "
    "money.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("demo")(solve_commands.demo)
app.command("solve")(solve_commands.solve)
app.command("new")(instance_commands.new)
app.command("validate")(instance_commands.validate)
app.command("convert")(instance_commands.convert)
app.add_typer(import_commands.app, name="import")
app.command("hydraulics")(import_commands.hydraulics)
app.command("estimate")(instance_commands.estimate)
app.command("schema")(instance_commands.schema)
app.command("verify")(run_commands.verify)
app.command("show")(run_commands.show)
app.command("compare")(compare_commands.compare)
app.command("export")(run_commands.export)
app.command("share")(share_commands.share)
app.command("stress")(stress_commands.stress)
app.command("equilibrium")(equilibrium_commands.equilibrium)
app.command("rules")(instance_commands.rules)
app.command("solvers")(instance_commands.solvers)


if __name__ == "__main__":
    app()
