"""The subscriptions of one world: its logged-in sessions, and who gets the frames of which type and item.

The publisher asks which pairs of type and item somebody registered, and makes one frame for each, however many
sessions get it.
"""

from __future__ import annotations

from collections.abc import Iterable

from kiwoom_mockserver.broker.subscriber import Subscriber
from kiwoom_mockserver.broker.subscription_groups import Pair, code_of

Audience = dict[Subscriber, None]
"""Sessions in the order in which they registered, which is the order in which they get a frame."""


class Subscriptions:
    """The sessions of one world, indexed by what they registered."""

    def __init__(self) -> None:
        self._audiences: dict[Pair, Audience] = {}
        self._items: dict[str, dict[str, dict[str, None]]] = {}
        """The registered items by plain instrument code and type: ``005930`` and ``005930_NX`` have one book.

        An event names the plain code. With this index it costs nothing where nobody registered the instrument.
        """
        self._by_key: dict[str, Audience] = {}
        """The sessions that are logged in, by app key."""
        self.searching: Audience = {}
        """Sessions with a live condition search."""

    def add(self, session: Subscriber, appkey: str, accounts: tuple[str, ...], *, ends_older: bool = True) -> None:
        """Add a session that has logged in with an app key, for the accounts of its customer.

        With ``ends_older`` an older session of the same app key gets R10001 and is ended (seen in production).
        """
        for older in list(self._by_key.get(appkey, ())) if ends_older else ():
            if older is not session:
                self.remove(older)
                older.end("R10001")
        session.appkey, session.accounts = appkey, accounts
        # A session that logs in again, to another world, brings along what it has registered.
        for pair in session.subscription_groups:
            self._add_pair(session, pair)
        self._by_key.setdefault(appkey, {})[session] = None
        self._update_searching(session)

    def follow_changes(self, session: Subscriber) -> None:
        """Follow what a session has registered, removed or searched since the last call."""
        self._update_searching(session)
        for pair, is_registered in session.subscription_groups.take_changes():
            if is_registered:
                self._add_pair(session, pair)
            else:
                self._remove_pair(session, pair)

    def remove(self, session: Subscriber) -> bool:
        """Remove a session that has ended or has logged in to another world; return whether it was still here."""
        for pair in session.subscription_groups:
            self._remove_pair(session, pair)
        self.searching.pop(session, None)
        of_key = self._by_key.get(session.appkey, {})
        is_here = session in of_key
        of_key.pop(session, None)
        if not of_key:
            self._by_key.pop(session.appkey, None)
        return is_here

    def _update_searching(self, session: Subscriber) -> None:
        if session.searches:
            self.searching[session] = None
        else:
            self.searching.pop(session, None)

    def _add_pair(self, session: Subscriber, pair: Pair) -> None:
        audience = self._audiences.get(pair)
        if audience is not None:
            audience[session] = None
            return
        self._audiences[pair] = {session: None}
        type_, item = pair
        self._items.setdefault(code_of(item), {}).setdefault(type_, {})[item] = None

    def _remove_pair(self, session: Subscriber, pair: Pair) -> None:
        audience = self._audiences.get(pair)
        if audience is None:
            return
        audience.pop(session, None)
        if not audience:
            del self._audiences[pair]
            self._remove_item(*pair)

    def _remove_item(self, type_: str, item: str) -> None:
        code = code_of(item)
        items_by_type = self._items[code]
        del items_by_type[type_][item]
        if not items_by_type[type_]:
            del items_by_type[type_]
        if not items_by_type:
            del self._items[code]

    def audience(self, pair: Pair) -> list[Subscriber]:
        """Return the sessions that registered a pair, in the order in which they did."""
        return list(self._audiences.get(pair, ()))

    def matching(self, code: str, types: Iterable[str]) -> list[Pair]:
        """Return the registered pairs of some types whose item names an instrument, given by its plain code."""
        items_by_type = self._items.get(code)
        if items_by_type is None:
            return []
        return [(type_, item) for type_ in types if type_ in items_by_type for item in items_by_type[type_]]

    @property
    def is_empty(self) -> bool:
        """Whether no session is logged in."""
        return not self._by_key

    @property
    def sessions(self) -> list[Subscriber]:
        """All sessions that are logged in."""
        return [session for of_key in self._by_key.values() for session in of_key]
