"""The exchange and the ledger: pure, deterministic, integers only.

Commands go in, events come out; it knows no wire name, no clock and no source of chance. Won, shares and grams are
integers, an index is in hundredths of a point, moments are microseconds since 1970 and days are ``20261123``.
"""
