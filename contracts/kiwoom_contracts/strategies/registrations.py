"""Sequences of REG and REMOVE frames over the WebSocket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kiwoom_contracts import catalogue

RegistrationFrame = dict[str, Any]

_CODES = ("005930", "000660", "035720", "")


def registrations(codes: Sequence[str] = _CODES, *, most: int = 20) -> SearchStrategy[list[RegistrationFrame]]:
    """Strategy of sequences of up to ``most`` frames that register items of all types in a few groups, and remove them.

    Every frame is valid. A removed item need not have been registered.
    """
    kinds = st.lists(st.sampled_from(list(catalogue.realtime())), min_size=1, max_size=4, unique=True)
    items = st.lists(st.sampled_from(list(codes)), min_size=1, max_size=3, unique=True)
    data = st.lists(st.fixed_dictionaries({"item": items, "type": kinds}), min_size=1, max_size=2)
    groups = st.sampled_from(["1", "2", "0003"])
    common = {"grp_no": groups, "data": data}
    refresh = st.sampled_from(["1", "1", "0"])
    registering = st.fixed_dictionaries({"trnm": st.just("REG"), "refresh": refresh, **common})
    removing = st.fixed_dictionaries({"trnm": st.just("REMOVE"), **common})
    return st.lists(registering | removing, min_size=1, max_size=most)
