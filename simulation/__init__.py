"""A synthetic province with the truth about it: what the rules must find, and must not."""
