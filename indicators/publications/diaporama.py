"""Le diaporama PPTX : les diapositives de la séance, en textes, graphiques et tableaux que l'on peut retoucher."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR
from pptx.presentation import Presentation as Document
from pptx.slide import Slide
from pptx.text.text import TextFrame
from pptx.util import Emu, Inches, Length

from indicators.analyse.comparaison import Jugement
from indicators.publications import formes
from indicators.publications.composition import date_en_lettres
from indicators.publications.formes import cadre, ecrire, teinte_de
from indicators.publications.proprietes import borner
from indicators.recit.dessins.bandes import ENCRE, GRIS
from indicators.recit.dessins.mesure import lignes
from indicators.recit.page.diapositives import (
    Barres,
    Bloc,
    Diapositive,
    Famille,
    Liste,
    Ouverture,
    Seance,
    Tableau,
    Texte,
)
from indicators.recit.page.modele import CarteDeChiffre
from indicators.socle.nombres import INSECABLE, capitale

GAUCHE, HAUT, LARGEUR, BAS = Inches(0.6), Inches(1.85), Inches(12.1), Inches(6.75)
_FORMES = {Jugement.FAVORABLE: "●", Jugement.DEFAVORABLE: "◆"}


@dataclass(frozen=True)
class NoteDeDiapositive:
    """Ce qui a été tapé pendant la séance, pour une diapositive."""

    note: str = ""
    decision: str = ""


def diaporama_pptx(
    seance: Seance, notes: Mapping[str, NoteDeDiapositive] | None = None, jour: date | None = None
) -> bytes:
    """Le diaporama de cette séance ; les notes vont sous leur diapositive, les décisions sur une dernière.

    Sous une famille, les réponses aux questions de la salle suivent les notes, en texte.
    """
    notes = {cle: note for cle, note in (notes or {}).items() if note.note.strip() or note.decision.strip()}
    document = Presentation()
    document.slide_width, document.slide_height = Inches(13.333), Inches(7.5)
    proprietes = document.core_properties
    proprietes.title = borner(f"{seance.territoire.nom}, séance")
    proprietes.author, proprietes.language = "Observatoire des quartiers", "fr-FR"
    diapositives = [*seance.diapositives, *_decisions(seance, notes, jour or date.today())]
    for rang, diapositive in enumerate(diapositives, start=1):
        page = _page(document, seance, diapositive, f"{rang} / {len(diapositives)}")
        dits = [texte_de_la_note(notes[diapositive.cle])] if diapositive.cle in notes else []
        dits += [
            f"{capitale(r.question)} {r.phrase}"
            for bloc in diapositive.blocs
            if isinstance(bloc, Famille)
            for r in bloc.reponses
        ]
        if dits:
            notes_de_la_page = page.notes_slide.notes_text_frame
            assert notes_de_la_page is not None, "le modèle de diaporama a des notes"
            notes_de_la_page.text = "\n".join(dits)
    tampon = io.BytesIO()
    document.save(tampon)
    return tampon.getvalue()


def texte_de_la_note(note: NoteDeDiapositive) -> str:
    """« Note : … » et « Décision : … », l'un sous l'autre."""
    morceaux = (("Note", note.note), ("Décision", note.decision))
    return "\n".join(f"{nom} : {texte.strip()}" for nom, texte in morceaux if texte.strip())


def compte_rendu(seance: Seance, notes: Mapping[str, NoteDeDiapositive], jour: date | None = None) -> str:
    """Les notes et décisions de la séance en texte, diapositive par diapositive."""
    dits = [f"{seance.territoire.nom}, séance du {date_en_lettres(jour or date.today())}"]
    for d in seance.diapositives:
        if (note := notes.get(d.cle)) and (texte := texte_de_la_note(note)):
            dits.append(f"\n{d.rubrique} — {d.titre}\n{texte}")
    return "\n".join(dits) + "\n"


def _decisions(seance: Seance, notes: Mapping[str, NoteDeDiapositive], jour: date) -> list[Diapositive]:
    prises = [
        f"{d.rubrique} : {' '.join(note.decision.split())}"
        for d in seance.diapositives
        if (note := notes.get(d.cle)) and note.decision.strip()
    ]
    if not prises:
        return []
    rubrique = f"Séance du {date_en_lettres(jour)}"
    return [Diapositive("decisions", rubrique, "Décisions de la séance", (Liste(tuple(prises), dense=True),))]


def _page(document: Document, seance: Seance, d: Diapositive, numero: str) -> Slide:
    page: Slide = document.slides.add_slide(document.slide_layouts[5])  # « titre seul » : le titre est celui du plan
    ouverture = next((b for b in d.blocs if isinstance(b, Ouverture)), None)
    largeur = Inches(6.3) if ouverture and ouverture.situation else LARGEUR
    ou = f"{seance.entete} — {d.rubrique}"
    ecrire(cadre(page, GAUCHE, Inches(0.2), largeur, Inches(0.45)), ou, _corps_de_l_entete(ou, largeur), GRIS)
    titre = page.shapes.title
    assert titre is not None
    titre.left, titre.top, titre.width, titre.height = GAUCHE, Inches(0.65), largeur, Inches(1.1)
    texte = titre.text_frame
    texte.word_wrap, texte.vertical_anchor, texte.margin_left = True, MSO_ANCHOR.TOP, Emu(0)
    ecrire(texte, d.titre, _corps_du_titre(d.titre, largeur, 40 if ouverture else 30), ENCRE, gras=True)
    _poser(page, d.blocs)
    ecrire(cadre(page, GAUCHE, Inches(6.85), Inches(11.2), Inches(0.55)), d.pied, 11, GRIS)
    ecrire(cadre(page, Inches(11.9), Inches(6.85), Inches(0.9), Inches(0.4)), numero, 12, GRIS)
    return page


def _corps_de_l_entete(ou: str, largeur: Length) -> int:
    """Le corps, de 14 à 9 points, où l'en-tête tient sur une ligne : il ne descend jamais sur le titre."""
    return next((corps for corps in range(14, 9, -1) if len(_lignes(ou, corps, largeur)) == 1), 9)


