"""Roles of loans: `python -m services.loans web|mover|consume|rebuild`."""

import sys

from services.loans.app import SERVICE
from shared.run import main

if __name__ == "__main__":
    sys.exit(main(SERVICE, sys.argv[1:]))
