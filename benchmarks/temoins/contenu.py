"""Le portrait en textes et en nombres, pour l’écrire ailleurs que dans Streamlit : mêmes phrases, mêmes dessins.

Rien de Streamlit ici : un `Portrait` entre, des textes sortent. Les témoins n'ont ainsi pas à refaire une comparaison.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from indicators.analyse.comparaison import Jugement
from indicators.analyse.portrait import Ligne, Portrait, dresser
from indicators.base.base import Base
from indicators.base.construction import assurer
from indicators.recit import phrases, resume
from indicators.recit.dessins import bandes as dessins
from indicators.socle.territoires import Maille

DEPART, AILLEURS = "QP062011", "QP059050"


@dataclass(frozen=True)
class Rang:
    """Un indicateur tel qu'il s'écrit : colonnes du tableau, ce qui se déplie, et de quoi le dessiner."""

    nom: str
    valeur: str
    date: str
    references: tuple[str, ...]
    ecarts: tuple[str, ...]
    verdict: str
    deplie: tuple[str, ...]
    svg: str


@cache
def base() -> Base:
    """La base en service, ouverte une fois."""
    return Base(assurer().chemin)


@cache
def portrait(code: str, seconde: str | None) -> Portrait:
    """Le portrait, gardé en mémoire comme dans l'observatoire : aucun concurrent n'est puni de le recalculer."""
    return dresser(base(), code, seconde)


@cache
def territoires() -> tuple[tuple[str, str], ...]:
    """Code et libellé de trois cents quartiers, dont les deux du banc : la France entière écraserait leurs pages."""
    quartiers = [t for t in base().de_maille(Maille.QUARTIER) if t.territoire[:5] in {"QP062", "QP059"}][:298]
    codes = dict.fromkeys((DEPART, AILLEURS, *(t.territoire for t in quartiers)))
    return tuple((t.territoire, f"{t.nom} · {t.territoire}") for t in base().territoires(codes))


def references(vue: Portrait) -> tuple[tuple[str, str], ...]:
    """Les secondes références possibles, celles qui ont des chiffres."""
    connus = base().nombres_de_chiffres()
    autres = [t for t in vue.fiche.references if t != vue.references[0]]
    return tuple((t.territoire, t.nom) for t in autres if t.territoire in connus)


def identite(vue: Portrait) -> tuple[str, str, str]:
    """Le nom, ce qu'est le territoire, la phrase qui résume."""
    sous = f"{resume.nature(vue.territoire)} {resume.code_lisible(vue.territoire)}"
    return vue.territoire.nom, " · ".join([sous, *resume.taille(vue)]), resume.chapeau(vue)


def saillants(vue: Portrait, jugement: Jugement) -> list[str]:
    """Ce qui va mieux, ou moins bien."""
    return [
        f"{li.indicateur.libelle_court} : {phrases.chiffre(c.observation, li.indicateur.unite)}, {phrases.ecart(c)}"
        for li, c in resume.points_saillants(vue, jugement, base().catalogue)
    ]


def doutes(vue: Portrait) -> list[str]:
    """Les chiffres douteux et les sources qui se contredisent."""
    return [f"{nom} : {texte}" for nom, texte in resume.doutes(vue, base().catalogue)]


def manquants(vue: Portrait) -> str:
    """Ce que la base ne sait pas."""
    return ", ".join(i.libelle_court for i in vue.manquants)


def rangs(lignes: Sequence[Ligne], vue: Portrait, *, grand: bool = False) -> list[Rang]:
    """Ces lignes, écrites ; `grand` : le dessin d'une carte plutôt que celui d'une ligne de tableau."""
    return [_rang(ligne, vue, grand) for ligne in lignes if ligne.chiffre is not None and ligne.place is not None]


def _rang(ligne: Ligne, vue: Portrait, grand: bool) -> Rang:
    chiffre, place, unite = ligne.chiffre, ligne.place, ligne.indicateur.unite
    assert chiffre is not None
    assert place is not None
    paires = list(zip(vue.references, ligne.comparaisons, strict=True))
    reperes = [r for t, c in paires if (r := dessins.repere_de(c, t.nom_court))]
    jugement = ligne.comparaisons[0].jugement if ligne.comparaisons else Jugement.NEUTRE
    dessiner = dessins.bandeau if grand else dessins.rail
    svg = ""
    if not ligne.indicateur.est_effectif:
        svg = dessiner(chiffre, vue.territoire.nom_court, place, reperes, jugement, unite=unite)
    source = base().catalogue.sources[chiffre.source]
    return Rang(
        ligne.indicateur.libelle_court,
        phrases.chiffre(chiffre, unite),
        phrases.date_complete(chiffre),
        tuple("—" if c.reference is None else phrases.chiffre(c.reference, unite) for _, c in paires),
        tuple(phrases.ecart(c) or phrases.motif(c) for _, c in paires),
        phrases.verdict(ligne.comparaisons[0]) if ligne.comparaisons else "",
        (
            *(phrases.lecture(c, vue.territoire, t) for t, c in paires),
            f"{ligne.indicateur.libelle}. {ligne.indicateur.definition} {ligne.indicateur.precautions}",
            f"Source : {phrases.provenance(chiffre, source)}.",
            chiffre.passage,
        ),
        svg,
    )


def en_image(svg: str) -> str:
    """Le dessin en adresse `data:`, pour la balise `img` de qui n'écrit pas de SVG dans sa page."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
