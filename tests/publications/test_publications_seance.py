"""La séance : une suite de messages, la même à l'écran et dans le diaporama rouvert par python-pptx."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from ecrans import ouvrir, texte
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.oxml.ns import qn

from indicators.analyse.comparaison import Jugement
from indicators.analyse.portrait import dresser
from indicators.base.base import Base
from indicators.base.construction import construire
from indicators.base.projets import reunir
from indicators.carte.image import se_situe
from indicators.publications.diaporama import NoteDeDiapositive, compte_rendu, diaporama_pptx
from indicators.publications.formes import PLUS_LARGE
from indicators.publications.seance import preparer
from indicators.recit import phrases
from indicators.recit.dessins.barres import barres
from indicators.recit.dessins.courbes import HAUTEUR, LARGEUR, Trace, courbe
from indicators.recit.dessins.mesure import lignes
from indicators.recit.page.diapositives import PLACE, Barres, Famille, Liste, Ouverture, Tableau, Texte, paginer

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
        case Ouverture():
            cartes = [t for c in bloc.cartes for t in (c.titre, c.lu, c.date)]
            return [t for t in (*bloc.lieu, bloc.phrase, bloc.absentes, *cartes) if t]
        case Famille():
            c = bloc.carte
            return [t for t in (c.lu, bloc.legende, c.fait, c.verdict, bloc.pourquoi) if t]
        case Tableau(entetes, lignes):
            return [*entetes, *(cellule for ligne in lignes for cellule in ligne)]
        case Barres():
            return [b.nom for b in bloc.barres]


def bloc_de(projetee, cle: str):
    """Le premier bloc de cette diapositive."""
    return next(d for d in projetee.diapositives if d.cle == cle).blocs[0]


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
    attendus = ["ouverture", "famille", "mieux", "theme", "ecarts", "projet", "engagements", "doutes", "sources"]
    assert genres == [g for g in attendus if g in genres]
    assert genres[0] == "ouverture"


@pytest.mark.parametrize("code", CODES)
def test_aucune_diapositive_n_est_vide_et_chaque_famille_connue_a_la_sienne(vraie, code):
    vue = dresser(vraie, code)
    projetee = preparer(vraie, vue)
    connues = [f"famille-{li.indicateur.indicateur}" for li in vue.tete if li.chiffre is not None]
    assert [cle for cle in projetee.cles if cle.startswith("famille-")] == connues
    for d in projetee.diapositives:
        assert not re.search("non disponible|Pas de projet|Pas d’engagement", d.titre), d.titre
    assert ("projet" in " ".join(projetee.cles)) is any(p.elements for p in reunir(vraie, vue.fiche)[:1])


@pytest.mark.parametrize("code", CODES)
def test_chaque_diapositive_a_un_message_et_dit_ou_l_on_est(vraie, code):
    vue = dresser(vraie, code)
    projetee = preparer(vraie, vue)
    assert projetee.territoire.nom in projetee.entete
    for d in projetee.diapositives:
        assert d.rubrique and d.titre and d.blocs, d.cle
        if d.cle.startswith(("theme", "mieux", "famille")):
            assert re.search(r"\d{4}|année non imprimée", d.pied), d.pied


def test_les_chiffres_sont_ceux_du_portrait(vraie):
    vue = dresser(vraie, "QP062011")
    projetee = seance(vraie, "QP062011")
    cartes = bloc_de(projetee, "ouverture").cartes
    assert [c.lu for c in cartes] == [phrases.chiffre(li.chiffre, li.indicateur.unite) for li in vue.tete]
    pauvrete = bloc_de(projetee, "famille-taux_pauvrete").carte
    assert pauvrete.fait == "environ 25\u00a0points de plus que l’agglomération (18,6\u00a0%)"  # 44 − 18,6, à l’unité
    assert (pauvrete.verdict, pauvrete.jugement) == ("2,4 fois, défavorable", Jugement.DEFAVORABLE)  # 44 ÷ 18,6


def test_le_titre_d_une_famille_est_vrai_a_lui_seul(vraie):
    titres = {d.cle: d.titre.replace("\u00a0", " ") for d in seance(vraie, "QP062011").diapositives}
    assert titres["famille-taux_pauvrete"].startswith("Taux de pauvreté : 44 % en 2021, 2,4 fois l’agglomération")
    emploi = titres["famille-taux_emploi_15_64"]
    assert emploi.startswith("Taux d’emploi : 40,7 % ") and ", 18,1 points de moins que l’agglomération" in emploi


@pytest.mark.parametrize("code", CODES)
def test_chaque_famille_repond_aux_trois_questions_de_la_salle(vraie, code):
    for d in seance(vraie, code).diapositives:
        if not isinstance(famille := d.blocs[0], Famille):
            continue
        assert [r.touche for r in famille.reponses] == ["v", "c", "p"]
        assert [r.question for r in famille.reponses] == ["à côté ?", "les comparables ?", "il y a cinq ans ?"]
        for r in famille.reponses:
            assert r.phrase or isinstance(r.bloc, Barres), (d.cle, r.question)
        assert famille.courbe is None or len(famille.courbe.territoire.points) > 1
        assert famille.courbe is not None or famille.pourquoi


def test_il_y_a_cinq_ans_donne_l_annee_ou_dit_qu_elle_manque(vraie):
    """Au Centre, 2021 − 5 = 2016 est connue ; à Haillicourt, elle ne l'est pas : la phrase le dit."""
    reponse = bloc_de(seance(vraie, "QP062011"), "famille-taux_pauvrete").reponses[2]
    assert reponse.phrase.replace("\u00a0", " ").startswith(f"En {2021 - 5}, 43,8 % ; en 2021, 44 %.")
    assert "loyer de solidarité" in reponse.phrase, "la rupture entre les deux est dite"
    annees = [ligne[0] for ligne in reponse.bloc.lignes]
    assert annees == sorted(annees, reverse=True) and annees[0] == "2021"
    ailleurs = bloc_de(seance(vraie, "COM62400"), "famille-taux_pauvrete").reponses[2]
    assert ailleurs.phrase.startswith(f"{2021 - 5} n’est pas connue")


