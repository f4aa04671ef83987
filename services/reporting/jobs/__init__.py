"""Long work of people and auditors: replays and back-tests, from the queue that services share."""
