"""Engines: each finds plans and bounds for the instances that it takes."""
