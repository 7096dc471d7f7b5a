"""Le classeur XLSX, rouvert : des nombres, les chiffres de l'écran, aucune formule, ce qui manque nommé."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from indicators.analyse.portrait import dresser
from indicators.publications.classeur import classeur_xlsx
from indicators.recit import phrases, resume
from indicators.socle.territoires import Maille


def rouvrir(octets: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(octets))


def lignes(classeur: openpyxl.Workbook, feuille: str) -> list[dict[str, object]]:
    rangees = list(classeur[feuille].iter_rows(values_only=True))
    noms, *suite = rangees[1:] if feuille == "Indicateurs" else rangees  # les noms en mots sont au-dessus des codes
    return [dict(zip(noms, ligne, strict=True)) for ligne in suite]


@pytest.mark.parametrize("code", ["QP062011", "QP059050", "EPCI200042190", "QIC-HAILLICOURT-OISEAUX", "FR"])
def test_chaque_chiffre_et_chaque_ecart_sont_ceux_du_portrait_en_nombres(vraie, code):
    vue = dresser(vraie, code)
    lues = {
        ligne["code_indicateur"]: ligne for ligne in lignes(rouvrir(classeur_xlsx(vue, vraie.catalogue)), "Indicateurs")
    }
    assert set(lues) == {ligne.indicateur.indicateur for ligne in vue.lignes}
    for ligne in vue.lignes:
        lue, o = lues[ligne.indicateur.indicateur], ligne.chiffre
        assert (lue["valeur"], lue["borne_inf"], lue["borne_sup"]) == (o.valeur, o.borne_inf, o.borne_sup)
        assert (lue["annee"], lue["edition"], lue["ligne_document"]) == (o.annee, o.millesime, o.ligne)
        assert lue["chiffre"] == phrases.chiffre(o, ligne.indicateur.unite)
        assert lue["fiabilite"] == ("douteuse" if o.douteuse else "sûre")
        assert (lue["note"] or "") == o.note
        for reference, comparaison in zip(vue.references, ligne.comparaisons, strict=True):
            nom = reference.nom_court
            autre = comparaison.reference
            assert lue[f"{nom} : valeur"] == (autre.valeur if autre else None)
            assert (lue[f"{nom} : ecart_ecrit"] or "") == phrases.ecart(comparaison)
            if phrases.ecart(comparaison) and comparaison.ecart is not None:
                assert lue[f"{nom} : ecart"] == pytest.approx(comparaison.ecart, abs=10**-comparaison.decimales / 2)
            else:
                assert lue[f"{nom} : ecart"] is None
            assert lue[f"{nom} : verdict"]


def test_les_nombres_ont_le_format_de_leurs_decimales(vraie):
    vue = dresser(vraie, "QP062011")
    feuille = rouvrir(classeur_xlsx(vue, vraie.catalogue))["Indicateurs"]
    entetes = [cellule.value for cellule in feuille[2]]
    formats = {ligne[entetes.index("code_indicateur")].value: ligne[entetes.index("valeur")] for ligne in feuille}
    for ligne in vue.lignes:
        if ligne.chiffre.est_ponctuelle:
            attendu = "#,##0" + ("." + "0" * ligne.chiffre.decimales if ligne.chiffre.decimales else "")
            assert formats[ligne.indicateur.indicateur].number_format == attendu
    assert {0, 1} <= {ligne.chiffre.decimales for ligne in vue.lignes}


def test_les_feuilles_attendues_et_ce_qui_manque(vraie):
    vue = dresser(vraie, "QP059050")
    classeur = rouvrir(classeur_xlsx(vue, vraie.catalogue, date(2026, 11, 21)))
    assert classeur.sheetnames == ["Lisez-moi", "Indicateurs", "Ce qui manque", "Définitions", "Sources"]
    a_savoir = {ligne[0]: ligne[1] for ligne in classeur["Lisez-moi"].iter_rows(values_only=True)}
    assert a_savoir["En bref"] == resume.chapeau(vue)
    assert a_savoir["Édité le"] == "21 novembre 2026"
    absents = {ligne["Code"] for ligne in lignes(classeur, "Ce qui manque")}
    assert {"ips_etablissements", "part_parc_social"} <= absents
    assert len(absents) == len(vue.manquants) + sum(ligne.chiffre is None for ligne in vue.tete)
    assert {ligne["Code"] for ligne in lignes(classeur, "Définitions")} == {
        li.indicateur.indicateur for li in vue.lignes
    }
    cites = {ligne["Code"] for ligne in lignes(classeur, "Sources")}
    assert {ligne.chiffre.source for ligne in vue.lignes} <= cites


@pytest.mark.parametrize("piege", ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_rien_ne_s_execute(vraie, piege):
    vue = dresser(vraie, "QP062011")
    territoire = replace(vue.territoire, nom=piege, nom_court=piege)
    chiffre = vue.tete[0].chiffre._replace(note=piege, passage=piege)
    tete = (replace(vue.tete[0], chiffre=chiffre), *vue.tete[1:])
    vue = replace(vue, fiche=replace(vue.fiche, territoire=territoire), tete=tete)
    classeur = rouvrir(classeur_xlsx(vue, vraie.catalogue))
    cellules = [c for feuille in classeur for ligne in feuille.iter_rows() for c in ligne]
    assert not [c for c in cellules if c.data_type == "f"]
    assert [c for c in cellules if c.value == piege and c.data_type == "s"]


def test_un_territoire_sans_chiffre_a_un_classeur_sans_ligne(vraie):
    connus = vraie.nombres_de_chiffres()
    sans = next(t for t in vraie.de_maille(Maille.QUARTIER) if t.territoire not in connus)
    classeur = rouvrir(classeur_xlsx(dresser(vraie, sans.territoire), vraie.catalogue))
    assert lignes(classeur, "Indicateurs") == []
    assert len(lignes(classeur, "Ce qui manque")) > 200


@pytest.mark.parametrize("code", ["QP062011", "EPCI200042190"])
def test_le_classeur_s_imprime_en_paysage_une_page_de_large_titres_repetes(vraie, code):
    vue = dresser(vraie, code)
    classeur = rouvrir(classeur_xlsx(vue, vraie.catalogue))
    for feuille in classeur:
        assert feuille.page_setup.orientation == "landscape" and feuille.page_setup.paperSize == 9
        assert feuille.sheet_properties.pageSetUpPr.fitToPage and feuille.page_setup.fitToWidth in (None, 1)
        assert feuille.page_setup.fitToHeight == 0, "autant de pages qu'il faut en hauteur"
        assert feuille.print_title_rows and feuille.print_area
    feuille = classeur["Indicateurs"]
    mots, codes = ([c.value for c in rangee] for rangee in (feuille[1], feuille[2]))
    assert all(mots) and len(set(codes)) == len(codes)
    assert mots[codes.index("annee")] == "Année" and mots[codes.index("borne_inf")] == "Borne inférieure"
    imprimees = feuille[feuille.print_area.partition("!")[2] or feuille.print_area][0]
    largeur = sum(feuille.column_dimensions[c.column_letter].width for c in imprimees)
    assert largeur < 300, "tout ce qui s'imprime tient sur une largeur lisible"


def test_aucun_texte_ne_porte_de_balisage(vraie):
    classeur = rouvrir(classeur_xlsx(dresser(vraie, "QP062011"), vraie.catalogue))
    assert not [c.value for f in classeur for ligne in f.iter_rows() for c in ligne if "**" in str(c.value)]