@pytest.mark.parametrize("code", CODES)
def test_l_ouverture_montre_ou_c_est_pour_qui_se_situe(vraie, code):
    vue = dresser(vraie, code)
    situation = bloc_de(seance(vraie, code), "ouverture").situation
    assert (situation is not None) is se_situe(vue.fiche)
    if situation is not None:
        assert vue.territoire.nom_court in sans_balises(situation.dessin)
        assert situation.alternative.startswith("Carte\u00a0: où est")
        deux_mondes = vue.territoire.geographie == 2015 and vue.fiche.filiations
        assert ("Contour de 2024" in situation.legende) is bool(deux_mondes)


def test_rien_ne_sort_de_la_courbe_et_aucun_trait_ne_relie_deux_morceaux(chiffre):
    """Trois années en deux morceaux, une référence : deux traits pleins au plus, et chaque point dans le cadre."""
    dates = [chiffre(v, annee=a) for v, a in ((41.2, 2012), (46.7, 2018), (44.0, 2021))]
    reference = Trace("Agglomération", ((chiffre(18.8, annee=2018),),))
    dessin = courbe(
        Trace("Le Centre", (tuple(dates[:2]), tuple(dates[2:]))), [reference], dates[1], "%", Jugement.DEFAVORABLE,
        [(2019, "autre calcul")],
    )  # fmt: skip
    assert dessin.count("<polyline") == 1
    assert "2019\u00a0: autre calcul" in sans_balises(dessin)
    for x, y in re.findall(r' x="(-?[\d.]+)" y="(-?[\d.]+)"', dessin):
        assert 0 <= float(x) <= LARGEUR and 0 <= float(y) <= HAUTEUR


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
    d = next(d for d in projetee.diapositives if d.cle == "famille-taux_pauvrete")
    assert "(douteux)" in d.titre
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
            images = [forme for forme in page.shapes if forme.shape_type is MSO_SHAPE_TYPE.PICTURE]
            if isinstance(bloc, Ouverture) and bloc.situation is not None:
                (image,) = images
                assert image.image.content_type == "image/png"
                assert abs(image.width / image.height - image.image.size[0] / image.image.size[1]) < 0.01
            assert all(image._element.nvPicPr.cNvPr.get("descr") for image in images)
            if isinstance(bloc, Famille):
                assert all(r.phrase in page.notes_slide.notes_text_frame.text for r in bloc.reponses)
                for graphique in (forme.chart for forme in page.shapes if forme.has_chart and forme.chart.has_legend):
                    series = list(graphique.plots[0].series)
                    tues = {int(i.get("val")) for i in graphique.legend._element.iter(qn("c:idx"))}
                    dits = [serie.name for rang, serie in enumerate(series) if rang not in tues]
                    assert len(dits) == len(set(dits)) and set(dits) == {serie.name for serie in series}
            if isinstance(bloc, Barres):
                traces = [forme.chart.plots[0] for forme in page.shapes if forme.has_chart]
                valeurs = [list(trace.series[0].values) for trace in traces]
                attendues = [b.chiffre.valeur for b in bloc.barres if b.chiffre.est_ponctuelle]
                assert valeurs == ([attendues] if attendues else [])
        for forme in page.shapes:
            assert forme.left >= 0 and forme.left + forme.width <= document.slide_width
            assert forme.top >= 0 and forme.top + forme.height <= document.slide_height


