"""REST handlers by menu family. A handler turns a validated body into a command or a query, and gives back values."""
