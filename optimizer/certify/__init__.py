"""Certificates: a model in plain text, and a proof of its bound that needs no solver to check."""
