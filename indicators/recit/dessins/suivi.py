"""Les dessins du suivi : où en sont les engagements, ce que devient une cohorte, la série d'une réponse.

Une barre empilée porte son nombre dans chaque part assez large ; un effectif masqué est un trou, dit en mots, jamais un
zéro. Aucune ligne n'enjambe un trou.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from indicators.recit.dessins.bandes import ENCRE, GRIS, TRAIT, Echelle, svg
from indicators.recit.dessins.mesure import largeur
from indicators.socle.nombres import INSECABLE

_LARGEUR, _NOM, _PAS = 900, 240, 30


@dataclass(frozen=True)
class Part:
    """Une part d'une barre : son mot, son nombre, et le rang de sa teinte (0 : la plus avancée)."""

    mot: str
    nombre: int
    teinte: int


_TEINTES = (
    ("#1b6ca8", "#ffffff", "dq-favorable"),
    ("#5d6b7a", "#ffffff", "dq-ref"),
    ("#b9c4cf", ENCRE, "dq-boite"),
    ("#e3e8ed", ENCRE, "dq-bande"),
    ("#1c2733", "#ffffff", "dq-encre"),
    ("#ffffff", ENCRE, "dq-autre"),
)
_CLAIRES = frozenset({2, 3, 5})
"""Les teintes sur lesquelles le nombre s'écrit à l'encre."""


def empilees(lignes: Sequence[tuple[str, Sequence[Part]]], titre: str, *, total: bool = True) -> str:
    """Une barre par ligne, à la même échelle ; la légende nomme les parts, dans leur ordre.

    `total` : l'écrire au bout de la barre ; faux quand des parts sont masquées, la somme des autres tromperait.
    """
    plus = max((sum(p.nombre for p in parts) for _, parts in lignes), default=1) or 1
    e = Echelle(0, plus, _NOM, _LARGEUR - 50)
    mots = {p.teinte: p.mot for _, parts in lignes for p in parts if p.nombre}
    corps, x = [], float(_NOM)
    for teinte in sorted(mots):
        corps.append(_carre(x, 6, 14, 14, teinte))
        corps.append(_texte(x + 20, 18, mots[teinte]))
        x += 34 + largeur(mots[teinte], 14)
    for rang, (nom, parts) in enumerate(lignes):
        corps.append(_barre(nom, parts, e, 34 + rang * _PAS, total))
    dites = f"{INSECABLE}; ".join(
        f"{nom}{INSECABLE}: " + ", ".join(f"{p.nombre} {p.mot}" for p in parts if p.nombre) for nom, parts in lignes
    )
    return svg(_LARGEUR, 40 + len(lignes) * _PAS, titre, dites, corps)


def _texte(x: float, y: float, mot: str, taille: int = 14, suite: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{taille}" fill="{ENCRE}" class="dq-encre"{suite}>{escape(mot)}</text>'


def _carre(x: float, y: float, largeur: float, hauteur: float, teinte: int) -> str:
    fond, _, classe = _TEINTES[teinte]
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{largeur:g}" height="{hauteur:g}" fill="{fond}" stroke="{GRIS}" '
        f'stroke-width="0.6" class="{classe}"/>'
    )


def _barre(nom: str, parts: Sequence[Part], e: Echelle, y: float, avec_total: bool) -> str:
    court = nom if len(nom) <= 30 else f"{nom[:29]}…"
    total = sum(p.nombre for p in parts)
    morceaux = [
        f'<text x="{_NOM - 10}" y="{y + 16:g}" font-size="14" text-anchor="end" fill="{ENCRE}" class="dq-encre">'
        f"{escape(court)}</text>"
    ]
    debut = 0
    for p in parts:
        if not p.nombre:
            continue
        gauche, droite = e.x(debut), e.x(debut + p.nombre)
        debut += p.nombre
        bulle = escape(f"{nom} : {p.nombre} {p.mot}")
        morceaux.append(f"<g><title>{bulle}</title>{_carre(gauche, y, droite - gauche, 22, p.teinte)}")
        if droite - gauche >= 12 + largeur(str(p.nombre), 13):
            _, encre, _ = _TEINTES[p.teinte]
            classe = "dq-encre" if p.teinte in _CLAIRES else "dq-clair"
            morceaux.append(
                f'<text x="{(gauche + droite) / 2:g}" y="{y + 16:g}" font-size="13" text-anchor="middle" '
                f'fill="{encre}" class="{classe}">{p.nombre}</text>'
            )
        morceaux.append("</g>")
    if not avec_total:
        return "".join(morceaux)
    morceaux.append(
        f'<text x="{e.x(total) + 8:g}" y="{y + 16:g}" font-size="14" font-weight="700" fill="{ENCRE}" '
        f'class="dq-encre">{total}</text>'
    )
    return "".join(morceaux)


