"""What an auditor takes home: proofs and papers are verified here, with the system's own rules.

`python3 -m audit.build` puts it, with the rules, into one file that Python runs alone.
"""
