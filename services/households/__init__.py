"""Households: who is poor, since when, why, and what was promised to them.

Owns the register of households with their members and places, the reviews and classifications,
exit targets, plan items and supports. Streams: `household-<uuid>`. Topic: `households.events`.
Never decides about money or sponsors, and never stores a name that it could not forget.
"""
