"""Sockets: the ASGI app, the process that serves it, and how a world is opened."""
