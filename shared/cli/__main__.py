"""`python -m shared.cli` is `giamngheo`."""

import sys

from shared.cli import main

sys.exit(main())
