"""Commands: load, fold, decide, append, answer; one at a time or many at once.

This is the door: what handles requests for people, over HTTP or from sheets, comes in by it.
"""

from shared.commands.batch import Refused, execute_all
from shared.commands.handler import execute
from shared.commands.request import CommandRequest, History, correlation_of

__all__ = ["CommandRequest", "History", "Refused", "correlation_of", "execute", "execute_all"]
