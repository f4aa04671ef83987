"""`python -m services.sponsorship web|mover|consume|rebuild`."""

import sys

from services.sponsorship.app import SERVICE
from shared.run import main

if __name__ == "__main__":
    sys.exit(main(SERVICE, sys.argv[1:]))