def _corps_du_titre(titre: str, largeur: Length, au_plus: int) -> int:
    """Le plus grand corps, de `au_plus` à 20 points, où le titre tient en deux lignes et en 1,1 pouce."""
    for corps in range(au_plus, 20, -2):
        if len(_lignes(titre, corps, largeur)) * corps * 1.2 <= 80:
            return corps
    return 20


def _lignes(texte: str, corps: int, largeur: Length) -> list[str]:
    return lignes(texte, corps * formes.PLUS_LARGE, largeur / 12_700, gras=True)


def _poser(page: Slide, blocs: Sequence[Bloc]) -> None:
    """Deux colonnes pour deux listes ou pour un dessin et son tableau ; sinon l'un sous l'autre."""
    for bloc in blocs:
        if isinstance(bloc, Ouverture):
            _ouverture(page, bloc)
        elif isinstance(bloc, Famille):
            _famille(page, bloc)
    textes = [b for b in blocs if isinstance(b, Texte)]
    listes = [b for b in blocs if isinstance(b, Liste)]
    barres = next((b for b in blocs if isinstance(b, Barres)), None)
    tableau = next((b for b in blocs if isinstance(b, Tableau)), None)
    hauteur = Emu(BAS - HAUT - (Inches(0.4) if textes else 0))
    if barres is not None:
        formes.barres(page, barres, (GAUCHE, HAUT, LARGEUR if tableau is None else Inches(5.2), hauteur))
    if tableau is not None:
        gauche = Inches(6.0) if barres is not None else GAUCHE
        formes.tableau(page, tableau, gauche, HAUT, (Emu(GAUCHE + LARGEUR - gauche), hauteur))
    if barres is not None or tableau is not None:
        if textes:
            ecrire(cadre(page, GAUCHE, Emu(BAS - Inches(0.35)), LARGEUR, Inches(0.4)), textes[0].texte, 12, GRIS)
        return
    if len(listes) == 2:
        corps = min(_corps_de_la_liste(liste, Inches(5.9)) for liste in listes)
        for rang, liste in enumerate(listes):
            _liste(cadre(page, Emu(GAUCHE + rang * Inches(6.2)), HAUT, Inches(5.9), Emu(BAS - HAUT)), liste, corps)
        return
    texte = cadre(page, GAUCHE, HAUT, LARGEUR, Emu(BAS - HAUT)) if textes or listes else None
    corps = min((_corps_de_la_liste(liste, LARGEUR, [t.texte for t in textes]) for liste in listes), default=20)
    for bloc in blocs:
        if isinstance(bloc, Texte) and texte is not None:
            ecrire(texte, bloc.texte, corps, ENCRE)
        elif isinstance(bloc, Liste) and texte is not None:
            _liste(texte, bloc, corps)


