"""La séance : une suite de messages, la même à l'écran et dans le diaporama rouvert par python-pptx."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from ecrans import ouvrir, texte
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from indicators.analyse.comparaison import Jugement
from indicators.analyse.portrait import dresser
from indicators.base.base import Base
from indicators.base.construction import construire
from indicators.carte.dessin import se_situe
from indicators.publications.diaporama import Note, compte_rendu, diaporama_pptx
from indicators.publications.seance import preparer
from indicators.recit import phrases
from indicators.recit.dessins.barres import barres
from indicators.recit.page.diapositives import PLACE, Barres, Cartes, Liste, Situation, Tableau, Texte, paginer

JOUR = date(2026, 11, 21)
CODES = ("QP062011", "QP062017", "QP059050", "QP062019", "QN06217M", "EPCI200042190", "COM62400", "FR", "QN06231M")


def seance(vraie, code):
    return preparer(vraie, dresser(vraie, code))


def textes(bloc) -> list[str]:
    match bloc:
        case Texte(dit):
            return [dit]
        case Liste(items, titre):
            return [*([titre] if titre else []), *items]
        case Cartes(cartes):
            return [t for c in cartes for t in (c.titre, c.lu, c.fait, c.verdict, c.date) if t]
        case Tableau(entetes, lignes):
            return [*entetes, *(cellule for ligne in lignes for cellule in ligne)]
        case Situation():
            return []
        case Barres():
            return [b.nom for b in bloc.barres]


def sans_balises(svg: str) -> str:
    return " ".join(re.findall(r">([^<]+)<", svg))


def rouvrir(octets: bytes):
    return Presentation(io.BytesIO(octets))


def lu(page) -> str:
    """Tout le texte d'une diapositive, ses insécables rendues ordinaires."""
    morceaux = []
    for forme in page.shapes:
        if forme.has_text_frame:
            morceaux.append(forme.text_frame.text)
        if forme.has_table:
            morceaux += [cellule.text for ligne in forme.table.rows for cellule in ligne.cells]
        if forme.has_chart:
            morceaux += list(forme.chart.plots[0].categories)
    return "\n".join(morceaux).replace("\u00a0", " ")


@pytest.mark.parametrize("code", CODES)
def test_l_ordre_est_celui_d_une_reunion(vraie, code):
    cles = seance(vraie, code).cles
    assert len(set(cles)) == len(cles)
    genres = list(dict.fromkeys(re.sub(r"-.*", "", cle) for cle in cles))
    attendus = [
        "apercu",
        "situation",
        "chiffres",
        "mieux",
        "theme",
        "ecarts",
        "projet",
        "engagements",
        "doutes",
        "manques",
        "sources",
    ]
    assert genres == [g for g in attendus if g in genres]
    assert {"apercu", "chiffres", "ecarts", "projet", "engagements", "sources"} <= set(genres)


@pytest.mark.parametrize("code", CODES)
def test_chaque_diapositive_a_un_message_et_dit_ou_l_on_est(vraie, code):
    vue = dresser(vraie, code)
    projetee = preparer(vraie, vue)
    assert projetee.territoire.nom in projetee.entete
    for d in projetee.diapositives:
        assert d.rubrique and d.titre and d.blocs, d.cle
        if d.cle.startswith(("theme", "mieux")) or (d.cle == "chiffres" and any(li.chiffre for li in vue.tete)):
            assert re.search(r"\d{4}|année non imprimée", d.pied), d.pied


def test_les_chiffres_sont_ceux_du_portrait(vraie):
    vue = dresser(vraie, "QP062011")
    cartes = next(d for d in seance(vraie, "QP062011").diapositives if d.cle == "chiffres").blocs[0].cartes
    assert [c.lu for c in cartes] == [phrases.chiffre(li.chiffre, li.indicateur.unite) for li in vue.tete]
    assert cartes[0].fait == "27,9\u00a0points de plus que l’agglomération (18,8\u00a0%)"
    assert (cartes[0].verdict, cartes[0].jugement) == ("2,5 fois, défavorable", Jugement.DEFAVORABLE)


@pytest.mark.parametrize("code", CODES)
def test_ou_est_ce_suit_le_coup_d_oeil_pour_qui_se_situe(vraie, code):
    vue = dresser(vraie, code)
    projetee = seance(vraie, code)
    assert (projetee.cles[1] == "situation") is se_situe(vue.fiche)
    if "situation" in projetee.cles:
        (carte,) = projetee.diapositives[1].blocs
        assert f"Entouré\u00a0: {vue.territoire.nom_court}." in sans_balises(carte.etroit)
        assert carte.alternative.startswith("Carte\u00a0:")


