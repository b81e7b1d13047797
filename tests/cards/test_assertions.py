from __future__ import annotations

import pytest

from kiwoom_cards.assertions import CriterionMissed, require


def test_a_missed_criterion_tells_what_was_seen() -> None:
    require(True, "unsaid")
    with pytest.raises(CriterionMissed, match="ord_no is 7"):
        require(False, "ord_no is 7")
