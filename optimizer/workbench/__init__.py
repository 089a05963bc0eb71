"""The workbench: a local web page on which planners open, edit, solve, compare and decide.

An optional extra (`serve`): nothing but the command `infraplan serve` imports it. It decides
nothing itself: what is computed is computed by the product's own commands, each in a process of
its own, and what is shown is read from their files.
"""
