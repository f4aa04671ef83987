"""What reporting knows of households, loans and findings, as values and pure functions."""
