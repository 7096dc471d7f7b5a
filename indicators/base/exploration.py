"""Les questions de l'écran Explorer : les observations qui passent un filtre, et le décompte de chaque option.

Un filtre est fait de facettes (pilier, thème, année…) : les valeurs d'une facette s'ajoutent (ou), les facettes se
croisent (et). Le décompte d'une facette suit les filtres des autres, pas le sien : on voit ce que l'on gagnerait.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from indicators.base.base import Base, parmi
from indicators.base.lieux import ACTUELLES
from indicators.socle.observations import Observation
from indicators.socle.territoires import Maille, cle_de_recherche

TEXTE_MAXIMAL = 200
"""Au-delà, la recherche libre est coupée : une adresse fabriquée ne doit pas coûter une lecture sans fin."""

_LIENS = ("contrat", "contrat_secondaire", "epci")
_CLE = "trim(regexp_replace(strip_accents(lower(replace(replace({}, 'œ', 'oe'), 'Œ', 'oe'))), '[^a-z0-9]+', ' ', 'g'))"
"""La même règle que `cle_de_recherche`, écrite pour la base."""

PLAFOND = 5000
"""Nombre d'observations montrées au plus ; l'écran dit combien il y en a, les fichiers les ont toutes."""

GRANDE = 50_000
"""Au-delà de ce nombre d'observations, les décomptes se lisent dans le tableau préparé à la construction, et le texte
cherché nomme un territoire ou un indicateur : relire tous les passages à chaque geste ne répondrait plus à temps."""

NOMMES = 50
"""Territoires retenus pour un texte cherché dans une grande base, les plus ressemblants d'abord."""

_LUES = f"""
SELECT o.*, 1 AS nombre, ind.pilier, ind.theme, terr.maille, terr.statut AS type_quartier, terr.geographie,
       coalesce(o.annee, -o.millesime) AS moment,
       terr.recherche || ' ' || {_CLE.format("concat_ws(' ', ind.libelle, ind.libelle_court, o.note, o.passage)")}
           AS recherche
FROM observations AS o
JOIN territoires AS terr ON terr.territoire = o.territoire
JOIN indicateurs AS ind ON ind.indicateur = o.indicateur
"""

_AGGLOMERATIONS = f"""
LEFT JOIN (
    SELECT territoire, list(DISTINCT agglomeration) AS agglomerations FROM (
        SELECT a.territoire, a.parent AS agglomeration FROM {ACTUELLES} AS a
        JOIN territoires AS p ON p.territoire = a.parent WHERE p.maille = 'epci' AND a.nature IN {_LIENS}
        UNION ALL SELECT territoire, territoire FROM territoires WHERE maille = 'epci'
    ) GROUP BY territoire
) AS liens ON liens.territoire = o.territoire
"""
_TOUTES_LUES = (
    f"SELECT o.*, coalesce(liens.agglomerations, []::VARCHAR[]) AS agglomerations FROM ({_LUES}) AS o {_AGGLOMERATIONS}"
)

_DENOMBREES = """
SELECT d.*, ind.pilier, ind.theme, ind.indicateur,
       split_part(ind.indicateur, ':', 2) AS bailleur, coalesce(d.annee, -d.millesime) AS moment, src.source
FROM denombrements AS d JOIN indicateurs AS ind ON ind.cle = d.i JOIN sources AS src ON src.cle = d.s
"""

_COLONNES = {
    "pilier": ("pilier", "{}"),
    "theme": ("theme", "{}"),
    "indicateur": ("indicateur", "{}"),
    "bailleur": ("bailleur", "{}"),
    "agglomeration": ("unnest(agglomerations)", "{}"),
    "type": ("type_quartier", "{}"),
    "perimetre": ("geographie", "coalesce({}::VARCHAR, 'sans')"),
    "fiabilite": ("fiabilite", "{}::VARCHAR"),
    "maille": ("maille", "{}"),
    "date": ("moment", "CASE WHEN {0} IS NULL THEN 'nd' WHEN {0} < 0 THEN 'ed' || -{0} ELSE {0}::VARCHAR END"),
    "statut": ("statut", "{}::VARCHAR"),
    "source": ("source", "{}"),
}
"""Ce que chaque facette compte, et comment sa valeur s'écrit : compter des nombres, n'écrire que les décomptes, est
trois fois plus rapide."""

