"""DEPP, indice de position sociale repris par la compilation terribot : moyennes de chaque commune, rentrée 2023.

Seules ses lignes de communes sont des moyennes d'établissements ; celles des EPCI, départements, régions et de la
France y sont des moyennes de communes, qui ne valent pas (D59 : 101,4 quand la DEPP publie 94,4) : elles sont laissées.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from indicators.imports.moteur.cellules import CelluleLue, lire_cellule
from indicators.imports.moteur.releve import Chiffre, Format, Referentiel, Releve, SourceLue, constat, debordements
from indicators.imports.moteur.tableau import Tableau
from indicators.imports.moteur.terribot import territoire_de
from indicators.socle.nombres import compter, ecrire
from indicators.socle.observations import Origine, Statut
from indicators.socle.territoires import Maille

_NIVEAUX = {"prim": ("ecoles", "école"), "col": ("colleges", "collège")}
_SECTEURS = ("public", "prive")
_RENTREE = 2023
"""Le glossaire de la compilation : « IPS 2023-2024 »."""


def _lire(tableau: Tableau, referentiel: Referentiel, _maille: Maille | None) -> Releve | None:
    place_id = tableau.place("id")
    places = {
        f"{niveau}_{quoi}_{secteur}": tableau.place(f"{niveau}_{quoi}_{secteur}")
        for niveau in _NIVEAUX
        for quoi in ("etab", "ips")
        for secteur in _SECTEURS
    }
    if place_id is None or any(place is None for place in places.values()):
        return None
    releve = Releve(
        "terribot_ips", "DEPP, indice de position sociale par commune (compilation terribot)",
        SourceLue("terribot_ips_{edition}", "DEPP (compilation tierce terribot)",
                  "DEPP, indice de position sociale des écoles et collèges, rentrée {edition} (via compilation "
                  "terribot)", rang=4),
        lignes=len(tableau.lignes), edition=_RENTREE, relire=True, posterieur=True,
        constats=debordements(tableau),
        laissees=tuple(n for n in tableau.entete if n and n != "id" and n not in places),
    )  # fmt: skip
    autres = 0
    for numero, cellules in tableau.lignes:
        territoire = territoire_de(cellules[place_id])
        if territoire is None or not territoire.startswith("COM"):
            autres += 1
            continue
        if referentiel.commune(territoire) != territoire:
            continue  # l'arrondissement d'une commune qui a sa propre ligne, ou une commune réunie depuis
        for niveau in _NIVEAUX:
            try:
                lus = [
                    tuple(_nombre(cellules[places[f"{niveau}_{quoi}_{s}"] or 0]) for quoi in ("etab", "ips"))
                    for s in _SECTEURS
                ]
            except ValueError as erreur:
                releve.constats.append(constat(numero, f"{niveau}_ips", f"{erreur} : commune laissée"))
                continue
            if chiffre := _moyenne(territoire, niveau, lus, numero, cellules[place_id]):
                releve.chiffres.append(chiffre)
    if autres:
        releve.constats.append(
            constat(0, "", f"{autres} EPCI, départements, régions, France : moyennes de communes, laissées")
        )
    return releve


def _nombre(texte: str) -> Decimal | None:
    lecture = lire_cellule(texte, None)
    return lecture.nombre if lecture is not None and lecture.valeur else None


def _moyenne(
    territoire: str, niveau: str, lus: list[tuple[Decimal | None, ...]], numero: int, code: str
) -> Chiffre | None:
    """La moyenne simple de tous les établissements, des deux secteurs ; les indices ont une décimale, leur somme aussi.

    None si un secteur a des établissements sans indice : la moyenne ne serait pas celle de la commune.
    """
    presents = [(nombre, indice) for nombre, indice in lus if nombre]
    if not presents or any(indice is None for _, indice in presents):
        return None
    n = sum((nombre for nombre, _ in presents), Decimal(0))
    somme = sum(
        ((nombre * (indice or 0)).quantize(Decimal("0.1"), ROUND_HALF_UP) for nombre, indice in presents), Decimal(0)
    )
    valeur = ecrire((somme / n).quantize(Decimal("0.1"), ROUND_HALF_UP))
    mot, unite = _NIVEAUX[niveau]
    return Chiffre(
        territoire, f"ips_{mot}_simple", "", _RENTREE, CelluleLue(Statut.EXACT, valeur), "", f"{niveau}_ips", numero,
        f"Moyenne simple de {compter(int(n), unite)}, publics et privés sous contrat : {ecrire(somme)} ÷ {int(n)} = "
        f"{valeur}. Rentrée scolaire {_RENTREE}-{_RENTREE + 1}.",
        Origine.CALCULEE, passage=f"{code} | {niveau}_etab et {niveau}_ips, public et privé",
    )  # fmt: skip


FORMATS = (
    Format(
        "terribot_ips",
        "DEPP, indice de position sociale par commune (compilation terribot)",
        _lire,
        r"id|comp\d|(prim|col)_(etab|elev|ips)_(public|prive)",
    ),
)
