"""History told again from another source, beside the live views and never in them."""
