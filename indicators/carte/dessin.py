"""La carte en SVG, la même à l'écran et sur le papier : fonds, contours, symboles, noms, échelle, légende.

Une classe a une couleur et une forme ; ce qui n'a pas de classe a une trame. Les couleurs vont du clair au foncé
(lisibles sans distinguer les teintes) ; autour d'une référence, chaud et froid redisent le verdict, que la légende
écrit. Un nombre absolu ne teinte pas un territoire : il fait un rond, plus grand dans une classe plus élevée.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import urlencode

from indicators.analyse.autour import Place
from indicators.carte import fond_ign, marques
from indicators.carte.classement import Carte, Etat, Lieu
from indicators.carte.legende import (
    TRAIT,
    Marque,
    definitions,
    hauteur_legende,
    legende,
    marque,
    motif,
    texte,
)
from indicators.carte.noms import HALO, noms
from indicators.carte.notes import dater, notes_de
from indicators.carte.plan import Plan, Symbole
from indicators.carte.projection import Cadre
from indicators.recit import phrases
from indicators.recit.dessins.bandes import ENCRE, GRIS
from indicators.recit.dessins.mesure import lignes as couper
from indicators.socle.catalogue import Source
from indicators.socle.nombres import INSECABLE, capitale, compter
from indicators.socle.territoires import Maille

SOL, FOND, LIMITE, PAPIER, CONTOUR = "#eceeea", "#f6f7f5", "#b3bcc6", "#ffffff", "#5d6b7a"
LEGENDE_A_DROITE = 760
"""À partir de cette largeur, la légende est à droite de la carte ; en deçà, dessous."""
COLONNE = 270
FOCUS_AU_PLUS = 40
"""Au-delà de ce nombre de lieux, la touche de tabulation va droit au tableau."""
_TERRAIN = "terrain"
"""Le nom, après le préfixe, des trames du terrain, qu'un cadre étroit réduit avec lui."""


@dataclass(frozen=True)
class Reglages:
    """Comment dessiner : taille, liens vers les portraits, lieu mis en avant, fond IGN, préfixe des trames (unique).

    `marques` : les lieux ouverts au public à poser dessus. `seule` : sans légende ni notes, que la page écrit à côté ;
    ce qui dépasse du cadre est montré s'il y a la place.
    """

    largeur: int = 1040
    hauteur: int = 600
    liens: bool = False
    mis_en_avant: str | None = None
    fond: bool = False
    prefixe: str = "carte"
    titre: str = ""
    seule: bool = False
    marques: tuple[Place, ...] = ()

    @property
    def largeur_carte(self) -> int:
        """La largeur de la carte seule, sans la légende."""
        avec = self.largeur >= LEGENDE_A_DROITE and not self.seule
        return self.largeur - COLONNE if avec else self.largeur


@dataclass(frozen=True)
class Etroite:
    """La même carte dans un cadre étroit : son plan recadré et les lieux qu'on y marque."""

    plan: Plan
    marques: tuple[Place, ...] = ()


