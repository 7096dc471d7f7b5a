"""Les mêmes questions à la base embarquée, par le domaine, et à un autre moteur, en SQL sur le Parquet du paquet.

Le SQL est celui de la norme (jointures, fenêtres, `CASE`) : Spark, Trino, ClickHouse, Athena ou DuckDB le lisent tel
quel, une fois `observations`, `territoires`, `appartenances` et `indicateurs` déclarées sur les fichiers du paquet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from indicators.analyse.comparatif import confronter
from indicators.analyse.portrait import references_par_defaut
from indicators.analyse.rangs import ranger
from indicators.analyse.series import suivre
from indicators.base.base import Base
from indicators.base.exploration import Filtre, compter
from indicators.socle.erreurs import ErreurObservatoire
from indicators.socle.observations import CHAMPS_GARDES, Observation, par_territoire, retenue
from indicators.socle.territoires import Maille, Territoire

TABLES = ("observations", "territoires", "appartenances", "indicateurs")
"""Les tables du paquet dont les questions ont besoin."""

Ligne = tuple[Any, ...]


class ResultatsDifferents(ErreurObservatoire):
    """Un moteur ne rend pas ce que rend la base embarquée ; le message dit quelle ligne."""


@dataclass(frozen=True)
class Question:
    """Une question : `embarquee` la pose à la base par le domaine, `sql` la pose au Parquet ; mêmes lignes, même ordre.

    Dans une ligne, None est un vide (secret, non disponible, texte vide) ; zéro est une valeur.
    """

    nom: str
    embarquee: Callable[[Base], list[Ligne]]
    sql: str


@dataclass(frozen=True)
class Sujet:
    """Ce sur quoi portent les questions d'une base."""

    territoire: Territoire
    agglomeration: Territoire
    indicateur: str
    annee: int
    serie: str


def verifier(
    question: str,
    moteur: str,
    attendues: Sequence[Ligne],
    obtenues: Sequence[Ligne],
    temoin: str = "la base embarquée",
) -> None:
    """Lève `ResultatsDifferents`, en nommant la première ligne qui n'est pas égale."""
    for rang, (attendue, obtenue) in enumerate(zip(attendues, obtenues, strict=False), 1):
        if tuple(attendue) != tuple(obtenue):
            raise ResultatsDifferents(
                f"« {question} », ligne {rang} : {temoin} rend {tuple(map(_ecrit, attendue))}, "
                f"{moteur} rend {tuple(map(_ecrit, obtenue))}."
            )
    if len(attendues) != len(obtenues):
        longue, qui = max((attendues, temoin), (obtenues, moteur), key=lambda paire: len(paire[0]))
        raise ResultatsDifferents(
            f"« {question} » : {temoin} rend {len(attendues)} lignes, {moteur} {len(obtenues)} ; "
            f"{qui} a seule {tuple(map(_ecrit, longue[min(len(attendues), len(obtenues))]))}."
        )


def _ecrit(valeur: object) -> object:
    return str(valeur) if isinstance(valeur, str) else valeur


# --- ce sur quoi elles portent ---------------------------------------------------------------------------------


_BORNEE = "statut IN ('au_moins', 'au_plus', 'intervalle')"


def choisir(base: Base) -> Sujet:
    """L'agglomération qui a le plus de quartiers de 2015 aux chiffres bornés, le mieux connu, leur année."""
    quartiers = _quartiers(base)
    # Des bornes et des secrets, pas seulement des valeurs : c'est ce qu'un moteur pourrait perdre.
    bornes = Counter(o.territoire for o in base.chercher_mesures(_BORNEE, [], 100_000, passages=False))
    bornes_ici = [q for q in quartiers if bornes[q.territoire]]
    siens = Counter(a.territoire for q in bornes_ici for a in base.fiche(q.territoire).agglomerations[:1])
    agglomeration = base.territoire(max(siens, key=lambda code: (siens[code], code)))
    membres = {q.territoire for q in base.fiche(agglomeration.territoire).quartiers}
    connus = base.nombres_de_chiffres()
    territoire = max(
        (q for q in bornes_ici if q.territoire in membres), key=lambda q: (connus.get(q.territoire, 0), q.territoire)
    )
    indicateur = base.catalogue.cles()[0].indicateur
    lus = par_territoire(base.observations_indicateur(indicateur, [q.territoire for q in quartiers]))
    siennes = [{o.annee for o in liste if _d_une_annee(o) and o.est_ponctuelle} for liste in lus.values()]
    annee = Counter(a for annees in siennes for a in annees if a is not None).most_common(1)[0][0]
    datees = Counter(
        o.indicateur
        for o in base.observations([territoire.territoire])
        if _d_une_annee(o) and not base.catalogue.evolutions_de(base.catalogue.indicateur(o.indicateur))
    )
    serie = max(datees, key=lambda code: (datees[code], code))
    return Sujet(territoire, agglomeration, indicateur, annee, serie)


