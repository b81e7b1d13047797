"""Who listens to what in one world, and what they are told when something happens.

An event of the exchange touches pairs of type and item. Each pair that somebody has registered becomes one row, made
and encoded once however many listen. A command's events are told together, after its answer has left.
"""

from __future__ import annotations

from collections.abc import Iterable

from kiwoom_mockserver.broker.subscriber import Subscriber
from kiwoom_mockserver.broker.subscription_groups import Pair, code_of

Audience = dict[Subscriber, None]
"""Sessions in the order in which they registered."""


class Subscriptions:
    """The listeners of one world."""

    def __init__(self) -> None:
        self._audiences: dict[Pair, Audience] = {}
        self._labels: dict[str, dict[str, dict[str, None]]] = {}
        """The items under which an instrument is registered, by plain code and type: one book has several labels."""
        self._by_key: dict[str, Subscriber] = {}
        self.searching: Audience = {}
        """Sessions with a live condition search."""

    def add(self, session: Subscriber, appkey: str, accounts: tuple[str, ...]) -> None:
        """A session is logged in for a customer's accounts. An older one of the same app key is told so and goes."""
        older = self._by_key.get(appkey)
        if older is not None and older is not session:
            self.remove(older)
            older.end("R10001")
        session.appkey, session.accounts = appkey, accounts
        for pair in session.subscription_groups:
            self._remember(session, pair)
        self._by_key[appkey] = session
        self._follow_search(session)

    def refresh(self, session: Subscriber) -> None:
        """Take over what a session has registered since it was asked last, and whether it searches."""
        self._follow_search(session)
        for pair, is_there in session.subscription_groups.changes():
            if is_there:
                self._remember(session, pair)
            else:
                self._forget(session, pair)

    def remove(self, session: Subscriber) -> None:
        """A session is gone."""
        for pair in session.subscription_groups:
            self._forget(session, pair)
        self.searching.pop(session, None)
        if self._by_key.get(session.appkey) is session:
            del self._by_key[session.appkey]

    def _follow_search(self, session: Subscriber) -> None:
        if session.searches:
            self.searching[session] = None
        else:
            self.searching.pop(session, None)

    def _remember(self, session: Subscriber, pair: Pair) -> None:
        kind, item = pair
        self._audiences.setdefault(pair, {})[session] = None
        self._labels.setdefault(code_of(item), {}).setdefault(kind, {})[item] = None

    def _forget(self, session: Subscriber, pair: Pair) -> None:
        audience = self._audiences.get(pair)
        if audience is None:
            return
        audience.pop(session, None)
        if not audience:
            del self._audiences[pair]
            self._take_label(*pair)

    def _take_label(self, kind: str, item: str) -> None:
        code = code_of(item)
        kinds = self._labels[code]
        del kinds[kind][item]
        if not kinds[kind]:
            del kinds[kind]
        if not kinds:
            del self._labels[code]

    def audience(self, pair: Pair) -> list[Subscriber]:
        """Who has registered a pair."""
        return list(self._audiences.get(pair, ()))

    def matching(self, code: str, kinds: Iterable[str]) -> list[Pair]:
        """What somebody has registered of some types of an instrument, given by its plain code."""
        labels = self._labels.get(code)
        return [] if labels is None else [(kind, item) for kind in kinds if kind in labels for item in labels[kind]]

    @property
    def is_empty(self) -> bool:
        """Whether nobody is logged in."""
        return not self._by_key

    @property
    def sessions(self) -> list[Subscriber]:
        """Everyone who is logged in."""
        return list(self._by_key.values())
