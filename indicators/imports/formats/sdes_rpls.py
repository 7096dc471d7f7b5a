"""SDES et Insee, répertoire du parc locatif social (RPLS) : par quartier, commune ou IRIS (`nbLsPls`), et compilation.

Une case vide est un secret (`Note` 4 ou 5) ; les fichiers au 1er janvier ne disent pas leur année.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from indicators.imports.moteur.cellules import CelluleLue
from indicators.imports.moteur.large import ColonneLarge, colonne_du_code, porte, relever
from indicators.imports.moteur.releve import Chiffre, Format, Referentiel, Releve, SourceLue, constat, debordements
from indicators.imports.moteur.tableau import Tableau
from indicators.imports.moteur.terribot import des_regions_d_un_departement, laisser_autres_perimetres, territoire_de
from indicators.socle.codes import departement_de
from indicators.socle.observations import Origine, Statut
from indicators.socle.territoires import Maille

_COLONNES = (
    ColonneLarge("nbLsPls", "nb_logements_sociaux", "rpls"),
    ColonneLarge("txLsRp", "part_parc_social_rpls", "rpls"),
    ColonneLarge("txRot", "taux_rotation_social", "rpls"),
    ColonneLarge("txVac", "taux_vacance_social", "rpls"),
    ColonneLarge("medLoy", "loyer_median_social", "rpls"),
)
_DU_PARC = (
    ColonneLarge("txVac3m", "taux_vacance_social_3_mois", "rpls"),
    ColonneLarge("moyLoy", "loyer_moyen_social_m2", "rpls"),
    ColonneLarge("q1Loy", "loyer_social_q1", "rpls"),
    ColonneLarge("q3Loy", "loyer_social_q3", "rpls"),
    *(
        ColonneLarge(f"txLs{colonne}", f"part_social_{sorte}", "rpls")
        for colonne, sorte in (
            *(("Col", "collectif"), ("Ind", "individuel"), ("1p", "1_piece"), ("2p", "2_pieces"), ("3p", "3_pieces")),
            *(("4p", "4_pieces"), ("5pp", "5_pieces_plus"), ("Av49", "avant_1949"), ("49a75", "1949_1975")),
            *(("76a88", "1976_1988"), ("89a00", "1989_2000"), ("01a13", "2001_2013"), ("Ap13", "apres_2013")),
            *(("Plai", "plai"), ("PlusAv77", "plus_avant_1977"), ("PlusAp77", "plus_apres_1977")),
            *(("Pls", "pls"), ("Pli", "pli")),
        )
    ),
)
"""De quoi le parc d'un quartier est fait. Chaque groupe fait 100 % dans le fichier quand aucune de ses cases n'est
vide : collectif et individuel, pièces, époques, financements.
"""
_LAISSEES = (
    r"Note|nbLsMes|txVac3m|txLs(Col|Ind|\dp{1,2})|txLs(m\d+|\d+a\d+|\d+p)|txLs(Av49|Ap13|Plai|PlusAv77|PlusAp77|Pls|Pli)"
    r"|(moy|q1|q3)Loy|DepCom|LibCom|EPCI|UU2020|Reg|txMobGlob|txDpe\w*|nbDpe\w*"
)


def _insee(tableau: Tableau, _referentiel: Referentiel, maille: Maille | None) -> Releve | None:
    if not porte(tableau, "nbLsPls") or colonne_du_code(tableau) is None:
        return None
    # Un fichier par IRIS a les mêmes colonnes et des codes à neuf chiffres, comme ceux des EPCI : sa commune le dit.
    par_iris = tableau.place("DepCom", "IRIS") is not None
    releve = relever(
        tableau, format="sdes_rpls", titre="SDES et Insee, parc locatif social (RPLS) par territoire",
        source=SourceLue("sdes_rpls_{edition}_qpv", "SDES, Insee",
                         "SDES et Insee, répertoire du parc locatif social (RPLS) par quartier prioritaire, "
                         "édition {edition}"),
        colonnes=_COLONNES if par_iris else (*_COLONNES, *_DU_PARC), laissees=_LAISSEES,
        groupes={"rpls": "parc social au 1er janvier (RPLS)"},
        maille=Maille.IRIS if par_iris else maille,
    )  # fmt: skip
    releve.par_millesime = False
    # Une compilation écrit « 2493.0 » : un nombre de logements n'a pas de décimale.
    releve.chiffres = [
        replace(c, lecture=replace(c.lecture, valeur=c.lecture.valeur.removesuffix(",0")))
        if c.indicateur == "nb_logements_sociaux"
        else c
        for c in releve.chiffres
    ]
    assert releve.source is not None
    if par_iris:
        releve.source = SourceLue(
            "sdes_rpls_{edition}_iris", "SDES, Insee", releve.source.titre.replace("quartier prioritaire", "IRIS")
        )
    elif any(chiffre.territoire.startswith("COM") for chiffre in releve.chiffres):
        releve.source = SourceLue(
            "sdes_rpls_{edition}_com", "SDES, Insee", releve.source.titre.replace("quartier prioritaire", "commune")
        )
    return releve


_DE_LA_COMPILATION = (
    r"id|comp\d|nb_ls20\d{2}|nb_ls_([1-5]piece(_plus)?|plai|plus_(av|ap)_77|pls|pli)|nb_(loues|vacants|vides|asso)"
    r"|nb_occup_(finan|temp)|ener_([a-g]|nr)(_new)?|nb_dpe_realise|age_moyen|loymoy"
)


def _compilation(tableau: Tableau, referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    """La compilation terribot : une colonne par année, à toutes les mailles ; les communes sans zéro initial.

    Paris, Lyon et Marseille y valent 0 et leurs arrondissements portent les logements : ils sont additionnés.
    """
    place_id = tableau.place("id")
    annees = {
        p: int(m[1]) for p, n in enumerate(tableau.entete) if (m := re.fullmatch(r"nb_ls(20\d{2})", n, re.IGNORECASE))
    }
    if place_id is None or not annees:
        return None
    derniere = max(annees.values())
    releve = Releve(
        "terribot_rpls", "SDES, parc locatif social (RPLS), compilation terribot",
        SourceLue("terribot_rpls_{edition}", "SDES (compilation tierce terribot)",
                  "SDES, RPLS au 01/01/{edition} (via compilation terribot)", rang=4),
        lignes=len(tableau.lignes), edition=derniere, relire=True, posterieur=True,
        constats=debordements(tableau),
        laissees=tuple(n for p, n in enumerate(tableau.entete) if p not in annees and p != place_id),
    )  # fmt: skip
    parties: dict[tuple[str, int], list[int | None]] = {}
    for numero, cellules in tableau.lignes:
        brut = territoire_de(cellules[place_id])
        if brut is None:
            continue
        territoire = referentiel.commune(brut) if brut.startswith("COM") else brut
        for place, annee in annees.items():
            nom = tableau.entete[place]
            lecture = releve.lire(cellules[place], None, numero, nom)
            if territoire != brut and cellules[place]:
                parties.setdefault((territoire, annee), []).append(_effectif(lecture))
            if lecture is None or territoire != brut:
                continue
            releve.chiffres.append(
                Chiffre(territoire, "nb_logements_sociaux", "", annee, lecture, cellules[place], nom, numero,
                        passage=f"{cellules[place_id]} | {nom} | {cellules[place]}")
            )  # fmt: skip
    _reunir(releve, parties)
    _laisser_confondues(releve)
    _laisser_non_recenses(releve, referentiel)
    laisser_autres_perimetres(releve, referentiel)
    releve.chiffres += des_regions_d_un_departement(releve.chiffres)
    releve.quantites = {}
    for chiffre in releve.chiffres:
        releve.quantites.setdefault(("RPLS", chiffre.annee or 0), {})[chiffre.territoire] = chiffre.nombre
    return releve


_CONFONDUS_MIN = 5
"""En deçà, un parc qui tombe à zéro et un voisin qui grandit d'autant peuvent n'être qu'un hasard."""


