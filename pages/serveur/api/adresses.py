"""Les adresses elles-mêmes : pour chacune son chemin, ses paramètres, sa forme, et de quoi la remplir."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import shapely

from indicators.base import carte, enquetes, flux
from indicators.base.base import Base
from indicators.base.exploration import Filtre
from indicators.donnees.schema import FEUILLES
from indicators.publications import ouvertes
from indicators.socle.observations import par_indicateur, par_territoire, retenue
from indicators.socle.tableur import cellule
from indicators.socle.territoires import Territoire, cle_de_recherche
from pages.commun import acces
from pages.serveur.api import reponses
from pages.serveur.api.parametres import (
    DECIMALES,
    DES_CHIFFRES,
    DES_FACETTES,
    DES_LIEUX,
    REFERENCE,
    DemandeRefusee,
    Parametre,
    filtre,
)

PREFIXE = "/api"
LIGNES_AU_PLUS = 200_000
"""Chiffres d'une réponse : au-delà, la demande est refusée et non coupée, un fichier tronqué ne se voit pas."""
CONTOURS_AU_PLUS = 5_000
NIVEAU_DES_CONTOURS = 1
"""La finesse des contours : celle de la carte d'une agglomération."""
INDICATEURS_AU_PLUS = 20
"""Ceux que des contours portent : chacun y fait six colonnes."""
_LIEUX_PAR_PAQUET = 1_000
_NOMS_DES_LIEUX = {p.nom for p in DES_LIEUX}

Lues = Mapping[str, tuple[str, ...]]
Morceaux = Callable[[], Iterator[bytes]]


@dataclass(frozen=True)
class Adresse:
    """Une route : `chemin` sous `/api` (avec `{code}` s'il nomme un territoire), ce qu'elle donne, ses paramètres.

    `preparer` vérifie la demande et rend de quoi écrire le corps ; il lève `DemandeRefusee` ou une erreur de
    l'observatoire. `schema` : le nom de la forme de la réponse dans la description, vide pour un CSV.
    """

    chemin: str
    titre: str
    texte: str
    parametres: tuple[Parametre, ...]
    type_mime: str
    schema: str
    exemple: str
    preparer: Callable[[Base, Lues, str], Morceaux]
    fichier: str = ""


def _tete(base: Base, **suite: object) -> dict[str, object]:
    return {"base": base.chemin.stem, "licence": ouvertes.LICENCE, **suite}


def _lieux(base: Base, lues: Lues) -> list[Territoire]:
    """Les territoires que désignent ces valeurs ; du plus petit au plus grand puis par nom."""
    demande = flux.demander(base, filtre(lues), lues.get("territoires", ()))
    codes = base.codes_connus
    return base.territoires(codes[cle] for cle in demande.territoires)


def _territoires(base: Base, lues: Lues, _code: str) -> Morceaux:
    trouves = _lieux(base, lues)
    return lambda: reponses.json_en_ligne(
        _tete(base, nombre=len(trouves)),
        "territoires",
        ((ouvertes.territoire(base, t) for t in paquet) for paquet in _par_paquets(trouves)),
    )


def _geojson(base: Base, lues: Lues, _code: str) -> Morceaux:
    trouves, mesures = _lieux(base, {nom: v for nom, v in lues.items() if nom in _NOMS_DES_LIEUX}), filtre(lues)
    if len(trouves) > CONTOURS_AU_PLUS or len(mesures.indicateur) > INDICATEURS_AU_PLUS:
        raise DemandeRefusee(
            f"{len(trouves)} territoires et {len(mesures.indicateur)} indicateurs : au plus {CONTOURS_AU_PLUS} et "
            f"{INDICATEURS_AU_PLUS} à la fois.",
            "Restreignez par agglomération, maille, périmètre ou codes.",
        )
    return lambda: reponses.json_en_ligne(
        {"type": "FeatureCollection", "name": "territoires"},
        "features",
        (_contours(base, paquet, mesures) for paquet in _par_paquets(trouves)),
    )


