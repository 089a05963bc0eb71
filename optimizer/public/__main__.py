"""`python -m infraplan`: the command line."""

from infraplan.optimizer.cli.entry_point import run

run()
