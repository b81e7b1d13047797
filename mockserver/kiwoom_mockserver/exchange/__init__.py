"""The exchange and its ledger: pure, deterministic, integers only.

Commands go in, events come out. Nothing here knows a field name of the API, reads a clock or draws a random number.
Won, shares and grams are integers, an index is in hundredths of a point, times are microseconds since 1970, and days
are numbers such as ``20261123``.
"""
