"""DEPP, indice de position sociale des écoles, collèges et lycées : un établissement par ligne, agrégé par territoire.

La moyenne d'un territoire est pondérée par les effectifs ; elle est simple quand le fichier n'en donne pas, et la note
de chaque chiffre dit laquelle, avec la division. L'année est celle de la rentrée : « 2022-2023 » → 2022.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from indicators.imports.moteur.cellules import CelluleLue, en_nombre, lire_cellule
from indicators.imports.moteur.releve import (
    ANNEE,
    DEPARTEMENTS_MIN,
    Chiffre,
    Etablissement,
    Format,
    Referentiel,
    Releve,
    SourceLue,
    constat,
    debordements,
)
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.codes import METROPOLE, METROPOLITAINES, REGION_DE, departement_de, identifiant
from indicators.socle.nombres import ecrire, lire
from indicators.socle.observations import Origine, Statut
from indicators.socle.territoires import Maille

_COLONNES = {
    "rentree": ("rentree_scolaire", "Rentrée scolaire"),
    "departement": ("code_du_departement", "Code du département"),
    "uai": ("uai", "UAI"),
    "commune": ("code_insee_de_la_commune", "Code INSEE de la commune"),
    "effectifs": ("effectifs", "Effectifs", "effectifs_ensemble_gt_pro"),
    "ips": ("ips", "IPS", "ips_etab", "ips_ensemble_gt_pro", "IPS Ensemble GT-PRO"),
    "nom": ("nom_de_l_etablissment", "nom_de_l_etablissement", "Nom de l'établissment", "Nom de l'établissement"),
}
_LAISSEES = (
    r"acad[eé]mie|code[_ ]acad[eé]mie|d[eé]partement|nom_de_la_commune|nom de la commune|secteur"
    r"|type[_ ]de[_ ]lyc[eé]e|effectifs_voie_\w+|ips_post_bac|ips_voie_\w+"
    r"|ips_(national|academique|departemental)\w*|[eé]cart[-_ ]type.*|num_ligne|code_region|region"
)
_NIVEAUX = {"ecoles": "écoles", "colleges": "collèges", "lycees": "lycées"}

_IPS_MAX = 250
"""Les indices publiés vont de 45 à 165 environ."""


def _niveau(tableau: Tableau, uai_nom: list[str]) -> str:
    """Écoles, collèges ou lycées : par les colonnes propres aux lycées, puis par le début du nom des établissements."""
    if any("voie" in nom.lower() or "type_de_lycee" in nom.lower() for nom in tableau.entete):
        return "lycees"
    colleges = sum(bool(re.match(r"(coll[eè]ge|clg)\b", nom, re.IGNORECASE)) for nom in uai_nom)
    return "colleges" if 2 * colleges > len(uai_nom) else "ecoles"


def _lire(tableau: Tableau, referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    places = {nom: tableau.place(*variantes) for nom, variantes in _COLONNES.items()}
    if any(places[nom] is None for nom in ("rentree", "uai", "commune", "ips")):
        return None
    rentree, uai_place, commune_place, ips_place = (places[n] or 0 for n in ("rentree", "uai", "commune", "ips"))
    noms = [c[places["nom"]] for _, c in tableau.lignes] if places["nom"] is not None else []
    niveau = _niveau(tableau, noms)
    prises = set(places.values())
    autres = [nom for place, nom in enumerate(tableau.entete) if place not in prises]
    releve = Releve(
        f"depp_ips_{niveau}",
        f"DEPP, indice de position sociale des {_NIVEAUX[niveau]}",
        SourceLue(
            f"depp_ips_{niveau}_{{edition}}",
            "DEPP",
            f"DEPP, indice de position sociale des {_NIVEAUX[niveau]}, rentrée {{edition}}",
        ),
        inconnues=tuple(n for n in autres if not re.fullmatch(_LAISSEES, n, re.IGNORECASE)),
        laissees=tuple(n for n in autres if re.fullmatch(_LAISSEES, n, re.IGNORECASE)),
        lignes=len(tableau.lignes),
        constats=debordements(tableau),
        relire=True,
    )
    departements = {c[places["departement"]] for _, c in tableau.lignes} if places["departement"] is not None else set()
    if not (entier := len(departements) >= DEPARTEMENTS_MIN):
        releve.constats.append(
            constat(0, "", "extrait, non national : moyennes de département, de région et de métropole non calculées")
        )
    par_territoire: dict[tuple[str, int], list[tuple[Decimal, Decimal | None]]] = defaultdict(list)
    sans_ips: dict[tuple[str, int], int] = defaultdict(int)
    vus: dict[tuple[str, str], tuple[Decimal | None, Decimal | None]] = {}
    for numero, cellules in tableau.lignes:
        commune = identifiant(cellules[commune_place])
        annee = re.fullmatch(rf"({ANNEE})(?:-{ANNEE})?", cellules[rentree])
        if commune is None or annee is None:
            releve.constats.append(
                constat(numero, "", f"commune « {cellules[commune_place]} », rentrée « {cellules[rentree]} » : laissé")
            )
            continue
        try:
            ips = lire_cellule(cellules[ips_place], Statut.NON_DISPONIBLE)
            effectif = lire_cellule(cellules[places["effectifs"]], None) if places["effectifs"] is not None else None
        except ValueError as erreur:
            releve.constats.append(constat(numero, tableau.entete[ips_place], f"{erreur} : établissement laissé"))
            continue
        indice, compte = _decimal(ips), _decimal(effectif)
        if (indice is not None and not 0 < indice < _IPS_MAX) or (compte is not None and compte < 0):
            releve.constats.append(
                constat(numero, tableau.entete[ips_place], f"IPS « {cellules[ips_place]} » impossible : laissé")
            )
            continue
        cle_lue = cellules[uai_place], annee[1]
        if cellules[uai_place] and cle_lue in vus:  # une ligne collée deux fois compterait deux fois
            if vus[cle_lue] != (indice, compte):
                phrase = f"« {cellules[uai_place]} » a deux lignes différentes, la première gardée"
                releve.constats.append(constat(numero, tableau.entete[uai_place], phrase))
            continue
        vus[cle_lue] = indice, compte
        releve.etablissements[cellules[uai_place]] = Etablissement(commune, niveau)
        for territoire in territoires_de(referentiel.commune(commune), referentiel, int(annee[1]), national=entier):
            cle = (territoire, int(annee[1]))
            if indice is None:
                sans_ips[cle] += 1
            else:
                par_territoire[cle].append((indice, compte))
    for (territoire, annee_mesuree), lus in par_territoire.items():
        releve.chiffres += moyennes(territoire, annee_mesuree, niveau, lus, sans_ips[territoire, annee_mesuree])
    releve.edition = max((c.annee for c in releve.chiffres if c.annee), default=None)
    return releve


def territoires_de(commune: str, connu: Referentiel, annee: int, *, national: bool) -> list[str]:
    """La commune, son EPCI d’alors, connu tout entier ; `national` : son département, sa région, la métropole."""
    ou = [commune, *connu.groupements(commune, annee)]
    indecis = connu.indecis(annee)
    ou = [territoire for territoire in ou if territoire not in indecis]
    departement = departement_de(commune) if national else None
    if departement in REGION_DE:
        region = REGION_DE[departement]
        ou += [departement, region, *([METROPOLE] if region in METROPOLITAINES else [])]
    return ou


def moyennes(
    territoire: str, annee: int, niveau: str, lus: list[tuple[Decimal, Decimal | None]], sans: int, *,
    sorte: str = "", ou: str = "", note: str = "",
) -> list[Chiffre]:  # fmt: skip
    """La moyenne pondérée quand tous les effectifs sont donnés, et toujours la moyenne simple.

    `sorte` : ce que l'indicateur ajoute à son nom (« _300m ») ; `ou` : où sont les établissements ; `note` : réserve.
    """
    n, mot = len(lus), _NIVEAUX[niveau]
    mot = mot if n > 1 else mot.removesuffix("s")
    reste = f" ; {sans} sans IPS, non comptés" if sans else ""
    calculs = [("simple", "Moyenne simple", sum((i for i, _ in lus), Decimal(0)), Decimal(n))]
    effectifs = [e for _, e in lus if e]
    if len(effectifs) == n:
        pondere = sum((i * e for i, e in lus if e), Decimal(0))
        calculs.append(("pondere", "Moyenne pondérée par les effectifs", pondere, sum(effectifs, Decimal(0))))
    chiffres = []
    for calcul, phrase, haut, bas in calculs:
        valeur = ecrire((haut / bas).quantize(Decimal("0.1"), ROUND_HALF_UP))
        division = f"{_ecrit(haut)} ÷ {_ecrit(bas)} = {valeur}"
        chiffres.append(
            Chiffre(
                territoire, f"ips_{niveau}{sorte}_{calcul}", "", annee, CelluleLue(Statut.EXACT, valeur), "", "ips",
                None,
                f"{phrase} de {n} {mot}{ou}, publics et privés sous contrat : {division}{reste}. "
                f"Rentrée scolaire {annee}-{annee + 1}.{note}",
                Origine.CALCULEE, passage=f"colonnes IPS{' et effectifs' if calcul == 'pondere' else ''} de {n} {mot}",
            )
        )  # fmt: skip
    return chiffres


def _decimal(lecture: CelluleLue | None) -> Decimal | None:
    return lire(lecture.valeur) if lecture is not None and lecture.valeur else None


def _ecrit(nombre: Decimal) -> str:
    texte = ecrire(nombre.normalize())
    assert en_nombre(texte) == float(nombre)
    return texte


FORMATS = (Format("depp_ips", "DEPP, indice de position sociale des écoles, collèges, lycées", _lire, None),)
