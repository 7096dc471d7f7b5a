"""Première version : accès, historique, engagements, séances et décisions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "s0001"
down_revision = None
branch_labels = None
depends_on = None

GRAND = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _trace() -> list[sa.Column[Any]]:
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("moment", sa.DateTime(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("fonction", sa.String(200), nullable=False),
        sa.Column("organisation", sa.String(200), nullable=False),
    ]


def upgrade() -> None:
    """Crée les tables, et les déclencheurs qui empêchent de réécrire l'historique."""
    op.create_table(
        "historique",
        sa.Column("id", GRAND, primary_key=True, autoincrement=True),
        sa.Column("objet", sa.String(40), nullable=False),
        sa.Column("cle", sa.String(400), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("moment", sa.DateTime(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("fonction", sa.String(200), nullable=False),
        sa.Column("organisation", sa.String(200), nullable=False),
        sa.Column("invitation", sa.Integer()),
        sa.Column("avant", sa.JSON(none_as_null=True)),
    )
    op.create_index("historique_moment", "historique", ["moment"])
    op.create_index("historique_objet", "historique", ["objet", "cle"])
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("empreinte", sa.String(64), nullable=False, unique=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("organisation", sa.String(200), nullable=False),
        sa.Column("fonction", sa.String(200), nullable=False),
        sa.Column("partenaires", sa.JSON(), nullable=False),
        sa.Column("creee", sa.DateTime(), nullable=False),
        sa.Column("expire", sa.DateTime(), nullable=False),
        sa.Column("revoquee", sa.DateTime()),
    )
    op.create_table(
        "freins",
        sa.Column("cle", sa.String(80), primary_key=True),
        sa.Column("echecs", sa.Integer(), nullable=False),
        sa.Column("dernier", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "reglages",
        sa.Column("cle", sa.String(80), primary_key=True),
        sa.Column("valeur", sa.Text(), nullable=False),
    )
    op.create_table(
        "engagement_points",
        sa.Column("engagement", sa.String(80), primary_key=True),
        sa.Column("annee", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("etat", sa.String(20), nullable=False),
        sa.Column("valeur", sa.Float()),
        sa.Column("unite", sa.String(200), nullable=False),
        sa.Column("jour", sa.Date()),
        sa.Column("commentaire", sa.Text(), nullable=False),
        sa.Column("preuve", sa.String(500), nullable=False),
        sa.Column("publie", sa.JSON(none_as_null=True)),
        *_trace(),
    )
    op.create_table(
        "seances",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("titre", sa.String(200), nullable=False),
        sa.Column("territoire", sa.String(80), nullable=False),
        sa.Column("jour", sa.Date(), nullable=False),
        sa.Column("diapositives", sa.JSON(), nullable=False),
        sa.Column("chiffres", sa.JSON(), nullable=False),
        sa.Column("publiee", sa.Boolean(), nullable=False),
        *_trace(),
    )
    op.create_table(
        "seance_notes",
        sa.Column("seance", sa.String(80), primary_key=True),
        sa.Column("diapositive", sa.String(200), primary_key=True),
        sa.Column("texte", sa.Text(), nullable=False),
        *_trace(),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("seance", sa.String(80), nullable=False),
        sa.Column("rang", sa.Integer(), nullable=False),
        sa.Column("texte", sa.Text(), nullable=False),
        sa.Column("charge", sa.String(200), nullable=False),
        sa.Column("echeance", sa.Date()),
        sa.Column("etat", sa.String(20), nullable=False),
        sa.Column("engagement", sa.String(80), nullable=False),
        sa.Column("indicateur", sa.String(80), nullable=False),
        sa.Column("retiree", sa.Boolean(), nullable=False),
        *_trace(),
    )
    op.create_index("decisions_seance", "decisions", ["seance"])
    if op.get_bind().dialect.name == "sqlite":
        for geste in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER historique_sans_{geste.lower()} BEFORE {geste} ON historique "
                "BEGIN SELECT RAISE(ABORT, 'l''historique ne fait que grandir'); END"
            )
    else:
        op.execute(
            "CREATE OR REPLACE FUNCTION historique_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'l''historique ne fait que grandir'; END $$"
        )
        op.execute(
            "CREATE TRIGGER historique_sans_changement BEFORE UPDATE OR DELETE ON historique "
            "FOR EACH ROW EXECUTE FUNCTION historique_refuse()"
        )
