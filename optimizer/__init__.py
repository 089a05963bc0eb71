"""Everything that finds, checks, explains and shows a plan."""