def _corps_de_la_liste(liste: Liste, largeur: Length, autour: Sequence[str] = ()) -> int:
    """Le plus grand corps, de 20 à 12 points, où toute la liste tient avec les textes `autour` : le même pour tous."""
    for corps in range(20, 12, -1):
        pris = sum(_hauteur(item, corps, largeur) + 6 for item in (*liste.items, *autour))
        if pris + (34 if liste.titre else 0) <= (BAS - HAUT) / 12_700:
            return corps
    return 12


def _hauteur(texte: str, corps: int, largeur: Length) -> float:
    """Celle que prend ce texte, en points."""
    return len(_lignes(texte, corps, largeur)) * corps * 1.2


def _liste(texte: TextFrame, liste: Liste, corps: int) -> None:
    if liste.titre:
        ecrire(texte, liste.titre, 22, teinte_de(liste.jugement), gras=True, apres=8)
    for item in liste.items:
        ecrire(texte, f"–{INSECABLE}{item}", corps, ENCRE, apres=6)


def _verdict(carte: CarteDeChiffre, dit: str) -> str:
    return f"{_FORMES.get(carte.jugement, '■')}{INSECABLE}{dit}"


def _ouverture(page: Slide, bloc: Ouverture) -> None:
    """À gauche le lieu et la phrase, à droite la carte, dessous les familles, toutes au même corps."""
    largeur = Inches(6.3) if bloc.situation else LARGEUR
    texte = cadre(page, GAUCHE, Inches(1.75), largeur, Inches(2.7))
    for ligne in bloc.lieu:
        ecrire(texte, ligne, 15, GRIS, apres=2)
    lieux = sum(len(_lignes(ligne, 15, largeur)) for ligne in bloc.lieu) * 20
    corps = next((c for c in (24, 22, 20, 18) if len(_lignes(bloc.phrase, c, largeur)) * c * 1.2 <= 180 - lieux), 16)
    ecrire(texte, bloc.phrase, corps, ENCRE, gras=True)
    if bloc.situation:
        place = (Inches(5.5), Inches(3.7))
        formes.image(page, bloc.situation.dessin, bloc.situation.alternative, Inches(7.2), Inches(0.3), place)
        ecrire(cadre(page, Inches(7.2), Inches(4.0), Inches(5.5), Inches(0.4)), bloc.situation.legende, 11, GRIS)
    pas = LARGEUR // max(len(bloc.cartes), 1)
    valeurs = 30 if all(len(c.lu) <= 9 for c in bloc.cartes) else 18
    titres = max((len(_lignes(c.titre, 15, Emu(pas - Inches(0.2)))) for c in bloc.cartes), default=1)
    for rang, carte in enumerate(bloc.cartes):
        dedans = cadre(page, Emu(GAUCHE + rang * pas), Inches(4.4), Emu(pas - Inches(0.15)), Inches(2.2))
        ecrire(dedans, carte.titre, 15, ENCRE, gras=True, apres=0)
        for _ in range(titres - len(_lignes(carte.titre, 15, Emu(pas - Inches(0.2))))):
            ecrire(dedans, INSECABLE, 15, ENCRE, apres=0)
        ecrire(dedans, carte.lu + (" (douteux)" if carte.douteuse else ""), valeurs, ENCRE, gras=True, apres=0)
        if carte.faces and carte.faces[0].fait:
            face = carte.faces[0]
            ecrire(dedans, _verdict(carte, face.verdict), 14, teinte_de(carte.jugement), gras=True, apres=0)
            doute = ", douteux" if face.note else ""
            ecrire(dedans, f"{face.nom}{INSECABLE}: {face.reference}{doute}", 12, ENCRE, apres=0)
        elif carte.faces:
            ecrire(dedans, carte.faces[0].raison, 12, ENCRE, apres=0)
        ecrire(dedans, carte.date, 12, GRIS)
    if bloc.absentes:
        ecrire(cadre(page, GAUCHE, Inches(6.5), LARGEUR, Inches(0.3)), bloc.absentes, 12, GRIS)


