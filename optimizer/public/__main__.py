"""`python -m infraplan`: the command line."""

from infraplan.optimizer.cli.main import run

run()
