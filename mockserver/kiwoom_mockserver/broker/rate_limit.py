"""How often an app key may ask: windows of a second, and no page over and over."""

from __future__ import annotations

from msgspec import Struct

from kiwoom_mockserver.broker.errors import ApiError
from kiwoom_mockserver.broker.profiles import Profile
from kiwoom_mockserver.world.kst import SECOND

SAME_PAGE = 10
"""How often in a row one page of a list may be asked for (assumed)."""


class Window(Struct):
    """The current second of one app key: on one API, on one path, or in all."""

    opened: int
    requests: int = 0


class PageRequests(Struct):
    """The page of a list that an app key asked for last, and how often it did."""

    api_id: str
    next_key: str
    times: int = 0


class RateLimiter(Struct):
    """What the app keys of one world asked for lately."""

    windows: dict[str, Window] = {}
    pages: dict[str, PageRequests] = {}

    def admit(self, profile: Profile, appkey: str, api_id: str, path: str, now: int) -> None:
        """Count a request, unless a window is full. A window opens with its first request.

        Raises ApiError 1700 for the window of the API, 1702 for that of its path, 1701 for that of the app key.
        """
        limit = profile.requests_per_second
        group = profile.requests_per_second_of_group
        total = profile.requests_per_second_in_all
        if not (limit or group or total):
            return
        windows = (
            self._window(f"{appkey} {api_id}", limit, now, ("1700", str(limit), api_id)),
            self._window(f"{appkey} {path}", group, now, ("1702", str(group), api_id)),
            self._window(appkey, total, now, ("1701", str(total))),
        )
        for window in windows:
            if window is not None:
                window.requests += 1

    def _window(self, name: str, limit: int, now: int, refusal: tuple[str, ...]) -> Window | None:
        """The window that is open now, with room for one more; None where there is no limit."""
        if not limit:
            return None
        window = self.windows.get(name)
        if window is None or now >= window.opened + SECOND:
            window = self.windows[name] = Window(now)
        if window.requests >= limit:
            raise ApiError(*refusal)
        return window

    def turn(self, appkey: str, api_id: str, next_key: str) -> None:
        """Note which page is asked for; another one, or a request for none, begins anew.

        Raises ApiError 1687 for one that is asked for without end.
        """
        if not next_key:
            if self.pages:
                self.pages.pop(appkey, None)
            return
        page = self.pages.get(appkey)
        if page is None or page.api_id != api_id or page.next_key != next_key:
            page = self.pages[appkey] = PageRequests(api_id, next_key)
        page.times += 1
        if page.times > SAME_PAGE:
            raise ApiError("1687", api_id)