def _famille(page: Slide, bloc: Famille) -> None:
    """À gauche le grand chiffre et sa place, à droite sa tendance ou, à défaut, ses voisins."""
    carte = bloc.carte
    assert carte.valeur is not None and carte.dessin is not None
    large = Inches(4.6) if bloc.courbe or bloc.voisins else LARGEUR
    texte = cadre(page, GAUCHE, HAUT, large, Inches(3.5))
    valeur = carte.lu + (" (douteux)" if carte.douteuse else "")
    teinte = teinte_de(carte.jugement)
    dits = [
        (dit, corps, encre, gras, apres)
        for dit, corps, encre, gras, apres in (
            (bloc.legende, 14, GRIS, False, 6),
            (carte.fait, 16, ENCRE, False, 2),
            (_verdict(carte, carte.verdict) if carte.verdict else "", 18, teinte, True, 8),
            (f"{capitale(carte.place)}." if carte.place else "", 14, ENCRE, True, 0),
        )
        if dit
    ]
    # Le grand chiffre cède la place qu'il faut à ce qui l'explique : la bande, dessous, n'en cache rien.
    place = Inches(3.5) / 12_700 - sum(_hauteur(dit, corps, large) + apres for dit, corps, _, _, apres in dits)
    grands = (c for c in (80, 66, 54, 44, 36, 28) if len(_lignes(valeur, c, large)) == 1 and c * 1.2 + 2 <= place)
    ecrire(texte, valeur, next(grands, 24), teinte, gras=True, apres=2)
    for dit, corps, encre, gras, apres in dits:
        ecrire(texte, dit, corps, encre, gras=gras, apres=apres)
    if bandeau := carte.dessin.bandeau():
        formes.image(page, bandeau, carte.alternative, GAUCHE, Inches(5.35), (Inches(4.4), Inches(1.35)))
    gauche = Inches(5.6)
    ou = (gauche, Emu(HAUT + Inches(0.35)), Emu(GAUCHE + LARGEUR - gauche), Inches(4.0))
    dessous = Inches(6.25)
    if bloc.courbe is not None:
        ecrire(cadre(page, gauche, HAUT, ou[2], Inches(0.35)), bloc.courbe.titre, 15, ENCRE, gras=True)
        formes.courbe(page, bloc.courbe, ou)
        ecrire(cadre(page, gauche, dessous, ou[2], Inches(0.5)), bloc.courbe.lecture, 13, GRIS)
    elif bloc.voisins is not None:
        formes.barres(page, bloc.voisins, (gauche, HAUT, ou[2], Inches(4.35)))
        ecrire(cadre(page, gauche, dessous, ou[2], Inches(0.4)), bloc.pourquoi, 13, GRIS)
    elif bloc.pourquoi:
        ecrire(cadre(page, gauche, dessous, ou[2], Inches(0.4)), bloc.pourquoi, 13, GRIS)
