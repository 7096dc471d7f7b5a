"""Un groupe dans le temps, en dessins : l'étincelle d'une ligne, et la planche entière, l'image que l'on emporte."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from indicators.analyse.comparaison import Jugement
from indicators.analyse.groupe import GroupeSuivi
from indicators.analyse.series import Serie
from indicators.recit.dessins.bandes import COULEURS, ENCRE, GRIS, TRAIT, Echelle, svg
from indicators.recit.dessins.mesure import largeur, lignes, raccourci
from indicators.recit.groupe import ruptures
from indicators.recit.phrases import chiffre
from indicators.recit.tableau_du_groupe import Cellule, Colonne, Rangee, Tableau, legende
from indicators.socle.observations import Observation

_L, _H, _BORD = 96.0, 26.0, 5.0
_FONDS = {
    (Jugement.DEFAVORABLE, True): "#efb37d",
    (Jugement.DEFAVORABLE, False): "#fbe5cf",
    (Jugement.FAVORABLE, True): "#9cc4e4",
    (Jugement.FAVORABLE, False): "#dceaf6",
    (Jugement.PROCHE, False): "#eef0f2",
}
_NOM, _DESSIN, _ANNEE, _FIN, _RANGEE, _MARGE = 190.0, 112.0, 66.0, 168.0, 25.0, 24.0


def bornes(suivi: GroupeSuivi) -> tuple[float, float]:
    """La plus faible et la plus élevée des valeurs du groupe : la même échelle pour toutes les étincelles."""
    valeurs = [o.valeur or 0.0 for li in suivi.lignes for o in li.serie.points]
    return (min(valeurs), max(valeurs)) if valeurs else (0.0, 1.0)


def etincelle(serie: Serie, suivi: GroupeSuivi, entre: tuple[float, float]) -> str:
    """La série d'une ligne, à l'échelle de toutes ; gris : la médiane du groupe ; pointillé : une rupture.

    Plein : le morceau de la tendance. Creux, sans trait vers lui : un autre calcul, un chiffre douteux.
    """
    x = Echelle(suivi.annees[0], suivi.annees[-1], _BORD, _L - _BORD)
    y = Echelle(entre[0], entre[1], _H - _BORD, _BORD)
    corps = []
    for rupture in suivi.ruptures:
        ici = (x.x(_avant(suivi, rupture.depuis or 0)) + x.x(rupture.depuis or 0)) / 2
        corps.append(
            f'<line x1="{ici:g}" x2="{ici:g}" y1="1" y2="{_H - 1:g}" stroke="{GRIS}" stroke-dasharray="2 2" '
            'class="dq-fil"/>'
        )
    median = [(a, m[0]) for a, m in sorted(suivi.medianes.items())]
    for morceau in _morceaux(median, suivi):
        corps.append(_trait([(x.x(a), y.x(v)) for a, v in morceau], TRAIT, 1.4, "dq-axe"))
    for segment in serie.segments:
        sien = suivi.tendance is not None and any(o.annee == suivi.tendance[1] for o in segment)
        corps += _segment(segment, [(x.x(o.annee or 0), y.x(o.valeur or 0.0)) for o in segment], sien=sien)
    dite = ", ".join(f"{chiffre(o, suivi.indicateur.unite)} en {o.annee}" for o in serie.points)
    return svg(_L, _H, serie.territoire.nom_court, dite or "aucune valeur à tracer", corps)


def _segment(segment: Sequence[Observation], places: Sequence[tuple[float, float]], *, sien: bool) -> list[str]:
    """Un morceau de la série, son dernier rond et ses douteux ; `sien` : celui de la tendance, plein."""
    teinte, epais, classe = (ENCRE, 1.8, "dq-repere") if sien else (GRIS, 1.0, "dq-fil")
    corps = [_trait(places, teinte, epais, classe)]
    for o, (cx, cy) in zip(segment, places, strict=True):
        if o.douteuse or o is segment[-1]:
            plein = sien and not o.douteuse
            corps.append(
                f'<circle cx="{cx:g}" cy="{cy:g}" r="1.9" fill="{ENCRE if plein else "#ffffff"}" stroke="{teinte}" '
                f'class="{"dq-encre dq-repere" if plein else "dq-autre"}"/>'
            )
    return corps


def _avant(suivi: GroupeSuivi, annee: int) -> int:
    return max((a for a in suivi.annees if a < annee), default=annee)


def _morceaux(points: Sequence[tuple[int, float]], suivi: GroupeSuivi) -> list[list[tuple[int, float]]]:
    morceaux: list[list[tuple[int, float]]] = []
    for annee, valeur in points:
        if not morceaux or any(morceaux[-1][-1][0] < (r.depuis or 0) <= annee for r in suivi.ruptures):
            morceaux.append([])
        morceaux[-1].append((annee, valeur))
    return morceaux


def _trait(places: Sequence[tuple[float, float]], teinte: str, epais: float, classe: str) -> str:
    if len(places) < 2:
        return ""
    chemin = " ".join(f"{a:g},{b:g}" for a, b in places)
    return (
        f'<polyline points="{chemin}" fill="none" stroke="{teinte}" stroke-width="{epais:g}" '
        f'class="{classe} dq-trait"/>'
    )


def planche(tableau: Tableau, titre: str, phrases: Sequence[str], sources: str) -> str:
    """Le tableau en un dessin, avec son titre, ses phrases, sa légende, ses ruptures et ses sources."""
    places = _places(tableau.colonnes)
    droite = places[-1][1]
    corps: list[str] = []
    y = _ecrire(corps, titre, 40.0, droite, 24, 28, graisse=700)
    for phrase in phrases:
        y = _ecrire(corps, phrase, y, droite, 15, 20)
    y = _grille(corps, tableau, places, y + 14)
    y = _legender(corps, tableau, droite, y + 22)
    dites = [f"Trait tireté, {annee} : {raison}." for annee, raison, _ in ruptures(tableau.suivi)]
    y += 26
    for phrase in (*dites, f"Source : {sources}. Observatoire des quartiers."):
        y = _ecrire(corps, phrase, y, droite, 12, 16, GRIS)
    tout, bas = droite + _MARGE, y + 8
    fond = f'<rect width="{tout:g}" height="{bas:g}" fill="#ffffff"/>'
    return svg(tout, bas, titre, " ".join(phrases), [fond, *corps])


def _ecrire(
    corps: list[str], dite: str, y: float, droite: float, taille: int, pas: int, teinte: str = ENCRE, graisse: int = 400
) -> float:
    """Ajoute cette phrase, coupée en lignes ; rend où écrire la suite."""
    for mot in lignes(dite, taille, droite - _MARGE, gras=graisse > 400):
        corps.append(_texte(_MARGE, y, mot, taille, teinte, graisse=graisse))
        y += pas
    return y


def _grille(corps: list[str], tableau: Tableau, places: Sequence[tuple[float, float]], y: float) -> float:
    """Ajoute les colonnes, les têtes et les rangées, puis les traits des ruptures ; rend le bas."""
    haut, droite = y, places[-1][1]
    for colonne, (gauche, fin) in zip(tableau.colonnes, places, strict=True):
        annee = colonne.code.isdigit()
        ou, ancre = ((gauche + fin) / 2, "middle") if annee else (gauche + 4, "start")
        corps.append(_texte(ou, y + 18, colonne.titre, 14, ENCRE, graisse=700, ancre=ancre))
        for n, mot in enumerate(lignes(colonne.note, 11, fin - gauche - 2)[:2] if colonne.note else ()):
            corps.append(_texte(ou, y + 33 + 12 * n, mot, 11, GRIS, ancre=ancre))
    y += 54
    for tete in tableau.tetes:
        corps.append(
            f'<rect x="{_MARGE:g}" y="{y:g}" width="{droite - _MARGE:g}" height="{_RANGEE:g}" fill="#f3f5f7"/>'
        )
        corps.append(
            _texte(_MARGE + 4, y + 17, raccourci(tete.nom, 13, _NOM + _DESSIN - 8, gras=True), 13, ENCRE, graisse=600)
        )
        corps += _rangee(tete.cellules, tableau.colonnes, places, y, tete=True)
        y += _RANGEE
    entre = bornes(tableau.suivi)
    for rangee in tableau.rangees:
        corps += _territoire(rangee, tableau, places, y, entre)
        y += _RANGEE
        corps.append(f'<line x1="{_MARGE:g}" x2="{droite:g}" y1="{y:g}" y2="{y:g}" stroke="{TRAIT}"/>')
    for colonne, (gauche, _) in zip(tableau.colonnes, places, strict=True):
        if colonne.coupee:
            corps.append(
                f'<line x1="{gauche:g}" x2="{gauche:g}" y1="{haut:g}" y2="{y:g}" stroke="{ENCRE}" stroke-width="2" '
                'stroke-dasharray="6 4"/>'
            )
    return y


def _legender(corps: list[str], tableau: Tableau, droite: float, y: float) -> float:
    """Ajoute la légende, sur autant de lignes qu'il en faut ; rend la hauteur de la dernière."""
    x = _MARGE
    for juge, forte, marque, mot in legende(tableau.suivi, tableau.montrer):
        long = 30 + largeur(mot, 13) + 24
        if x + long > droite and x > _MARGE:
            x, y = _MARGE, y + 20
        fond = _FONDS.get((juge, forte), "#eef0f2")
        corps.append(f'<rect x="{x:g}" y="{y - 12:g}" width="22" height="15" fill="{fond}"/>')
        if marque:
            corps.append(_marque(x + 11, y - 4, juge, marque))
        corps.append(_texte(x + 30, y, mot, 13, ENCRE))
        x += long
    return y


