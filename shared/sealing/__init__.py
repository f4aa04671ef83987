"""Personal data: sealed under a key of the person, so that destroying the key erases it."""

from shared.sealing.keyring import Keyring, Keys, open_keyring

__all__ = ["Keyring", "Keys", "open_keyring"]
