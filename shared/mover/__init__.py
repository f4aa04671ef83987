"""Gives committed events their positions and carries them to the log."""
