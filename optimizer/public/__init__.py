"""Infraplan: which transport, water and energy projects a region builds, when, with whose money."""

__version__ = "0.2.0"
