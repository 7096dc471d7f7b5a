"""Notre modèle, pour les chiffres locaux : une ligne un chiffre, en XLSX ou en CSV, que l'application distribue.

Un territoire se donne par son code ou par son nom exact, un indicateur par son identifiant ou son libellé. Un modèle
peut ne porter que quelques territoires : ce qui n'y est pas n'est pas retiré.
"""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

from indicators.donnees.schema import FEUILLES, INDICATEURS_LOCAUX, MODELE
from indicators.imports.formats.indicateurs_locaux import admis
from indicators.imports.moteur.cellules import CelluleLue, lire_cellule
from indicators.imports.moteur.releve import (
    ANNEE,
    Chiffre,
    Format,
    Referentiel,
    Releve,
    SourceLue,
    constat,
    debordements,
    mots,
)
from indicators.imports.moteur.tableau import Tableau
from indicators.socle.catalogue import Catalogue
from indicators.socle.codes import identifiant
from indicators.socle.erreurs import ErreurImport
from indicators.socle.observations import SANS_VALEUR, Statut
from indicators.socle.tableur import octets_csv
from indicators.socle.territoires import Maille

ENTETE = tuple(nom for nom in MODELE.noms if nom in FEUILLES["observations"].noms)
SOURCE = tuple(nom for nom in MODELE.noms if nom not in FEUILLES["observations"].noms)
_LISTE_MAX = 255
_AIDE = {colonne.nom: colonne.texte for colonne in MODELE.colonnes}


