"""Ce que l'on sait des familles : territoires, valeurs, comparaisons possibles à la même date ; et ce qui manque."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indicators.base.base import Base
from indicators.base.ecriture import CONNUE
from indicators.socle.catalogue import Famille
from indicators.socle.territoires import Maille, Territoire

Datees = dict[str, set[tuple[str, int]]]
"""Pour chaque territoire, les couples (indicateur, année) dont il a une valeur, un seuil ou un intervalle."""

References = dict[str, tuple[str | None, str | None]]
"""L'agglomération et la région de chaque territoire déjà vu : cinq familles les demandent, la base les dit une fois."""


@dataclass(frozen=True)
class Couverture:
    """Une famille sur des territoires d'une maille.

    `avec` : ceux qui ont une valeur ; `agglomeration`, `region` : ceux qui l'ont à la date et pour l'indicateur de leur
    référence ; `deux` : pour les deux références à la fois ; `annee` : la plus récente, None si rien n'est daté.
    """

    maille: Maille
    geographie: int | None
    famille: Famille
    territoires: int
    avec: int
    agglomeration: int
    region: int
    deux: int
    annee: int | None


@dataclass(frozen=True)
class Manque:
    """Un fichier officiel que l'observatoire n'a pas : où le prendre, et ce qu'il reste à faire pour l'importer."""

    famille: str
    maille: Maille
    geographie: int | None
    fichier: str
    producteur: str
    millesime: str
    page: str
    besoin: str


def manques(base: Base) -> list[Manque]:
    """Les fichiers officiels qui manquent, dans l'ordre des familles."""
    lignes = base._toutes(
        "SELECT famille, maille, geographie, fichier, producteur, millesime, page, besoin FROM manques ORDER BY rowid"
    )
    return [Manque(famille, Maille(maille), *reste) for famille, maille, *reste in lignes]


def couvrir(base: Base, agglomerations: Sequence[str] = ()) -> list[Couverture]:
    """Par maille et par famille ; `agglomerations` : s'en tenir à leurs quartiers et à leurs communes, vide : tout."""
    groupes: dict[tuple[Maille, int | None], list[Territoire]] = defaultdict(list)
    for territoire in _retenus(base, agglomerations):
        if territoire.maille in _MAILLES and territoire.statut in {"", "QPV"}:
            groupes[territoire.maille, territoire.geographie].append(territoire)
    ordonnes = sorted(groupes.items(), key=lambda g: (list(Maille).index(g[0][0]), g[0][1] or 0))
    references: References = {}
    return [
        _couverture(base, maille, geographie, siens, famille, datees, references)
        for famille, datees in ((f, _datees(base, f)) for f in base.catalogue.familles)
        for (maille, geographie), siens in ordonnes
        if famille.pour(maille)
    ]


_MAILLES = (Maille.QUARTIER, Maille.IRIS, Maille.COMMUNE, Maille.EPCI, Maille.DEPARTEMENT, Maille.REGION)


def _retenus(base: Base, agglomerations: Sequence[str]) -> Iterable[Territoire]:
    if not agglomerations:
        return base.territoires()
    codes: dict[str, None] = {}
    for agglomeration in agglomerations:
        fiche = base.fiche(agglomeration)
        codes |= dict.fromkeys([agglomeration, *base.communes_de(agglomeration)])
        codes |= dict.fromkeys(quartier.territoire for quartier in fiche.quartiers)
    return base.territoires(codes)


def _datees(base: Base, famille: Famille) -> Datees:
    """Les valeurs datées de cette famille ; une période n'est comparée qu'à elle-même, elle est laissée."""
    cles = {base.cle_indicateur(c.indicateur): c.indicateur for m in _MAILLES for c in famille.pour(m)}
    trouvees: Datees = defaultdict(set)
    lignes = base._toutes(
        f"SELECT DISTINCT t, i, annee FROM mesures_par_indicateur WHERE i IN (SELECT unnest(?::INTEGER[]))"
        f" AND annee IS NOT NULL AND annee_debut IS NULL AND {CONNUE}",
        [list(cles)],
    )
    territoires = base.codes(t for t, _, _ in lignes)
    for territoire, (_, i, annee) in zip(territoires, lignes, strict=True):
        trouvees[territoire].add((cles[i], annee))
    return trouvees


def _connus(base: Base, indicateurs: Iterable[str]) -> set[str]:
    """Les territoires qui ont une valeur, datée ou non, d'un de ces indicateurs."""
    cles = [base.cle_indicateur(code) for code in indicateurs]
    lignes = base._toutes("SELECT DISTINCT t FROM presences WHERE i IN (SELECT unnest(?::INTEGER[]))", [cles])
    return set(base.codes(t for (t,) in lignes))


def _references(base: Base, territoire: str) -> tuple[str | None, str | None]:
    fiche = base.fiche(territoire)
    regions = (t.territoire for t in fiche.references if t.maille is Maille.REGION)
    return next((a.territoire for a in fiche.agglomerations), None), next(regions, None)


def _couverture(
    base: Base,
    maille: Maille,
    geographie: int | None,
    siens: Sequence[Territoire],
    famille: Famille,
    datees: Datees,
    references: References,
) -> Couverture:
    admis = {choix.indicateur for choix in famille.pour(maille)}
    comptes = dict.fromkeys(("avec", "agglomeration", "region", "deux"), 0)
    annees = []
    connus = _connus(base, admis)
    for territoire in siens:
        siennes = {(i, annee) for i, annee in datees.get(territoire.territoire, ()) if i in admis}
        comptes["avec"] += bool(siennes) or territoire.territoire in connus
        if not siennes:
            continue
        annees.append(max(annee for _, annee in siennes))
        code = territoire.territoire
        if code not in references:
            references[code] = _references(base, code)
        agglomeration, region = (datees.get(r or "", set()) & siennes for r in references[code])
        comptes["agglomeration"] += bool(agglomeration)
        comptes["region"] += bool(region)
        comptes["deux"] += bool(agglomeration & region)
    return Couverture(maille, geographie, famille, len(siens), **comptes, annee=max(annees, default=None))


def rapport(couvertures: Sequence[Couverture]) -> str:
    """Une ligne par maille et par famille, en colonnes de largeur fixe."""
    entete = ("maille", "famille", "territoires", "valeur", "agglo", "région", "les deux", "année")
    lignes = [
        (
            f"{c.maille.libelle}{f' {c.geographie}' if c.geographie else ''}", c.famille.libelle,
            *map(str, (c.territoires, c.avec, c.agglomeration, c.region, c.deux, c.annee or "–")),
        )
        for c in couvertures
    ]  # fmt: skip
    largeurs = [max(len(ligne[k]) for ligne in (entete, *lignes)) for k in range(len(entete))]
    return "\n".join(
        "  ".join(mot.ljust(n) for mot, n in zip(ligne, largeurs, strict=True)).rstrip() for ligne in (entete, *lignes)
    )
