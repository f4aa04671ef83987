"""Stands in for the library, as far as signatures are verified: see `audit.ed25519`."""
