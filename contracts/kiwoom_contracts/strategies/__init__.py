"""Hypothesis strategies made from the catalogue.

Hypothesis is installed with the extra ``kiwoom-mockserver[pytest]``. Only this package and the order lifecycle use it.
"""

from kiwoom_contracts.strategies.orders import OrderStep, order_flows
from kiwoom_contracts.strategies.registrations import registrations
from kiwoom_contracts.strategies.requests import InvalidRequest, broken_requests, requests
from kiwoom_contracts.strategies.scenarios import scenario_files

__all__ = [
    "InvalidRequest",
    "OrderStep",
    "broken_requests",
    "order_flows",
    "registrations",
    "requests",
    "scenario_files",
]