def dessiner(
    carte: Carte, plan: Plan, reglages: Reglages, sources: dict[str, Source], etroite: Etroite | None = None
) -> str:
    """La carte et sa légende dans un seul SVG ; sans la légende si la carte est `seule`.

    `etroite` : le même dessin sert à un téléphone. Le terrain et ses liens n'y sont qu'une fois ; repères, noms et
    échelle y sont pour chacun des deux cadres, et une feuille de style montre ceux qui vont à l'écran.
    """
    largeur, haute = plan.cadre.largeur, plan.cadre.hauteur
    corps = "".join(_corps(carte, plan, reglages, etroite))
    if reglages.seule:
        trames = definitions(reglages.prefixe)
        if etroite is not None:
            reduction = max(round(plan.cadre.echelle / etroite.plan.cadre.echelle), 1)
            trames += definitions(f"{reglages.prefixe}-{_TERRAIN}", reduction)
        return _svg(carte, plan, reglages, haute, corps, trames)
    lignes_titre = couper(reglages.titre, 17, reglages.largeur - 8, gras=True) if reglages.titre else []
    haut = 24 * len(lignes_titre) + (6 if lignes_titre else 0)
    a_droite = reglages.largeur >= LEGENDE_A_DROITE
    x, y = (largeur + 18, 0) if a_droite else (0, haute + 12)
    place = COLONNE - 18 if a_droite else reglages.largeur
    notes = notes_de(carte, plan, sources, devant=reglages.mis_en_avant, seule=False, fond=reglages.fond)
    effectif = carte.comparatif.indicateur.est_effectif
    dessous: list[str] = []
    if a_droite and hauteur_legende(carte, place, notes) > haute:
        # À côté d'une carte basse, la légende reste seule : les notes passent dessous, sur toute la largeur.
        dessous, notes = couper(" ".join(notes), 10.5, reglages.largeur), []
    elements = legende(carte, x, y, place, notes, plan.rayon, effectif, reglages.prefixe)
    bas = max(haute, y + hauteur_legende(carte, place, notes))
    elements += [texte(0, bas + 16 + 13.5 * n, li, 10.5, GRIS, "dc-note") for n, li in enumerate(dessous)]
    hauteur = haut + bas + (13.5 * len(dessous) + 8 if dessous else 0)
    titre = [texte(0, 18 + 24 * n, ligne, 17, ENCRE, "dc-titre", graisse=700) for n, ligne in enumerate(lignes_titre)]
    bord = f'<clipPath id="{reglages.prefixe}-bord"><rect width="{largeur}" height="{haute}" rx="10"/></clipPath>'
    interieur = (
        f'{"".join(titre)}<g transform="translate(0 {haut})">'
        f'<g clip-path="url(#{reglages.prefixe}-bord)">{corps}</g>{"".join(elements)}</g>'
    )
    return _svg(carte, plan, reglages, hauteur, interieur, definitions(reglages.prefixe) + bord)


def _svg(carte: Carte, plan: Plan, reglages: Reglages, hauteur: float, interieur: str, definis: str) -> str:
    nom = f"Carte : {carte.comparatif.indicateur.libelle}{dater(carte)}".replace(" :", f"{INSECABLE}:")
    lue = phrases.lecture_classement(carte.comparatif.classement, [lieu.territoire for lieu in carte.lieux])
    description = " ".join(filter(None, (lue, figures(carte, plan))))
    role = "group" if reglages.liens else "img"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {reglages.largeur} {hauteur:g}" role="{role}" '
        f'class="dq dc" aria-label="{escape(nom)}. {escape(description)}" data-points="{plan.points}">'
        f"<title>{escape(nom)}</title><desc>{escape(description)}</desc>"
        f"<defs>{definis}</defs>{interieur}</svg>"
    )


def _corps(carte: Carte, plan: Plan, reglages: Reglages, etroite: Etroite | None) -> Iterator[str]:
    """Du dessous au dessus : le sol, le terrain, puis les repères, les noms et l'échelle.

    Ce que l'agrandissement étend est dans `dc-terrain` ; repères et noms (`dc-dessus`) s'y déplacent sans grossir.
    Dans un cadre étroit, `dc-vue` et `dc-plan` mettent le terrain à sa place ; la feuille de style les laisse sans
    effet sur un écran large.
    """
    poses = _ordre(carte, plan, reglages.mis_en_avant)
    sol = f'<rect width="{plan.cadre.largeur}" height="{plan.cadre.hauteur}" fill="{SOL}" class="dc-sol"/>'
    if etroite is None:
        terrain = "".join(_terrain(poses, plan, reglages))
        dessus = _dessus(poses, plan, reglages.marques, reglages, reglages.prefixe)
        yield f'{sol}{_attente(plan, reglages)}<g class="dc-terrain">{terrain}</g><g class="dc-dessus">{dessus}</g>'
        return
    de, vers = plan.cadre, etroite.plan.cadre
    k, (x, y) = vers.echelle / de.echelle, de.vers(vers)
    agrandi = de.largeur / vers.largeur
    dessus_du_cadre = (de.hauteur - vers.hauteur * agrandi) / 2
    yield f'<g class="dc-vue" transform="translate(0 {dessus_du_cadre:g}) scale({agrandi:g})">'
    yield sol
    places = [li for li in poses if li.territoire.territoire in etroite.plan.centres]
    cotes = (("dc-ample", poses, plan, reglages.marques), ("dc-etroite", places, etroite.plan, etroite.marques))
    if reglages.fond:
        yield from (f'<g class="{classe}">{_attente(sien, reglages)}</g>' for classe, _, sien, _ in cotes)
    place = f"translate({x:.2f} {y:.2f}) scale({k:.6f})"
    du_terrain = replace(reglages, prefixe=f"{reglages.prefixe}-{_TERRAIN}")
    terrain = "".join(_terrain(poses, plan, du_terrain, vers))
    yield f'<g class="dc-terrain"><g class="dc-plan" transform="{place}">{terrain}</g></g>'
    for classe, lieux, sien, marquees in cotes:
        dessus = _dessus(lieux, sien, marquees, reglages, f"{reglages.prefixe}-{classe}")
        taille = f"{sien.cadre.largeur} {sien.cadre.hauteur}"
        yield f'<g class="{classe}"><g class="dc-dessus" data-cadre="{taille}">{dessus}</g></g>'
    yield "</g>"


