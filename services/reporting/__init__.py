"""Owns the findings: which loans look misused, which cases have stopped moving, and why.

Its own streams are decisions on findings and pauses of clocks (`reporting.events`). Everything
else it shows is folded from the four topics and can be thrown away and rebuilt. It never judges
on when an event arrived, holds no names, and writes to no other service.
"""
