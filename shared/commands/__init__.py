"""Commands: load, fold, decide, append, answer; one at a time or many at once."""
