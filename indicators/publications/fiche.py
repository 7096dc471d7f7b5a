"""La fiche d'un territoire : un PDF de deux pages exactement, les indicateurs puis la comparaison.

Ce module met la page (`recit/page`) dans la forme que lit `modele.typ` ; le gabarit la pose, mesure ce qui tient et dit
ce qui n'entre pas.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

import segno

from indicators.analyse.portrait import Portrait
from indicators.base.base import Base
from indicators.carte.lieu import carte_du_lieu
from indicators.carte.situation import decrire, situer
from indicators.publications.composition import composer, date_en_lettres, dessin
from indicators.recit import phrases
from indicators.recit.page import portrait
from indicators.recit.page.modele import CarteDeChiffre, Face, PagePortrait, Valeur, a_dire
from indicators.recit.page.sources import citer_ensemble
from indicators.socle.nombres import capitale, et_autres

LECTURE = (
    "Écart et jugement se lisent face à la première référence ; une seconde année est écrite dès qu’elle diffère. "
    "Le jugement ne dit que la position face à la référence ; un écart plus petit que la bande de proximité de "
    "l’indicateur est dit comparable. Rang : parmi ceux que nomme sa colonne, connus la même année, 1er pour la "
    "valeur la plus élevée. Marque pleine : le territoire (losange : défavorable, rond : favorable, carré : sans "
    "jugement) ; traits : les références ; ronds ouverts ou bande : les semblables. "
    "« l. » : la ligne du fichier ou du document où le chiffre a été lu."
)
_CARTES = ((760, 280), (900, 170))
"""Les tailles de la carte de situation, de la plus haute à la plus basse : la première qui tient est posée."""
_MEMBRES, _ETENDUES = 20, 12
"""Combien de membres d'un regroupement sont nommés, et combien d'étendues écrites ; l'écran les a toutes."""
_LIEU, _VIGNETTE = (900, 180), (240, 170)
"""Les tailles de la carte du lieu, quand celle de situation n'a pas la place : en large, puis à côté des familles."""


def fiche_pdf(base: Base, vue: Portrait, jour: date | None = None, adresse: str = "") -> bytes:
    """La fiche PDF de ce portrait, datée de ce jour (aujourd'hui par défaut).

    `adresse` : celle de l'observatoire, où un code QR ouvre le portrait à jour ; vide, il n'y a pas de code.
    """
    jour = jour or date.today()
    donnees = {
        "titre": f"{vue.territoire.nom}, fiche de l’observatoire des quartiers",
        "edition": f"édité le {date_en_lettres(jour)}",
        "fiches": [contenu(base, vue, adresse)],
    }
    return composer("fiche.typ", donnees, jour)


def lien_du_portrait(adresse: str, vue: Portrait) -> str:
    """L'adresse du portrait sur cet observatoire ; chaîne vide si la sienne n'est pas connue."""
    if not adresse.startswith(("http://", "https://")):
        return ""
    return f"{adresse.rstrip('/')}/portrait?{urlencode({'territoire': vue.territoire.territoire})}"


def _code_qr(lien: str) -> str:
    """Le code QR de ce lien, en SVG ; chaîne vide sans lien."""
    if not lien:
        return ""
    trait: str = segno.make(lien, error="m").svg_inline(border=2, dark="#1c2733", light="#ffffff")
    return trait


def contenu(base: Base, vue: Portrait, adresse: str = "") -> dict[str, Any]:
    """Tout ce que le gabarit peut écrire d'un territoire, en texte ; l'ordre dit ce qui compte d'abord."""
    page = portrait.composer(base, vue)
    return {
        "nom": vue.territoire.nom,
        "code": page.identite.code or vue.territoire.territoire,
        "identite": a_dire(page.identite.morceaux),
        "chapeau": page.identite.chapeau,
        "cartes": [_carte(c) for c in page.connues],
        "absents": {"titre": page.absents.titre, "items": [list(item) for item in page.absents.items]},
        "membres": _membres(vue, page),
        "anciens": [{"titre": a.titre, "dit": a.dit, "items": list(a.phrases)} for a in page.anciens],
        "rang_parmi": f"Rang parmi les {phrases.parmi_qui(vue.territoire)} (1er : le plus élevé)",
        "saillants": [
            {
                "titre": f"{s.titre} {s.que}",
                "jugement": s.jugement.value,
                "vide": s.VIDE,
                "items": [
                    {"nom": p.nom, "fait": f"{p.valeur.texte}, {p.ecart}", "date": p.date, "douteux": p.valeur.douteuse}
                    for p in s.points
                ],
            }
            for s in page.saillants
        ],
        "situations": _situations(base, vue),
        "vignette": next(iter(_du_lieu(base, vue, _VIGNETTE)), None),
        "doutes": {"titre": page.doutes.titre, "items": [list(item) for item in page.doutes.items]},
        "lien": lien_du_portrait(adresse, vue),
        "code_qr": _code_qr(lien_du_portrait(adresse, vue)),
        "references": [r.nom_court for r in page.references],
        "groupes": _groupes(page),
        "sources": citer_ensemble(page.sources),
        "lecture": LECTURE,
    }


