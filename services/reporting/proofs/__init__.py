"""Proofs of findings that verify without the server."""
