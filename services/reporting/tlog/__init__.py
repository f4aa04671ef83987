"""The copy of every store's Merkle log, made of what reporting itself has read."""
