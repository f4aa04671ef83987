"""From a dossier to findings: intervals, the days they cut through, and who may see them. Pure."""
