"""La fiche PDF, lue par de vrais lecteurs : deux pages pour chacun, rien de coupé, les chiffres de l’écran."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from lecteurs import fautes_de_mise_en_page, fautes_des_mots, mots, outil, sans_blancs, texte

from indicators.analyse.comparaison import Jugement
from indicators.analyse.portrait import Portrait, dresser
from indicators.base.base import Base
from indicators.carte.image import se_situe
from indicators.carte.situation import ligne_montree
from indicators.publications.composition import au_propre, date_en_lettres
from indicators.publications.fiche import contenu, fiche_pdf, lien_du_portrait
from indicators.recit import phrases, resume
from indicators.recit.page import chiffres
from indicators.recit.page.portrait import identite
from indicators.socle.catalogue import Catalogue
from indicators.socle.territoires import Maille

JOUR = date(2026, 11, 21)


def fiche(vraie: Base, code: str) -> bytes:
    return fiche_pdf(vraie, dresser(vraie, code), JOUR)


def phrases_attendues(vue: Portrait, catalogue: Catalogue) -> list[str]:
    """Ce que l'écran écrit du territoire et que la fiche doit écrire pareil."""
    attendues = [vue.territoire.nom, resume.chapeau(vue), *identite(vue).morceaux]
    for ligne in vue.tete:
        attendues.append(ligne.indicateur.libelle_court)
        if ligne.chiffre is None:
            continue
        attendues += [phrases.chiffre(ligne.chiffre, ligne.indicateur.unite), phrases.date_complete(ligne.chiffre)]
        for comparaison, reference in zip(ligne.comparaisons, vue.references, strict=True):
            face = chiffres.face(comparaison, reference)
            attendues.append(face.raison or f"{face.fait} {face.liaison} ({face.reference})")
            attendues.append(phrases.verdict(comparaison))
    for jugement in (Jugement.FAVORABLE, Jugement.DEFAVORABLE):
        for ligne, comparaison in resume.points_saillants(vue, jugement, catalogue):
            fait = phrases.chiffre(comparaison.observation, ligne.indicateur.unite)
            attendues.append(f"{ligne.indicateur.libelle_court} : {fait}, {phrases.ecart(comparaison)}")
    return attendues


def fautes_de_la_fiche(vraie: Base, code: str) -> list[str]:
    """Ce qui ne va pas dans la fiche d'un territoire : pages, mise en page, carte, phrases, doutes."""
    vue = dresser(vraie, code)
    pdf = fiche_pdf(vraie, vue, JOUR)
    pages, lus = mots(pdf)
    fautes = [] if len(pages) == 2 else [f"{len(pages)} pages"]
    fautes += fautes_des_mots(pages, lus)
    lu = texte(pdf)
    if ("IGN" in lu) != se_situe(vue.fiche):
        fautes.append("n’a pas de carte" if se_situe(vue.fiche) else "a une carte")
    attendues = map(sans_blancs, phrases_attendues(vue, vraie.catalogue))
    fautes += [f"ne dit pas « {attendu} »" for attendu in attendues if attendu not in lu]
    doutes = [nom for nom, _ in resume.doutes(vue, vraie.catalogue)]
    fautes += [f"ne nomme pas le doute « {nom} »" for nom in doutes if sans_blancs(nom) not in lu]
    return [f"{code} {faute}" for faute in fautes]


def test_deux_pages_pour_chaque_territoire_rien_ne_sort_ni_ne_se_recouvre_et_les_memes_chiffres(vraie, lieux_eprouves):
    codes = [t.territoire for t in lieux_eprouves[::4]]  # un sur quatre : une fiche demande typst et poppler
    # typst et poppler travaillent hors de Python : deux fiches à la fois occupent les deux cœurs de la CI.
    with ThreadPoolExecutor(2) as fils:
        assert [faute for fautes in fils.map(partial(fautes_de_la_fiche, vraie), codes) for faute in fautes] == []
    assert len(codes) > 100