def test_l_ecran_montre_la_carte_en_deux_largeurs_sans_identifiant_repete():
    ecran = str([m.value for m in ouvrir("seance", territoire="QP062011", diapo="situation").markdown])
    identifiants = re.findall(r' id="([^"]+)"', ecran)
    assert ecran.count("<pattern") == 10 and len(set(identifiants)) == len(identifiants)
    assert "dc-ample" in ecran and "dc-etroite" in ecran


def test_un_seuil_est_une_fleche_jamais_une_barre_du_diaporama(vraie, chiffre):
    dessin = barres(
        [("Ici", chiffre(inf=30.0), "territoire"), ("Là", chiffre(18.8), "reference")], "t", "%", Jugement.NEUTRE
    )
    assert "stroke-dasharray" in dessin and "plus de 30,0\u00a0%" in dessin
    projetee = seance(vraie, "QP062019")
    graphiques = [(d, b) for d in projetee.diapositives for b in d.blocs if isinstance(b, Barres)]
    document = rouvrir(diaporama_pptx(projetee))
    vus = 0
    for d, bloc in graphiques:
        page = document.slides[projetee.cles.index(d.cle)]
        dessines = [c for forme in page.shapes if forme.has_chart for c in forme.chart.plots[0].categories]
        for barre in bloc.barres:
            if not barre.chiffre.est_ponctuelle:
                vus += 1
                assert barre.nom not in dessines
                assert phrases.chiffre(barre.chiffre, bloc.indicateur.unite).replace("\u00a0", " ") in lu(page)
    assert vus > 3


def test_un_chiffre_douteux_le_reste_dans_le_titre_le_dessin_et_le_graphique(dossier):
    essai = dossier / "observations" / "essai.csv"
    texte_sur = essai.read_text("utf-8-sig")
    texte_douteux = texte_sur.replace("46,7;;;exact;sure;;insee", "46,7;;;exact;douteuse;mal imprimé;insee")
    assert texte_douteux != texte_sur
    essai.write_text(texte_douteux, "utf-8-sig")
    base = Base(construire(dossier))
    projetee = seance(base, "QP001001")
    d = next(d for d in projetee.diapositives if d.cle == "theme-revenus")
    assert d.titre.endswith("(douteux)")
    page = rouvrir(diaporama_pptx(projetee)).slides[projetee.cles.index(d.cle)]
    assert "La Gare (douteux)" in lu(page)
    doutes = next(d for d in projetee.diapositives if d.cle == "doutes-1")
    assert any("46,7" in item and "mal imprimé" in item for item in doutes.blocs[0].items)
    base.fermer()


@pytest.mark.parametrize("code", CODES)
def test_le_diaporama_rouvert_dit_la_meme_chose(vraie, code):
    projetee = seance(vraie, code)
    document = rouvrir(diaporama_pptx(projetee, jour=JOUR))
    assert len(document.slides) == len(projetee.diapositives)
    for rang, (d, page) in enumerate(zip(projetee.diapositives, document.slides, strict=True), start=1):
        dit = lu(page)
        assert page.shapes.title.text_frame.text == d.titre
        assert projetee.territoire.nom in dit and f"{rang} / {len(projetee.diapositives)}" in dit
        assert d.pied.replace("\u00a0", " ") in dit
        for bloc in d.blocs:
            for attendu in textes(bloc):
                assert attendu.replace("\u00a0", " ") in dit, (d.cle, attendu)
            if isinstance(bloc, Situation):
                (image,) = [forme for forme in page.shapes if forme.shape_type is MSO_SHAPE_TYPE.PICTURE]
                assert image.image.content_type == "image/png" and image.image.size[0] > 1900
                assert image._element.nvPicPr.cNvPr.get("descr") == bloc.alternative
                assert abs(image.width / image.height - image.image.size[0] / image.image.size[1]) < 0.01
            if isinstance(bloc, Barres):
                traces = [forme.chart.plots[0] for forme in page.shapes if forme.has_chart]
                valeurs = [list(trace.series[0].values) for trace in traces]
                attendues = [b.chiffre.valeur for b in bloc.barres if b.chiffre.est_ponctuelle]
                assert valeurs == ([attendues] if attendues else [])
        for forme in page.shapes:
            assert forme.left >= 0 and forme.left + forme.width <= document.slide_width
            assert forme.top >= 0 and forme.top + forme.height <= document.slide_height