def _laisser_confondues(releve: Releve) -> None:
    """Retire les années où une commune vaut 0 parce qu'une voisine a ses logements, de l'une et de l'autre, et le dit.

    Sannerville, réunie à Troarn en 2017 et rétablie depuis, y vaut 0 jusqu'en 2022 : Troarn a gagné ses logements à
    l'entrée et les a perdus à la sortie. Les deux bouts sont demandés : un parc peut se vider ou se bâtir.
    """
    parcs: dict[str | None, dict[str, dict[int, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    for chiffre in releve.chiffres:
        if chiffre.territoire.startswith("COM") and chiffre.annee:
            departement = departement_de(chiffre.territoire)
            parcs[departement][chiffre.territoire][chiffre.annee] = chiffre.nombre
    laisses: set[tuple[str, int]] = set()
    for communes in parcs.values():
        for vide, parc in communes.items():
            for entree, sortie in _creux(parc):
                perdus, rendus = parc[entree - 1], parc[sortie]
                for voisine, sien in communes.items():
                    gagnes = sien.get(entree, Decimal(0)) - sien.get(entree - 1, Decimal(0))
                    quittes = sien.get(sortie - 1, Decimal(0)) - sien.get(sortie, Decimal(0))
                    if voisine != vide and _a_peu_pres(gagnes, perdus) and _a_peu_pres(quittes, rendus):
                        laisses |= {(t, annee) for t in (vide, voisine) for annee in range(entree, sortie)}
                        releve.constats.append(
                            constat(0, f"nb_ls{entree}", f"{vide} vaut 0 de {entree} à {sortie - 1}, ses {perdus} "
                                    f"logements sont comptés avec {voisine} : années laissées pour les deux")
                        )  # fmt: skip
    releve.chiffres = [c for c in releve.chiffres if (c.territoire, c.annee or 0) not in laisses]


def _creux(parc: Mapping[int, Decimal]) -> Iterator[tuple[int, int]]:
    """Les suites d'années à zéro entre deux qui ne le sont pas : la première, et celle qui les suit."""
    entree = None
    for annee in sorted(parc):
        if parc[annee]:
            if entree is not None:
                yield entree, annee
            entree = None
        elif entree is None and parc.get(annee - 1, 0) >= _CONFONDUS_MIN:
            entree = annee


def _a_peu_pres(lu: Decimal, attendu: Decimal) -> bool:
    return abs(lu - attendu) <= max(Decimal(2), attendu / 20)


_DOUBLE = 2
"""Le parc d'un département entier ne double pas en un an : s'il le fait, c'est le répertoire qui s'est étendu."""


def _laisser_non_recenses(releve: Releve, referentiel: Referentiel) -> None:
    """Retire les années où le répertoire ne couvrait pas un département, ou n'en couvrait qu'une part, et le dit.

    Mayotte : rien avant 2017, puis 275 logements en 2019 et 2 015 en 2020, treize communes passant de 0 à leur parc.
    """
    parcs: dict[str, dict[int, Decimal]] = defaultdict(dict)
    for c in releve.chiffres:
        if c.territoire.startswith("DEP") and c.annee:
            parcs[c.territoire][c.annee] = c.nombre
    laisses: set[tuple[str, int]] = set()
    for departement, parc in parcs.items():
        annees = sorted(parc)
        sauts = [a for avant, a in pairwise(annees) if parc[a] >= _DOUBLE * parc[avant] and parc[a]]
        non_couvertes = {a for a in annees if not parc[a] or (sauts and a < sauts[-1])}
        laisses |= {(departement, a) for a in non_couvertes}
        if non_couvertes:
            releve.constats.append(
                constat(0, "", f"{departement} : le répertoire ne le couvrait pas, ou pas entier, en "
                               f"{', '.join(map(str, sorted(non_couvertes)))} : années laissées")
            )  # fmt: skip
    departements = {epci: departement_de(commune) for commune, epci in referentiel.epci_de.items()}
    releve.chiffres = [
        c for c in releve.chiffres
        if (departements.get(c.territoire) or departement_de(c.territoire) or c.territoire, c.annee or 0) not in laisses
    ]  # fmt: skip


def _effectif(lecture: CelluleLue | None) -> int | None:
    """L'effectif d'une case ; None si ce n'en est pas un (illisible, secret, décimal)."""
    return int(lecture.valeur) if lecture is not None and lecture.valeur.isdecimal() else None


def _reunir(releve: Releve, parties: dict[tuple[str, int], list[int | None]]) -> None:
    """Les communes que le fichier donne par morceaux : la somme de leurs arrondissements et communes réunies.

    Aucune si l'effectif de l'un d'eux n'est pas connu.
    """
    entieres = {cle: c for c in releve.chiffres if (cle := (c.territoire, c.annee or 0)) in parties}
    releve.chiffres = [c for c in releve.chiffres if (c.territoire, c.annee or 0) not in parties]
    for (territoire, annee), morceaux in parties.items():
        propre = entieres.get((territoire, annee))
        morceaux += [_effectif(propre.lecture)] if propre and propre.lecture.valeur not in ("", "0") else []
        siens = [effectif for effectif in morceaux if effectif is not None]
        if len(siens) < len(morceaux):
            continue
        total = str(sum(siens))
        somme = " + ".join(map(str, siens)) if len(siens) > 1 else f"{total} + 0"
        releve.chiffres.append(
            Chiffre(territoire, "nb_logements_sociaux", "", annee, CelluleLue(Statut.EXACT, total), "", f"nb_ls{annee}",
                    None, f"Somme de ses arrondissements ou des communes réunies : {somme} = {total}.",
                    origine=Origine.CALCULEE, passage=f"nb_ls{annee}, {len(siens)} lignes")
        )  # fmt: skip


FORMATS = (
    Format("sdes_rpls", "SDES et Insee, parc locatif social (RPLS) par quartier, commune ou IRIS", _insee, None),
    Format("terribot_rpls", "SDES, RPLS à toutes les mailles (compilation terribot)", _compilation, _DE_LA_COMPILATION),
)
