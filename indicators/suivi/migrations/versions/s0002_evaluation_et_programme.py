"""Deuxième version : évaluation, actions suivies, cohortes, socle, priorités et programmation."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "s0002"
down_revision = "s0001"
branch_labels = None
depends_on = None


def _trace() -> list[sa.Column[Any]]:
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("moment", sa.DateTime(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("fonction", sa.String(200), nullable=False),
        sa.Column("organisation", sa.String(200), nullable=False),
    ]


def upgrade() -> None:
    """Ajoute des tables ; celles de la première version ne changent pas."""
    op.create_table(
        "evaluation_valeurs",
        sa.Column("indicateur", sa.String(80), primary_key=True),
        sa.Column("territoire", sa.String(80), primary_key=True),
        sa.Column("annee", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("valeur", sa.Float()),
        sa.Column("reponse", sa.Text(), nullable=False),
        sa.Column("unite", sa.String(200), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("commentaire", sa.Text(), nullable=False),
        sa.Column("fiabilite", sa.String(20), nullable=False),
        sa.Column("retiree", sa.Boolean(), nullable=False),
        *_trace(),
    )
    op.create_table(
        "actions",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("titre", sa.String(200), nullable=False),
        sa.Column("theme", sa.String(80), nullable=False),
        sa.Column("territoire", sa.String(80), nullable=False),
        sa.Column("objectif", sa.Text(), nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("charge", sa.String(200), nullable=False),
        sa.Column("indicateurs", sa.JSON(), nullable=False),
        sa.Column("retiree", sa.Boolean(), nullable=False),
        *_trace(),
    )
    op.create_table(
        "action_etapes",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("action", sa.String(80), nullable=False),
        sa.Column("rang", sa.Integer(), nullable=False),
        sa.Column("libelle", sa.String(200), nullable=False),
        sa.Column("echeance", sa.Date()),
        sa.Column("etat", sa.String(20), nullable=False),
        sa.Column("retiree", sa.Boolean(), nullable=False),
        *_trace(),
    )
    op.create_table(
        "action_points",
        sa.Column("action", sa.String(80), primary_key=True),
        sa.Column("jour", sa.Date(), primary_key=True),
        sa.Column("etat", sa.String(20), nullable=False),
        sa.Column("commentaire", sa.Text(), nullable=False),
        *_trace(),
    )
    op.create_table(
        "cohortes",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("titre", sa.String(200), nullable=False),
        sa.Column("territoire", sa.String(80), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("entree", sa.Date(), nullable=False),
        sa.Column("effectif", sa.Integer(), nullable=False),
        sa.Column("issues", sa.JSON(), nullable=False),
        sa.Column("retiree", sa.Boolean(), nullable=False),
        *_trace(),
    )
    op.create_table(
        "cohorte_vagues",
        sa.Column("cohorte", sa.String(80), primary_key=True),
        sa.Column("jour", sa.Date(), primary_key=True),
        sa.Column("suivis", sa.Integer(), nullable=False),
        sa.Column("perdus", sa.Integer(), nullable=False),
        sa.Column("issues", sa.JSON(), nullable=False),
        *_trace(),
    )
    op.create_table(
        "socle",
        sa.Column("territoire", sa.String(80), primary_key=True),
        sa.Column("indicateur", sa.String(80), primary_key=True),
        sa.Column("rang", sa.Integer(), nullable=False),
        sa.Column("base", sa.Float()),
        sa.Column("base_annee", sa.Integer()),
        sa.Column("cible", sa.Float()),
        sa.Column("cible_annee", sa.Integer()),
        sa.Column("commentaire", sa.Text(), nullable=False),
        sa.Column("retire", sa.Boolean(), nullable=False),
        *_trace(),
    )
    op.create_table(
        "priorites",
        sa.Column("commune", sa.String(80), primary_key=True),
        sa.Column("section", sa.String(80), primary_key=True),
        sa.Column("texte", sa.Text(), nullable=False),
        *_trace(),
    )
    op.create_table(
        "programme_actions",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("annee", sa.Integer(), nullable=False),
        sa.Column("territoire", sa.String(80), nullable=False),
        sa.Column("titre", sa.String(200), nullable=False),
        sa.Column("porteur", sa.String(200), nullable=False),
        sa.Column("theme", sa.String(80), nullable=False),
        sa.Column("pilier", sa.String(80), nullable=False),
        sa.Column("quartiers", sa.JSON(), nullable=False),
        sa.Column("public", sa.String(200), nullable=False),
        sa.Column("etat", sa.String(20), nullable=False),
        sa.Column("financements", sa.JSON(), nullable=False),
        sa.Column("bilan", sa.JSON(), nullable=False),
        sa.Column("retiree", sa.Boolean(), nullable=False),
        *_trace(),
    )
    op.create_index("programme_annee", "programme_actions", ["annee"])
    op.create_table(
        "correspondances",
        sa.Column("empreinte", sa.String(80), primary_key=True),
        sa.Column("entetes", sa.JSON(), nullable=False),
        sa.Column("colonnes", sa.JSON(), nullable=False),
        *_trace(),
    )
