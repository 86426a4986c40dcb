"""Claims of papers, one folder a bib key, each with its formal statement, its proof or its witness, and its mutants."""
