"""Exact discrete network design with user equilibrium."""
