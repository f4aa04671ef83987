"""Back-tests: what another rulebook would have shown over a period, day by day."""
