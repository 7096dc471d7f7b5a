"""« C'est où ? » : le contour d'un territoire parmi ses voisins, de près, sans aucun chiffre. Pour la salle.

Un quartier de 2015, dont le périmètre n'est pas connu, est montré par le contour du quartier de 2024 qui lui succède,
et la légende le dit : rien n'y est peint, ce n'est qu'un lieu. Un regroupement fait ici est montré par ses membres, et
par leur contour quand ils en ont tous un.
"""

from __future__ import annotations

import math
from dataclasses import replace
from html import escape

from indicators.base.base import Base
from indicators.base.carte import emprises
from indicators.base.regroupements import composition
from indicators.carte.classement import sans_chiffre
from indicators.carte.dessin import CONTOUR, PAPIER, SOL, cerner, fond
from indicators.carte.image import se_situe
from indicators.carte.noms import HALO, noms
from indicators.carte.notes import dire_le_cerne
from indicators.carte.plan import Plan, de_pres, dresser_plan
from indicators.recit.dessins.bandes import ENCRE
from indicators.socle.nombres import INSECABLE
from indicators.socle.territoires import Fiche, Maille, Territoire

LARGEUR, HAUTEUR = 430, 320
_AUTOUR, _AUTOUR_DES_MEMBRES, _MINIMUM = 0.9, 0.35, 0.022
"""De quoi élargir l'emprise du territoire, ou d'un regroupement, en part de son côté ; et le plus petit, en degrés."""


def carte_du_lieu(base: Base, fiche: Fiche, largeur: int = LARGEUR, hauteur: int = HAUTEUR) -> tuple[str, str]:
    """Le dessin et sa légende ; deux chaînes vides pour qui ne se place pas sur la carte d'une agglomération."""
    territoire, agglomeration = fiche.territoire, fiche.agglomeration
    if not se_situe(fiche):
        return "", ""
    siens, voisins = _montres(base, fiche)
    emprise = de_pres(base, siens, _AUTOUR_DES_MEMBRES if territoire.est_a_soi else _AUTOUR, _MINIMUM)
    sans_contour = not emprises(base, [t.territoire for t in siens])
    if emprise is None or (sans_contour and not territoire.est_a_soi):
        return "", ""
    devant = {t.territoire for t in siens}
    tous = [*siens, *(t for t in voisins if t.territoire not in devant)]
    repere = agglomeration.territoire if agglomeration else None
    plan = dresser_plan(
        base, tous, largeur, hauteur, agglomeration=repere, emprise=emprise, ouvert=territoire.territoire
    )
    nommes = _un_nom([_sous_son_nom(t, territoire) if t.territoire in devant else t for t in tous], plan, devant)
    corps = [
        f'<rect width="{largeur}" height="{hauteur}" fill="{SOL}" class="dc-sol"/>',
        *fond(plan),
        *(_forme(plan, t.territoire, devant=t.territoire in devant) for t in reversed(tous)),
        cerner(plan),
        *noms([sans_chiffre(t) for t in nommes], plan, nommes[-1].territoire if nommes else None, len(voisins) > 12),
        _echelle(plan),
    ]
    nom = f"Carte{INSECABLE}: où est {territoire.nom}"
    ou = f" dans {agglomeration.nom}" if agglomeration else ""
    dit = f"{territoire.nom}{ou}, parmi {_mot(siens[0])}."
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {largeur} {hauteur}" role="img" class="dq dc" '
        f'aria-label="{escape(nom)}. {escape(dit)}"><title>{escape(nom)}</title><desc>{escape(dit)}</desc>'
        f'<clipPath id="lieu-bord"><rect width="{largeur}" height="{hauteur}" rx="8"/></clipPath>'
        f'<g clip-path="url(#lieu-bord)">{"".join(corps)}</g></svg>'
    )
    return svg, _legende(territoire, siens, plan)


