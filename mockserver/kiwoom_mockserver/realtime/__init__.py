"""The realtime WebSocket API without sockets: the session protocol, the publisher and the 19 realtime types."""