@pytest.mark.parametrize("code", ["QP062011", "QP059050", "EPCI200042190", "DEP59", "QN05950M"])
def test_chaque_ligne_de_la_comparaison_a_les_chiffres_de_l_ecran_ou_est_comptee(vraie, code):
    vue = dresser(vraie, code)
    page = outil("pdftotext", fiche_pdf(vraie, vue, JOUR), "-raw", "-f", "2", "{}", "-")
    lu = sans_blancs(page.replace("douteux", " "))
    absentes = []
    for ligne in vue.lignes:
        unite = ligne.indicateur.unite
        morceaux = [
            ligne.indicateur.libelle_court,
            phrases.chiffre(ligne.chiffre, unite),
            phrases.periode(ligne.chiffre),
        ]
        for comparaison in ligne.comparaisons:
            autre = comparaison.reference
            morceaux.append("—" if autre is None else phrases.chiffre(autre, unite))
            if autre is not None and comparaison.des_annees_differentes:
                morceaux.append(phrases.periode(autre))
        ecart = phrases.ecart(ligne.comparaisons[0])
        if ecart:
            morceaux.append(f"{ecart}, {phrases.verdict(ligne.comparaisons[0])}")
        if sans_blancs(" ".join(morceaux).replace("douteux", " ")) not in lu:
            absentes.append(ligne)
    if absentes:
        assert f"… {len(absentes)} autre" in lu
        gardees = [ligne for ligne in vue.lignes if ligne not in absentes]
        assert max(map(chiffres.importance, gardees)) <= min(map(chiffres.importance, absentes))
        absolus = sum(ligne.indicateur.est_effectif for ligne in absentes)
        assert not absolus or f"dont {absolus} nombre" in lu
    else:
        assert "autres indicateurs" not in lu


def test_une_valeur_douteuse_est_marquee_et_sa_raison_ecrite(vraie):
    """Le Haut d'Houdain : l'IPS de l'agglomération, 104, est douteux ; il est marqué, sa raison écrite."""
    vue = dresser(vraie, "QP062017")
    lu = texte(fiche(vraie, "QP062017"))
    douteux = [li for li in vue.lignes if li.chiffre.douteuse]
    for ligne in douteux:
        assert sans_blancs(ligne.chiffre.note[:40]) in lu or "raison à l’écran" in lu
    assert "douteu" in lu.casefold()


def test_la_carte_situe_le_quartier_et_dit_d_ou_viennent_ses_contours(vraie):
    """La carte des chiffres si elle tient, celle du lieu sinon : l'une et l'autre citent l'IGN."""
    assert "IGN" in texte(fiche(vraie, "QP062011"))


def test_la_carte_a_un_texte_de_remplacement_et_n_est_jamais_celle_d_une_region(vraie):
    cartes = contenu(vraie, dresser(vraie, "QP062011"))["situations"]
    assert all(carte["alternative"].startswith("Carte\u00a0:") for carte in cartes)
    assert len(cartes) == 2 + 1  # deux tailles de la carte des chiffres, et la carte du lieu
    assert contenu(vraie, dresser(vraie, "REG32"))["situations"] == []


def test_un_code_qr_mene_au_portrait_a_jour(vraie):
    vue = dresser(vraie, "QP062011")
    assert lien_du_portrait("https://exemple.fr/", vue) == "https://exemple.fr/portrait?territoire=QP062011"
    assert [lien_du_portrait(adresse, vue) for adresse in ("", "javascript:x", "file:///")] == ["", "", ""]
    avec = fiche_pdf(vraie, vue, JOUR, "https://exemple.fr")
    assert "Le portrait, à jour" in texte(avec) and "Le portrait, à jour" not in texte(fiche(vraie, "QP062011"))
    structure = outil("pdfinfo", avec, "-struct-text", "{}")
    assert len(mots(avec)[0]) == 2 and len(re.findall(r"^ *H2", structure, re.MULTILINE)) >= len(vue.tete)


@pytest.mark.parametrize("code", ["QP062011", "QP059050", "COM62119", "QN06217M"])
def test_la_carte_montre_un_chiffre_que_d_autres_ont_a_la_meme_date(vraie, code):
    ligne = ligne_montree(dresser(vraie, code))
    assert ligne.chiffre is None or ligne.place.effectif > 1


