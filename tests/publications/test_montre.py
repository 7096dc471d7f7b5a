"""Un tableau montré, en fichier : un nombre y est un nombre, un code reste un code, rien n'y est une formule."""

from __future__ import annotations

import io

import openpyxl
import pytest

from indicators.base.base import Base
from indicators.publications.montre import (
    Case,
    TableauMontre,
    classeur_du_csv,
    classeur_montre,
    csv_montre,
    lire_nombre,
)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("46,7 %", (46.7, 1, "%")),
        ("10\u202f920\u00a0€", (10920.0, 0, "€")),
        ("−1\u202f234,50 €", (-1234.5, 2, "€")),
        ("+27,9 points", (27.9, 1, "points")),
        ("12", (12.0, 0, "")),
        ("0", (0.0, 0, "")),
        ("01004", None),
        ("3e", None),
        ("1er", None),
        ("4ème Couronne", None),  # QP974017
        ("3 Cités", None),  # QP062031
        ("3 Îlots", None),
        ("15 QPV", (15.0, 0, "QPV")),
        ("de 25 à 30 %", None),
        ("plus de 30 %", None),
        ("44 % (2021)", None),
        ("secret", None),
        ("—", None),
        ("", None),
    ],
)
def test_ce_qui_est_un_nombre(texte: str, attendu: tuple[float, int, str] | None):
    assert lire_nombre(texte) == attendu


TABLEAU = TableauMontre(
    "=Revenus",
    ("Territoire", "Taux", "Revenu", "Place"),
    (
        (Case("@Denain", "", "Lecture. ; source"), Case("46,7 %", "2021"), Case("10 920 €"), Case("3e")),
        (Case("Anzin"), Case("secret", "2021"), Case("12 logements"), Case("01004")),
        (Case("Zéro"), Case("0 %"),),
    ),
)  # fmt: skip


def test_le_csv_a_ses_unites_ses_precisions_et_ne_s_execute_pas():
    lignes = csv_montre(TABLEAU, "http://ici/").decode("utf-8-sig").split("\r\n")
    assert lignes[:3] == ["'=Revenus", "http://ici/", ""]
    assert lignes[3].replace("\u00a0", " ") == (
        "Territoire;Territoire : lecture et source;Taux (%);Taux : précisions;Revenu;Revenu : unité;Place"
    )
    assert lignes[4] == '\'@Denain;"Lecture. ; source";46,7;2021;10920;€;3e'
    assert lignes[5] == "Anzin;;secret;2021;12;logements;01004"
    assert lignes[6] == "Zéro;;0;;;;"


def test_le_classeur_a_les_memes_cases():
    feuille = openpyxl.load_workbook(io.BytesIO(classeur_montre(TABLEAU, "http://ici/")))["Tableau"]
    lignes = list(feuille.iter_rows(values_only=True))
    assert lignes[1][0] == "@Denain" and lignes[1][2] == 46.7 and lignes[1][4] == 10920
    assert lignes[2][2] == "secret" and lignes[2][6] == "01004"
    assert lignes[3][2] == 0


def test_un_csv_devient_un_classeur_sans_rien_perdre():
    csv = "Titre;\r\nDéfinition\r\n\r\ncode;valeur;note\r\n01004;46,70;'=1+1\r\nQP1;;\r\n".encode("utf-8-sig")
    classeur = openpyxl.load_workbook(io.BytesIO(classeur_du_csv(csv, "Titre")))
    assert list(classeur["Tableau"].iter_rows(values_only=True)) == [
        ("code", "valeur", "note"), ("01004", 46.7, "=1+1"), ("QP1", None, None),
    ]  # fmt: skip
    assert classeur["Tableau"]["C2"].data_type == "s"


def test_aucun_lieu_n_est_pris_pour_un_nombre(vraie: Base):
    noms = {nom for t in vraie.territoires() for nom in (t.nom, t.nom_court)}
    assert [nom for nom in sorted(noms) if lire_nombre(nom)] == []


def test_un_titre_long_et_un_texte_long_se_lisent_entiers():
    long = (Case("Pas-de-Calais"), Case("375"), Case("mot " * 40))
    tableau = TableauMontre("T", ("Lieu", "Logements de Pas-de-Calais habitat", "Prévu"), (long,))
    feuille = openpyxl.load_workbook(io.BytesIO(classeur_montre(tableau, "http://ici/")))["Tableau"]
    for case in ("B1", "C2"):
        assert feuille[case].alignment.wrap_text and feuille.row_dimensions[feuille[case].row].height >= 2 * 15
