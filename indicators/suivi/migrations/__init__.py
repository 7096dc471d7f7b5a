"""Les versions successives du magasin de suivi (Alembic), lues par `magasin.py`."""