def _contours(base: Base, lieux: list[Territoire], mesures: Filtre) -> Iterator[dict[str, object]]:
    """Chaque lieu en objet GeoJSON : son contour, à défaut un point, à défaut rien ; et ses chiffres.

    Le point est celui de la carte : le sien, sinon celui des quartiers de 2024 nés de lui, sinon de ses communes.
    """
    codes = [t.territoire for t in lieux]
    formes = carte.contours(base, codes, NIVEAU_DES_CONTOURS)
    ancres = carte.ancres(base, [t for t in lieux if t.territoire not in formes])
    lus = par_territoire(base.observations(codes, mesures.indicateur)) if mesures.indicateur else {}
    for t in lieux:
        geometrie: dict[str, object] | None = None
        if t.territoire in formes:
            geometrie = dict(shapely.geometry.mapping(formes[t.territoire].geometrie))
        elif ancre := ancres.get(t.territoire):
            geometrie = {"type": "Point", "coordinates": [ancre.longitude, ancre.latitude]}
        proprietes = ouvertes.territoire(base, t)
        proprietes["communes"] = ",".join(proprietes["communes"])
        proprietes["contour"] = t.territoire in formes
        proprietes["point_de"] = ",".join(ancres[t.territoire].codes) or None if t.territoire in ancres else None
        siens = par_indicateur(o for o in lus.get(t.territoire, []) if not mesures.date or flux.date(o) in mesures.date)
        for code in mesures.indicateur:
            proprietes |= ouvertes.en_colonnes(base, code, retenue(siens.get(code, [])))
        yield {"type": "Feature", "id": t.territoire, "properties": proprietes, "geometry": geometrie}


def _par_paquets(lieux: list[Territoire]) -> Iterator[list[Territoire]]:
    for debut in range(0, len(lieux), _LIEUX_PAR_PAQUET):
        yield lieux[debut : debut + _LIEUX_PAR_PAQUET]


def _compter(base: Base, lues: Lues) -> tuple[flux.Demande, int]:
    demande = flux.demander(base, filtre(lues), lues.get("territoires", ()))
    total = flux.compter(base, demande)
    if total > LIGNES_AU_PLUS:
        raise DemandeRefusee(
            f"{total} chiffres répondent à cette demande : au plus {LIGNES_AU_PLUS} à la fois.",
            "Ajoutez une agglomération, un indicateur, une maille ou une année. Tout ensemble, c’est le paquet : "
            "« python -m indicators exporter ».",
        )
    return demande, total


def _observations_json(base: Base, lues: Lues, _code: str) -> Morceaux:
    demande, total = _compter(base, lues)
    return lambda: reponses.json_en_ligne(
        _tete(base, nombre=total),
        "observations",
        (map(ouvertes.en_objet, ouvertes.citer(base, lus)) for lus in flux.parcourir(base, demande, total)),
    )


def _observations_csv(base: Base, lues: Lues, _code: str) -> Morceaux:
    demande, total = _compter(base, lues)
    virgule = lues.get(DECIMALES.nom, (DECIMALES.defaut,)) == ("virgule",)
    return lambda: reponses.csv_en_ligne(
        [champ.nom for champ in ouvertes.CHAMPS],
        (
            [ouvertes.en_ligne(cite, virgule=virgule) for cite in ouvertes.citer(base, lus)]
            for lus in flux.parcourir(base, demande, total)
        ),
        virgule=virgule,
    )


def _indicateurs(base: Base, lues: Lues, _code: str) -> Morceaux:
    themes, piliers = lues.get("theme", ()), lues.get(DES_FACETTES["pilier"].nom, ())
    mots = [cle_de_recherche(mot) for mot in lues.get("texte", ())]
    retenus = [
        i
        for i in base.catalogue.indicateurs.values()
        if (not themes or i.theme in themes)
        and (not piliers or i.pilier in piliers)
        and all(mot in cle_de_recherche(f"{i.libelle} {i.libelle_court}") for mot in mots)
    ]
    return lambda: reponses.json_en_ligne(
        _tete(base, nombre=len(retenus)), "indicateurs", [(ouvertes.indicateur(base, i) for i in retenus)]
    )


def _portrait(base: Base, lues: Lues, code: str) -> Morceaux:
    dresse = acces.portrait(base, base.territoire(code).territoire, next(iter(lues.get(REFERENCE.nom, ())), None))
    return lambda: iter([reponses.ecrire_json(_tete(base) | ouvertes.portrait(base, dresse))])


