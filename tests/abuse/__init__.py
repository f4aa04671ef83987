"""The system under abuse: what slow, rude, careless and hostile senders get, and others meanwhile.

`target` (conftest.py) is the system as `make up` runs it, with the log in PostgreSQL instead of
Kafka, seeded with households, loans and assignments. `target.client(role)` asks as an honest
person would; `target.connect()` and `target.raw(…)` speak through a bare socket;
`target.problem_within(…)` passes if a request is refused by a problem document in time and leaves
no event.
"""