FACETTES = tuple(_COLONNES)
"""Les facettes, dans l'ordre de l'écran ; chacune est aussi un paramètre de l'adresse."""

_PARENTS = f"""
WITH RECURSIVE ancetres(origine, territoire, profondeur, rang) AS (
    SELECT DISTINCT code, code, 0, 0 FROM (SELECT unnest(?) AS code)
    UNION
    SELECT ancetres.origine, a.parent, ancetres.profondeur + 1,
           CASE a.nature WHEN 'contrat' THEN 0 WHEN 'contrat_secondaire' THEN 1 ELSE 2 END
    FROM ancetres JOIN {ACTUELLES} AS a ON a.territoire = ancetres.territoire
    WHERE a.nature <> 'regroupement' AND profondeur < 6
)
SELECT origine, arg_min(territoire, (profondeur, rang, territoire)) FROM ancetres
JOIN territoires USING (territoire) WHERE maille = ? AND territoire <> origine GROUP BY origine
"""


@dataclass(frozen=True)
class Filtre:
    """Ce qui est demandé : pour chaque facette les valeurs admises (aucune : toutes), et un texte libre.

    `date` : « 2019 » (année mesurée), « ed2015 » (édition, quand l'année n'est pas imprimée) ou « nd ».
    `perimetre` : « 2015 », « 2024 » ou « sans ». `type` : le statut du quartier (QPV, QIC…) ; `statut` : celui du
    chiffre.
    """

    pilier: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    indicateur: tuple[str, ...] = ()
    bailleur: tuple[str, ...] = ()
    agglomeration: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    perimetre: tuple[str, ...] = ()
    fiabilite: tuple[str, ...] = ()
    maille: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    statut: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    texte: str = ""

    @property
    def actifs(self) -> tuple[str, ...]:
        """Les facettes qui restreignent quelque chose, « texte » compris."""
        return tuple(champ.name for champ in fields(self) if getattr(self, champ.name))


def est_grande(base: Base) -> bool:
    """Vrai pour une base trop grande pour être relue en entier à chaque geste."""
    return base.combien_de_chiffres > GRANDE


def chercher_observations(base: Base, filtre: Filtre) -> list[Observation]:
    """Les observations qui passent tous les filtres, par territoire, indicateur puis date.

    Dans une grande base, les `PLAFOND` premières trouvées ; ailleurs, toutes.
    """
    if not est_grande(base):
        return _chercher(base, _TOUTES_LUES, [], filtre)
    territoires, reduit = reduire(base, filtre)
    if territoires is not None and not reduit.actifs:
        return base.chercher_mesures("true", [], PLAFOND, territoires)
    return _chercher(base, *_parmi_ces(territoires), reduit, PLAFOND)


def _chercher(
    base: Base, relation: str, lies: list[Any], filtre: Filtre, limite: int | None = None
) -> list[Observation]:
    conditions = _conditions(filtre)
    condition = " AND ".join(sql for sql, _ in conditions.values()) or "true"
    valeurs = lies + [v for _, liees in conditions.values() for v in liees]
    return base.observations_d_une_vue(f"({relation}) AS lues", condition, valeurs, limite)


def _parmi_ces(territoires: list[int] | None) -> tuple[str, list[Any]]:
    """Les observations de ces territoires, tous par défaut, et leurs valeurs liées."""
    if territoires is None:
        return _LUES, []
    condition, lies = parmi("o.t", territoires)
    return f"{_LUES} WHERE {condition}", lies


def reduire(base: Base, filtre: Filtre) -> tuple[list[int] | None, Filtre]:
    """Les territoires que désignent le texte et les agglomérations (clés ; None : tous), et le reste du filtre."""
    territoires, reste = _nommes(base, filtre)
    if not filtre.agglomeration:
        return territoires, reste
    membres = {cle for a in filtre.agglomeration for cle in base.cles_des_membres(a, _LIENS)}
    retenus = membres if territoires is None else membres.intersection(territoires)
    return sorted(retenus), replace(reste, agglomeration=())


