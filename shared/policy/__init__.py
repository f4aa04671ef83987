"""Dated policy: programmes, standards, and the pure predicates that precheck and rules share."""
