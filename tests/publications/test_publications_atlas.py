"""L'atlas PDF : tous les quartiers, un sommaire qui mène aux bonnes pages, la méthode, une barre qui avance."""

from __future__ import annotations

import re
from datetime import date

import pytest
from lecteurs import fautes_de_mise_en_page, mots, outil, sans_blancs, texte
from test_publications_fiche import phrases_attendues

from indicators.analyse.portrait import dresser
from indicators.publications.atlas import atlas_pdf, quartiers_de
from indicators.recit import methode
from indicators.socle.erreurs import ErreurObservatoire

JOUR = date(2026, 11, 21)


@pytest.fixture(scope="module")
def etapes() -> list[tuple[int, int, str]]:
    return []


@pytest.fixture(scope="module")
def pdf(vraie, etapes) -> bytes:
    return atlas_pdf(vraie, "EPCI246200364", lambda *etape: etapes.append(etape), JOUR)


def test_un_sommaire_deux_pages_par_quartier_une_methode(vraie, pdf):
    connus, _ = quartiers_de(vraie, "EPCI246200364")
    pages, _ = mots(pdf)
    assert len(connus) > 21
    assert len(pages) == 1 + 1 + 2 * len(connus) + 1
    assert fautes_de_mise_en_page(pdf) == []


def test_le_sommaire_donne_la_page_de_chaque_quartier(vraie, pdf):
    sommaire = sans_blancs(outil("pdftotext", pdf, "-raw", "-l", "1", "{}", "-"))
    connus, sans_chiffre = quartiers_de(vraie, "EPCI246200364")
    for rang, quartier in enumerate(connus):
        page = 3 + 2 * rang
        assert re.search(rf"{re.escape(sans_blancs(quartier.nom))} *[. ]+ *{page}\b", sommaire), quartier.nom
        assert outil("pdftotext", pdf, "-f", str(page), "-l", str(page), "{}", "-").find(quartier.nom) >= 0
    assert re.search(r"La carte *[. ]+ *2\b", sommaire)
    dit = "Sans fiche, parce qu’aucun document lu ne donne de chiffre"
    assert (dit in sommaire) is bool(sans_chiffre)
    assert all(sans_blancs(q.nom) in sommaire for q in sans_chiffre)


def test_la_carte_de_l_agglomeration_ouvre_l_atlas(vraie, pdf):
    lu = sans_blancs(outil("pdftotext", pdf, "-raw", "-f", "2", "-l", "2", "{}", "-"))
    assert "Quartier prioritaire, périmètre 2015-2023" in lu and "Taux de pauvreté (seuil à 60 %)" in lu
    assert "Position indicative" in lu and "Source :" in lu
    assert "République – Cité 4" in lu


def test_chaque_quartier_y_a_les_chiffres_de_l_ecran(vraie, pdf):
    lu = texte(pdf)
    connus, _ = quartiers_de(vraie, "EPCI246200364")
    for quartier in connus:
        for attendu in phrases_attendues(dresser(vraie, quartier.territoire), vraie.catalogue):
            assert sans_blancs(attendu) in lu, (quartier.nom, attendu)


def test_la_page_de_methode_est_celle_de_l_ecran(pdf):
    lu = texte(pdf)
    for regles in methode.REGLES.values():
        for nom, _ in regles:
            assert sans_blancs(nom) in lu
    for _, sens in methode.MOTIFS.values():
        assert sans_blancs(sens.split(".")[0].replace("« ", "«\u00a0").replace(" »", "\u00a0»")) in lu


def test_la_barre_avance_d_une_fiche_a_la_fois_et_finit(vraie, pdf, etapes):
    n = len(quartiers_de(vraie, "EPCI246200364")[0])
    assert [fait for fait, _, _ in etapes] == [*range(n + 1), 2 * n]
    assert {total for _, total, _ in etapes} == {2 * n}
    assert etapes[-1][2] == "terminé"


@pytest.mark.parametrize("code", ["QP062011", "COM62400", "REG32"])
def test_un_atlas_ne_se_fait_que_pour_une_agglomeration(vraie, code):
    with pytest.raises(ErreurObservatoire, match="Un atlas se fait pour une agglomération qui a des quartiers"):
        atlas_pdf(vraie, code)
