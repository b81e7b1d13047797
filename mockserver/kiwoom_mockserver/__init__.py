"""A fake Kiwoom broker: stateful simulator, standalone server and pytest fixture.

The names in ``__all__`` are the public API; :mod:`kiwoom_mockserver.control` is the other public module. All else
is private and may change between versions. A name is imported when it is first used, because pytest imports this
package in every test run of everyone who has it installed.
"""

from __future__ import annotations

from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiwoom_mockserver.admin.config import WorldConfig
    from kiwoom_mockserver.admin.mock_world import MockWorld
    from kiwoom_mockserver.admin.option_parsing import world_config
    from kiwoom_mockserver.admin.registry import WorldRegistry
    from kiwoom_mockserver.broker.checkpoint import Checkpoint
    from kiwoom_mockserver.broker.fault_filter import Filter
    from kiwoom_mockserver.broker.fault_rules import Fault
    from kiwoom_mockserver.broker.journal import JournalEntry, JournalError
    from kiwoom_mockserver.broker.profiles import MOCKAPI, OPEN, PRODUCTION, Profile
    from kiwoom_mockserver.card_targets import record_mock
    from kiwoom_mockserver.control.client import Control
    from kiwoom_mockserver.dispatch.coverage import coverage
    from kiwoom_mockserver.dispatch.stub_answers import StubPage, StubRequest
    from kiwoom_mockserver.server.app import asgi_app
    from kiwoom_mockserver.server.mock_server import MockServer

    __version__: str

__all__ = [
    "MOCKAPI",
    "OPEN",
    "PRODUCTION",
    "Checkpoint",
    "Control",
    "Fault",
    "Filter",
    "JournalEntry",
    "JournalError",
    "MockServer",
    "MockWorld",
    "Profile",
    "StubPage",
    "StubRequest",
    "WorldConfig",
    "WorldRegistry",
    "__version__",
    "asgi_app",
    "coverage",
    "record_mock",
    "world_config",
]

_HOMES = {
    "MOCKAPI": "broker.profiles",
    "OPEN": "broker.profiles",
    "PRODUCTION": "broker.profiles",
    "Checkpoint": "broker.checkpoint",
    "Control": "control.client",
    "Fault": "broker.fault_rules",
    "Filter": "broker.fault_filter",
    "JournalEntry": "broker.journal",
    "JournalError": "broker.journal",
    "MockServer": "server.mock_server",
    "MockWorld": "admin.mock_world",
    "Profile": "broker.profiles",
    "StubPage": "dispatch.stub_answers",
    "StubRequest": "dispatch.stub_answers",
    "WorldConfig": "admin.config",
    "WorldRegistry": "admin.registry",
    "asgi_app": "server.app",
    "coverage": "dispatch.coverage",
    "record_mock": "card_targets",
    "world_config": "admin.option_parsing",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return metadata.version("kiwoom-mockserver")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value  # the next look-up does not come here
    return value
