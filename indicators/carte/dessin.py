"""La carte en SVG, la même à l'écran et sur le papier : fonds, contours, symboles, noms, échelle, légende.

Une classe a une couleur et une forme ; ce qui n'a pas de classe a une trame. Les couleurs vont du clair au foncé
(lisibles sans distinguer les teintes) ; autour d'une référence, chaud et froid redisent le verdict, que la légende
écrit. Un nombre absolu ne teinte pas un territoire : il fait un rond, plus grand dans une classe plus élevée.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from indicators.analyse.autour import Place
from indicators.carte import fond_ign, marques
from indicators.carte.classement import Carte, Etat, Lieu
from indicators.carte.legende import (
    DEFINITIONS,
    TRAIT,
    Marque,
    hauteur_legende,
    legende,
    marque,
    motif,
    texte,
)
from indicators.carte.noms import HALO, noms
from indicators.carte.plan import Cerne, Plan, Symbole
from indicators.recit import phrases
from indicators.recit.dessins.bandes import ENCRE, GRIS
from indicators.recit.dessins.mesure import lignes as couper
from indicators.socle.catalogue import Source
from indicators.socle.nombres import INSECABLE, accord, capitale, compter, et_autres
from indicators.socle.territoires import Maille

SOL, FOND, LIMITE, PAPIER, CONTOUR = "#eceeea", "#f6f7f5", "#b3bcc6", "#ffffff", "#5d6b7a"
LEGENDE_A_DROITE = 760
"""À partir de cette largeur, la légende est à droite de la carte ; en deçà, dessous."""
COLONNE = 270
FOCUS_AU_PLUS = 40
"""Au-delà de ce nombre de lieux, la touche de tabulation va droit au tableau."""


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


def dater(carte: Carte) -> str:
    """« , 2018 » après un titre ; rien sans chiffre."""
    lignes = carte.comparatif.lignes
    return f", {phrases.date_complete(lignes[0].chiffre)}" if lignes else ""


def dessiner(carte: Carte, plan: Plan, reglages: Reglages, sources: dict[str, Source]) -> str:
    """La carte et sa légende dans un seul SVG ; sans la légende si la carte est `seule`."""
    largeur, haute = plan.cadre.largeur, plan.cadre.hauteur
    corps = "".join(_corps(carte, plan, reglages))
    if reglages.seule:
        return _svg(carte, plan, reglages, haute, corps, "")
    lignes_titre = couper(reglages.titre, 17, reglages.largeur - 8, gras=True) if reglages.titre else []
    haut = 24 * len(lignes_titre) + (6 if lignes_titre else 0)
    a_droite = reglages.largeur >= LEGENDE_A_DROITE
    x, y = (largeur + 18, 0) if a_droite else (0, haute + 12)
    place = COLONNE - 18 if a_droite else reglages.largeur
    notes = notes_de(carte, plan, reglages, sources)
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
    return _svg(carte, plan, reglages, hauteur, interieur, bord)


def _svg(carte: Carte, plan: Plan, reglages: Reglages, hauteur: float, interieur: str, definitions: str) -> str:
    nom = f"Carte : {carte.comparatif.indicateur.libelle}{dater(carte)}".replace(" :", f"{INSECABLE}:")
    lue = phrases.lecture_classement(carte.comparatif.classement, [lieu.territoire for lieu in carte.lieux])
    description = " ".join(filter(None, (lue, figures(carte, plan))))
    role = "group" if reglages.liens else "img"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {reglages.largeur} {hauteur:g}" role="{role}" '
        f'class="dq dc" aria-label="{escape(nom)}. {escape(description)}" data-points="{plan.points}">'
        f"<title>{escape(nom)}</title><desc>{escape(description)}</desc>"
        f"<defs>{DEFINITIONS.replace('@', reglages.prefixe)}{definitions}</defs>{interieur}</svg>"
    )


def _corps(carte: Carte, plan: Plan, reglages: Reglages) -> Iterator[str]:
    """Du dessous au dessus : les fonds, la limite, les lieux, leurs repères, les noms, l'échelle.

    Ce que l'agrandissement étend est dans `dc-terrain` ; repères et noms (`dc-dessus`) s'y déplacent sans grossir.
    """
    poses = _ordre(carte, plan, reglages.mis_en_avant)
    yield f'<g class="dc-terrain">{_sol(plan, reglages)}{"".join(fond(plan, cache=reglages.fond))}'
    yield "".join(
        f'<path d="{trace}" fill="none" stroke="{ENCRE}" stroke-width="1.1" class="dc-filet"/>'
        for trace in plan.filets.values()
    )
    zones = "".join(_zone(lieu, plan, reglages) for lieu in poses)
    yield f'<g stroke="{CONTOUR}" stroke-width="0.8" stroke-linejoin="round" fill-rule="evenodd">{zones}</g>' * bool(
        zones
    )
    yield perimetres(plan)
    if plan.limite:
        yield f'<path d="{plan.limite}" fill="none" stroke="{CONTOUR}" stroke-width="2.2" class="dc-limite"/>'
    yield cerner(plan)
    yield f'</g><g class="dc-dessus"><g {TRAIT} class="dc-reperes">'
    yield "".join(_repere(lieu, plan, reglages) for lieu in poses) + "</g>"
    yield marques.dessiner(reglages.marques, plan.cadre, f"{reglages.prefixe}-")
    nombreux = len(poses) > FOCUS_AU_PLUS
    ecrits = noms(poses, plan, reglages.mis_en_avant, nombreux, coin=66 if reglages.seule else 0, cacher=reglages.seule)
    yield f"{''.join(ecrits)}</g>"
    yield echelle(plan)


def _ordre(carte: Carte, plan: Plan, devant: str | None) -> list[Lieu]:
    """Les lieux placés, celui qui est mis en avant en dernier : il passe au-dessus."""
    places = [li for li in carte.lieux if li.territoire.territoire in plan.centres]
    return sorted(places, key=lambda li: li.territoire.territoire == devant)


def _sol(plan: Plan, reglages: Reglages) -> str:
    fond = f'<rect width="{plan.cadre.largeur}" height="{plan.cadre.hauteur}" fill="{SOL}" class="dc-sol"/>'
    if not reglages.fond:
        return fond
    attente = "Le fond de carte de l’IGN n’a pas répondu" + f"{INSECABLE}: la carte se lit sans lui."
    lignes = couper(attente, 13, plan.cadre.largeur - 24)
    dits = "".join(texte(12, 22 + 18 * n, li, 13, GRIS, "dc-attente", ancre="start") for n, li in enumerate(lignes))
    images = "".join(
        f'<image href="{escape(t.adresse)}" x="{t.x:g}" y="{t.y:g}" width="{t.cote:g}" height="{t.cote:g}" '
        'preserveAspectRatio="none"/>'
        for t in fond_ign.tuiles(plan.cadre)
    )
    # La phrase est sous les tuiles : elle ne se voit que si elles n'arrivent pas.
    return f"{fond}{dits}{images}"


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
            f'<path d="{plan.fond.limites}" fill="none" stroke="{LIMITE}" stroke-width="0.7" class="dc-communes"/>',
        ]
    if plan.traces:
        return []
    return [f'<circle cx="{x:g}" cy="{y:g}" r="2" fill="{LIMITE}" class="dc-point"/>' for _, x, y in plan.reperes]


def perimetres(plan: Plan) -> str:
    """Les périmètres des quartiers prioritaires, par-dessus les IRIS, en trait noir sur un liseré blanc."""
    return "".join(
        f'<path d="{trace}" fill="none" stroke="{PAPIER}" stroke-width="3.4" class="dc-lisere"/>'
        f'<path d="{trace}" fill="none" stroke="{ENCRE}" stroke-width="1.8" class="dc-perimetre"/>'
        for trace in plan.perimetres.values()
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
    teinte = PAPIER if effectif and lieu.etat is Etat.CLASSE else motif(lieu.etat, forme, reglages.prefixe)
    opacite = ' fill-opacity="0.62"' if reglages.fond else ""
    quartier = lieu.territoire.maille is Maille.QUARTIER
    trait = f' stroke="{ENCRE}" stroke-width="{3 if devant else 1}"' if devant or quartier else ""
    dessin = f'<path d="{trace}" fill="{teinte}"{opacite}{trait} class="dc-zone"/>'
    return _liee(lieu, plan, reglages, dessin, repere=False)


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
    return _liee(lieu, plan, reglages, dessin, repere=code in plan.traces)


def _liee(lieu: Lieu, plan: Plan, reglages: Reglages, dessin: str, *, repere: bool) -> str:
    """Un dessin dans le lien vers le portrait de son lieu ; `repere` : le lien est déjà celui du contour."""
    code = lieu.territoire.territoire
    dit = escape(dire(lieu, plan))
    if not reglages.liens:
        return dessin if repere else f'<g class="dc-lieu"><title>{dit}</title>{dessin}</g>'
    if repere:
        return f'<g pointer-events="none">{dessin}</g>'
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


# --- échelle et notes ----------------------------------------------------------------------------------------


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


def notes_de(carte: Carte, plan: Plan, reglages: Reglages, sources: dict[str, Source]) -> list[str]:
    """Sous la légende : la méthode, ce que valent les positions, ce qui n'est pas placé, la source."""
    absents = {t.territoire for t in plan.sans_position}
    devant = [
        li.territoire.nom_court
        for li in carte.lieux
        if li.territoire.territoire == reglages.mis_en_avant and li.territoire.territoire not in absents
    ]
    notes = [*(f"Entouré{INSECABLE}: {nom}." for nom in devant), carte.decoupage.phrase]
    if plan.indicatifs:
        notes.append(_positions(plan, filets_dits=reglages.seule))
    if plan.nus and not plan.traces:
        notes.append(f"Position indicative{INSECABLE}: un point du territoire, son contour n’est pas connu.")
    elif plan.nus:
        combien = compter(len(plan.nus), "lieu montré", "lieux montrés")
        sien = accord(len(plan.nus), "son", "leur")
        notes.append(f"{combien} par un point{INSECABLE}: {sien} contour n’est pas connu.")
    if plan.perimetres:
        notes.append(
            "Trait noir épais : le périmètre des quartiers prioritaires de 2024.".replace(" :", f"{INSECABLE}:")
        )
    if plan.cerne:
        notes.append(dire_le_cerne(plan.cerne))
    if plan.traces or plan.fond:
        notes.append("Contours simplifiés à cette échelle.")
    if plan.hors_cadre:
        s = "x" if plan.hors_cadre > 1 else ""
        notes.append(f"{plan.hors_cadre} lieu{s} hors du cadre, au tableau.")
    if plan.sans_position:
        manquants = _quelques([t.nom_court for t in plan.sans_position])
        notes.append(f"Sans contour ni position connus, seulement au tableau{INSECABLE}: {manquants}.")
        if plan.traces and any(t.maille is Maille.COMMUNE for t in plan.sans_position):
            notes.append(
                f"Les contours sont ceux des communes de 2018{INSECABLE}: une commune rétablie depuis y est dessinée "
                "avec celle qu’elle a quittée."
            )
    titres = dict.fromkeys(sources[li.chiffre.source].nom for li in carte.lieux if li.chiffre is not None)
    if titres:
        lus = phrases.typographie(_quelques(list(titres), f"{INSECABLE}; "))
        notes.append(f"Source{INSECABLE}: {lus}{dater(carte)}.")
    mailles = {lieu.territoire.maille for lieu in carte.lieux}
    ajouts = [
        *([f"{INSECABLE}; IRIS{INSECABLE}: IGN et Insee, 2020"] if Maille.IRIS in mailles else []),
        *([f"{INSECABLE}; quartiers{INSECABLE}: ANCT 2024"] if Maille.QUARTIER in mailles or plan.perimetres else []),
    ]
    notes.append(f"Contours{INSECABLE}: IGN Admin Express (COG 2018, réunies au COG 2024 de l’Insee){''.join(ajouts)}.")
    if reglages.fond:
        notes.append(fond_ign.ATTRIBUTION + ".")
    return notes