def _quartiers(base: Base) -> list[Territoire]:
    return [t for t in base.territoires() if (t.maille, t.statut, t.geographie) == (Maille.QUARTIER, "QPV", 2015)]


def _d_une_annee(o: Observation) -> bool:
    return o.annee is not None and o.annee_debut is None


# --- les questions ---------------------------------------------------------------------------------------------

_CONNUE = "statut NOT IN ('secret', 'non_disponible', 'sans_objet')"
_PONCTUELLE = "statut IN ('exact', 'environ')"
_PREFEREE = (
    f"CASE WHEN {_CONNUE} THEN 0 ELSE 1 END, CASE WHEN fiabilite = 'sure' THEN 0 ELSE 1 END, rang, decimales DESC,"
    " source DESC"
)
"""La règle de `retenue`, entre des chiffres de la même année."""

_QPV = "maille = 'quartier' AND statut = 'QPV' AND geographie = 2015"
_TOUS = f"SELECT territoire FROM territoires WHERE {_QPV}"


def _retenues(indicateur: str, annees: str, parmi: str) -> str:
    """Un chiffre par territoire et par année, celui que l'on montre ; `parmi` : la question qui dit les territoires."""
    return (
        "SELECT * FROM (SELECT territoire, annee, valeur, borne_inf, borne_sup, statut, decimales, source,"
        f" row_number() OVER (PARTITION BY territoire, annee ORDER BY {_PREFEREE}) AS place FROM observations"
        f" WHERE indicateur = '{indicateur}' AND annee IN ({annees}) AND annee_debut IS NULL"
        f" AND territoire IN ({parmi})) AS rangees WHERE place = 1"
    )


def poser(base: Base, sujet: Sujet) -> tuple[Question, ...]:
    """Les cinq questions, sur ce sujet. Un verdict (un écart suivi) n'en est pas : il n'est calculé qu'à un endroit."""
    return (
        _portrait(base, sujet),
        _classement(sujet),
        _quartiles(sujet),
        _serie(sujet),
        _facette(),
    )


_DATE = ("coalesce(annee, millesime, 0)", "coalesce(annee_debut, 0)")


def _portrait(base: Base, sujet: Sujet) -> Question:
    references = references_par_defaut(base.fiche(sujet.territoire.territoire))
    codes = [sujet.territoire.territoire, *(t.territoire for t in references)]

    def ordre(o: Observation) -> tuple[Any, ...]:
        date = (o.annee or o.millesime or 0, o.annee_debut or 0)
        return o.territoire, o.mesure, o.bailleur, *date, o.rang, o.source, o.annee is None, o.millesime or 0

    def embarquee(e: Base) -> list[Ligne]:
        lues = sorted((o for code in codes for o in e.observations([code])), key=ordre)
        mesures = [o._replace(indicateur=o.mesure) for o in lues]  # le paquet a le bailleur dans sa colonne
        return [tuple(None if (v := getattr(o, c)) == "" else v for c in CHAMPS_GARDES) for o in mesures]

    return Question(
        f"un territoire et ses {len(references)} références",
        embarquee,
        f"SELECT {', '.join(CHAMPS_GARDES)} FROM observations WHERE territoire IN ({_textes(codes)})"
        f" ORDER BY territoire, indicateur, coalesce(bailleur, ''), {', '.join(_DATE)}, rang, source,"
        " CASE WHEN annee IS NULL THEN 1 ELSE 0 END, coalesce(millesime, 0)",
    )


