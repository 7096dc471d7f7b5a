"""L'onglet « Indicateurs » de notre modèle : les indicateurs que l'on définit soi-même, avant d'en donner les chiffres.

Ils entrent avec leurs chiffres, marqués « (local) » partout où leur nom s'écrit. Rien n'entre si une case manque ou si
le catalogue a déjà cet identifiant ou ce nom : le refus dit la case.
"""

from __future__ import annotations

import re
from statistics import mode

from indicators.donnees.indicateurs_locaux import sans_marque
from indicators.donnees.schema import INDICATEURS_LOCAUX
from indicators.imports.moteur.releve import Format, Referentiel, Releve, debordements, mots
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.catalogue import Catalogue, Indicateur, Sens
from indicators.socle.erreurs import Constat
from indicators.socle.territoires import Maille
from indicators.socle.unites import Unite

_REQUISES = tuple(colonne.nom for colonne in INDICATEURS_LOCAUX.colonnes if colonne.requise)
_IDENTIFIANT = re.compile(r"[a-z][a-z0-9_]{2,59}")
_TROP = 2_000
_MARQUES = 4
"""Combien de colonnes de la feuille la font reconnaître, « indicateur » et « nom » compris."""
_AIDE = INDICATEURS_LOCAUX.colonnes[0].texte


def _lire(tableau: Tableau, referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    places = {nom: tableau.place(nom) for nom in INDICATEURS_LOCAUX.noms}
    presentes = {nom for nom, place in places.items() if place is not None}
    if not presentes >= {"indicateur", "nom"} or len(presentes) < _MARQUES:
        return None
    releve = Releve("indicateurs_locaux", "Indicateurs locaux (modèle de l’observatoire)")
    releve.epuisable = False
    releve.constats += debordements(tableau)
    connues = set(places.values())
    releve.inconnues = tuple(nom for place, nom in enumerate(tableau.entete) if place not in connues)
    catalogue = referentiel.catalogue
    for numero, cellules in tableau.lignes:
        ligne = {nom: cellules[place].strip() if place is not None else "" for nom, place in places.items()}
        if ligne["indicateur"] == _AIDE:
            continue
        releve.lignes += 1
        fautes = [Constat("", numero, colonne, phrase) for colonne, phrase in _fautes(ligne, catalogue)]
        if ligne["indicateur"] in releve.indicateurs:
            fautes.append(Constat("", numero, "indicateur", f"« {ligne['indicateur']} » est défini deux fois"))
        releve.refus += fautes
        if not fautes:
            releve.indicateurs[ligne["indicateur"]] = _indicateur(ligne, catalogue)
    return releve


def _fautes(ligne: dict[str, str], catalogue: Catalogue) -> list[tuple[str, str]]:
    """Ce qui manque ou n'est pas admis dans cette définition : (colonne, phrase)."""
    fautes = [(nom, "case vide, une valeur est attendue") for nom in _REQUISES if not ligne[nom]]
    fautes += [
        (nom, f"« {ligne[nom]} » n'est pas admis (valeurs admises : {', '.join(admises)})")
        for nom, admises in admis(catalogue).items()
        if ligne[nom] and ligne[nom] not in admises
    ]
    fautes += [
        (nom, f"{len(texte)} caractères, {_TROP} sont admis") for nom, texte in ligne.items() if len(texte) > _TROP
    ]
    code = ligne["indicateur"]
    if code and not _IDENTIFIANT.fullmatch(code):
        fautes.append(("indicateur", f"« {code} » : attendu 3 à 60 lettres minuscules sans accent, chiffres ou _"))
    decimales = ligne["decimales"]
    unite = catalogue.unites.get(ligne["unite"])
    if decimales and (not decimales.isdecimal() or (unite is not None and int(decimales) > unite.decimales)):
        plafond = f", de 0 à {unite.decimales} en « {unite} »" if unite is not None else ""
        fautes.append(("decimales", f"« {decimales} » n'est pas un nombre de décimales{plafond}"))
    fautes += _deja_pris(ligne, catalogue)
    return fautes


def _deja_pris(ligne: dict[str, str], catalogue: Catalogue) -> list[tuple[str, str]]:
    pris = catalogue.indicateurs.get(ligne["indicateur"])
    if pris is not None and not pris.est_local:
        return [("indicateur", f"« {pris.indicateur} » est déjà pris par le catalogue (« {pris.libelle} »)")]
    if pris is not None and (pris.unite != ligne["unite"] or pris.definition != ligne["definition"]):
        return [
            (
                "indicateur",
                f"« {pris.indicateur} » est déjà un indicateur local, défini autrement ({pris.unite} ; "
                f"« {pris.definition[:80]} ») : prenez un autre identifiant, ou la même définition",
            )
        ]
    meme_nom = [
        i.indicateur
        for i in catalogue.indicateurs.values()
        if mots(sans_marque(i.libelle)) == mots(ligne["nom"]) and i.indicateur != ligne["indicateur"]
    ]
    if ligne["nom"] and meme_nom:
        return [("nom", f"« {ligne['nom']} » est déjà le nom de « {meme_nom[0]} » : deux mesures, deux noms")]
    return []


def admis(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Les valeurs admises des colonnes à choix : unités, sens, thèmes, piliers."""
    return {
        "unite": tuple(map(str, catalogue.unites)),
        "sens": tuple(map(str, Sens)),
        "theme": tuple(catalogue.themes),
        "pilier": tuple(dict.fromkeys(i.pilier for i in catalogue.indicateurs.values())),
    }


def _indicateur(ligne: dict[str, str], catalogue: Catalogue) -> Indicateur:
    unite = catalogue.unites[ligne["unite"]]
    return Indicateur(
        ligne["indicateur"],
        ligne["nom"],
        ligne["nom_court"] or ligne["nom"],
        ligne["theme"],
        ligne["pilier"],
        unite,
        int(ligne["decimales"]) if ligne["decimales"] else min(unite.decimales, 1),
        Sens(ligne["sens"]),
        bande_proche=_bande(unite, catalogue),
        definition=ligne["definition"],
        precautions=ligne["precautions"],
    )


def _bande(unite: Unite, catalogue: Catalogue) -> float:
    """L'écart sous lequel deux valeurs sont dites proches : le plus fréquent parmi les indicateurs de cette unité."""
    return mode([i.bande_proche for i in catalogue.indicateurs.values() if i.unite == unite] or [0.0])


FORMATS = (Format("indicateurs_locaux", "Indicateurs locaux (modèle de l’observatoire)", _lire, None),)
