"""La petite courbe d'une carte : les années connues d'un chiffre, coupée là où il change de calcul.

Rond plein : le chiffre montré. Traits et points pleins : le morceau où il se lit. Points creux, sans trait vers lui :
un autre calcul, ou une année plus récente qui ne se compare pas encore.
"""

from __future__ import annotations

from indicators.analyse.trajectoire import Trajectoire
from indicators.recit.dessins.bandes import ENCRE, GRIS, Echelle, couleur, svg
from indicators.recit.phrases import chiffre
from indicators.socle.observations import Observation

_LARGEUR, _HAUTEUR, _BORD = 220.0, 46.0, 10.0


def courbe(trajectoire: Trajectoire, montre: Observation, unite: str, titre: str) -> str:
    """Le dessin ; chaîne vide s'il y a moins de deux années."""
    points = trajectoire.points
    if len(points) < 2:
        return ""
    valeurs = [o.valeur or 0.0 for o in points]
    annees = [o.annee or 0 for o in points]
    abscisses = Echelle(min(annees), max(annees), _BORD, _LARGEUR - _BORD)
    hauteurs = Echelle(min(valeurs), max(valeurs), _HAUTEUR - 18, 6)

    def place(o: Observation) -> tuple[float, float]:
        return abscisses.x(o.annee or 0), hauteurs.x(o.valeur or 0.0)

    jugement = trajectoire.evolution.jugement
    corps = []
    for segment in trajectoire.segments:
        sien = montre in segment
        # La classe suit le thème de l'écran ; la couleur écrite, le papier.
        trait, classe = (couleur(jugement), f"dq-marque dq-{jugement.value}") if sien else (GRIS, "dq-marque")
        if len(segment) > 1:
            chemin = " ".join(f"{x:g},{y:g}" for x, y in map(place, segment))
            corps.append(
                f'<polyline points="{chemin}" fill="none" stroke="{trait}" stroke-width="1.8" '
                f'class="{classe} dq-trait"/>'
            )
        for o in segment:
            x, y = place(o)
            if o is montre:
                corps.append(f'<circle cx="{x:g}" cy="{y:g}" r="4.2" fill="{trait}" class="{classe}"/>')
            else:
                plein = sien and not o.douteuse and (o.annee or 0) < (montre.annee or 0)
                corps.append(
                    f'<circle cx="{x:g}" cy="{y:g}" r="2.8" fill="{trait if plein else "#ffffff"}" stroke="{trait}" '
                    f'class="{classe if plein else f"{classe} dq-creux"}"/>'
                )
    for o, ancre in ((points[0], "start"), (points[-1], "end")):
        x = _BORD - 6 if ancre == "start" else _LARGEUR - _BORD + 6
        corps.append(
            f'<text x="{x:g}" y="{_HAUTEUR - 2:g}" font-size="11" text-anchor="{ancre}" fill="{ENCRE}" '
            f'class="dq-ref">{o.annee}</text>'
        )
    description = ", ".join(f"{chiffre(o, unite)} en {o.annee}" for o in points)
    return svg(_LARGEUR, _HAUTEUR, titre, description, corps)
