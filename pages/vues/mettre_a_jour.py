"""Le rapport d'un ajout à l'écran : ce qu'il faut avoir lu avant d'accepter."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from indicators.imports.moteur.journal import Entree
from indicators.imports.moteur.lot import Lu
from indicators.imports.moteur.mouvements import Nature, renommees
from indicators.imports.moteur.rapport import Ecart, Rapport
from indicators.socle.nombres import accord, compter, nombre
from indicators.socle.premiers import Premiers
from pages.commun.gabarits import rendre

_VUS = 200
Choses: TypeAlias = "Sequence[Any] | Premiers[Any]"


@dataclass(frozen=True)
class Liste:
    """Une liste de ce qui étonne : ses premières lignes, combien il y en a en tout et combien ne sont pas montrées."""

    titre: str
    entete: Sequence[str]
    lignes: Sequence[Sequence[str]]
    combien: int
    reste: int


def _remplir(part: str, **contexte: Any) -> str:
    return str(rendre("ajout.html", part=part, **contexte))


def bilan(rapport: Rapport) -> str:
    """Ce que l'ajout changerait, en une phrase et en chiffres."""
    lot = rapport.lot
    comptes = [
        (n, accord(n, *mots))
        for n, mots in (
            (rapport.ajoutees, ("valeur ajoutée", "valeurs ajoutées")),
            (len(rapport.changees), ("valeur changée", "valeurs changées")),
            (len(rapport.retirees), ("valeur retirée", "valeurs retirées")),
            (len(lot.nouveaux), ("territoire nouveau", "territoires nouveaux")),
            (len(lot.contours), ("contour apporté", "contours apportés")),
            (rapport.inchangees, ("valeur déjà là", "valeurs déjà là")),
            (rapport.secretes, ("case sous secret statistique", "cases sous secret statistique")),
            (
                len(lot.introuvables),
                ("territoire laissé, que la base ne connaît pas", "territoires laissés, que la base ne connaît pas"),
            ),
        )
    ]
    return _remplir("bilan", rapport=rapport, comptes=comptes)


def fichiers(rapport: Rapport) -> str:
    """Chaque fichier : son format reconnu, son édition, l'année de ses données et ce qui la prouve."""
    lignes = []
    for lu in rapport.lot.lus:
        annees = [
            f"{lu.releve.groupes[groupe]} : {annee or 'sans année'} ({lu.dates.preuves[groupe]})"
            for groupe, annee in lu.dates.annees.items()
        ]
        annees += [f"{lu.releve.groupes[groupe]} : laissé, année à donner" for groupe in lu.dates.laisses]
        if not annees:
            dites = sorted({chiffre.annee for chiffre in lu.releve.chiffres if chiffre.annee})
            annees = [f"écrite dans le fichier : {', '.join(map(str, dites))}"] if dites else ["aucun chiffre"]
        details = [compter(lu.releve.lignes, "ligne")]
        if lu.releve.inconnues:
            details.append(f"colonnes inconnues, laissées : {', '.join(lu.releve.inconnues)}")
        if lu.releve.constats:
            details.append(compter(len(lu.releve.constats), "case illisible", "cases illisibles"))
        lignes.append((lu.fichier.nom, lu.releve.titre, " ; ".join(annees), " ; ".join(details)))
    lignes += [(nom, "laissé", "", raison) for nom, raison in rapport.lot.ecartes]
    return _remplir("fichiers", lignes=lignes)


def alertes(rapport: Rapport) -> str:
    """Tout ce qui étonne, liste par liste ; chaîne vide si rien n'étonne."""
    entete = ("territoire", "indicateur", "dans la base", "dans le fichier", "à savoir")
    listes = (
        _lister(
            "Valeurs connues que ce fichier retire (secret, case vide ou illisible)", entete, rapport.retraits, _ligne
        ),
        _lister("Valeurs changées", entete, rapport.corrections, _ligne),
        _lister("Désaccords avec une autre source", entete, rapport.desaccords, _ligne),
        _lister(
            "Valeurs d’une autre source, gardées, que ce fichier dit secrètes ou absentes", entete, rapport.tues, _ligne
        ),
        _lister("Sauts depuis la valeur la plus proche", entete, rapport.sauts, _ligne),
        _lister(
            "Valeurs retirées par cette édition",
            ("territoire", "indicateur", "année"),
            rapport.retirees,
            lambda retiree: (*retiree[:2], str(retiree[2].annee or retiree[2].millesime or "")),
        ),
        _constats("Valeurs impossibles, laissées", rapport.hors_bornes),
        _constats("Cases qui se contredisent, la première gardée", rapport.doubles),
        _constats("Communes d’un autre EPCI que dans la base, non changées", rapport.lot.liens_contraires),
        _constats("Lieux qui changent de nom", renommees(rapport.lot.mouvements)),
        _constats(
            f"Mouvements de communes et d’EPCI, {'appliqués' if rapport.lot.applique else 'non appliqués'}",
            [m.phrase for m in rapport.lot.mouvements if m.nature is not Nature.RENOMMAGE],
        ),
        _constats("Pourcentages étonnants, gardés tels quels", rapport.lot.soupcons),
        _constats("Effectifs plus grands que leur total", rapport.totaux),
        *(_remarques(lu) for lu in rapport.lot.lus),
    )
    return _remplir("alertes", listes=[liste for liste in listes if liste.combien])


def historique(entrees: Sequence[Entree]) -> str:
    """Le journal des ajouts."""
    lignes = [
        (
            str(entree.numero),
            entree.quand,
            entree.auteur,
            entree.titre,
            entree.resume,
            " ; ".join(("en service" if entree.en_service else "annulé", *entree.constats)),
        )
        for entree in entrees
    ]
    return _remplir("historique", lignes=lignes)


def modele() -> str:
    """Ce qui se dit au-dessus du modèle à remplir."""
    return _remplir("modele")


def _ligne(ecart: Ecart) -> tuple[str, ...]:
    return ecart.territoire, ecart.indicateur, ecart.ancienne, ecart.nouvelle, ecart.detail


def _remarques(lu: Lu) -> Liste:
    """Les cases illisibles d'un fichier : les premières de chaque genre, puis combien d'autres du même."""
    lignes = []
    for dits, combien in lu.releve.constats.par_genre():
        lignes += [(str(replace(dit, fichier=lu.fichier.nom)),) for dit in dits]
        if reste := combien - len(dits):
            autres = accord(reste, "une autre ligne", f"{nombre(reste)} autres lignes")
            lignes.append((f"… et {autres} du même genre",))
    return Liste("Cases illisibles, laissées", ("constat",), lignes, len(lu.releve.constats), 0)


def _constats(titre: str, choses: Sequence[str] | Premiers[str]) -> Liste:
    return _lister(titre, ("constat",), choses, lambda chose: (chose,))


def _lister(titre: str, entete: Sequence[str], choses: Choses, ligne: Callable[[Any], Sequence[str]]) -> Liste:
    lignes = [ligne(chose) for chose in itertools.islice(choses, _VUS)]
    return Liste(titre, entete, lignes, len(choses), len(choses) - len(lignes))
