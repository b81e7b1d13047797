"""Rate limits: windows of one second for each app key, and a limit on asking for the same page again and again."""

from __future__ import annotations

from msgspec import Struct

from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.profiles import Profile
from kiwoom_mockserver.world.kst import SECOND

SAME_PAGE_LIMIT = 10
"""How many times in a row an app key may ask for the same page of a list (assumed)."""


class Window(Struct):
    """The current second of one app key on one API, on one path or overall, with the requests in it."""

    opened: int
    """Microseconds of the world's clock."""
    requests: int = 0


class PageRequests(Struct):
    """The page of a list that an app key asked for last, and how many times in a row."""

    api_id: str
    next_key: str
    times: int = 0


class RateLimiter(Struct):
    """The recent requests of all app keys of one world."""

    windows: dict[str, Window] = {}
    """The window of each app key, and of each app key with an API id or a path after a space."""
    pages: dict[str, PageRequests] = {}
    """By app key."""

    def admit(self, profile: Profile, appkey: str, api_id: str, path: str, now: int) -> None:
        """Count a request, unless one of its windows is full. A window opens with its first request.

        ``now`` is the world's clock in microseconds. Raises ApiError 1700 for the window of the API, 1702 for that of
        its path, 1701 for that of the app key; a request that is refused counts in none of them.
        """
        limit = profile.requests_per_second
        group = profile.requests_per_second_of_group
        total = profile.requests_per_second_in_all
        if not (limit or group or total):
            return
        # All windows are checked before any counts, so that a refused request leaves no trace.
        windows = (
            self._open_window(f"{appkey} {api_id}", limit, now, ("1700", str(limit), api_id)),
            self._open_window(f"{appkey} {path}", group, now, ("1702", str(group), api_id)),
            self._open_window(appkey, total, now, ("1701", str(total))),
        )
        for window in windows:
            if window is not None:
                window.requests += 1

    def _open_window(self, name: str, limit: int, now: int, error: tuple[str, ...]) -> Window | None:
        """Return the window that is open now, or None where there is no limit; raise the error if it is full."""
        if not limit:
            return None
        window = self.windows.get(name)
        if window is None or now >= window.opened + SECOND:
            window = self.windows[name] = Window(now)
        if window.requests >= limit:
            raise ApiError(*error)
        return window

    def count_page(self, appkey: str, api_id: str, next_key: str) -> None:
        """Count a request for a page; another page, or a request without ``next_key``, starts the count again.

        Raises ApiError 1687 for a page that is asked for more than ``SAME_PAGE_LIMIT`` times in a row.
        """
        if not next_key:
            if self.pages:
                self.pages.pop(appkey, None)
            return
        page = self.pages.get(appkey)
        if page is None or page.api_id != api_id or page.next_key != next_key:
            page = self.pages[appkey] = PageRequests(api_id, next_key)
        page.times += 1
        if page.times > SAME_PAGE_LIMIT:
            raise ApiError("1687", api_id)
