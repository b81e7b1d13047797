"""Hypothesis strategies from the catalogue. Hypothesis is imported nowhere else but in the lifecycle of orders.

It comes with the extra ``kiwoom-mockserver[pytest]``.
"""

from kiwoom_contracts.strategies.orders import OrderStep, order_flows
from kiwoom_contracts.strategies.registrations import registrations
from kiwoom_contracts.strategies.requests import Broken, broken_requests, requests
from kiwoom_contracts.strategies.scenarios import scenario_files

__all__ = ["Broken", "OrderStep", "broken_requests", "order_flows", "registrations", "requests", "scenario_files"]