def test_notes_et_decisions_partent_avec_le_diaporama(vraie):
    projetee = seance(vraie, "QP062011").choisir(["theme-emploi", "chiffres"])
    notes = {
        "chiffres": Note("Vérifier l’IPS", ""),
        "theme-emploi": Note("", "Réunir la Mission locale\nen janvier"),
        "sources-1": Note("", "hors de la séance"),
    }
    document = rouvrir(diaporama_pptx(projetee, notes, JOUR))
    assert [page.shapes.title.text_frame.text for page in document.slides][-1] == "Décisions de la séance"
    assert document.slides[1].notes_slide.notes_text_frame.text == "Note : Vérifier l’IPS"
    assert document.slides[0].notes_slide.notes_text_frame.text.startswith("Décision : Réunir la Mission locale")
    fin = lu(document.slides[2])
    assert "Emploi et insertion : Réunir la Mission locale en janvier" in fin and "hors de la séance" not in fin
    rendu = compte_rendu(projetee, notes, JOUR)
    assert rendu.startswith("Le Centre, séance du 21 novembre 2026")
    assert "Note : Vérifier l’IPS" in rendu and "Réunir la Mission locale" in rendu and "hors de la séance" not in rendu


def test_sans_note_pas_de_diapositive_de_decisions(vraie):
    projetee = seance(vraie, "QP062011")
    document = rouvrir(diaporama_pptx(projetee, {"chiffres": Note("  ", "\n")}))
    assert len(document.slides) == len(projetee.diapositives)


def test_choisir_retire_et_reordonne(vraie):
    entiere = seance(vraie, "QP062011")
    assert entiere.choisir(["sources-1", "apercu", "inconnue", "apercu"]).cles == ("sources-1", "apercu")
    assert entiere.choisir([]) == entiere
    assert entiere.choisir(["inconnue"]) == entiere


def test_paginer_ne_coupe_ni_ne_perd_rien():
    items = [f"{n} " + "mot " * (n % 60) for n in range(80)]
    pages = paginer(items, PLACE)
    assert [item for page in pages for item in page] == items
    assert len(pages) > 5


# --- l'écran -------------------------------------------------------------------------------------------------


def test_l_ecran_montre_la_premiere_puis_la_diapositive_de_l_adresse(vraie):
    assert "Près d’un habitant sur deux vit sous le seuil de pauvreté" in texte(ouvrir("seance", territoire="QP062011"))
    emploi = ouvrir("seance", territoire="QP062011", diapo="theme-emploi")
    assert "Taux d’emploi (édition 2022) : 40,7 %, soit 18,1 points de moins que l’agglomération" in texte(emploi)
    assert "édition 2022" in texte(emploi)


def test_l_ordre_est_dans_l_adresse_et_les_boutons_le_changent():
    essai = ouvrir("seance", territoire="QP062011", ordre="chiffres,sources-1,apercu", diapo="sources-1")
    assert re.search(r"2 / 3", texte(essai))
    bouton = {b.label: b for b in essai.button}
    bouton["Placer celle-ci avant"].click().run()
    assert essai.query_params["ordre"] == "sources-1,chiffres,apercu"
    assert re.search(r"1 / 3", texte(essai))
    {b.label: b for b in essai.button}["Retirer celle-ci"].click().run()
    assert essai.query_params["ordre"] == "chiffres,apercu"
    {b.label: b for b in essai.button}["Tout remettre"].click().run()
    assert "ordre" not in essai.query_params or len(essai.query_params["ordre"].split(",")) > 3


def test_les_notes_suivent_leur_diapositive():
    essai = ouvrir("seance", territoire="QP062011", diapo="chiffres")
    essai.text_area(key="seance_decision_QP062011_chiffres").input("Agir").run()
    {b.label: b for b in essai.button}["Suivante →"].click().run()
    assert all(champ.value != "Agir" for champ in essai.text_area)
    {b.label: b for b in essai.button}["← Précédente"].click().run()
    assert essai.text_area(key="seance_decision_QP062011_chiffres").value == "Agir"


@pytest.mark.parametrize("code", ["QP999999", "<b>"])
def test_un_code_inconnu_donne_une_phrase(code):
    assert "Aucun territoire ne porte le code" in ouvrir("seance", territoire=code).error[0].value


def test_une_diapositive_inconnue_montre_la_premiere():
    assert re.search(r"1 / \d+", texte(ouvrir("seance", territoire="QP062011", diapo="x", ordre="y,z")))


@pytest.mark.parametrize("reference", ["REG99", "EPCI200042190"])
def test_une_reference_qui_ne_contient_pas_le_quartier_est_ignoree(reference):
    ecran = texte(ouvrir("seance", territoire="QP062011", reference=reference))
    assert "Comparé à : Communauté d’agglomération de Béthune-Bruay, Artois-Lys Romane, Hauts-de-France." in ecran


def test_la_seconde_reference_du_portrait_suit_en_seance():
    ecran = texte(ouvrir("seance", territoire="QP062011", reference="FRM"))
    assert "Artois-Lys Romane, France métropolitaine." in ecran
