from __future__ import annotations

from kiwoom_reference_client.registrations import MAX_ITEMS, Registrations, registration


def test_a_registration_keeps_what_was_registered_before() -> None:
    assert list(registration("REG", "1", ["005930", "000660"], ["0B", "0D"])) == [
        {
            "trnm": "REG",
            "grp_no": "1",
            "refresh": "1",
            "data": [{"item": ["005930", "000660"], "type": ["0B", "0D"]}],
        }
    ]


def test_what_is_about_no_item_has_an_empty_one() -> None:
    assert list(registration("REMOVE", "2", [], ["00"])) == [
        {"trnm": "REMOVE", "grp_no": "2", "data": [{"item": [""], "type": ["00"]}]}
    ]


def test_many_items_are_registered_in_several_frames() -> None:
    items = [f"{number:06d}" for number in range(2 * MAX_ITEMS + 1)]

    frames = list(registration("REG", "1", items, ["0B"]))

    assert [len(frame["data"][0]["item"]) for frame in frames] == [MAX_ITEMS, MAX_ITEMS, 1]
    assert [item for frame in frames for item in frame["data"][0]["item"]] == items


def test_all_is_registered_again_as_it_was() -> None:
    registrations = Registrations()
    for items, types, group in (
        (["005930", "000660"], ["0B", "0D"], "1"),
        (["035420"], ["0B"], "1"),
        ([], ["00", "04"], "2"),
    ):
        for frame in registration("REG", group, items, types):
            registrations.add(frame)
    for frame in registration("REMOVE", "1", ["000660", "999999"], ["0D"]):
        registrations.remove(frame)

    assert list(registrations.frames()) == [
        {"trnm": "REG", "grp_no": "1", "refresh": "1", "data": [{"item": ["005930"], "type": ["0B", "0D"]}]},
        {"trnm": "REG", "grp_no": "1", "refresh": "1", "data": [{"item": ["000660", "035420"], "type": ["0B"]}]},
        {"trnm": "REG", "grp_no": "2", "refresh": "1", "data": [{"item": [""], "type": ["00", "04"]}]},
    ]


def test_what_was_removed_is_not_registered_again() -> None:
    registrations = Registrations()
    assert not registrations
    for frame in registration("REG", "1", ["005930"], ["0B"]):
        registrations.add(frame)
        assert registrations
    for frame in registration("REMOVE", "1", ["005930"], ["0B"]):
        registrations.remove(frame)

    assert not registrations
    assert list(registrations.frames()) == []
