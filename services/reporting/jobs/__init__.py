"""Long work as rows: replays and back-tests."""
