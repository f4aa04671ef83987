"""What is raised where a signature is wrong."""


class InvalidSignature(Exception):  # noqa: N818 - as the library names it
    """The signature is not the key's over these bytes."""
