"""Un mot d'aide là où un terme paraît : sa définition du glossaire s'ouvre où on le lit, une fois par écran.

La première apparition d'un terme devient un bouton qui ouvre une bulle (`popover`, sans script) : au clavier, au doigt,
projeté, et dans la première vue. Les bulles sont posées à la fin du bloc, pour que la phrase se lise et se copie telle
quelle. Ni un titre, ni un lien, ni un dessin, ni ce qui est replié, ni une citation ne sont touchés.
"""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from indicators.base import methode
from indicators.base.base import Base
from indicators.socle.methode import Terme
from pages.commun.acces import en_service
from pages.commun.gabarits import rendre
from pages.commun.memoire import garder

FORMES = {
    "Allocataire": "allocataires?",
    "Bande de proximité": r"bandes? de proximité|bandes? «\s?proche\s?»|valeurs? proches?|(?<=· )comparables?",
    "Carroyage": "carroyages?",
    "Douteux": "douteu(?:x|ses?)",
    "Emploi précaire": "emplois? précaires?",
    "Famille monoparentale": "familles? monoparentales?",
    "Favorable, défavorable": "(?:dé)?favorables?",
    "Filiation": "filiations?",
    "Filosofi": "Filosofi",
    "Médiane": "médian(?:e|es|s)?",
    "Millésime, édition": "millésimes?",
    "Minima sociaux": "minima sociaux",
    "NEET": "NEET|ni en emploi ni scolarisés|non scolarisés et sans emploi|ni en emploi, ni en études, ni en formation",
    "Niveau de vie": "niveaux? de vie",
    "Non disponible": "non disponibles?",
    "Poche de pauvreté": "poches? de pauvreté",
    "Quartile": "quartiles?",
    "REP, REP+": r"REP\+?",
    "Recoupement": "recoupements?",
    "Revenu disponible": "revenus? disponibles?",
    "Rupture": "ruptures?",
    "Sans jugement": "sans jugement|n’est pas jugée?",
    "Sans objet": "sans objet",
    "Secret statistique": "secrets?(?: statistiques?)?|secrètes?",
    "Taux de pauvreté": "taux de pauvreté",
    "Unité de consommation": "unités? de consommation",
    "Veille active": "veille active",
}
"""Comment un terme du glossaire s'écrit dans une phrase. Un sigle s'écrit lui-même ; les autres termes ne sont pas
expliqués : « commune » ou « ménage » se comprennent, et trop de bulles n'aident plus."""
_SIGLE = re.compile(r"[A-Z][A-Z0-9]+(?:-\d)?")
_BALISE = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>")
_FERMES = frozenset(
    ("a", "blockquote", "button", "caption", "details", "dl", "footer", "h1", "h2", "header", "label", "script",
     "select", "style", "summary", "svg", "textarea")
)  # fmt: skip
"""Dans ces éléments, un mot reste un mot."""
_SEULES = frozenset(["br", "hr", "img", "input", "meta", "wbr"])
_GARDES = 2_000
_plans: OrderedDict[tuple[object, ...], tuple[_Place, ...]] = OrderedDict()
_verrou = threading.Lock()
_ecran = threading.local()


@dataclass(frozen=True)
class _Place:
    """Où un terme paraît dans un bloc : ses bornes, et le terme."""

    debut: int
    fin: int
    terme: str


@dataclass(frozen=True)
class _Lexique:
    """Le glossaire, par terme, et de quoi reconnaître ceux qui s'expliquent ; chaque groupe du motif porte son rang."""

    definitions: Mapping[str, Terme]
    termes: tuple[str, ...]
    motif: re.Pattern[str]


def commencer() -> None:
    """Un écran neuf : aucun terme n'y a encore été expliqué. À dire au début de chaque passage, ou d'un fragment."""
    _ecran.dits = frozenset()


def expliquer(html: str) -> str:
    """Ce bloc, où chaque terme qui paraît pour la première fois à l'écran ouvre sa définition."""
    dits: frozenset[str] | None = getattr(_ecran, "dits", None)
    if dits is None or "<" not in html:
        return html
    lexique = _lexique(en_service())
    places = _places(html, lexique, dits)
    if not places:
        return html
    _ecran.dits = dits | {place.terme for place in places}
    morceaux, ici = [], 0
    for place in places:
        avant = _OUVRANT.search(html, max(ici, place.debut - 3), place.debut)
        debut = avant.start() if avant else place.debut
        suite = _PONCTUATION.match(html, place.fin)
        fin = suite.end() if suite else place.fin
        tenus = html[debut : place.debut], html[place.fin : fin]
        morceaux += [html[ici:debut], _mot(html[place.debut : place.fin], place.terme, *tenus)]
        ici = fin
    bulles = rendre("mots.html", part="bulles", termes=[(cle(p.terme), lexique.definitions[p.terme]) for p in places])
    return "".join((*morceaux, html[ici:], bulles))


