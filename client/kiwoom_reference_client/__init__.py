"""A typed client for the Kiwoom REST API."""
