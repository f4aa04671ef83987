"""`python -m cli` is `giamngheo`."""

import sys

from cli import main

sys.exit(main())
