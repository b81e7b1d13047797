"""Scenarios: the initial state and the market script of a world, read from YAML files."""
