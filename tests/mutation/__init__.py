"""Slips planted in the pure core one by one, in memory, and whether the unit tests see them.

`python -m tests.mutation --seed 7 --sample 200` plants a sample. `slips` and `kinds` say what
may be slipped, `tier` runs the unit tests on it in a process split off, `covering` knows which test
enters which function, `kept` what was told before and which slips are equal, `run` goes through a
sample.
"""
