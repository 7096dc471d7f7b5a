"""Un tableau tel qu'un écran le montre, en CSV et en classeur : ce qui s'y lit comme un nombre en est un."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from indicators.publications.exports import feuille_de_donnees, feuille_de_texte, ouvrir_classeur
from indicators.socle.nombres import INSECABLE
from indicators.socle.tableur import cellule, nombre_csv, octets_csv

Valeur = str | float | None


@dataclass(frozen=True)
class Case:
    """Une case : ce qu'on y lit d'abord, ses précisions (année, marque…), et ce qui s'y déplie."""

    texte: str = ""
    precisions: str = ""
    deplie: str = ""


@dataclass(frozen=True)
class TableauMontre:
    """Un tableau lu d'un écran. `titre` : son nom ; une ligne a au plus autant de cases que de colonnes."""

    titre: str
    colonnes: tuple[str, ...]
    lignes: tuple[tuple[Case, ...], ...]


@dataclass(frozen=True)
class _Colonne:
    """Une colonne du fichier : son nom, sa largeur, et pour chaque ligne (valeur, décimales d'un nombre ou None)."""

    nom: str
    valeurs: tuple[tuple[Valeur, int | None], ...]

    @property
    def largeur(self) -> int:
        """En lettres, de quoi lire sans élargir."""
        plus = max((len(str(v)) for v, _ in self.valeurs if v is not None), default=0)
        return min(max(12, plus + 2), 60)


_NOMBRE = re.compile(
    r"(?P<signe>[-−+]?)(?P<entier>\d[\d\s]*?)(?:,(?P<decimales>\d+))?\s?(?P<unite>%|[^\d\s,()][^\d,()]*)?"
)
"""« 46,7 % », « −1 234 € », « 12 logements » ; « de 25 à 30 % », « 3e », « 2018 (édition) » n'en sont pas."""
_NOM = re.compile(r"(?:er?|re|es|[eè]me)\b.*|[A-ZÀ-Þ][a-zß-ÿ].*")
"""Ce qui suit le nombre d'un rang (« 3e », « 4ème Couronne ») ou d'un nom (« 3 Cités »), et n'est pas une unité."""


def csv_montre(tableau: TableauMontre, adresse: str) -> bytes:
    """Le titre, l'adresse de l'écran, une ligne vide, puis les colonnes ; `;`, virgule, UTF-8 avec BOM."""
    colonnes = _etaler(tableau)
    lignes: list[Sequence[object]] = [[cellule(tableau.titre)], [adresse], [], [cellule(c.nom) for c in colonnes]]
    lignes += [[_ecrire(*c.valeurs[rang]) for c in colonnes] for rang in range(len(tableau.lignes))]
    return octets_csv(lignes)


def classeur_montre(tableau: TableauMontre, adresse: str) -> bytes:
    """« Tableau », puis « Lisez-moi » : le titre et l'adresse de l'écran."""
    colonnes, tampon = _etaler(tableau), io.BytesIO()
    with ouvrir_classeur(tampon, tableau.titre) as classeur:
        feuille_de_donnees(
            classeur,
            "Tableau",
            [(c.nom, c.largeur) for c in colonnes],
            ([c.valeurs[rang] for c in colonnes] for rang in range(len(tableau.lignes))),
            a_la_ligne=True,
        )
        feuille_de_texte(
            classeur,
            "Lisez-moi",
            (("À savoir", 30), ("", 100)),
            [
                ("Tableau", tableau.titre),
                ("Adresse de l’écran", adresse),
                ("Les cases", "Ce que l’écran montre : un nombre est arrondi comme il s’y lit ; une case vide l’est."),
            ],
        )
    return tampon.getvalue()


