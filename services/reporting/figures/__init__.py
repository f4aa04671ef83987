"""Counts and sums of an area, a model or a reviewer, from what each household adds. Pure."""