def _places(colonnes: Sequence[Colonne]) -> list[tuple[float, float]]:
    """La gauche et la droite de chaque colonne ; l'étincelle suit le nom."""
    places, x = [], _MARGE
    for colonne in colonnes:
        autre = _ANNEE if colonne.code.isdigit() else _FIN
        large = _NOM + _DESSIN if colonne.code == "nom" else autre
        places.append((x, x + large))
        x += large
    return places


def _territoire(
    rangee: Rangee, tableau: Tableau, places: Sequence[tuple[float, float]], y: float, entre: tuple[float, float]
) -> list[str]:
    nom = raccourci(rangee.ligne.territoire.nom_court, 13, _NOM - 8)
    dessin = etincelle(rangee.ligne.serie, tableau.suivi, entre)
    etendu = dessin.replace("<svg ", f'<svg x="{_MARGE + _NOM:g}" y="{y:g}" width="{_L:g}" height="{_H:g}" ', 1)
    return [
        _texte(_MARGE + 4, y + 17, nom, 13, ENCRE),
        etendu,
        *_rangee(rangee.cellules, tableau.colonnes, places, y),
    ]


def _rangee(
    cellules: Sequence[Cellule],
    colonnes: Sequence[Colonne],
    places: Sequence[tuple[float, float]],
    y: float,
    *,
    tete: bool = False,
) -> list[str]:
    corps = []
    for cellule, colonne, (gauche, fin) in zip(cellules, colonnes[1:], places[1:], strict=True):
        annee = colonne.code.isdigit()
        fond = _FONDS.get((cellule.jugement, cellule.forte)) if annee else None
        if fond:
            corps.append(
                f'<rect x="{gauche + 0.5:g}" y="{y + 0.5:g}" width="{fin - gauche - 1:g}" height="{_RANGEE - 1:g}" '
                f'fill="{fond}"/>'
            )
        texte = cellule.texte + ("*" if cellule.douteuse else "")
        if annee:
            graisse = 600 if tete or cellule.forte else 400
            corps.append(_texte((gauche + fin) / 2 + 5, y + 17, texte, 13, ENCRE, graisse=graisse, ancre="middle"))
            if cellule.marque:
                corps.append(_marque(gauche + 8, y + 12.5, cellule.jugement, cellule.marque))
            continue
        mots = f"{texte} {cellule.suite}".strip()
        teinte = COULEURS.get(cellule.jugement, ENCRE)
        corps.append(_texte(gauche + 18, y + 17, raccourci(mots, 13, fin - gauche - 20), 13, teinte))
        if cellule.marque:
            corps.append(_marque(gauche + 9, y + 12.5, cellule.jugement, cellule.marque))
    return corps