def _lire(tableau: Tableau, referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    places = {nom: tableau.place(nom) for nom in (*ENTETE, *SOURCE)}
    if any(places[nom] is None for nom in ("territoire", "indicateur", "annee", "valeur")):
        return None
    if places["titre_source"] is None or places["producteur"] is None:
        raise ErreurImport("Il manque au modèle « producteur » ou « titre_source » : tout chiffre a sa source.")
    releve = Releve("modele", "Modèle de l’observatoire", lignes=len(tableau.lignes), epuisable=False)
    releve.relire = True
    connues = set(places.values())
    releve.inconnues = tuple(n for place, n in enumerate(tableau.entete) if n and place not in connues)
    releve.constats += debordements(tableau)
    sources: dict[tuple[str, str], SourceLue] = {}
    for numero, cellules in tableau.lignes:
        ligne = {nom: cellules[place] if place is not None else "" for nom, place in places.items()}
        if ligne["territoire"] == _AIDE["territoire"]:
            continue
        try:
            chiffre = _chiffre(ligne, numero, referentiel)
        except ValueError as erreur:
            releve.constats.append(constat(numero, "", f"{erreur} : ligne laissée, le chiffre connu reste"))
            continue
        if not ligne["producteur"] or not ligne["titre_source"]:
            releve.constats.append(constat(numero, "titre_source", "producteur ou titre vide : ligne laissée"))
            continue
        sources[ligne["producteur"], ligne["titre_source"]] = source_locale(ligne)
        releve.chiffres.append(chiffre)
    if len(sources) > 1:
        raise ErreurImport(
            f"Ce modèle cite {len(sources)} sources ({', '.join(titre for _, titre in sources)}) : "
            "faites un fichier par source, chaque ajout pourra être annulé seul."
        )
    releve.source = next(iter(sources.values()), None)
    return releve


def source_locale(ligne: dict[str, str]) -> SourceLue:
    """La source d'un modèle : son identifiant vient de son producteur et de son titre."""
    cle = mots(f"{ligne['producteur']} {ligne['titre_source']}").replace(" ", "_")
    court = re.sub(r"[^a-z0-9_]", "", cle)[:40].strip("_")
    suffixe = hashlib.sha256(cle.encode()).hexdigest()[:6]
    return SourceLue(
        f"local_{court}_{suffixe}", ligne["producteur"], ligne["titre_source"], ligne["licence"] or "diffusion interne",
        2, ligne["url"],
    )  # fmt: skip


def _chiffre(ligne: dict[str, str], numero: int, referentiel: Referentiel) -> Chiffre:
    indicateur = referentiel.indicateurs.get(mots(ligne["indicateur"].replace("_", " ")))
    if indicateur is None:
        raise ValueError(f"indicateur « {ligne['indicateur']} » inconnu du catalogue")
    lecture = lire_cellule(ligne["valeur"], None)
    bornes = {c: lire_cellule(ligne[c], None) for c in ("borne_inf", "borne_sup")}
    ecrites = {c: b.valeur for c, b in bornes.items() if b is not None and b.valeur}
    if ligne["statut"]:
        if ligne["statut"] not in set(Statut):
            raise ValueError(f"statut « {ligne['statut']} » inconnu (admis : {', '.join(Statut)})")
        statut = Statut(ligne["statut"])
    elif lecture is not None:
        statut = lecture.statut
    else:
        statut = {2: Statut.INTERVALLE, 0: Statut.NON_DISPONIBLE}.get(
            len(ecrites), Statut.AU_MOINS if "borne_inf" in ecrites else Statut.AU_PLUS
        )
    if statut in SANS_VALEUR and lecture is not None and lecture.valeur:
        raise ValueError(f"valeur « {ligne['valeur']} » donnée avec le statut « {statut} »")
    annees = {}
    for colonne in ("annee", "annee_debut"):
        if ligne[colonne] and not re.fullmatch(ANNEE, ligne[colonne]):
            raise ValueError(f"{colonne} « {ligne[colonne]} » n'est pas une année")
        annees[colonne] = int(ligne[colonne]) if ligne[colonne] else None
    if annees["annee"] is None:
        raise ValueError("année vide")
    valeur = lecture.valeur if lecture is not None else ""
    imprime = " à ".join(ligne[c] for c in ("valeur", "borne_inf", "borne_sup") if ligne[c])
    return Chiffre(
        _territoire(ligne["territoire"], referentiel),
        indicateur,
        groupe="",
        annee=annees["annee"],
        lecture=CelluleLue(statut, valeur),
        brut=imprime,
        colonne="valeur",
        ligne=numero,
        note=ligne["note"],
        annee_debut=annees["annee_debut"],
        passage=f"{ligne['territoire']} | {ligne['indicateur']} | {imprime or ligne['statut'] or 'vide'}",
        bornes=(ecrites.get("borne_inf", ""), ecrites.get("borne_sup", "")),
    )


def _territoire(texte: str, referentiel: Referentiel) -> str:
    code = texte.strip().upper()
    if code in referentiel.territoires:
        return code
    if (trouve := identifiant(code)) and trouve in referentiel.territoires:
        return trouve
    homonymes = referentiel.noms.get(mots(texte), ())
    if len(homonymes) > 1:
        raise ValueError(f"« {texte} » nomme {len(homonymes)} territoires ({', '.join(homonymes)}) : donnez le code")
    if not homonymes:
        raise ValueError(f"territoire « {texte} » inconnu")
    return homonymes[0]


def modele_csv() -> bytes:
    """Le modèle vide en CSV pour Excel en français."""
    return octets_csv([(*ENTETE, *SOURCE)])


def modele_xlsx(catalogue: Catalogue) -> bytes:
    """Le modèle vide en XLSX : la feuille à remplir, l'aide, les indicateurs à définir, le catalogue."""
    import xlsxwriter

    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie, {"in_memory": True}) as classeur:
        gras = classeur.add_format({"bold": True, "bg_color": "#e7ecf1", "text_wrap": True, "valign": "top"})
        texte = classeur.add_format({"num_format": "@"})
        feuille = classeur.add_worksheet("Chiffres")
        aide = classeur.add_worksheet("Aide")
        for place, nom in enumerate((*ENTETE, *SOURCE)):
            feuille.write_string(0, place, nom, gras)
            feuille.set_column(place, place, 18, texte if nom in {"territoire", "indicateur"} else None)
            aide.write_row(place, 0, (nom, _AIDE[nom]))
        feuille.freeze_panes(1, 0)
        feuille.data_validation(1, ENTETE.index("statut"), 5000, ENTETE.index("statut"),
                                {"validate": "list", "source": ["", *Statut]})  # fmt: skip
        aide.set_column(0, 0, 16)
        aide.set_column(1, 1, 80)
        _a_definir(classeur.add_worksheet("Indicateurs"), catalogue, gras)
        liste = classeur.add_worksheet("Catalogue")
        liste.write_row(0, 0, ("indicateur", "libelle", "unite", "definition"), gras)
        for n, indicateur in enumerate(catalogue.indicateurs.values(), start=1):
            champs = (indicateur.indicateur, indicateur.libelle, indicateur.unite, indicateur.definition)
            for place, champ in enumerate(champs):
                liste.write_string(n, place, champ)
        liste.set_column(0, 1, 36)
    return sortie.getvalue()


def _a_definir(feuille: Any, catalogue: Catalogue, gras: Any) -> None:
    """L'onglet des indicateurs que l'on définit soi-même : ses colonnes, leur aide, leurs valeurs admises."""
    choix = admis(catalogue)
    for place, colonne in enumerate(INDICATEURS_LOCAUX.colonnes):
        feuille.write_string(0, place, colonne.nom, gras)
        feuille.write_string(1, place, colonne.texte)
        feuille.set_column(place, place, 24)
        if valeurs := choix.get(colonne.nom):
            liste = {"validate": "list", "source": list(valeurs)}
            if sum(map(len, valeurs)) + len(valeurs) > _LISTE_MAX:  # Excel n'en admet pas de plus longue
                liste = {"validate": "any", "input_title": "Valeurs admises", "input_message": ", ".join(valeurs)[:255]}
            feuille.data_validation(2, place, 500, place, liste)
    feuille.freeze_panes(1, 0)


FORMATS = (Format("modele", "Modèle de l’observatoire (chiffres locaux)", _lire, None),)
