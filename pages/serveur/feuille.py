"""La feuille de style : entière dans un fichier à elle ; devant une première vue, les seules règles qui y servent.

Un navigateur lit toute la feuille avant de dessiner quoi que ce soit : sur un téléphone lent, un dixième de l'attente,
et la moitié des règles sont celles d'autres écrans. La feuille entière vient avec ce qui fait la page vivante.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_ICI = Path(__file__).parent
_POSEES_PAR_SCRIPT = frozenset({"avant", "repli", "clair", "sombre"})
"""Les classes qu'un script donne à la première vue : son HTML ne les porte pas."""


class Regle(NamedTuple):
    """Une règle : ce qui l'entoure (`@media…`, du dehors au dedans), ses sélecteurs, et ce qu'elle déclare.

    Chaque sélecteur vient avec les classes sans lesquelles il ne désigne rien ; une règle `@…` n'en a aucun.
    """

    autour: tuple[str, ...]
    selecteurs: tuple[tuple[str, frozenset[str]], ...]
    texte: str


def _alleger(style: str) -> str:
    """Sans commentaires ni retraits."""
    return re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL))


_AUTOUR = ("@media", "@supports", "@container")


def _decouper(style: str, autour: tuple[str, ...]) -> Iterator[Regle]:
    """Les règles de ce style, dans leur ordre."""
    place = 0
    while (ouverte := style.find("{", place)) >= 0:
        tete = style[place:ouverte].strip()
        profondeur, place = 1, ouverte + 1
        while profondeur:
            profondeur += {"{": 1, "}": -1}.get(style[place], 0)
            place += 1
        if tete.startswith(_AUTOUR):
            yield from _decouper(style[ouverte + 1 : place - 1], (*autour, tete))
        elif tete.startswith("@"):
            yield Regle(autour, (), tete + style[ouverte:place])
        else:
            selecteurs = tuple((s.strip(), _exigees(s)) for s in _separer(tete))
            yield Regle(autour, selecteurs, style[ouverte:place])


def _separer(selecteurs: str) -> list[str]:
    """Les sélecteurs d'une liste : une virgule entre parenthèses n'en sépare aucun."""
    return re.split(r",(?![^()]*(?:\([^()]*\)[^()]*)*\))", selecteurs)


def _exigees(selecteur: str) -> frozenset[str]:
    """Les classes sans lesquelles il ne désigne rien : ni celles qu'il exclut, ni celles qu'il ne fait qu'admettre."""
    sans = re.sub(r"\[[^\]]*\]", "", selecteur)
    while (moins := re.sub(r"\([^()]*\)", "", sans)) != sans:
        sans = moins
    return frozenset(re.findall(r"\.(-?[_a-zA-Z][\w-]*)", sans))


ENTIERE = _alleger((_ICI / "style.css").read_text("utf-8"))
"""Notre feuille."""
DE_LA_PREMIERE_VUE = _alleger((_ICI / "premiere" / "premiere.css").read_text("utf-8"))
"""Ce que seule la première vue demande ; à lire avant la nôtre."""
NOM = f"feuille.{hashlib.sha256(ENTIERE.encode()).hexdigest()[:16]}.css"
"""Le fichier de la feuille entière ; il porte son empreinte, pour qu'une version gardée ne soit jamais périmée."""
_REGLES = tuple(_decouper(ENTIERE, ()))


def utile(html: str) -> str:
    """La feuille sans les règles qui ne peuvent rien désigner dans ce HTML, les autres dans leur ordre."""
    presentes = _POSEES_PAR_SCRIPT.union(*(lue.split() for lue in re.findall(r'class="([^"]*)"', html)))
    morceaux: list[str] = []
    ouvertes: tuple[str, ...] = ()
    for regle in _REGLES:
        retenus = ",".join(selecteur for selecteur, classes in regle.selecteurs if classes <= presentes)
        if regle.selecteurs and not retenus:
            continue
        if regle.autour != ouvertes:
            morceaux += ["}" * len(ouvertes), *(f"{condition}{{" for condition in regle.autour)]
            ouvertes = regle.autour
        morceaux.append(retenus + regle.texte)
    return "".join(morceaux) + "}" * len(ouvertes)
