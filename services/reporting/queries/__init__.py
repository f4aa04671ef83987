"""Reads: findings, areas and people as of any three times."""
