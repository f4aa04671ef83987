"""Reading the log once: each event's effect on a view happens one time, in its key's order."""
