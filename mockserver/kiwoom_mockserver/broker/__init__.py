"""The broker: one world with its customers, their app keys and tokens, rate limits, journal and subscriptions."""
