"""`python -m infraplan`: the command line."""

from infraplan.optimizer.cli.main import app

app(prog_name="infraplan")
