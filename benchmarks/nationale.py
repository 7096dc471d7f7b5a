"""Une base inventée à l'échelle de la France, au schéma de la vraie : de quoi mesurer, jamais de quoi lire un chiffre.

36 000 territoires × 180 indicateurs × 10 ans = 64,8 millions d'observations. Les lieux sont inventés (« Commune 123 »),
le catalogue est le vrai, et les statuts (secrets, seuils, intervalles, douteux…) sont dans les proportions de la base
embarquée. Chaque valeur est une fonction de (territoire, indicateur, année) : deux bases de même taille sont égales.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import duckdb
import pandas as pd

from indicators.base import ecriture
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES, assurer
from indicators.donnees.lecture import lire_donnees
from indicators.donnees.lignes import Donnees, Ligne
from indicators.socle.catalogue import Indicateur
from indicators.socle.observations import PONCTUELS

VARIABLE = "OBSERVATOIRE_BANC"
"""Variable d'environnement : le dossier des bases inventées (défaut : `benchmarks/bases/`, hors du dépôt)."""

ANNEES = range(2014, 2024)
INDICATEURS = 180
TAILLES = {"inventée ÷ 10": 3_600, "inventée": 36_000}
"""Le nombre de territoires de chaque base ; les indicateurs et les années ne changent pas."""

SOURCES = 12
REGIONS, DEPARTEMENTS = 13, 96


@dataclass(frozen=True)
class Lieux:
    """Combien de territoires de chaque maille dans une base de `total`."""

    total: int

    @property
    def agglomerations(self) -> int:
        """Une pour trente territoires, comme en France."""
        return self.total // 30

    @property
    def quartiers(self) -> int:
        """Les quartiers prioritaires de chaque périmètre : 1 500 en France."""
        return self.total // 24

    @property
    def communes(self) -> int:
        """Tout le reste."""
        return self.total - self.agglomerations - 2 * self.quartiers - DEPARTEMENTS - REGIONS - 1


def dossier_bases() -> Path:
    """Où vivent les bases inventées."""
    return Path(os.environ.get(VARIABLE) or Path(__file__).parent / "bases")


def base(nom: str) -> Path:
    """Le fichier de cette base, générée si elle manque ou si le schéma a changé."""
    total = TAILLES[nom]
    chemin = dossier_bases() / f"inventee-{total}-schema{ecriture.VERSION}.duckdb"
    if not chemin.exists():
        chemin.parent.mkdir(parents=True, exist_ok=True)
        brouillon = chemin.with_suffix(".brouillon")
        brouillon.unlink(missing_ok=True)
        generer(brouillon, Lieux(total))
        brouillon.rename(chemin)
    return chemin


def generer(chemin: Path, lieux: Lieux) -> None:
    """Écrit une base inventée : les lieux, le vrai catalogue, puis les deux tables de mesures, déjà dans leur ordre."""
    donnees = _donnees(lieux)
    mesures = [i for i in _catalogue() if not i.evolution_de][:INDICATEURS]
    cles = {ligne["indicateur"]: cle for cle, ligne in enumerate(donnees["indicateurs"])}
    with duckdb.connect(str(chemin)) as connexion:
        connexion.execute("SET enable_progress_bar = false")
        ecriture.ecrire_tables(connexion, donnees)
        connexion.register("bornes_lues", pd.DataFrame([_bornes(n, i, cles) for n, i in enumerate(mesures)]))
        connexion.execute("CREATE TEMP TABLE bornes AS FROM bornes_lues")
        seuils = _seuils()
        nombres = {"t": lieux.total, "i": len(mesures), "a": len(ANNEES)}
        ecriture.ecrire_les_mesures(connexion, *(_mesures(o, nombres, seuils) for o in ("tia", "iat")))
        ecriture.deduire(connexion)
        ecriture.ecrire_les_contours(connexion, donnees)
        connexion.execute("CHECKPOINT")


