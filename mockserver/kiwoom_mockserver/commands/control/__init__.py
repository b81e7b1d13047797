"""The commands ``kiwoom-mockserver control``: the control API for the shell. They print JSON."""

from kiwoom_mockserver.commands.control import clock, customers, faults, journal, market, orders, stubs, worlds
from kiwoom_mockserver.commands.control.root import control

__all__ = ["clock", "control", "customers", "faults", "journal", "market", "orders", "stubs", "worlds"]
