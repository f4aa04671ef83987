"""Measurements; nothing here runs in the tests."""
