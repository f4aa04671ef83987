"""The four services of the register: households, loans, sponsorship and reporting."""
