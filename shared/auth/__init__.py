"""Who is asking, as the token says, and which areas they may see."""

from shared.auth.caller import Caller
from shared.auth.roles import Role

__all__ = ["Caller", "Role"]
