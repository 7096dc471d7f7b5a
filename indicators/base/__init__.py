"""La base DuckDB : construite d’une fonction des fichiers, lue seulement, interrogée par sujet. Le seul SQL."""
