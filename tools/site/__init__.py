"""The documentation site: pages of docs, and pages made from rules, docstrings, schema and runs."""