def _montres(base: Base, fiche: Fiche) -> tuple[list[Territoire], list[Territoire]]:
    """Ce qui figure le territoire (lui, ses successeurs ou ses membres), et ses voisins de la même agglomération."""
    territoire = fiche.territoire
    siens = [territoire]
    voulus: tuple[int | None, str] = (2024, territoire.statut)
    if territoire.est_a_soi:
        siens = list(composition(base, territoire.territoire).membres)
        voulus = next(((t.geographie, t.statut) for t in siens), voulus)
    elif territoire.geographie == 2015:
        codes = {f.nouveau for f in fiche.filiations if f.ancien == territoire.territoire and f.nouveau}
        siens = base.territoires(sorted(codes)) or siens
    if fiche.agglomeration is None:
        return siens, []
    agglomeration, mailles = fiche.agglomeration.territoire, {t.maille for t in siens}
    if Maille.IRIS in mailles:
        return siens, base.maille_fine(agglomeration)
    if Maille.COMMUNE in mailles:
        return siens, base.territoires(base.communes_de(agglomeration))
    return siens, [q for q in base.fiche(agglomeration).quartiers if (q.geographie, q.statut) == voulus]


def _forme(plan: Plan, code: str, *, devant: bool) -> str:
    """Un contour, ou un point s'il n'est pas connu ; le territoire en plein, ses voisins en gris."""
    teinte, trait = (ENCRE, PAPIER if plan.cerne else ENCRE) if devant else ("#d5dae1", CONTOUR)
    classe = ("dc-part" if plan.cerne else "dc-ici") if devant else "dc-voisin"
    if trace := plan.traces.get(code):
        return (
            f'<path d="{trace}" fill="{teinte}" fill-opacity="{0.88 if devant else 1}" stroke="{trait}" '
            f'stroke-width="{1.6 if devant else 0.8}" fill-rule="evenodd" class="{classe}"/>'
        )
    if symbole := plan.symboles.get(code):
        return f'<circle cx="{symbole.x}" cy="{symbole.y}" r="6" fill="{teinte}" stroke="{trait}" class="{classe}"/>'
    return ""


def _sous_son_nom(partie: Territoire, territoire: Territoire) -> Territoire:
    """Une part du territoire, que la carte nomme comme lui."""
    return replace(partie, nom_court=territoire.nom_court, maille=territoire.maille)


def _un_nom(nommes: list[Territoire], plan: Plan, devant: set[str]) -> list[Territoire]:
    """Les territoires à nommer, celui que l'on montre en dernier et une seule fois, au milieu de ses contours."""
    autres = [t for t in nommes if t.territoire not in devant and t.territoire in plan.centres]
    siens = [t for t in nommes if t.territoire in devant and t.territoire in plan.centres]
    if not siens:
        return autres
    x, y = (sum(plan.centres[t.territoire][axe] for t in siens) / len(siens) for axe in (0, 1))
    return [*autres, min(siens, key=lambda t: math.dist((x, y), plan.centres[t.territoire]))]


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
    voisins = {Maille.COMMUNE: "les communes voisines", Maille.IRIS: "les IRIS voisins"}
    return voisins.get(territoire.maille, "les quartiers voisins")


def _legende(territoire: Territoire, siens: list[Territoire], plan: Plan) -> str:
    """Ce que montre le contour, et d'où il vient."""
    gris = f"En gris{INSECABLE}: {_mot(siens[0])}."
    iris = any(t.maille is Maille.IRIS for t in siens)
    source = f"Contours{INSECABLE}: {'IGN et Insee' if iris else 'IGN, ANCT'}."
    if plan.cerne:
        return f"En foncé{INSECABLE}: ses {len(siens)} membres. {dire_le_cerne(plan.cerne)} {gris} {source}"
    if territoire.geographie == 2015 and siens[0] != territoire:
        return f"Contour de 2024{INSECABLE}; chiffres du périmètre 2015-2023. {gris} {source}"
    return f"{gris} {source}"
