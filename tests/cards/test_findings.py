from __future__ import annotations

import pytest

from kiwoom_contracts.cards.findings import CriterionMissed, demand


def test_a_missed_criterion_tells_what_was_seen() -> None:
    demand(True, "unsaid")
    with pytest.raises(CriterionMissed, match="ord_no is 7"):
        demand(False, "ord_no is 7")
