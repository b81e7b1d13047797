"""The control API: what fixtures do to a world, over HTTP."""
