"""L'enquête auprès des habitants et les soldes migratoires : tout ce qui est dans les fichiers est à l'écran."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from indicators.base import enquetes as questions
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES
from pages.vues.portrait import enquetes

CAPH = "EPCI200042190"


def lire(nom: str) -> list[dict[str, str]]:
    chemin = Path(DOSSIER_DONNEES) / "enquetes" / f"{nom}.csv"
    return list(csv.DictReader(chemin.read_text("utf-8-sig").splitlines(), delimiter=";"))


def test_chaque_part_de_l_enquete_est_dans_le_tableau_avec_son_passage(trois: Base):
    lue = questions.enquete(trois, CAPH)
    assert lue is not None
    ecrites = {(r.question, r.reponse, p.groupe): p for r in lue.rangees for p in r.lues}
    fichier = lire("segments")
    assert len(ecrites) == len(fichier) == 70 == len(lue.groupes) * len(lue.rangees)
    for ligne in fichier:
        part = ecrites[ligne["question"], ligne["reponse"], ligne["libelle"]]
        assert part.part == float(ligne["part"].replace(",", "."))
        assert (part.ligne, part.passage) == (int(ligne["ligne"]), ligne["passage"])
        assert part.douteuse == (ligne["fiabilite"] == "douteuse")
    html = enquetes.bloc(trois, CAPH)
    assert html.count('<td class="n"') == len(fichier)
    assert html.count('class="drapeau">douteux') == sum(ligne["fiabilite"] == "douteuse" for ligne in fichier)


def test_une_reponse_se_lit_en_une_phrase(trois: Base):
    texte = re.sub(r"<[^>]+>|\s", " ", enquetes.bloc(trois, CAPH))
    assert "59 % des habitants du groupe « Aucune difficulté » répondent « Femme » à « Genre »" in texte


def test_chaque_signe_est_a_l_ecran_et_en_mots(trois: Base):
    lus = questions.soldes(trois, CAPH)
    assert [(s.territoire, s.categorie, s.signe) for s in lus] == [
        (ligne["territoire"], ligne["categorie"], ligne["signe"]) for ligne in lire("soldes")
    ]
    html = enquetes.bloc(trois, CAPH)
    for solde in lus:
        assert solde.lecture in html
    assert html.count("<b>−−</b>") == sum(s.signe == "--" for s in lus)


def test_ailleurs_il_n_y_a_rien(trois: Base):
    assert enquetes.bloc(trois, "EPCI200072460") == ""


@pytest.mark.parametrize("nom", questions.OUVERTES)
def test_une_feuille_rend_toutes_ses_lignes(trois: Base, nom: str):
    lignes = questions.feuille(trois, nom)
    assert lignes and all(ligne["passage"] for ligne in lignes if ligne["ligne"])


def test_seules_les_feuilles_ouvertes_se_rendent(trois: Base):
    with pytest.raises(ValueError, match="schema"):
        questions.feuille(trois, "schema")


def test_chaque_agglomeration_citee_est_a_l_ecran_avec_sa_ligne(trois: Base):
    """Neuf autres et la sienne ; le passage imprimé contient chacun des nombres."""
    citees = questions.agglomerations(trois, "EPCI246200364")
    assert len(citees) == len(lire("agglomerations")) == 9 + 1
    html = enquetes.bloc(trois, "EPCI246200364").replace("\u202f", " ").replace("\xa0", " ")
    for c in citees:
        colonnes = [m.strip() for m in c.passage.split("|")]
        assert colonnes[1:3] == [f"{c.superficie_km2:g}", str(c.communes)]
        assert colonnes[3].replace(" ", "") == str(c.population)
        assert c.passage.endswith(f"{c.part_ville_centre:g}%") and c.passage in html
        assert f"l.&nbsp;{c.ligne}." in enquetes.bloc(trois, "EPCI246200364") or f"l. {c.ligne}." in html
    assert "de 21 % à 81 % ailleurs" in html
    assert questions.agglomerations(trois, CAPH) == ()
