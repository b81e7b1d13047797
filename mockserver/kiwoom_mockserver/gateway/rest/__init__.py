"""REST by menu family. A handler turns a checked body into a command, and what came of it into meanings."""
