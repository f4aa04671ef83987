"""The event store: the truth of a service."""
