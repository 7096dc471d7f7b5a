"""La fiche d'un territoire : un PDF de deux pages exactement, les indicateurs puis la comparaison.

Ce module dit quoi écrire, `modele.typ` où le poser ; c'est lui qui mesure ce qui tient et dit ce qui n'entre pas.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from indicators.analyse.comparaison import Comparaison, Jugement, Motif
from indicators.analyse.portrait import Ligne, Portrait
from indicators.base.base import Base
from indicators.carte.situation import decrire, situer
from indicators.publications.composition import composer, date_en_lettres, dessin
from indicators.recit import phrases, resume
from indicators.recit.dessins import bandes as dessins
from indicators.socle.catalogue import Catalogue
from indicators.socle.nombres import INSECABLE, nombre
from indicators.socle.observations import Observation
from indicators.socle.territoires import Territoire

LECTURE = (
    "Écart et jugement se lisent face à la première référence ; une seconde année est écrite dès qu’elle diffère. "
    "Le jugement ne dit que la position face à la référence ; un écart plus petit que la bande de proximité de "
    "l’indicateur est dit comparable. Rang : parmi les territoires semblables connus la même année, 1 pour la valeur "
    "la plus élevée. Losange : le territoire ; traits : les références ; ronds ou bande : les semblables."
)
_CARTES = ((760, 280), (900, 170))
"""Les tailles de la carte de situation, de la plus haute à la plus basse : la première qui tient est posée."""


def fiche_pdf(base: Base, vue: Portrait, jour: date | None = None) -> bytes:
    """La fiche PDF de ce portrait, datée de ce jour (aujourd'hui par défaut)."""
    jour = jour or date.today()
    donnees = {
        "titre": f"{vue.territoire.nom}, fiche de l’observatoire des quartiers",
        "edition": f"édité le {date_en_lettres(jour)}",
        "fiches": [contenu(base, vue)],
    }
    return composer("fiche.typ", donnees, jour)


def contenu(base: Base, vue: Portrait) -> dict[str, Any]:
    """Tout ce que le gabarit peut écrire d'un territoire, en texte ; l'ordre dit ce qui compte d'abord."""
    t, catalogue = vue.territoire, base.catalogue
    situations = [carte for taille in _CARTES if (carte := situer(base, vue, *taille))]
    return {
        "nom": t.nom,
        "code": resume.code_lisible(t) or t.territoire,
        "identite": f"{INSECABLE}· ".join(resume.identite(vue)),
        "chapeau": resume.chapeau(vue),
        "cartes": [_carte(li, vue, catalogue) for li in vue.tete if li.chiffre is not None],
        "absents": _absents(vue),
        "saillants": saillants(vue),
        "situations": [{"dessin": dessin(carte), "alternative": decrire(carte)} for carte in situations],
        "doutes": _doutes(vue, catalogue),
        "manques": manques(vue, catalogue),
        "references": [r.nom_court for r in vue.references],
        "groupes": _groupes(vue),
        "sources": sources(vue, catalogue),
        "lecture": LECTURE,
    }


def _carte(ligne: Ligne, vue: Portrait, catalogue: Catalogue) -> dict[str, Any]:
    chiffre, place = ligne.chiffre, ligne.place
    assert chiffre is not None and place is not None
    jugement = ligne.comparaisons[0].jugement if ligne.comparaisons else Jugement.NEUTRE
    rang_en_mots = phrases.rang(place.rang, vue.territoire)
    producteur = catalogue.sources[chiffre.source].producteur
    texte = dessins.bandeau(
        chiffre, vue.territoire.nom_court, place, _reperes(ligne, vue), jugement, unite=ligne.indicateur.unite
    )
    return {
        "titre": ligne.indicateur.libelle_court,
        "valeur": phrases.chiffre(chiffre, ligne.indicateur.unite),
        "douteux": chiffre.douteuse,
        "faces": [
            _face(c, r, premiere=rang == 0)
            for rang, (r, c) in enumerate(zip(vue.references, ligne.comparaisons, strict=True))
        ],
        "place": f"{rang_en_mots[:1].upper()}{rang_en_mots[1:]}." if rang_en_mots else "",
        "date": phrases.date_complete(chiffre),
        "source": producteur + (f", l.{INSECABLE}{chiffre.ligne}" if chiffre.ligne else ""),
        "dessin": dessin(texte),
        "alternative": _alternative(ligne, vue),
    }


def _face(comparaison: Comparaison, reference: Territoire, *, premiere: bool) -> dict[str, Any]:
    face = resume.face(comparaison, reference, signe=premiere)
    return {
        "fait": face.fait,
        "liaison": face.liaison,
        "reference": face.reference,
        "mots": f"{INSECABLE}· ".join(face.mots),
        "raison": face.raison,
        "jugement": comparaison.jugement.value,
        "douteux": comparaison.reference is not None and comparaison.reference.douteuse,
    }


def _reperes(ligne: Ligne, vue: Portrait) -> list[dessins.Repere]:
    paires = zip(vue.references, ligne.comparaisons, strict=True)
    return [r for t, c in paires if (r := dessins.repere_de(c, t.nom_court))]


def _alternative(ligne: Ligne, vue: Portrait) -> str:
    """Ce que dit un dessin à qui ne le voit pas."""
    lectures = (
        phrases.lecture(c, vue.territoire, t)
        for t, c in zip(vue.references, ligne.comparaisons, strict=True)
        if c.motif is not Motif.EFFECTIF
    )
    return " ".join(lectures) or ligne.indicateur.libelle_court


def _absents(vue: Portrait) -> dict[str, Any]:
    absents = [li for li in vue.tete if li.chiffre is None]
    return {
        "titre": resume.titre_cles_absentes(len(absents)),
        "items": [[li.indicateur.libelle_court, li.absence] for li in absents],
    }


def saillants(vue: Portrait, combien: int = 4) -> list[dict[str, Any]]:
    """« Ce qui va mieux » et « ce qui va moins bien » que la première référence ; vide si rien ne se compare."""
    if not vue.jugees(Jugement.FAVORABLE) and not vue.jugees(Jugement.DEFAVORABLE):
        return []
    que = phrases.que(vue.references[0])
    return [
        {
            "titre": f"{titre} {que}",
            "jugement": jugement.value,
            "items": [
                {
                    "nom": ligne.indicateur.libelle_court,
                    "fait": f"{phrases.chiffre(comparaison.observation, ligne.indicateur.unite)}, "
                    f"{phrases.ecart(comparaison)}",
                    "date": phrases.periode(comparaison.observation),
                    "douteux": comparaison.observation.douteuse,
                }
                for ligne, comparaison in resume.points_saillants(vue, jugement, combien)
            ],
        }
        for jugement, titre in (
            (Jugement.FAVORABLE, "Ce qui va mieux"),
            (Jugement.DEFAVORABLE, "Ce qui va moins bien"),
        )
    ]


def _doutes(vue: Portrait, catalogue: Catalogue) -> dict[str, Any]:
    trouves = resume.doutes(vue, catalogue)
    return {
        "titre": resume.titre_doutes(len(trouves)),
        "items": [list(doute) for doute in trouves],
    }


def manques(vue: Portrait, catalogue: Catalogue) -> str:
    """Ce que la base ne sait pas de ce territoire, compté par thème ; chaîne vide s'il ne manque rien."""
    absents = [i for i in vue.manquants if not i.evolution_de]
    if not absents:
        return ""
    comptes = {t.libelle: sum(i.theme == t.theme for i in absents) for t, _ in catalogue.par_theme()}
    detail = ", ".join(f"{libelle} {nombre(n)}" for libelle, n in comptes.items() if n)
    n = len(absents)
    return (
        f"{nombre(n)} indicateur{'s' if n > 1 else ''} du catalogue n’{'ont' if n > 1 else 'a'} pas de chiffre pour ce "
        "territoire dans les documents lus. Un chiffre absent n’est ni un zéro ni un secret"
        f"{INSECABLE}: il n’existe pas dans la base. Par thème{INSECABLE}: {detail}."
    )


def sources(vue: Portrait, catalogue: Catalogue) -> list[str]:
    """Les sources des chiffres du territoire et de ses références, dans l'ordre du catalogue."""
    citees = {li.chiffre.source for li in vue.lignes if li.chiffre is not None}
    citees |= {c.reference.source for li in vue.lignes for c in li.comparaisons if c.reference is not None}
    return [
        f"{s.producteur}, {s.titre}" + (f" ({s.edition})" if s.edition else "")
        for code, s in catalogue.sources.items()
        if code in citees
    ]


def _groupes(vue: Portrait) -> list[dict[str, Any]]:
    """Les lignes de la comparaison par thème, avec le rang de priorité qui décide de celles qui entrent."""
    groupes = [("Chiffres clés", [li for li in vue.tete if li.chiffre is not None])]
    groupes += [(theme.libelle, list(lignes)) for theme, lignes in vue.themes]
    ordre = sorted((li for _, lignes in groupes for li in lignes), key=lambda li: _priorite(li, vue))
    rangs = {id(li): rang for rang, li in enumerate(ordre)}
    return [
        {"titre": titre, "lignes": [_ligne(li, vue) | {"rang_priorite": rangs[id(li)]} for li in lignes]}
        for titre, lignes in groupes
        if lignes
    ]


def _priorite(ligne: Ligne, vue: Portrait) -> int:
    """0 un chiffre clé ou qui appelle la prudence, 1 jugé, 2 comparé, 3 sans comparaison, 4 nombre absolu."""
    assert ligne.chiffre is not None
    if ligne in vue.tete or ligne.chiffre.douteuse or not ligne.chiffre.a_une_valeur:
        return 0
    if ligne.indicateur.est_effectif:
        return 4
    if not ligne.comparaisons:
        return 3
    jugees = {Jugement.FAVORABLE, Jugement.DEFAVORABLE, Jugement.PROCHE}
    if ligne.comparaisons[0].jugement in jugees:
        return 1
    return 2 if any(phrases.ecart(c) for c in ligne.comparaisons) else 3


def _ligne(ligne: Ligne, vue: Portrait) -> dict[str, Any]:
    chiffre, place, unite = ligne.chiffre, ligne.place, ligne.indicateur.unite
    assert chiffre is not None and place is not None
    premiere = ligne.comparaisons[0] if ligne.comparaisons else None
    rang = place.rang
    reperes = _reperes(ligne, vue)
    rail = ""
    if not ligne.indicateur.est_effectif and (reperes or place.effectif > 1):
        jugement = premiere.jugement if premiere else Jugement.NEUTRE
        rail = dessins.rail(chiffre, vue.territoire.nom_court, place, reperes, jugement, unite=unite)
    return {
        "nom": ligne.indicateur.libelle_court,
        "valeur": phrases.chiffre(chiffre, unite),
        "douteux": chiffre.douteuse,
        "annee": phrases.periode(chiffre),
        "references": [_reference(c, unite) for c in ligne.comparaisons],
        "ecart": phrases.ecart(premiere) if premiere else "",
        "verdict": _verdict(premiere),
        "jugement": premiere.jugement.value if premiere else "",
        "rang": f"{rang.rang} sur {rang.effectif}" if rang is not None and rang.effectif > 1 else "",
        "ex_aequo": rang is not None and rang.ex_aequo,
        "absolu": ligne.indicateur.est_effectif,
        "dessin": dessin(rail),
        "alternative": _alternative(ligne, vue),
    }


def _verdict(comparaison: Comparaison | None) -> str:
    if comparaison is None:
        return ""
    return "nombre absolu" if comparaison.motif is Motif.EFFECTIF else phrases.verdict(comparaison)


def _reference(comparaison: Comparaison, unite: str) -> dict[str, Any]:
    autre: Observation | None = comparaison.reference
    if autre is None:
        return {"valeur": "—", "annee": "", "douteux": False}
    annee = phrases.periode(autre) if comparaison.des_annees_differentes else ""
    return {"valeur": phrases.chiffre(autre, unite), "annee": annee, "douteux": autre.douteuse}
