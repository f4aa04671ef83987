"""Sponsorship: who helps which household, and what they do there.

Owns sponsors, their assignments with visits, pledges and difficulties, and production models.
Streams: `sponsor-<uuid>`, `assignment-<uuid>`, `model-<uuid>`. Topic: `sponsorship.events`.
Never decides who is poor, and never touches a loan.
"""