def _marque(x: float, y: float, juge: Jugement, marque: str) -> str:
    """La forme d'une marque, tracée : la police de l'image n'a pas toujours son caractère."""
    teinte = COULEURS.get(juge, GRIS)
    traces = {
        "◆": f"M {x:g} {y - 4.5:g} l 4.5 4.5 l -4.5 4.5 l -4.5 -4.5 z",
        "▲": f"M {x:g} {y - 4:g} l 4 8 l -8 0 z",
        "▼": f"M {x:g} {y + 4:g} l 4 -8 l -8 0 z",
        "↑": f"M {x:g} {y + 5:g} l 0 -10 m -3.5 3.5 l 3.5 -3.5 l 3.5 3.5",
        "↓": f"M {x:g} {y - 5:g} l 0 10 m -3.5 -3.5 l 3.5 3.5 l 3.5 -3.5",
        "→": f"M {x - 5:g} {y:g} l 10 0 m -3.5 -3.5 l 3.5 3.5 l -3.5 3.5",
    }
    if marque == "●":
        return f'<circle cx="{x:g}" cy="{y:g}" r="4" fill="{teinte}"/>'
    if marque in "↑↓→":
        return f'<path d="{traces[marque]}" fill="none" stroke="{teinte}" stroke-width="1.6"/>'
    return f'<path d="{traces[marque]}" fill="{teinte}"/>'


def _texte(
    x: float, y: float, texte: str, taille: float, teinte: str, *, graisse: int = 400, ancre: str = "start"
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{taille:g}" font-weight="{graisse}" text-anchor="{ancre}" '
        f'fill="{teinte}" font-family="Source Sans Pro, Source Sans, sans-serif">{escape(texte)}</text>'
    )
