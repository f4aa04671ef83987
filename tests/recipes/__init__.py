"""Recipes of CONTRIBUTING.md, each done on a copy of the tree."""
