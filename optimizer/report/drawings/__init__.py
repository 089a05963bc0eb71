"""Drawings of plans as SVG: pure functions from data to text, for page, paper and workbench."""
