"""What a test or an operator can do to a world from the outside; fixtures and the control API are two faces of it."""