def _terrain(poses: Sequence[Lieu], plan: Plan, reglages: Reglages, *aussi: Cadre) -> Iterator[str]:
    """Les fonds, les lieux qui ont un contour, les limites ; `aussi` : d'autres cadres que le fond de l'IGN couvre."""
    if reglages.fond:
        yield from (
            f'<image href="{escape(t.adresse)}" x="{t.x:g}" y="{t.y:g}" width="{t.cote:g}" height="{t.cote:g}" '
            'preserveAspectRatio="none"/>'
            for t in fond_ign.tuiles(plan.cadre, *aussi)
        )
    yield from fond(plan, cache=reglages.fond)
    yield from (
        f'<path d="{trace}" fill="none" stroke="{ENCRE}" stroke-width="1.1" class="dc-filet"/>'
        for trace in plan.filets.values()
    )
    zones = "".join(_zone(lieu, plan, reglages) for lieu in poses)
    if zones:
        yield f'<g stroke="{CONTOUR}" stroke-width="0.8" stroke-linejoin="round" fill-rule="evenodd">{zones}</g>'
    yield perimetres(plan, reglages.prefixe)
    if plan.limite:
        yield f'<path d="{plan.limite}" fill="none" stroke="{CONTOUR}" stroke-width="2.2" class="dc-limite"/>'
    yield cerner(plan)


def _dessus(poses: Sequence[Lieu], plan: Plan, marquees: Sequence[Place], reglages: Reglages, prefixe: str) -> str:
    """Ce qui ne grossit pas : les repères des lieux, les lieux marqués, les noms, l'échelle."""
    rappels = "".join(_repere(lieu, plan, reglages) for lieu in poses if lieu.territoire.territoire in plan.traces)
    seuls = "".join(_repere(lieu, plan, reglages) for lieu in poses if lieu.territoire.territoire not in plan.traces)
    # Un rappel est sur un contour, qui a déjà le lien et le nom : le pointeur passe au travers.
    reperes = f'<g {TRAIT} pointer-events="none" class="dc-reperes">{rappels}</g>' if rappels else ""
    reperes += f'<g {TRAIT} class="dc-reperes">{seuls}</g>' if seuls else ""
    nombreux = len(poses) > FOCUS_AU_PLUS
    coin = 66 if reglages.seule else 0
    ecrits = noms(poses, plan, reglages.mis_en_avant, nombreux, coin=coin, cacher=reglages.seule)
    return f"{reperes}{marques.dessiner(marquees, plan.cadre, f'{prefixe}-')}{''.join(ecrits)}{echelle(plan)}"


def _ordre(carte: Carte, plan: Plan, devant: str | None) -> list[Lieu]:
    """Les lieux placés, celui qui est mis en avant en dernier : il passe au-dessus."""
    places = [li for li in carte.lieux if li.territoire.territoire in plan.centres]
    return sorted(places, key=lambda li: li.territoire.territoire == devant)


def _attente(plan: Plan, reglages: Reglages) -> str:
    """Sous les tuiles du fond de l'IGN : la phrase ne se voit que si elles n'arrivent pas."""
    if not reglages.fond:
        return ""
    attente = "Le fond de carte de l’IGN n’a pas répondu" + f"{INSECABLE}: la carte se lit sans lui."
    lignes = couper(attente, 13, plan.cadre.largeur - 24)
    return "".join(texte(12, 22 + 18 * n, li, 13, GRIS, "dc-attente", ancre="start") for n, li in enumerate(lignes))


