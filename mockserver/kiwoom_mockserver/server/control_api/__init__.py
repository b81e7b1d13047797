"""The control API: what tests do to a world with the fixture, over HTTP, for any language."""
