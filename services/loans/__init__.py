"""Loans: applications, decisions, money paid out and back, checks, and savings-and-credit groups.

Streams `loan-<uuid>` (key: the household) and `group-<uuid>`; topic `loans.events`. Learns
households and confirmed misuse from their topics. It never judges: it tells beforehand which
findings a disbursement would open, and refuses only what cannot have happened.
"""
