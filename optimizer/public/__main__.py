"""`python -m infraplan`: the command line."""

from infraplan.optimizer.cli.program import run

run()
