"""« C'est où ? » : le contour d'un territoire parmi ses voisins, de près, sans aucun chiffre. Pour la salle.

Un quartier de 2015, dont le périmètre n'est pas connu, est montré par le contour du quartier de 2024 qui lui succède,
et la légende le dit : rien n'y est peint, ce n'est qu'un lieu.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape

from indicators.base.base import Base
from indicators.base.carte import emprises
from indicators.carte.classement import Etat, Lieu
from indicators.carte.dessin import CONTOUR, SOL, fond
from indicators.carte.image import se_situe
from indicators.carte.noms import HALO, noms
from indicators.carte.plan import Plan, dresser_plan
from indicators.recit.dessins.bandes import ENCRE
from indicators.socle.emprise import Emprise, reunir
from indicators.socle.nombres import INSECABLE
from indicators.socle.territoires import Fiche, Maille, Territoire

LARGEUR, HAUTEUR = 430, 320
_AUTOUR, _MINIMUM = 0.9, 0.022
"""De quoi élargir l'emprise du territoire, en part de son côté ; et son côté le plus petit, en degrés."""


def carte_du_lieu(base: Base, fiche: Fiche, largeur: int = LARGEUR, hauteur: int = HAUTEUR) -> tuple[str, str]:
    """Le dessin et sa légende ; deux chaînes vides pour qui ne se place pas sur la carte d'une agglomération."""
    territoire, agglomeration = fiche.territoire, fiche.agglomeration
    if agglomeration is None or not se_situe(fiche):
        return "", ""
    siens, voisins = _montres(base, fiche, agglomeration)
    emprise = _de_pres(base, siens)
    if emprise is None:
        return "", ""
    devant = {t.territoire for t in siens}
    tous = [*siens, *(t for t in voisins if t.territoire not in devant)]
    plan = dresser_plan(base, tous, largeur, hauteur, agglomeration=agglomeration.territoire, emprise=emprise)
    nommes = [replace(t, nom_court=territoire.nom_court) if t.territoire in devant else t for t in tous]
    corps = [
        f'<rect width="{largeur}" height="{hauteur}" fill="{SOL}" class="dc-sol"/>',
        *fond(plan),
        *(_forme(plan, t.territoire, devant=t.territoire in devant) for t in reversed(tous)),
        *noms([_lieu(t) for t in _un_nom(nommes, plan, devant)], plan, siens[0].territoire, len(voisins) > 12),
        _echelle(plan),
    ]
    nom = f"Carte{INSECABLE}: où est {territoire.nom}"
    dit = f"{territoire.nom} dans {agglomeration.nom}, parmi {_mot(territoire)}."
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {largeur} {hauteur}" role="img" class="dq dc" '
        f'aria-label="{escape(nom)}. {escape(dit)}"><title>{escape(nom)}</title><desc>{escape(dit)}</desc>'
        f'<clipPath id="lieu-bord"><rect width="{largeur}" height="{hauteur}" rx="8"/></clipPath>'
        f'<g clip-path="url(#lieu-bord)">{"".join(corps)}</g></svg>'
    )
    return svg, _legende(territoire, siens)


def _montres(base: Base, fiche: Fiche, agglomeration: Territoire) -> tuple[list[Territoire], list[Territoire]]:
    """Ce qui figure le territoire (lui, ou ses successeurs), et ses voisins de la même agglomération."""
    territoire = fiche.territoire
    if territoire.maille is Maille.COMMUNE:
        return [territoire], base.territoires(base.communes_de(agglomeration.territoire))
    quartiers = [q for q in base.fiche(agglomeration.territoire).quartiers if q.geographie == 2024]
    codes = {f.nouveau for f in fiche.filiations if f.ancien == territoire.territoire and f.nouveau}
    siens = base.territoires(sorted(codes)) if territoire.geographie == 2015 else [territoire]
    return siens or [territoire], [q for q in quartiers if q.statut == territoire.statut]


def _de_pres(base: Base, siens: list[Territoire]) -> Emprise | None:
    """Ce qu'il faut montrer : le territoire et ses alentours ; None si son contour n'est pas connu."""
    sienne = reunir(emprises(base, [t.territoire for t in siens]).values())
    if sienne is None:
        return None
    large = max(sienne.est - sienne.ouest, _MINIMUM) * _AUTOUR
    haut = max(sienne.nord - sienne.sud, _MINIMUM * 0.65) * _AUTOUR
    return Emprise(sienne.ouest - large, sienne.sud - haut, sienne.est + large, sienne.nord + haut)


def _forme(plan: Plan, code: str, *, devant: bool) -> str:
    """Un contour, ou un point s'il n'est pas connu ; le territoire en plein, ses voisins en gris."""
    teinte, trait = (ENCRE, ENCRE) if devant else ("#d5dae1", CONTOUR)
    classe = "dc-ici" if devant else "dc-voisin"
    if trace := plan.traces.get(code):
        return (
            f'<path d="{trace}" fill="{teinte}" fill-opacity="{0.88 if devant else 1}" stroke="{trait}" '
            f'stroke-width="{1.6 if devant else 0.8}" fill-rule="evenodd" class="{classe}"/>'
        )
    if symbole := plan.symboles.get(code):
        return f'<circle cx="{symbole.x}" cy="{symbole.y}" r="6" fill="{teinte}" stroke="{trait}" class="{classe}"/>'
    return ""


def _un_nom(nommes: list[Territoire], plan: Plan, devant: set[str]) -> list[Territoire]:
    """Les territoires à nommer, celui que l'on montre en dernier et une seule fois, même fait de plusieurs contours."""
    autres = [t for t in nommes if t.territoire not in devant and t.territoire in plan.centres]
    siens = [t for t in nommes if t.territoire in devant and t.territoire in plan.centres]
    return [*autres, *siens[:1]]


def _lieu(territoire: Territoire) -> Lieu:
    return Lieu(territoire, None, Etat.ABSENT, None, "")


def _echelle(plan: Plan) -> str:
    metres = plan.cadre.metres_par_pixel
    longueurs = [m * 10**p for p in range(2, 6) for m in (1, 2, 5)]
    choisie = max((d for d in longueurs if d / metres <= plan.cadre.largeur * 0.25), default=longueurs[0])
    mots = f"{choisie // 1000}{INSECABLE}km" if choisie >= 1000 else f"{choisie}{INSECABLE}m"
    y, large = plan.cadre.hauteur - 12, choisie / metres
    return (
        f'<path d="M12 {y}H{12 + large:.1f}" fill="none" stroke="{ENCRE}" stroke-width="2.5" class="dc-echelle"/>'
        f'<text x="{18 + large:.1f}" y="{y + 4}" font-size="12" fill="{ENCRE}" {HALO} class="dc-nom">{mots}</text>'
    )


def _mot(territoire: Territoire) -> str:
    return "les communes voisines" if territoire.maille is Maille.COMMUNE else "les quartiers voisins"


def _legende(territoire: Territoire, siens: list[Territoire]) -> str:
    """Ce que montre le contour, et d'où il vient."""
    gris = f"En gris{INSECABLE}: {_mot(territoire)}."
    source = f"Contours{INSECABLE}: IGN, ANCT."
    if territoire.geographie == 2015 and siens[0] != territoire:
        return f"Contour de 2024{INSECABLE}; chiffres du périmètre 2015-2023. {gris} {source}"
    return f"{gris} {source}"
