"""Les documents du suivi : le point pour un comité, le relevé de décisions, les priorités d'une commune."""
