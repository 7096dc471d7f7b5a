"""Tout tableau montré, sur tous les écrans, s'emporte en CSV et en classeur ; le fichier est le tableau."""

from __future__ import annotations

import io
import re
from html import unescape
from urllib.parse import parse_qs, urlparse

import openpyxl
import pytest
from ecrans import ADRESSES, PUBLICS, blocs, ouvrir
from streamlit.testing.v1 import AppTest

from indicators.publications.montre import Case, classeur_montre, csv_montre, lire_nombre
from pages.commun import tableaux
from pages.commun.tableaux import CHEMINS, proposer, trouver
from pages.ecrans import PAR_CODE

PLUS = (
    "/portrait?territoire=COM62048", "/portrait?territoire=EPCI200042190", "/portrait?territoire=EPCI246200364",
    "/portrait?territoire=QP062011", "/comparer?territoire=QP059050&vue=nuage",
    "/comparer?territoire=QP059050&vue=essaim",
    "/evolution?territoire=EPCI246200364&suivre=groupe", "/barometre?territoire=QP059050",
    "/explorer?territoire=QP062011", "/suivi?territoire=EPCI200042190",
    *(f"/sources?rubrique={r}" for r in ("sources", "douteux", "absences", "couverture", "guide", "regles")),
    "/sources?rubrique=indicateurs&indicateur=taux_pauvrete",
)  # fmt: skip
LIEN = re.compile(r'href="(\./tableau\.(?:csv|xlsx)[^"]*)"')


def html_de(essai: AppTest) -> list[str]:
    return blocs(essai)


def jouer(adresse: str) -> AppTest:
    chemin, _, choix = adresse[1:].partition("?")
    return ouvrir(chemin or None, **dict(c.split("=") for c in choix.split("&") if c))


@pytest.mark.parametrize("adresse", [*ADRESSES, *PLUS])
def test_chaque_tableau_de_chaque_ecran_s_emporte(adresse: str):
    essai = jouer(adresse)
    blocs = html_de(essai)
    # Explorer, au-delà de ce qu'il montre, donne les fichiers entiers en liens ; un classeur ne tient pas tout.
    fichiers = {b.proto.label for b in essai.get("download_button")}
    fichiers |= {"CSV", "XLSX"} if any("/api/explorer.csv" in html for html in blocs) else set()
    for html in blocs:
        for table in re.findall(r"<table\b[^>]*>", html):
            if 'data-fichiers="propres"' in table:
                assert any("CSV" in f for f in fichiers) and any("XLSX" in f for f in fichiers), (table, fichiers)
            else:
                cle = re.search(r'data-tableau="([^"]+)"', table)
                assert cle, f"un tableau sans fichier : {table}"
                siens = [
                    u for u in map(unescape, LIEN.findall(html)) if parse_qs(urlparse(u).query)["tableau"] == [cle[1]]
                ]
                assert sorted(urlparse(u).path for u in siens) == sorted(f"./{c}" for c in CHEMINS.values())
                lu = trouver(blocs, cle[1])
                assert lu is not None and lu.lignes and len(lu.colonnes) > 1
                assert all(len(ligne) <= len(lu.colonnes) for ligne in lu.lignes)
    if essai.get("arrow_data_frame"):
        assert any("CSV" in f for f in fichiers) and any("XLSX" in f for f in fichiers)


def test_le_fichier_a_les_chiffres_de_l_ecran():
    blocs = html_de(jouer("/portrait?territoire=QP062011"))
    cles = [c for html in blocs for c in re.findall(r'data-tableau="(revenu[^"]+)"', html)]
    lu = trouver(blocs, cles[0])
    assert lu is not None
    niveau = next(ligne for ligne in lu.lignes if ligne[0].texte.startswith("Niveau de vie médian"))
    montre = " ".join(blocs).partition(f'data-tableau="{cles[0]}"')[2]
    ecrit = re.sub(r"\s", "", re.search(r"Niveau de vie médian.*?<td[^>]*>([\d\s]+)", montre, re.DOTALL)[1])  # type: ignore[index]
    assert lire_nombre(niveau[1].texte) == (float(ecrit), 0, "€ par an")
    assert niveau[1].precisions.startswith("2021")
    assert "Lecture" in niveau[0].deplie and "Lecture" not in niveau[0].texte
    assert "Le Centre" in lu.colonnes[1]
    cases = openpyxl.load_workbook(io.BytesIO(classeur_montre(lu, "ici")))["Tableau"]
    assert any(float(ecrit) in [c.value for c in ligne] for ligne in cases)
    assert csv_montre(lu, "ici").decode("utf-8-sig").count("\r\n") == len(lu.lignes) + 4


def test_deux_tableaux_du_meme_nom_ont_deux_noms(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tableaux.st, "query_params", {"territoire": "A&B"})
    tableaux.commencer(PAR_CODE["portrait"])
    table = (
        "<table><caption>Été</caption><thead><tr><th>a</th></tr></thead><tbody><tr><td>1 %</td></tr></tbody></table>"
    )
    html = proposer(table + table)
    assert re.findall(r'data-tableau="([^"]+)"', html) == ["ete", "ete-2"]
    assert "territoire=A%26B" in html
    assert trouver([html], "ete-2").lignes == ((Case("1 %"),),)  # type: ignore[union-attr]
    tableaux.commencer(PAR_CODE["mettre_a_jour"])
    assert proposer(table) == table
    assert {e.code for e in PUBLICS} == {e.code for e in PAR_CODE.values() if not e.reserve}
