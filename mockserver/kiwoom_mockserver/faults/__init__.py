"""Fault injection: how the faults of a world change calls, orders and frames."""
