"""Ce qu'Alembic exécute : les migrations, dans la connexion et la transaction que `magasin.py` lui donne.

Une migration interrompue ne laisse rien : SQLite et PostgreSQL savent tous deux annuler un changement de schéma.
"""

from alembic import context

from indicators.suivi.tables import METADATA

context.configure(
    connection=context.config.attributes["connexion"],
    target_metadata=METADATA,
    transactional_ddl=False,  # la transaction est celle de l'appelant, qui la valide ou l'annule en entier
)
context.run_migrations()
