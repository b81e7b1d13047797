"""The admin API in Python: what a test controls in a world (clock, market, orders, customers, faults), without HTTP."""
