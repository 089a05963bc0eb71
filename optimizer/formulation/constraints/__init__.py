"""Constraint families, one file each."""