def _feuille(base: Base, _lues: Lues, nom: str) -> Morceaux:
    if nom not in enquetes.OUVERTES:
        raise DemandeRefusee(
            f"Il n’y a pas de table « {nom[:60]} ».",
            "Prenez l’une de celles qui sont admises.",
            admis=enquetes.OUVERTES,
            statut=404,
        )
    lignes = enquetes.feuille(base, nom)
    return lambda: reponses.csv_en_ligne(
        list(FEUILLES[nom].noms), [[[_ecrire(v) for v in ligne.values()] for ligne in lignes]], virgule=True
    )


def _ecrire(valeur: object) -> str:
    if isinstance(valeur, float):
        return f"{valeur:.10g}".replace(".", ",")
    return "" if valeur is None else cellule(str(valeur))


ADRESSES: tuple[Adresse, ...] = (
    Adresse(
        "/territoires",
        "Les territoires",
        "Les lieux, leurs codes, leurs communes et leur agglomération, leur position. Sans filtre : toute la France.",
        DES_LIEUX,
        reponses.JSON,
        "Territoires",
        "/territoires?agglomeration=EPCI200042190&maille=quartier",
        _territoires,
    ),
    Adresse(
        "/territoires.geojson",
        "Leurs contours",
        "Les mêmes, en GeoJSON : le contour quand il est connu (« contour » vaut vrai), à défaut un point, et "
        "« point_de » dit de quels lieux il est le milieu : les quartiers de 2024 nés de lui, sinon ses communes. "
        "Chaque indicateur demandé ajoute des colonnes à son nom : sa valeur, son année, son statut, sa fiabilité, sa "
        "source, et le chiffre écrit.",
        (*DES_LIEUX, DES_FACETTES["indicateur"], DES_FACETTES["date"]),
        reponses.GEOJSON,
        "Contours",
        "/territoires.geojson?agglomeration=EPCI200042190&perimetre=2024",
        _geojson,
        "territoires.geojson",
    ),
    Adresse(
        "/indicateurs",
        "Les indicateurs",
        "Le catalogue : définition, unité, ce qui est favorable, précautions.",
        (DES_FACETTES["theme"], DES_FACETTES["pilier"], DES_CHIFFRES[-1]),
        reponses.JSON,
        "Indicateurs",
        "/indicateurs?theme=revenus",
        _indicateurs,
    ),
    Adresse(
        "/observations.csv",
        "Les chiffres, en CSV",
        "Un chiffre par ligne, avec sa source, son année, son statut et sa fiabilité. Sans option : pour Excel en "
        "français (point-virgule, virgule décimale). Avec « decimales=point » : virgule entre colonnes, pour un SIG.",
        (*DES_CHIFFRES, DECIMALES),
        reponses.CSV,
        "",
        "/observations.csv?agglomeration=EPCI200042190&indicateurs=taux_pauvrete",
        _observations_csv,
        "observations.csv",
    ),
    Adresse(
        "/observations.json",
        "Les chiffres, en JSON",
        "Les mêmes lignes, les mêmes noms ; une case vide y vaut « null ».",
        DES_CHIFFRES,
        reponses.JSON,
        "Observations",
        "/observations.json?territoires=QP062011&theme=revenus",
        _observations_json,
    ),
    Adresse(
        "/portrait/{code}.json",
        "Le portrait d’un territoire",
        "Ce que montre l’écran : par famille puis par thème, le chiffre retenu, ses comparaisons avec leur verdict ou "
        "leur motif, sa place, son évolution, et ce qui manque ; pour un quartier de 2015, le reste de sa commune et "
        "de son agglomération, hors quartiers prioritaires.",
        (REFERENCE,),
        reponses.JSON,
        "Portrait",
        "/portrait/QP062011.json",
        _portrait,
    ),
    Adresse(
        "/feuilles/{nom}.csv",
        "Les autres tables des documents",
        "Ce qui n’est pas un chiffre d’indicateur, avec ses lignes et ses passages : l’enquête auprès des habitants "
        "(segments), les soldes migratoires (soldes), les agglomérations "
        "comparées (agglomerations), les opérations, les équipements et les projets de quartier.",
        (),
        reponses.CSV,
        "",
        "/feuilles/segments.csv",
        _feuille,
    ),
)
