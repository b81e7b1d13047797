"""The wire without sockets: a checked request becomes a command, events and ledger become an answer."""
