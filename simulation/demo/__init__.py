"""A made-up register of real communes: what a newcomer sees first. No person in it exists."""