def fond(plan: Plan, *, cache: bool = False) -> list[str]:
    """Les communes de l'agglomération en blanc, leurs voisines en gris ; sans contour, un point par commune.

    `cache` : les surfaces laissent voir ce qui est dessous, seules les limites restent.
    """
    if plan.fond:
        opacite = ' fill-opacity="0"' if cache else ""
        surfaces = ((plan.fond.voisines, FOND, "dc-fond"), (plan.fond.membres, PAPIER, "dc-membre"))
        return [
            *(
                f'<path d="{trace}" fill="{teinte}"{opacite} fill-rule="evenodd" class="{classe}"/>'
                for trace, teinte, classe in surfaces
                if trace
            ),
            _limites(plan.fond.limites),
            f'<g class="dc-etroite">{_limites(plan.fond.ailleurs)}</g>' if plan.fond.ailleurs else "",
        ]
    if plan.traces:
        return []
    return [f'<circle cx="{x:g}" cy="{y:g}" r="2" fill="{LIMITE}" class="dc-point"/>' for _, x, y in plan.reperes]


def _limites(trace: str) -> str:
    return f'<path d="{trace}" fill="none" stroke="{LIMITE}" stroke-width="0.7" class="dc-communes"/>'


def perimetres(plan: Plan, prefixe: str) -> str:
    """Les périmètres des quartiers prioritaires, par-dessus les IRIS, en trait noir sur un liseré blanc.

    Le tracé n'est écrit qu'une fois, et posé deux fois ; `prefixe` : celui de ses identifiants, unique dans la page.
    """
    return "".join(
        f'<defs><path id="{prefixe}-{code}" d="{trace}" fill="none" vector-effect="non-scaling-stroke"/></defs>'
        f'<use href="#{prefixe}-{code}" stroke="{PAPIER}" stroke-width="3.4" class="dc-lisere"/>'
        f'<use href="#{prefixe}-{code}" stroke="{ENCRE}" stroke-width="1.8" class="dc-perimetre"/>'
        for code, trace in plan.perimetres.items()
    )


def cerner(plan: Plan) -> str:
    """Le contour du regroupement ouvert, tireté sur un liseré blanc ; rien s'il n'est pas connu."""
    if plan.cerne is None or not plan.cerne.trace:
        return ""
    return (
        f'<path d="{plan.cerne.trace}" fill="none" stroke="{PAPIER}" stroke-width="5" class="dc-lisere"/>'
        f'<path d="{plan.cerne.trace}" fill="none" stroke="{ENCRE}" stroke-width="3" stroke-dasharray="9 5" '
        'class="dc-cerne"/>'
    )


def _zone(lieu: Lieu, plan: Plan, reglages: Reglages) -> str:
    """Le contour d'un territoire, teinté ; rien s'il n'en a pas."""
    code = lieu.territoire.territoire
    trace = plan.traces.get(code)
    if trace is None:
        return ""
    effectif = _est_un_effectif(lieu)
    forme = marque(lieu.classe, lieu.etat, effectif)
    devant = code == reglages.mis_en_avant
    # Un effectif n'est pas teinté : son rond l'est, et sa surface garde, en sombre aussi, le fond de la carte.
    nu = effectif and lieu.etat is Etat.CLASSE
    teinte = PAPIER if nu else motif(lieu.etat, forme, reglages.prefixe)
    opacite = ' fill-opacity="0.62"' if reglages.fond else ""
    quartier = lieu.territoire.maille is Maille.QUARTIER
    trait = f' stroke="{ENCRE}" stroke-width="{3 if devant else 1}"' if devant or quartier else ""
    dessin = f'<path d="{trace}" fill="{teinte}"{opacite}{trait} class="dc-zone{" dc-membre" if nu else ""}"/>'
    return _liee(lieu, plan, reglages, dessin)


def _repere(lieu: Lieu, plan: Plan, reglages: Reglages) -> str:
    """La forme posée sur un territoire : son symbole s'il n'a pas de contour, sinon un rappel de sa classe."""
    code = lieu.territoire.territoire
    effectif = _est_un_effectif(lieu)
    forme = marque(lieu.classe, lieu.etat, effectif)
    symbole = plan.symboles.get(code)
    if symbole is not None:
        dessin = _symbole(symbole, forme, plan.rayon, lieu, code == reglages.mis_en_avant, reglages.prefixe)
    elif lieu.etat is Etat.CLASSE and (effectif or len(plan.traces) <= 150):
        x, y = plan.centres[code]
        # Sur une surface déjà teintée, la forme se lit en blanc ; un effectif n'a que son rond, et le teinte.
        rayon, teinte = (plan.rayon, forme.couleur) if effectif else (3.6, PAPIER)
        dessin = forme.dessin(round(x, 1), round(y, 1), rayon, teinte)
    else:
        return ""
    return dessin if code in plan.traces else _liee(lieu, plan, reglages, dessin)


