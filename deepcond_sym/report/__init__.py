"""The faces of a run: the table in the terminal, the report folder, the web page, the LaTeX document."""