@pytest.mark.parametrize("code", CODES)
def test_aucun_texte_du_diaporama_ne_sort_de_son_cadre(vraie, code):
    """Mesuré ligne à ligne dans la police du programme, élargie à la chasse d'Arial : rien ne recouvre rien."""
    document = Presentation(io.BytesIO(diaporama_pptx(seance(vraie, code), jour=JOUR)))
    sortis = []
    for rang, page in enumerate(document.slides, start=1):
        for forme in (f for f in page.shapes if f.has_text_frame and not f.is_placeholder):
            pris = sum(
                len(lignes(p.text, taille * PLUS_LARGE, forme.width.pt, gras=True)) * taille * 1.2
                for p in forme.text_frame.paragraphs
                if p.runs and (taille := p.runs[0].font.size.pt)
            )
            if pris > forme.height.pt:
                sortis.append((rang, forme.text_frame.text[:50], pris, forme.height.pt))
    assert sortis == []


def test_notes_et_decisions_partent_avec_le_diaporama(vraie):
    projetee = seance(vraie, "QP062011").choisir(["theme-emploi", "ouverture"])
    notes = {
        "ouverture": NoteDeDiapositive("Vérifier l’IPS", ""),
        "theme-emploi": NoteDeDiapositive("", "Réunir la Mission locale\nen janvier"),
        "sources-1": NoteDeDiapositive("", "hors de la séance"),
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
    document = rouvrir(diaporama_pptx(projetee, {"ouverture": NoteDeDiapositive("  ", "\n")}))
    assert len(document.slides) == len(projetee.diapositives)


def test_choisir_retire_et_reordonne(vraie):
    entiere = seance(vraie, "QP062011")
    assert entiere.choisir(["sources-1", "ouverture", "inconnue", "ouverture"]).cles == ("sources-1", "ouverture")
    assert entiere.choisir([]) == entiere
    assert entiere.choisir(["inconnue"]) == entiere


def test_paginer_ne_coupe_ni_ne_perd_rien():
    items = [f"{n} " + "mot " * (n % 60) for n in range(80)]
    pages = paginer(items, PLACE)
    assert [item for page in pages for item in page] == items
    assert len(pages) > 5


# --- l'écran -------------------------------------------------------------------------------------------------


def test_l_ecran_montre_la_premiere_puis_la_diapositive_de_l_adresse(vraie):
    premiere = texte(ouvrir("seance", territoire="QP062011"))
    assert "deux habitants sur cinq vivent sous le seuil de pauvreté (44 %)" in premiere
    emploi = ouvrir("seance", territoire="QP062011", diapo="famille-taux_emploi_15_64")
    assert "Taux d’emploi : 40,7 % " in texte(emploi) and "18,1 points de moins que l’agglomération" in texte(emploi)
    assert all(question in texte(emploi) for question in ("à côté ?", "les comparables ?", "il y a cinq ans ?"))
    assert "édition 2022" in texte(emploi)


def test_l_ordre_est_dans_l_adresse_et_les_boutons_le_changent():
    essai = ouvrir("seance", territoire="QP062011", ordre="ouverture,sources-1,mieux-moins", diapo="sources-1")
    assert re.search(r"2 / 3", texte(essai))
    bouton = {b.label: b for b in essai.button}
    bouton["Placer celle-ci avant"].click().run()
    assert essai.query_params["ordre"] == "sources-1,ouverture,mieux-moins"
    assert re.search(r"1 / 3", texte(essai))
    {b.label: b for b in essai.button}["Retirer celle-ci"].click().run()
    assert essai.query_params["ordre"] == "ouverture,mieux-moins"
    {b.label: b for b in essai.button}["Tout remettre"].click().run()
    assert "ordre" not in essai.query_params or len(essai.query_params["ordre"].split(",")) > 3


def test_les_notes_suivent_leur_diapositive():
    essai = ouvrir("seance", territoire="QP062011", diapo="ouverture")
    essai.text_area(key="seance_decision_QP062011_ouverture").input("Agir").run()
    {b.label: b for b in essai.button}["Suivante →"].click().run()
    assert all(champ.value != "Agir" for champ in essai.text_area)
    {b.label: b for b in essai.button}["← Précédente"].click().run()
    assert essai.text_area(key="seance_decision_QP062011_ouverture").value == "Agir"


@pytest.mark.parametrize("code", ["QP999999", "<b>"])
def test_un_code_inconnu_donne_une_phrase(code):
    assert "Aucun territoire ne porte le code" in ouvrir("seance", territoire=code).error[0].value


def test_une_diapositive_inconnue_montre_la_premiere():
    assert re.search(r"1 / \d+", texte(ouvrir("seance", territoire="QP062011", diapo="x", ordre="y,z")))


@pytest.mark.parametrize("reference", ["REG99", "EPCI200042190"])
def test_une_reference_qui_ne_contient_pas_le_quartier_est_ignoree(reference):
    ecran = texte(ouvrir("seance", territoire="QP062011", reference=reference, diapo="famille-taux_pauvrete"))
    assert "Hauts-de-France" in ecran


def test_la_seconde_reference_du_portrait_suit_en_seance():
    ecran = texte(ouvrir("seance", territoire="QP062011", reference="FRM", diapo="famille-taux_pauvrete"))
    assert "France métro." in ecran and "Région" not in ecran
