"""Le schéma : déclaré une fois, et tout ce qui en vient est à jour."""

from __future__ import annotations

from dataclasses import fields

import duckdb
import pyarrow.parquet as pq
import pytest

from indicators.__main__ import main
from indicators.base.construction import DOSSIER_DONNEES, construire
from indicators.donnees import dictionnaire, france
from indicators.donnees.lecture import lire_donnees
from indicators.donnees.schema import CHAPITRES, CLES, COLONNES, FEUILLES, FICHIERS, LIENS, MODELE, Genre
from indicators.imports.formats import modele
from indicators.publications.exports import CHAMPS
from indicators.socle.catalogue import Indicateur, Source, Theme
from indicators.socle.observations import Observation


def test_le_dictionnaire_est_a_jour():
    texte = (DOSSIER_DONNEES / "LISEZ-MOI.md").read_text("utf-8")
    assert dictionnaire.a_jour(texte) == texte, "lancez « python -m indicators documenter »"


def test_documenter_recrit_un_dictionnaire_perime_et_garde_les_regles(dossier, capsys):
    texte = (DOSSIER_DONNEES / "LISEZ-MOI.md").read_text("utf-8")
    perime = texte.replace("| `superficie_ha` | nombre | hectares |", "| `superficie_ha` | nombre | ares |")
    perime = perime.replace("## Corriger un chiffre", "## Corriger un nombre")
    assert perime != texte
    (dossier / "LISEZ-MOI.md").write_text(perime, "utf-8")
    assert main(["documenter", "--donnees", str(dossier)]) == 0
    recrit = (dossier / "LISEZ-MOI.md").read_text("utf-8")
    assert recrit == texte.replace("## Corriger un chiffre", "## Corriger un nombre")
    assert "récrit" in capsys.readouterr().out


def test_documenter_sans_sa_marque_le_dit(dossier, capsys):
    (dossier / "LISEZ-MOI.md").write_text("# Autre chose\n", "utf-8")
    assert main(["documenter", "--donnees", str(dossier)]) == 1
    assert dictionnaire.MARQUE in capsys.readouterr().err


@pytest.mark.parametrize("nom", FEUILLES)
def test_chaque_colonne_est_dite(nom):
    feuille = FEUILLES[nom]
    assert len(set(feuille.noms)) == len(feuille.noms)
    for colonne in feuille.colonnes:
        assert colonne.texte and colonne.vide != "", (nom, colonne.nom)
        assert not colonne.lien or FEUILLES[colonne.lien].cle, (nom, colonne.nom)
        assert not colonne.choix or colonne.genre is Genre.TEXTE


def test_chaque_fichier_de_donnees_a_sa_feuille():
    presents = {c.relative_to(DOSSIER_DONNEES).as_posix() for c in DOSSIER_DONNEES.rglob("*.csv")}
    assert {p for p in presents if not p.startswith(("observations/", "france/"))} == set(FICHIERS.values())
    assert [f.nom for chapitre in CHAPITRES for f in chapitre.feuilles] == list(FEUILLES)


def test_les_objets_lus_ont_les_colonnes_de_leur_feuille():
    # Le bailleur est dans l'indicateur, décliné : `Observation.bailleur` l'en tire.
    noms = [nom for nom in FEUILLES["observations"].noms if nom != "bailleur"]
    assert Observation._fields == (*noms, "decimales", "rang", "perimetre")
    for classe, feuille in ((Indicateur, "indicateurs"), (Source, "sources"), (Theme, "themes")):
        assert {f.name for f in fields(classe)} == set(FEUILLES[feuille].noms), feuille


def test_la_base_a_les_colonnes_et_les_types_du_schema(dossier, tmp_path, monkeypatch):
    monkeypatch.setenv("OBSERVATOIRE_BASE", str(tmp_path / "base"))
    with duckdb.connect(str(construire(dossier)), read_only=True) as connexion:
        lues = connexion.execute("SELECT table_name, column_name, data_type FROM duckdb_columns()").fetchall()
    types = {(table, colonne): genre for table, colonne, genre in lues}
    for nom, feuille in FEUILLES.items():
        if feuille.en_base and nom != "observations":
            assert {c.nom: types[nom, c.nom] for c in feuille.colonnes} == {c.nom: c.type_sql for c in feuille.colonnes}
    assert {c.nom for c in COLONNES["observations"]} <= {c for (t, c) in types if t == "observations"}
    for colonne in COLONNES["observations"]:
        if colonne.choix:
            admises = ", ".join(f"'{v}'" for v in colonne.choix)
            assert types["mesures_par_territoire", colonne.nom] == f"ENUM({admises})"


def test_les_fichiers_nationaux_ont_les_colonnes_du_schema():
    assert tuple(france.COLONNES_CHIFFRES) == FEUILLES["chiffres"].noms
    for chemin in (*france.chiffres(DOSSIER_DONNEES)[:3],):
        assert tuple(pq.read_schema(chemin).names) == FEUILLES["chiffres"].noms
    for nom in france.LIEUX:
        assert set(FEUILLES[nom].noms) <= set(pq.read_schema(DOSSIER_DONNEES / "france" / f"{nom}.parquet").names)
    entetes = {
        nom: (DOSSIER_DONNEES / "france" / f"{nom}.csv").read_text("utf-8-sig").splitlines()[0].split(";")
        for nom in ("fichiers", "sources")
    }
    assert entetes == {nom: list(FEUILLES[nom].noms) for nom in entetes}


def test_le_modele_a_les_colonnes_des_observations_puis_sa_source():
    assert (*modele.ENTETE, *modele.SOURCE) == MODELE.noms
    assert set(modele.ENTETE) <= set(FEUILLES["observations"].noms)
    assert modele.modele_csv().decode("utf-8-sig").strip() == ";".join(MODELE.noms)


def test_les_exports_nomment_chaque_colonne_une_fois():
    noms = [champ.nom for champ in CHAMPS]
    assert len(set(noms)) == len(noms)
    communes = {c.nom: c.genre for c in COLONNES["observations"]} | {"territoire": Genre.TEXTE}
    for champ in CHAMPS:
        voulu = communes.get(champ.nom, champ.genre)
        assert champ.genre is (Genre.ENTIER if voulu is Genre.ANNEE else voulu), champ.nom


def test_un_lien_vide_est_admis_un_lien_faux_est_un_constat(dossier):
    from indicators.donnees.controles.structure import verifier_structure

    chemin = dossier / "themes.csv"
    lignes = chemin.read_text("utf-8-sig").splitlines()
    connu = lignes[1].split(";")[0]
    chemin.write_text("\n".join([lignes[0], *lignes[2:]]) + "\n", "utf-8-sig")
    constats = [c for c in verifier_structure(lire_donnees(dossier)) if c.colonne == "theme"]
    assert constats and all(f"theme inconnu : « {connu} » (admis : " in c.message for c in constats)
    assert ("indicateurs", FEUILLES["indicateurs"]["theme"]) in LIENS
    assert CLES["themes"] == ("theme",)
