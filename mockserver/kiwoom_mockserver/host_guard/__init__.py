"""Keeps tests off the hosts of the real broker: patches of what resolves and connects, and a policy that refuses."""
