"""Large relaxations taken apart: orders as closures of a graph, all other rows in a master."""
