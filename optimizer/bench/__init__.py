"""Measuring solves side by side: the product, its program alone, models by hand, a greedy."""
