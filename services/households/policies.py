"""Whenever something happens elsewhere: nothing of it concerns the register of households."""

CONSUMES: tuple[str, ...] = ()
"""The services whose events this one reads."""
