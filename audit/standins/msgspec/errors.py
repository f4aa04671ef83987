"""What is raised where a value does not fit its type."""


class MsgspecError(ValueError):
    """Anything that went wrong here."""


class DecodeError(MsgspecError):
    """Bytes that are no JSON."""


class ValidationError(DecodeError):
    """A value of another type than was declared."""