def _mesures(ordre: str, nombres: dict[str, int], seuils: list[_Seuil]) -> str:
    """La relation des mesures, déjà triée dans cet ordre : « tia » par territoire, « iat » par indicateur.

    Une seule jointure, par égalité : toute autre mêlerait les lignes, et il faudrait trier 65 millions de textes.
    """

    def choix(colonne: str) -> str:
        cas = " ".join(f"WHEN tirage < {s.jusque} THEN '{getattr(s, colonne)}'" for s in seuils)
        return f"CASE {cas} END"

    rangs, diviseur = {}, 1
    for lettre in reversed(ordre):
        rangs[lettre] = f"((n // {diviseur}) % {nombres[lettre]})"
        diviseur *= nombres[lettre]
    return f"""(
        WITH tirees AS (
            SELECT {rangs["t"]}::INTEGER AS t, {rangs["i"]}::INTEGER AS n_i, ({rangs["a"]} + {ANNEES[0]}) AS annee
            FROM (SELECT range AS n FROM range({diviseur}))
        ), hasards AS (
            SELECT t, annee, b.*, hash(t, n_i) % 1000 / 1000 AS lieu, hash(t, n_i, annee) AS h
            FROM tirees JOIN bornes AS b ON b.n = tirees.n_i
        ), valeurs AS (
            SELECT *, round(bas + (haut - bas) * (0.8 * lieu + 0.2 * (h % 997 / 997)), decimales_i::INTEGER) AS v,
                   (h // 1000) % 1000000 AS tirage
            FROM hasards
        ), classees AS (SELECT *, {choix("statut")} AS statut, {choix("fiabilite")} AS fiabilite FROM valeurs)
        SELECT t, i, NULL AS annee_debut, annee, annee + 3 AS millesime,
               CASE WHEN statut IN ({", ".join(f"'{s}'" for s in sorted(PONCTUELS))}) THEN v END AS valeur,
               CASE WHEN statut IN ('au_moins', 'intervalle') THEN floor(v / 5) * 5 END AS borne_inf,
               CASE WHEN statut IN ('au_plus', 'intervalle') THEN floor(v / 5) * 5 + 5 END AS borne_sup,
               statut, fiabilite, 'publiee' AS origine, decimales_i AS decimales, s, t + 2 AS ligne,
               'T' || t || ';' || annee || ';' || v AS passage, replace(v::VARCHAR, '.', ',') AS imprime,
               CASE WHEN fiabilite = 'douteuse' THEN 'valeur inventée, dite douteuse' ELSE '' END AS note
        FROM classees
    )"""


def _catalogue() -> list[Indicateur]:
    base = Base(assurer().chemin)
    try:
        return list(base.catalogue.indicateurs.values())
    finally:
        base.fermer()


def _bornes(n: int, indicateur: Indicateur, cles: dict[str, int]) -> dict[str, float]:
    """L'étendue des valeurs inventées d'un indicateur, dans ce que le catalogue admet."""
    bas, haut = (5.0, 60.0) if indicateur.unite == "%" else (1_000.0, 30_000.0)
    if indicateur.maxi is not None:
        bas, haut = min(bas, indicateur.maxi * 0.1), min(haut, indicateur.maxi)
    return {"n": n, "i": cles[indicateur.indicateur], "bas": bas, "haut": haut, "s": n % SOURCES} | {
        "decimales_i": indicateur.decimales
    }


@dataclass(frozen=True)
class _Seuil:
    """Un statut et la fin de sa tranche, sur un million."""

    statut: str
    fiabilite: str
    jusque: int