def _membres(vue: Portrait, page: PagePortrait) -> dict[str, Any]:
    """Ce que disent les membres d'un regroupement fait ici, hors des chiffres clés, qui sont dits plus haut."""
    groupe = page.regroupement
    if groupe is None or not vue.territoire.est_a_soi:
        return {"titre": "", "dit": "", "items": [], "reste": 0}
    noms = ", ".join(t.nom for t in groupe.membres[:_MEMBRES])
    dits = [[e.nom, f"{e.valeurs} ({e.connus})"] for e in groupe.etendues if not e.cle]
    return {
        "titre": groupe.titre,
        "dit": f"{noms}{et_autres(len(groupe.membres) - _MEMBRES)}. {groupe.lecture}",
        "items": dits[:_ETENDUES],
        "reste": max(0, len(dits) - _ETENDUES),
    }


def _situations(base: Base, vue: Portrait) -> list[dict[str, str]]:
    """Les cartes possibles, de la plus complète à la plus simple : chiffres et légende, puis le lieu seul."""
    chiffrees = (situer(base, vue, *taille) for taille in _CARTES)
    return [*(_image(carte, "") for carte in chiffrees if carte), *_du_lieu(base, vue, _LIEU)]


def _du_lieu(base: Base, vue: Portrait, taille: tuple[int, int]) -> list[dict[str, str]]:
    """La carte du lieu à cette taille ; rien pour qui ne se place pas."""
    carte, legende = carte_du_lieu(base, vue.fiche, *taille)
    return [_image(carte, legende)] if carte else []


def _image(carte: str, legende: str) -> dict[str, str]:
    return {"dessin": dessin(carte), "alternative": decrire(carte), "legende": legende}


def _carte(c: CarteDeChiffre) -> dict[str, Any]:
    assert c.valeur is not None and c.dessin is not None
    return {
        "titre": c.titre,
        "valeur": c.valeur.texte,
        "douteux": c.valeur.douteuse,
        "faces": [_face(f) for f in c.faces],
        "place": f"{capitale(c.place)}." if c.place else "",
        "note": c.note,
        "tendance": f"{capitale(c.tendance)}." if c.tendance else "",
        "courbe": dessin(c.courbe.dessiner()) if c.courbe else "",
        "plus_recent": f"Plus récent, {c.plus_recent}." if c.plus_recent else "",
        "date": c.date,
        "source": c.source,
        "dessin": dessin(c.dessin.bandeau()),
        "alternative": c.alternative,
    }


def _face(f: Face) -> dict[str, Any]:
    return {
        "fait": f.fait,
        "liaison": f.liaison,
        "reference": f.reference,
        "mots": a_dire(f.mots),
        "raison": f.raison,
        "jugement": f.jugement.value,
        "douteux": _douteuse(f.valeur),
    }


def _douteuse(valeur: Valeur | None) -> bool:
    return valeur is not None and valeur.douteuse


def _groupes(page: PagePortrait) -> list[dict[str, Any]]:
    """Les lignes de la comparaison, par thème ; les plus importantes entrent, le gabarit compte les autres."""
    groupes = [("Chiffres clés", page.connues), *((theme.titre, theme.cartes) for theme in page.themes)]
    return [{"titre": titre, "lignes": [_ligne(c) for c in cartes]} for titre, cartes in groupes if cartes]


def _ligne(c: CarteDeChiffre) -> dict[str, Any]:
    assert c.valeur is not None and c.dessin is not None
    premiere = c.faces[0] if c.faces else None
    return {
        "nom": c.titre,
        "valeur": c.valeur.texte,
        "douteux": c.valeur.douteuse,
        "annee": c.annee,
        "references": [
            {"valeur": f.valeur.texte if f.valeur else "—", "annee": f.annee, "douteux": _douteuse(f.valeur)}
            for f in c.faces
        ],
        "ecart": premiere.fait if premiere else "",
        "verdict": "" if premiere is None else "nombre absolu" if premiere.absolue else premiere.verdict,
        "jugement": premiere.jugement.value if premiere else "",
        "rang": c.rang,
        "ex_aequo": c.ex_aequo,
        "absolu": c.absolue,
        "dessin": dessin(c.dessin.rail()) if c.situe else "",
        "alternative": c.alternative,
        "importance": c.importance,
    }
