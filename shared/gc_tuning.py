"""The garbage collector of a process that lives long: what it has loaded is there to stay."""

import gc

MANY = 10_000
"""So many new objects are looked through at once; the default of 700 costs readers a tenth."""


def settle() -> None:
    """Leave out what is loaded by now when garbage is looked for; before workers are forked."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(MANY, 10, 10)
