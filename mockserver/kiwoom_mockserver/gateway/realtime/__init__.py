"""The realtime half of the wire: sessions, registrations, and what each type says of the world."""
