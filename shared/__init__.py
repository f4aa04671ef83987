"""What all services do the same way."""
