"""Who may do what in each database: what is declared, what is there, and how one becomes other."""
