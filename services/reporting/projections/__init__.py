"""The views: tables that are folds of the log only, and can be rebuilt from it byte for byte."""