def _classement(sujet: Sujet) -> Question:
    agglomeration = sujet.agglomeration.territoire

    def embarquee(e: Base) -> list[Ligne]:
        siens = {q.territoire for q in e.fiche(agglomeration).quartiers}
        membres = [q for q in _quartiers(e) if q.territoire in siens]
        indicateur = e.catalogue.indicateur(sujet.indicateur)
        c = confronter(e, indicateur, membres, [], str(sujet.annee)).classement
        sans_rang = sorted((*c.a_part, *c.secretes, *c.absentes), key=lambda o: o.territoire)
        rangs = {o.territoire: r.rang for o in c.classees if (r := c.rang(o.territoire)) is not None}
        return [
            (rangs.get(o.territoire), o.territoire, o.valeur, o.borne_inf, o.borne_sup, o.statut, o.decimales, o.source)
            for o in (*c.classees, *sans_rang)
        ]

    membres = (
        "SELECT t.territoire FROM territoires AS t JOIN appartenances AS a ON a.territoire = t.territoire"
        f" WHERE a.parent = '{agglomeration}' AND {_QPV}"
    )
    return Question(
        "le classement d'une agglomération",
        embarquee,
        f"WITH retenues AS ({_retenues(sujet.indicateur, str(sujet.annee), membres)})"
        f" SELECT CASE WHEN {_PONCTUELLE} THEN rank() OVER (ORDER BY CASE WHEN {_PONCTUELLE} THEN 0 ELSE 1 END,"
        " valeur DESC) END AS rang, territoire, valeur, borne_inf, borne_sup, statut, decimales, source FROM retenues"
        f" ORDER BY CASE WHEN {_PONCTUELLE} THEN 0 ELSE 1 END, valeur DESC, territoire",
    )


def _quartiles(sujet: Sujet) -> Question:
    def embarquee(e: Base) -> list[Ligne]:
        lus = e.observations_indicateur(sujet.indicateur, [q.territoire for q in _quartiers(e)])
        chiffres = par_territoire(o for o in lus if o.annee == sujet.annee and o.annee_debut is None)
        retenus = [o for liste in chiffres.values() if (o := retenue(liste)) is not None]
        c = ranger(retenus, e.catalogue.indicateur(sujet.indicateur))
        return [(len(c.classees), valeur) for valeur in c.repartition or ()]

    return Question(
        "les quartiles de tous les quartiers",
        embarquee,
        # La même interpolation que le domaine, dans le même ordre d'opérations : un quantile tout fait en diffère
        # parfois du dernier bit.
        "WITH valeurs AS (SELECT valeur, row_number() OVER (ORDER BY valeur) - 1 AS n, count(*) OVER () AS total"
        f" FROM ({_retenues(sujet.indicateur, str(sujet.annee), _TOUS)}) AS r WHERE {_PONCTUELLE}),"
        " parts AS (SELECT total, CAST(part AS DOUBLE) * (total - 1) AS place FROM (SELECT max(total) AS total"
        " FROM valeurs) AS tout CROSS JOIN (VALUES (0.0), (0.25), (0.5), (0.75), (1.0)) AS quarts(part))"
        " SELECT total, bas.valeur + (haut.valeur - bas.valeur) * (place - floor(place)) AS quartile FROM parts"
        " JOIN (SELECT n, valeur FROM valeurs) AS bas ON bas.n = floor(place)"
        " JOIN (SELECT n, valeur FROM valeurs) AS haut ON haut.n = least(floor(place) + 1, total - 1) ORDER BY place",
    )


def _serie(sujet: Sujet) -> Question:
    code = sujet.territoire.territoire

    def embarquee(e: Base) -> list[Ligne]:
        serie = suivre(e, e.fiche(code), e.catalogue.indicateur(sujet.serie), []).serie
        montres = sorted((*serie.points, *serie.hors_courbe), key=lambda o: o.annee or 0)
        return [(o.annee, o.valeur, o.borne_inf, o.borne_sup, o.statut, o.decimales, o.source) for o in montres]

    return Question(
        "une série",
        embarquee,
        "SELECT annee, valeur, borne_inf, borne_sup, statut, decimales, source FROM (SELECT o.*, row_number()"
        f" OVER (PARTITION BY annee ORDER BY {_PREFEREE}) AS place FROM observations AS o WHERE territoire = '{code}'"
        f" AND indicateur = '{sujet.serie}' AND annee IS NOT NULL AND annee_debut IS NULL) AS rangees"
        " WHERE place = 1 ORDER BY annee",
    )


def _facette() -> Question:
    filtre = Filtre(theme=("revenus",), maille=("quartier",))

    def embarquee(e: Base) -> list[Ligne]:
        return sorted(compter(e, filtre)["statut"].items())

    return Question(
        "un décompte de l'Explorer",
        embarquee,
        "SELECT o.statut, count(*) AS nombre FROM observations AS o"
        " JOIN indicateurs AS i ON i.indicateur = o.indicateur JOIN territoires AS t ON t.territoire = o.territoire"
        " WHERE i.theme = 'revenus' AND t.maille = 'quartier' GROUP BY o.statut ORDER BY o.statut",
    )


def _textes(codes: Sequence[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)