def termes(*textes: str) -> tuple[Terme, ...]:
    """Les termes que disent ces textes, dans l'ordre où ils paraissent."""
    lexique = _lexique(en_service())
    lus = (lexique.termes[(m.lastindex or 1) - 1] for texte in textes for m in lexique.motif.finditer(texte))
    return tuple(lexique.definitions[terme] for terme in dict.fromkeys(lus))


def cle(terme: str) -> str:
    """L'identifiant de la bulle d'un terme : « mot-secret-statistique »."""
    sans_accent = unicodedata.normalize("NFKD", terme.lower()).encode("ascii", "ignore").decode()
    return "mot-" + re.sub(r"[^a-z0-9]+", "-", sans_accent).strip("-")


def formes(termes: Mapping[str, Terme]) -> dict[str, str]:
    """Pour chaque terme qui s'explique, le motif de ce qui se lit à l'écran."""
    siglees = {t: re.escape(t) for t in termes if _SIGLE.fullmatch(t)}
    return siglees | {t: forme if t.isupper() else f"(?i:{forme})" for t, forme in FORMES.items() if t in termes}


@garder(2)
def _lexique(base: Base) -> _Lexique:
    definitions = {t.terme: t for t in methode.glossaire(base)}
    siennes = formes(definitions)
    motif = "|".join(f"({forme})" for forme in siennes.values())
    return _Lexique(definitions, tuple(siennes), re.compile(rf"(?<![\w-])(?:{motif})(?![\w-])") if siennes else _RIEN)


_RIEN = re.compile(r"(?!)")


_OUVRANT = re.compile(r"(?:[(\[]|\b\w{1,2}’)\Z")
_PONCTUATION = re.compile(r"[)\].,;…]+")
"""Ce qui touche un mot sans espace : le navigateur couperait la ligne entre un bouton et sa parenthèse ou son point."""


def _mot(texte: str, terme: str, avant: str, suite: str) -> str:
    return str(rendre("mots.html", part="mot", texte=texte, cle=cle(terme), avant=avant, suite=suite))


def _places(html: str, lexique: _Lexique, dits: frozenset[str]) -> tuple[_Place, ...]:
    """Les places de ce bloc, gardées : le même bloc après les mêmes termes se relit sans recherche."""
    question = (hashlib.blake2b(html.encode(), digest_size=16).digest(), dits, lexique.motif)
    with _verrou:
        if question in _plans:
            _plans.move_to_end(question)
            return _plans[question]
    trouvees = _chercher(html, lexique, dits)
    with _verrou:
        _plans[question] = trouvees
        while len(_plans) > _GARDES:
            _plans.popitem(last=False)
    return trouvees


def _chercher(html: str, lexique: _Lexique, dits: frozenset[str]) -> tuple[_Place, ...]:
    trouvees: list[_Place] = []
    vus, ouverts = set(dits), list[str]()
    debut, fermes = 0, 0

    def lire(texte_debut: int, texte_fin: int) -> None:
        for m in lexique.motif.finditer(html, texte_debut, texte_fin):
            terme = lexique.termes[(m.lastindex or 1) - 1]
            if terme not in vus:
                vus.add(terme)
                trouvees.append(_Place(m.start(), m.end(), terme))

    for balise in _BALISE.finditer(html):
        if not fermes and balise.start() > debut:
            lire(debut, balise.start())
        debut = balise.end()
        fermante, nom, reste = balise[1], balise[2].lower(), balise[3]
        if nom in _SEULES or reste.endswith("/"):
            continue
        if not fermante:
            ferme = nom in _FERMES or 'class="sr"' in reste
            ouverts.append(nom if not ferme else f"!{nom}")
            fermes += ferme
        elif ouverts:
            fermes -= ouverts.pop().startswith("!")
    if not fermes:
        lire(debut, len(html))
    return tuple(trouvees)