def _seuils() -> list[_Seuil]:
    """Les statuts de la base embarquée, dans leurs proportions, du plus fréquent au plus rare."""
    base = Base(assurer().chemin)
    comptes = base._toutes(
        "SELECT statut::VARCHAR, fiabilite::VARCHAR, sum(nombre) FROM denombrements GROUP BY ALL ORDER BY 3 DESC"
    )
    base.fermer()
    cumuls = accumulate(n for *_, n in comptes)
    total = sum(n for *_, n in comptes)
    return [_Seuil(s, f, 1_000_000 * cumul // total) for (s, f, _), cumul in zip(comptes, cumuls, strict=True)]


def _donnees(lieux: Lieux) -> Donnees:
    """Les feuilles d'une base inventée : le catalogue et les annexes vrais, les lieux et les sources inventés."""
    donnees = lire_donnees(DOSSIER_DONNEES)
    gardees = {"themes", "barometre", "glossaire", "unites"}
    vides = {feuille: [] for feuille in ecriture.ANNEXES if feuille not in gardees}
    donnees.lignes |= vides
    donnees.lignes["territoires"] = [_ligne("territoires", t) for t in _territoires(lieux)]
    donnees.lignes["appartenances"] = [
        _ligne("appartenances", {"territoire": t, "parent": p, "nature": n}) for t, p, n in _appartenances(lieux)
    ]
    donnees.lignes["filiations"] = [
        _ligne("filiations", {"ancien": _quartier(k, 2015), "nouveau": _quartier(k, 2024), "nature": "modifié"})
        for k in range(lieux.quartiers)
    ]
    donnees.lignes["sources"] = [
        _ligne(
            "sources",
            {"source": f"inventee-{n}", "producteur": "Personne", "titre": f"Source inventée {n}", "rang": 1 + n % 3},
        )
        for n in range(SOURCES)
    ]
    return donnees


def _ligne(feuille: str, valeurs: dict[str, object]) -> Ligne:
    completes = {colonne.nom: None if colonne.type_sql != "VARCHAR" else "" for colonne in
                 ecriture.COLONNES[feuille]} | valeurs  # fmt: skip
    return Ligne("inventee", 0, completes, {})


def _departement(k: int) -> str:
    return f"DEP{1 + k % DEPARTEMENTS:02}"


def _commune(k: int) -> str:
    return f"COM{1 + k % DEPARTEMENTS:02}{1 + k // DEPARTEMENTS:03}"


def _agglomeration(k: int) -> str:
    return f"EPCI2{k:08}"


def _quartier(k: int, geographie: int) -> str:
    return f"QP{100_000 + k}" if geographie == 2015 else f"QN{10_000 + k}M"


def _territoires(lieux: Lieux) -> Iterator[dict[str, object]]:
    def lieu(code: str, maille: str, nom: str, officiel: str, **reste: object) -> dict[str, object]:
        return {"territoire": code, "maille": maille, "nom": nom, "nom_court": nom, "code_officiel": officiel, **reste}

    communes = sorted((_commune(k), k) for k in range(lieux.communes))
    yield from (lieu(code, "commune", f"Commune {k}", code[3:]) for code, k in communes)
    for geographie in (2015, 2024):
        for k in range(lieux.quartiers):
            code = _quartier(k, geographie)
            yield lieu(code, "quartier", f"Quartier {k}", code, geographie=geographie, statut="QPV")
    for k in range(lieux.agglomerations):
        yield lieu(_agglomeration(k), "epci", f"CA inventée {k}", _agglomeration(k)[4:])
    for k in range(DEPARTEMENTS):
        yield lieu(_departement(k), "departement", f"Département {1 + k}", _departement(k)[3:])
    for k in range(REGIONS):
        yield lieu(f"REG{11 + k}", "region", f"Région {11 + k}", str(11 + k))
    yield lieu("FRM", "pays", "France inventée", "FRM")


def _appartenances(lieux: Lieux) -> Iterator[tuple[str, str, str]]:
    """Les liens ; une agglomération tient dans un département, où ses communes n'ont pas de codes qui se suivent."""

    def epci(commune: int) -> str:
        rang, departement = commune // DEPARTEMENTS, commune % DEPARTEMENTS
        siennes = range(departement % lieux.agglomerations, lieux.agglomerations, DEPARTEMENTS)
        return _agglomeration(siennes[rang % len(siennes)])

    for k in range(lieux.communes):
        yield _commune(k), epci(k), "epci"
        yield _commune(k), _departement(k), "departement"
    for k in range(lieux.quartiers):
        commune = (7 * k) % lieux.communes
        for code in (_quartier(k, 2015), _quartier(k, 2024)):
            yield code, _commune(commune), "commune"
            yield code, epci(commune), "contrat"
            yield code, _departement(commune), "departement"
    for k in range(lieux.agglomerations):
        yield _agglomeration(k), _departement(k), "departement"
    for k in range(DEPARTEMENTS):
        yield _departement(k), f"REG{11 + k % REGIONS}", "region"
    for k in range(REGIONS):
        yield f"REG{11 + k}", "FRM", "pays"
