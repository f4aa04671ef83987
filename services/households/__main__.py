"""`python -m services.households web|mover|consume|rebuild`."""

import sys

from services.households.app import SERVICE
from shared.run import main

if __name__ == "__main__":
    sys.exit(main(SERVICE, sys.argv[1:]))
