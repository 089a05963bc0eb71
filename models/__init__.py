"""What a plan and its answer are: the problem domain, without solvers and files."""