def test_un_territoire_sans_chiffre_le_dit_sans_zero(vraie):
    connus = vraie.nombres_de_chiffres()
    sans = next(t.territoire for t in vraie.de_maille(Maille.QUARTIER) if t.territoire not in connus)
    lu = texte(fiche(vraie, sans))
    assert "Aucun des documents lus ne donne de chiffre pour ce territoire" in lu
    assert "Ce n’est ni un zéro ni un secret" in lu
    assert not re.search(r"\b0 %", lu)


def test_balise_titre_langue_signets_polices_embarquees(vraie):
    pdf = fiche(vraie, "QP062011")
    dit = outil("pdfinfo", pdf, "{}")
    assert "Le Centre, fiche de l’observatoire des quartiers" in dit
    assert re.search(r"Tagged:\s+yes", dit)
    assert b"/Lang(fr-FR)" in pdf
    polices = outil("pdffonts", pdf, "{}").splitlines()[2:]
    assert polices
    for police in polices:
        assert "SourceSansPro" in police and re.search(r"\byes yes yes\b", police), police
    signets = outil("pdftohtml", pdf, "-xml", "-i", "-stdout", "{}").partition("<outline>")[2]
    assert "Le Centre" in signets and "La comparaison" in signets
    structure = outil("pdfinfo", pdf, "-struct", "{}")
    assert {"H1", "H2", "Table", "TH", "TD", "Figure"} <= set(re.findall(r"^ *(\w+)", structure, re.MULTILINE))


@pytest.mark.parametrize("code", ["QP062017", "EPCI200042190", "QN06231M"])
def test_la_typographie_est_francaise(vraie, code):
    """Insécable devant « : ; ! ? % € » et dans les guillemets ; espace fine dans les milliers ; apostrophe courbe."""
    ecrit = json.dumps(au_propre(contenu(vraie, dresser(vraie, code))), ensure_ascii=False)
    textes = re.sub(r"<svg.*?</svg>", "", ecrit)
    assert not re.search(r"[^\W\d_] [:;!?»]|« |\d [%€]", textes)
    assert not re.search(r"[^\W\d_]'[^\W\d_]", textes)
    assert code != "EPCI200042190" or "10\u202f050\u00a0personnes" in textes


@pytest.mark.parametrize(
    "nom",
    [
        '#panic("lu comme du code")',
        "*gras* _italique_ $x^2$ `brut` <etiquette> @renvoi \\ // #[",
        '"; #read("/etc/passwd")',
    ],
)
def test_un_nom_n_est_jamais_du_code(vraie, nom):
    vue = dresser(vraie, "QP062011")
    territoire = replace(vue.territoire, nom=nom, nom_court=nom)
    pdf = fiche_pdf(vraie, replace(vue, fiche=replace(vue.fiche, territoire=territoire)), JOUR)
    assert sans_blancs(nom) in texte(pdf)


@pytest.mark.parametrize("fois", [2, 4])
def test_trop_d_indicateurs_deux_pages_et_le_reste_est_compte(vraie, fois):
    vue = dresser(vraie, "EPCI200042190")
    themes = tuple((theme, lignes * fois) for theme, lignes in vue.themes)
    pdf = fiche_pdf(vraie, replace(vue, themes=themes), JOUR)
    pages, _ = mots(pdf)
    assert len(pages) == 2
    assert fautes_de_mise_en_page(pdf) == []
    assert re.search(r"… \d+ autres indicateurs", texte(pdf))


def test_la_date_en_lettres():
    assert [date_en_lettres(date(2026, 2, 1)), date_en_lettres(JOUR)] == ["1er février 2026", "21 novembre 2026"]


def test_plusieurs_fiches_a_la_fois_sont_les_memes_qu_une_a_une(vraie):
    vues = [dresser(vraie, code) for code in ("QP062011", "QP059050", "QP062017", "QP062019") * 2]
    with ThreadPoolExecutor(8) as fils:
        ensemble = list(fils.map(lambda vue: fiche_pdf(vraie, vue, JOUR), vues))
    assert ensemble == [fiche_pdf(vraie, vue, JOUR) for vue in vues]