def _liee(lieu: Lieu, plan: Plan, reglages: Reglages, dessin: str) -> str:
    """Un dessin et ce qu'il est, dans le lien vers le portrait de son lieu."""
    code = lieu.territoire.territoire
    dit = escape(dire(lieu, plan))
    if not reglages.liens:
        return f'<g class="dc-lieu"><title>{dit}</title>{dessin}</g>'
    adresse = escape(f"portrait?{urlencode({'territoire': code})}")
    saut = ' tabindex="-1"' if len(plan.centres) > FOCUS_AU_PLUS else ""
    return f'<a href="{adresse}" target="_self" class="dc-lieu"{saut}><title>{dit}</title>{dessin}</a>'


def _est_un_effectif(lieu: Lieu) -> bool:
    """Vrai si la classe de ce lieu se montre par un rond plus ou moins grand."""
    return lieu.classe is not None and lieu.classe.effectif


def _symbole(symbole: Symbole, forme: Marque, rayon: float, lieu: Lieu, devant: bool, prefixe: str) -> str:
    fil = anneau = ""
    if symbole.deplace:
        fil = (
            f'<line x1="{symbole.x_vrai}" y1="{symbole.y_vrai}" x2="{symbole.x}" y2="{symbole.y}" stroke="{GRIS}" '
            'stroke-width="1" class="dc-fil"/>'
        )
    if devant:
        anneau = (
            f'<circle cx="{symbole.x}" cy="{symbole.y}" r="{rayon + 5:g}" fill="none" stroke="{ENCRE}" '
            'stroke-width="2.5" class="dc-anneau"/>'
        )
    return fil + anneau + forme.dessin(symbole.x, symbole.y, rayon, motif(lieu.etat, forme, prefixe))


def dire(lieu: Lieu, plan: Plan | None = None) -> str:
    """Le lieu, son chiffre, sa classe, et ce que la carte en montre si ce n'est pas son périmètre : le survol."""
    code, nom = lieu.territoire.territoire, lieu.territoire.nom
    figure = "" if plan is None or code in plan.traces else f" ({plan.figure(code)})"
    if lieu.chiffre is None:
        return f"{nom}{INSECABLE}: {lieu.raison}{figure}"
    valeur = f"{phrases.chiffre(lieu.chiffre, lieu.unite)} ({phrases.periode(lieu.chiffre)})"
    return f"{nom}{INSECABLE}: {valeur}, {lieu.classe.mot if lieu.classe else lieu.raison}{figure}"


def figures(carte: Carte, plan: Plan) -> str:
    """« 30 périmètres, 4 points faute de contour » : ce que montre le dessin, pour qui ne le voit pas."""
    codes = [lieu.territoire.territoire for lieu in carte.lieux]
    traces = sum(code in plan.traces for code in codes)
    points = sum(code in plan.centres and code not in plan.traces for code in codes)
    dits = [compter(traces, "périmètre tracé", "périmètres tracés")] if traces else []
    dits += [f"{compter(points, 'point')} faute de périmètre connu"] if points else []
    return f"{capitale(', '.join(dits))}." if dits else ""


def echelle(plan: Plan) -> str:
    """La barre d'échelle et le nord, en bas à gauche."""
    metres = plan.cadre.metres_par_pixel
    longueurs = [m * 10**p for p in range(1, 7) for m in (1, 2, 5)]
    choisie = max((d for d in longueurs if d / metres <= plan.cadre.largeur * 0.2), default=longueurs[0])
    large = choisie / metres
    mots = f"{choisie // 1000:g}{INSECABLE}km" if choisie >= 1000 else f"{choisie:g}{INSECABLE}m"
    y = plan.cadre.hauteur - 14
    return (
        f'<g class="dc-barre" data-metres="{metres:.3f}" data-y="{y}">'
        f'<path d="M14 {y - 5}V{y}H{14 + large:.1f}V{y - 5}" fill="none" stroke="{ENCRE}" stroke-width="1.5" '
        f'class="dc-echelle"/><text x="{20 + large:.1f}" y="{y + 2}" font-size="11" fill="{ENCRE}" {HALO} '
        f'class="dc-nom">{mots}{INSECABLE * 2}N{INSECABLE}↑</text></g>'
    )