def classeur_du_csv(octets: bytes, titre: str) -> bytes:
    """Le même tableau qu'un de nos CSV, en classeur : les lignes d'avant les titres vont au « Lisez-moi »."""
    lignes = list(csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))
    debut = next((rang for rang, ligne in enumerate(lignes) if not ligne), -1) + 1
    entete, *corps = lignes[debut:] or [[]]
    cases = [[_relire(texte) for texte in (*ligne, *[""] * (len(entete) - len(ligne)))] for ligne in corps]
    colonnes = [_Colonne(nom, tuple(ligne[place] for ligne in cases)) for place, nom in enumerate(entete)]
    tampon = io.BytesIO()
    with ouvrir_classeur(tampon, titre) as classeur:
        feuille_de_donnees(classeur, "Tableau", [(c.nom, c.largeur) for c in colonnes], cases, a_la_ligne=True)
        avant = [("", " ".join(filter(None, ligne))) for ligne in lignes[:debut] if ligne]
        feuille_de_texte(classeur, "Lisez-moi", (("À savoir", 30), ("", 100)), [("Tableau", titre), *avant])
    return tampon.getvalue()


def _relire(texte: str) -> tuple[Valeur, int | None]:
    """Une case de nos CSV : un nombre s'il est écrit comme nous les écrivons, sinon le texte, sans sa garde."""
    if re.fullmatch(r"-?(?:0|[1-9]\d*)(?:,\d+)?", texte):
        return float(texte.replace(",", ".")), len(texte.partition(",")[2])
    return texte.removeprefix("'"), None


def lire_nombre(texte: str) -> tuple[float, int, str] | None:
    """La valeur, ses décimales et son unité (vide s'il n'y en a pas) ; None si ce n'est pas un nombre et une unité."""
    lu = _NOMBRE.fullmatch(texte.strip())
    if lu is None or _NOM.fullmatch(lu["unite"] or ""):
        return None
    entier = re.sub(r"\s", "", lu["entier"])
    if len(entier) > 1 and entier.startswith("0"):
        return None  # un code, pas une quantité
    valeur = float(f"{entier}.{lu['decimales'] or 0}")
    signe = -1 if lu["signe"] in {"-", "−"} else 1
    return signe * valeur, len(lu["decimales"] or ""), (lu["unite"] or "").strip()


def _etaler(tableau: TableauMontre) -> list[_Colonne]:
    """Les colonnes du fichier : chacune du tableau, puis ses unités, ses précisions, ce qu'elle déplie, s'il y en a."""
    rendues: list[_Colonne] = []
    for place, nom in enumerate(tableau.colonnes):
        cases = [ligne[place] if place < len(ligne) else Case() for ligne in tableau.lignes]
        rendues += _colonnes(nom, cases)
    return rendues


def _colonnes(nom: str, cases: Sequence[Case]) -> list[_Colonne]:
    lus = [lire_nombre(c.texte) for c in cases]
    unites = {lu[2] for lu in lus if lu is not None}
    titre = nom
    suite: list[_Colonne] = []
    if len(unites) == 1 and (unite := next(iter(unites))) and unite not in nom:
        titre = f"{nom} ({unite})"
    elif len(unites) > 1:
        suite.append(_textes(f"{nom}{INSECABLE}: unité", [lu[2] if lu else "" for lu in lus]))
    valeurs = tuple((lu[0], lu[1]) if lu else (c.texte, None) for c, lu in zip(cases, lus, strict=True))
    suite.append(_textes(f"{nom}{INSECABLE}: précisions", [c.precisions for c in cases]))
    suite.append(_textes(f"{nom}{INSECABLE}: lecture et source", [c.deplie for c in cases]))
    suite.insert(0, _Colonne(titre, valeurs))
    return [c for c in suite if any(v not in {"", None} for v, _ in c.valeurs)]


def _textes(nom: str, textes: Sequence[str]) -> _Colonne:
    return _Colonne(nom, tuple((texte, None) for texte in textes))


def _ecrire(valeur: Valeur, decimales: int | None) -> str:
    return cellule(valeur or "") if not isinstance(valeur, float) else nombre_csv(valeur, decimales or 0)
