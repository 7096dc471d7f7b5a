"""Ce que les gens écrivent : états des engagements, séances et décisions, évaluation, actions, cohortes, programmation.

Un seul magasin (`magasin.py`), jamais mêlé à la base des chiffres : SQLite par défaut, PostgreSQL par un réglage.
"""
