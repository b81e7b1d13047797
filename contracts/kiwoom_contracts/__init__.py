"""The Kiwoom REST and WebSocket API as data, and what checks itself against it."""
