"""Les tables du magasin de suivi : l'état présent de chaque chose écrite, et l'histoire de tout ce qui l'a changé.

Chaque table dite « suivie » porte `version` (1 à la création, un de plus à chaque écriture : c'est le verrou), `moment`
(horloge du serveur, temps universel), `role`, `fonction` et `organisation` de qui a écrit en dernier ; jamais un nom.
`historique` ne fait que grandir : des déclencheurs y refusent modification et effacement. Un schéma qui change ici
demande une migration de plus dans `migrations/versions/` (un test compare les deux).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator

from indicators.suivi import saisie

METADATA = MetaData()
GRAND = BigInteger().with_variant(Integer(), "sqlite")
"""Un entier long, qui sait aussi se numéroter seul dans SQLite."""


class Instant(TypeDecorator[datetime]):
    """Un moment en temps universel : écrit sans fuseau (SQLite n'en garde pas), rendu avec."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Vers le magasin ; un moment sans fuseau est une faute du programme."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("un moment du suivi porte son fuseau")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Depuis le magasin."""
        return None if value is None else value.replace(tzinfo=UTC)


def _suivie(nom: str, *colonnes: Column[Any]) -> Table:
    return Table(
        nom,
        METADATA,
        *colonnes,
        Column("version", Integer, nullable=False),
        Column("moment", Instant, nullable=False),
        Column("role", String(20), nullable=False),
        Column("fonction", String(saisie.COURT), nullable=False),
        Column("organisation", String(saisie.COURT), nullable=False),
    )


def _code(nom: str, cle: bool = False) -> Column[Any]:
    return Column(nom, String(saisie.CODE), primary_key=cle, nullable=False)


def _court(nom: str) -> Column[Any]:
    return Column(nom, String(saisie.COURT), nullable=False)


def _long(nom: str) -> Column[Any]:
    return Column(nom, Text, nullable=False)


COLONNES_DE_TRACE = ("version", "moment", "role", "fonction", "organisation")

HISTORIQUE = Table(
    "historique",
    METADATA,
    Column("id", GRAND, primary_key=True, autoincrement=True),
    Column("objet", String(40), nullable=False),  # le nom de la table
    Column("cle", String(400), nullable=False),  # sa clé, tableau JSON
    Column("version", Integer, nullable=False),  # la version que cette écriture a produite
    Column("moment", Instant, nullable=False),
    Column("role", String(20), nullable=False),
    Column("fonction", String(saisie.COURT), nullable=False),
    Column("organisation", String(saisie.COURT), nullable=False),
    Column("invitation", Integer),  # null : écrit par une commande, sur le serveur
    Column("avant", JSON(none_as_null=True)),  # ce qui était là avant ; null à la création
    Index("historique_objet", "objet", "cle"),
    Index("historique_moment", "moment"),
)
INVITATIONS = Table(
    "invitations",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("empreinte", String(64), nullable=False, unique=True),  # SHA-256 du jeton ; le jeton n'est gardé nulle part
    Column("role", String(20), nullable=False),
    Column("organisation", String(saisie.COURT), nullable=False),
    Column("fonction", String(saisie.COURT), nullable=False),
    Column("partenaires", JSON, nullable=False),  # codes des partenaires dont elle écrit les engagements
    Column("creee", Instant, nullable=False),
    Column("expire", Instant, nullable=False),
    Column("revoquee", Instant),
)
FREINS = Table(
    "freins",
    METADATA,
    Column("cle", String(80), primary_key=True),  # « total », ou une empreinte salée de l'adresse
    Column("echecs", Integer, nullable=False),
    Column("dernier", Instant, nullable=False),
)
REGLAGES = Table(
    "reglages",
    METADATA,
    Column("cle", String(saisie.CODE), primary_key=True),
    Column("valeur", Text, nullable=False),
)

ENGAGEMENT_POINTS = _suivie(
    "engagement_points",
    _code("engagement", cle=True),
    Column("annee", Integer, primary_key=True, autoincrement=False),
    Column("etat", String(20), nullable=False),
    Column("valeur", Float),
    _court("unite"),
    Column("jour", Date),
    _long("commentaire"),
    Column("preuve", String(saisie.LIEN), nullable=False),
    Column("publie", JSON(none_as_null=True)),  # ce que tout le monde lit ; null tant que rien n'est validé
)
SEANCES = _suivie(
    "seances",
    _code("id", cle=True),
    _court("titre"),
    _code("territoire"),
    Column("jour", Date, nullable=False),
    Column("diapositives", JSON, nullable=False),
    Column("chiffres", JSON, nullable=False),  # ce que la séance montrait, pour dire ce qui a changé depuis
    Column("publiee", Boolean, nullable=False),
)
SEANCE_NOTES = _suivie(
    "seance_notes",
    _code("seance", cle=True),
    Column("diapositive", String(saisie.COURT), primary_key=True),
    _long("texte"),
)
DECISIONS = _suivie(
    "decisions",
    _code("id", cle=True),
    _code("seance"),
    Column("rang", Integer, nullable=False),
    _long("texte"),
    _court("charge"),  # la fonction à qui la décision est confiée
    Column("echeance", Date),
    Column("etat", String(20), nullable=False),
    _code("engagement"),
    _code("indicateur"),
    Column("retiree", Boolean, nullable=False),
)
Index("decisions_seance", DECISIONS.c.seance)

EVALUATION_VALEURS = _suivie(
    "evaluation_valeurs",
    _code("indicateur", cle=True),
    _code("territoire", cle=True),
    Column("annee", Integer, primary_key=True, autoincrement=False),
    Column("valeur", Float),  # null : la réponse n'est pas un nombre
    _long("reponse"),
    _court("unite"),
    _court("source"),
    _long("commentaire"),
    Column("fiabilite", String(20), nullable=False),
    Column("retiree", Boolean, nullable=False),
)
ACTIONS = _suivie(
    "actions",
    _code("id", cle=True),
    _court("titre"),
    _code("theme"),
    _code("territoire"),
    _long("objectif"),
    _long("public"),
    _court("charge"),
    Column("indicateurs", JSON, nullable=False),
    Column("retiree", Boolean, nullable=False),
)
ACTION_ETAPES = _suivie(
    "action_etapes",
    _code("id", cle=True),
    _code("action"),
    Column("rang", Integer, nullable=False),
    _court("libelle"),
    Column("echeance", Date),
    Column("etat", String(20), nullable=False),
    Column("retiree", Boolean, nullable=False),
)
ACTION_POINTS = _suivie(
    "action_points",
    _code("action", cle=True),
    Column("jour", Date, primary_key=True),
    Column("etat", String(20), nullable=False),
    _long("commentaire"),
)
COHORTES = _suivie(
    "cohortes",
    _code("id", cle=True),
    _court("titre"),
    _code("territoire"),
    _long("definition"),
    Column("entree", Date, nullable=False),
    Column("effectif", Integer, nullable=False),
    Column("issues", JSON, nullable=False),  # les libellés, dans l'ordre
    Column("retiree", Boolean, nullable=False),
)
COHORTE_VAGUES = _suivie(
    "cohorte_vagues",
    _code("cohorte", cle=True),
    Column("jour", Date, primary_key=True),
    Column("suivis", Integer, nullable=False),
    Column("perdus", Integer, nullable=False),
    Column("issues", JSON, nullable=False),  # un effectif par issue, même ordre que la cohorte ; leur somme : suivis
)
SOCLE = _suivie(
    "socle",
    _code("territoire", cle=True),
    _code("indicateur", cle=True),
    Column("rang", Integer, nullable=False),
    Column("base", Float),
    Column("base_annee", Integer),
    Column("cible", Float),
    Column("cible_annee", Integer),
    _long("commentaire"),
    Column("retire", Boolean, nullable=False),
)
PRIORITES = _suivie("priorites", _code("commune", cle=True), _code("section", cle=True), _long("texte"))
PROGRAMME = _suivie(
    "programme_actions",
    _code("id", cle=True),
    Column("annee", Integer, nullable=False),
    _code("territoire"),
    _court("titre"),
    _court("porteur"),  # l'organisation qui mène l'action
    _code("theme"),
    _code("pilier"),
    Column("quartiers", JSON, nullable=False),
    _court("public"),
    Column("etat", String(20), nullable=False),
    Column("financements", JSON, nullable=False),  # {financeur, demande, accorde, depense} en centimes, null : inconnu
    Column("bilan", JSON, nullable=False),  # {libelle, nombre}
    Column("retiree", Boolean, nullable=False),
)
Index("programme_annee", PROGRAMME.c.annee)
CORRESPONDANCES = _suivie(
    "correspondances",
    _code("empreinte", cle=True),  # celle des en-têtes du tableau
    Column("entetes", JSON, nullable=False),
    Column("colonnes", JSON, nullable=False),  # champ de l'observatoire → en-tête du tableau
)