@dataclass(frozen=True)
class Releve:
    """Une valeur à une date d'une courbe ; `valeur` null : masquée ou absente, `mot` dit laquelle des deux."""

    date: str
    valeur: float | None
    mot: str
    creux: bool = False


def courbe(releves: Sequence[Releve], titre: str, plafond: float | None = None) -> str:
    """Des valeurs dans l'ordre des dates, à pas égal ; un trou n'est pas relié ; un rond creux est douteux."""
    largeur, haut, bas = 640, 30, 170
    connues = [r.valeur for r in releves if r.valeur is not None]
    e = Echelle(min(0.0, *connues) if connues else 0.0, plafond or max(connues, default=1.0) or 1.0, 0, bas - haut)
    pas = (largeur - 120) / max(1, len(releves) - 1)
    points = [(60 + rang * pas, None if r.valeur is None else bas - e.x(r.valeur), r) for rang, r in enumerate(releves)]
    corps = [f'<line x1="30" y1="{bas}" x2="{largeur - 30}" y2="{bas}" stroke="{TRAIT}" class="dq-axe"/>']
    for (x1, y1, _), (x2, y2, _) in pairwise(points):
        if y1 is not None and y2 is not None:
            bouts = f'x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"'
            corps.append(f'<line {bouts} stroke="{GRIS}" stroke-width="2" class="dq-fil"/>')
    for x, y, r in points:
        centre = f'text-anchor="middle" x="{x:g}"'
        corps.append(
            f'<text {centre} y="{bas + 20}" font-size="13" fill="{GRIS}" class="dq-ref">{escape(r.date)}</text>'
        )
        if y is None:
            corps.append(
                f'<text {centre} y="{bas - 8}" font-size="13" fill="{GRIS}" class="dq-ref">{escape(r.mot)}</text>'
            )
            continue
        fond, classe = ("#ffffff", "dq-autre") if r.creux else (ENCRE, "dq-encre")
        corps.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="5" fill="{fond}" stroke="{ENCRE}" stroke-width="2" class="{classe}"/>'
            f'<text {centre} y="{y - 11:g}" font-size="14" font-weight="700" fill="{ENCRE}" class="dq-encre">'
            f"{escape(r.mot)}</text>"
        )
    dites = f"{INSECABLE}; ".join(f"{r.date}{INSECABLE}: {r.mot}" for r in releves)
    return svg(largeur, bas + 30, titre, dites, corps)


@dataclass(frozen=True)
class Besoin:
    """Un quartier : son besoin (null : pas de chiffre) et ce qu'il reçoit par habitant, au moins et au plus."""

    nom: str
    besoin: float | None
    besoin_lu: str
    argent: tuple[float, float] | None
    argent_lu: str


def besoins_et_argent(lignes: Sequence[Besoin], besoin: str, argent: str, titre: str) -> str:
    """À gauche le besoin, à droite l'argent par habitant : un trait de ce qui est sûr à ce qui est possible."""
    gauche, milieu, droite = 230, 500, _LARGEUR - 130
    un = Echelle(0, max((x.besoin for x in lignes if x.besoin is not None), default=1.0) or 1.0, gauche, milieu - 90)
    deux = Echelle(0, max((x.argent[1] for x in lignes if x.argent), default=1.0) or 1.0, milieu, droite)
    corps = [_texte(gauche, 16, besoin, 14, ' font-weight="700"'), _texte(milieu, 16, argent, 14, ' font-weight="700"')]
    for rang, x in enumerate(lignes):
        y = 32 + rang * _PAS
        court = x.nom if len(x.nom) <= 30 else f"{x.nom[:29]}…"
        corps.append(_texte(gauche - 10, y + 14, court, 14, ' text-anchor="end"'))
        if x.besoin is not None:
            corps.append(_carre(gauche, y + 2, max(1.0, un.x(x.besoin) - gauche), 14, 1))
        corps.append(_texte((un.x(x.besoin) if x.besoin is not None else gauche) + 8, y + 14, x.besoin_lu, 13))
        if x.argent is not None:
            sur, possible = deux.x(x.argent[0]), deux.x(x.argent[1])
            if possible > sur:
                corps.append(_carre(sur, y + 5, possible - sur, 8, 5))
            if sur > milieu:
                corps.append(_carre(milieu, y + 2, sur - milieu, 14, 0))
            corps.append(_texte(possible + 8, y + 14, x.argent_lu, 13))
        else:
            corps.append(_texte(milieu, y + 14, x.argent_lu, 13))
    dites = f"{INSECABLE}; ".join(f"{x.nom}{INSECABLE}: {x.besoin_lu}, {x.argent_lu}" for x in lignes)
    return svg(_LARGEUR, 40 + len(lignes) * _PAS, titre, dites, corps)
