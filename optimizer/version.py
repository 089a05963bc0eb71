"""Version of the product."""

__version__ = "0.2.0"
