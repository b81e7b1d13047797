"""The server: the ASGI app, its WebSocket endpoint, and the processes and threads that serve it."""
