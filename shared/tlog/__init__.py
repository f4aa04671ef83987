"""The Merkle log over a store's positions, its heads, and the signed checkpoints of both."""
