"""Repeated solves: a list of instances to solve, in this process or several, and a journal."""