def dire_le_cerne(cerne: Cerne) -> str:
    """Ce qu'est le tireté, ou pourquoi il n'y en a pas."""
    if cerne.sans_contour:
        sans = compter(cerne.sans_contour, "membre n’a", "membres n’ont")
        return f"«{INSECABLE}{cerne.regroupement.nom}{INSECABLE}» n’a pas de contour{INSECABLE}: {sans} pas le sien."
    return (
        f"Tireté{INSECABLE}: le contour de «{INSECABLE}{cerne.regroupement.nom}{INSECABLE}», celui de ses "
        f"{compter(cerne.membres, 'membre réuni', 'membres réunis')}."
    )


def _positions(plan: Plan, *, filets_dits: bool) -> str:
    """D'où vient la place des territoires dont le périmètre n'est pas connu."""
    sur_commune = [a for a in plan.indicatifs.values() if not a.successeurs]
    if not sur_commune:
        ou = "le quartier de 2024 qui lui succède"
    elif len(sur_commune) == len(plan.indicatifs):
        ou = "la commune du quartier, ou le milieu de ses communes"
    else:
        ou = "le quartier de 2024 qui lui succède, à défaut sa commune"
    filets = ""
    if plan.filets and not filets_dits:
        filets = f" Chiffres{INSECABLE}: périmètres 2015{INSECABLE}; contours{INSECABLE}: 2024."
    return f"Position indicative{INSECABLE}: {ou}. Le périmètre de 2015 n’est pas connu.{filets}"


def _quelques(mots: list[str], joint: str = ", ") -> str:
    """Les premiers d'une liste, et combien d'autres : une légende reste courte."""
    return joint.join(mots[:6]) + et_autres(len(mots) - 6)
