"""What differs between two points in the three times, and which events make it differ."""