def _nommes(base: Base, filtre: Filtre) -> tuple[list[int] | None, Filtre]:
    """Ce que nomme le texte cherché : des territoires (leurs clés), à défaut des indicateurs, mis dans le filtre."""
    mots = cle_de_recherche(filtre.texte[:TEXTE_MAXIMAL]).split()
    sans_texte = replace(filtre, texte="")
    if not mots:
        return None, sans_texte
    if lieux := base.chercher(filtre.texte[:TEXTE_MAXIMAL], NOMMES):
        return base.cles(t.territoire for t in lieux), sans_texte
    trouves = {
        i.indicateur
        for i in base.catalogue.indicateurs.values()
        if all(mot in cle_de_recherche(f"{i.libelle} {i.libelle_court}") for mot in mots)
    }
    gardes = tuple(sorted(trouves & set(filtre.indicateur) if filtre.indicateur else trouves))
    return (None, replace(sans_texte, indicateur=gardes)) if gardes else ([], sans_texte)


def compter(base: Base, filtre: Filtre) -> dict[str, dict[str, int]]:
    """Pour chaque facette, le nombre d'observations de chaque valeur sous les filtres des autres facettes.

    Une valeur absente compte zéro. Une observation de deux agglomérations compte dans les deux ; une grande base ne les
    compte pas, et n'a pas cette facette. La clé « total » donne, sous « filtre », le nombre d'observations retenues et,
    sous le nom d'une facette active, celui qu'il y aurait sans elle.
    """
    comptees = dict(_COLONNES)
    relation = _TOUTES_LUES
    lies: list[Any] = []
    if est_grande(base):
        territoires, filtre = reduire(base, filtre)
        relation, lies = (_DENOMBREES, []) if territoires is None else _parmi_ces(territoires)
        del comptees["agglomeration"]
    conditions = _conditions(filtre)
    drapeaux = "".join(f", ({sql}) AS ok_{nom}" for nom, (sql, _) in conditions.items())

    def sauf(facette: str) -> str:
        return " AND ".join(f"ok_{nom}" for nom in conditions if nom != facette) or "true"

    branches = [
        f"SELECT '{facette}', {ecrite.format('valeur')}, n FROM (SELECT {brute} AS valeur, sum(nombre)::INTEGER AS n"
        f" FROM lues WHERE {sauf(facette)} GROUP BY valeur)"
        for facette, (brute, ecrite) in comptees.items()
    ]
    branches += [
        f"SELECT 'total', '{nom}', coalesce(sum(nombre), 0)::INTEGER FROM lues WHERE {sauf(nom)}"
        for nom in ("filtre", *conditions)
    ]
    gardees = ["nombre", *(brute.removeprefix("unnest(").removesuffix(")") for brute, _ in comptees.values())]
    comptes: dict[str, dict[str, int]] = {facette: {} for facette in (*comptees, "total")}
    for facette, valeur, nombre in base._toutes(
        f"WITH lues AS MATERIALIZED (SELECT {', '.join(gardees)}{drapeaux} FROM ({relation}))"
        f" {' UNION ALL '.join(branches)}",
        [v for _, liees in conditions.values() for v in liees] + lies,
    ):
        if valeur:  # un territoire qui n'est pas un quartier n'a pas de type
            comptes[facette][valeur] = nombre
    return comptes


def parents(base: Base, territoires: Sequence[str], maille: Maille) -> dict[str, str]:
    """Pour chacun de ces territoires, le plus proche qui le contient à cette maille ; absent s'il n'y en a pas.

    L'agglomération d'un quartier est celle de son contrat de ville, même quand une commune relève d'une autre.
    """
    return dict(base._toutes(_PARENTS, [list(territoires), str(maille)]))


def _conditions(filtre: Filtre) -> dict[str, tuple[str, list[Any]]]:
    """Les conditions actives, par facette, avec leurs valeurs liées."""
    conditions: dict[str, tuple[str, list[Any]]] = {}
    for facette, (brute, ecrite) in _COLONNES.items():
        choisies = list(getattr(filtre, facette))
        if not choisies:
            continue
        if facette == "agglomeration":
            conditions[facette] = ("list_has_any(agglomerations, ?::VARCHAR[])", [choisies])
        else:
            conditions[facette] = (f"{ecrite.format(brute)} IN (SELECT unnest(?::VARCHAR[]))", [choisies])
    mots = [cle for mot in filtre.texte[:TEXTE_MAXIMAL].split() if (cle := cle_de_recherche(mot))]
    if mots:
        conditions["texte"] = (" AND ".join(["contains(recherche, ?)"] * len(mots)), mots)
    return conditions
