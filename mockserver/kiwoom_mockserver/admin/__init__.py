"""The admin API in Python: what a test does to a world (clock, market, orders, customers, faults), without HTTP."""
