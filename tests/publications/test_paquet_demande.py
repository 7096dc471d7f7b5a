"""Demander un paquet : une partie, des formats, un dossier occupé ; interrompu ou refusé, rien n'est à moitié écrit."""

from __future__ import annotations

import json
import os
from contextlib import suppress

import pyarrow.parquet as pq
import pytest
from paquets import fautes

from indicators.__main__ import main
from indicators.base.base import Base
from indicators.base.paquet import FEUILLES
from indicators.publications import paquet as publication
from indicators.publications.paquet import exporter
from indicators.socle import mise_en_place
from indicators.socle.erreurs import ErreurObservatoire, TerritoireInconnu


@pytest.mark.parametrize("echange", [True, False])
@pytest.mark.parametrize("mort", ["os.replace", "aucune"])
def test_remplacer_tue_laisse_un_paquet_entier_et_ce_qui_n_est_pas_a_lui(petite, paquet, monkeypatch, echange, mort):
    """Interrompu devant chaque geste : l'ancien ou le neuf est là, entier ; la note d'une personne aussi."""
    (paquet / "ma note.txt").write_text("à moi", "utf-8")
    if not echange:
        monkeypatch.setattr(mise_en_place, "_echanger", lambda _un, _autre: False)
    if mort == "os.replace":
        vrai, fois = os.replace, iter(range(100))

        def interrompre(*arguments):
            if next(fois) == 1:
                raise KeyboardInterrupt
            vrai(*arguments)

        monkeypatch.setattr(os, "replace", interrompre)
    with suppress(KeyboardInterrupt):
        exporter(petite, paquet, remplacer=True)
    monkeypatch.undo()
    assert fautes(paquet) == []
    assert (paquet / "ma note.txt").read_text("utf-8") == "à moi"
    exporter(petite, paquet, remplacer=True)
    assert (paquet / "ma note.txt").exists() and [p.name for p in paquet.parent.glob(".paquet*")] == []


def test_un_paquet_renomme_par_un_programme_tue_revient(petite, paquet):
    paquet.rename(paquet.with_name(f".{paquet.name}.ancien"))
    with pytest.raises(ErreurObservatoire, match="--remplacer"):
        exporter(petite, paquet)
    assert fautes(paquet) == []


def test_une_partie_des_territoires(petite, tmp_path):
    comptes = exporter(petite, tmp_path / "partie", ["EPCI200000001"])
    assert comptes["observations"] == 11 - 1  # la région n'est pas dans l'agglomération
    assert comptes["territoires"] == 8
    assert fautes(tmp_path / "partie") == []
    copie = Base(tmp_path / "partie" / "observatoire.duckdb")
    assert copie.observations(["REG84"]) == copie.observations_indicateur("taux_pauvrete", ["REG84"]) == []
    assert len(copie.observations(["QP001001"])) == 3
    assert "REG84" in petite.nombres_de_chiffres() and "REG84" not in copie.nombres_de_chiffres()
    copie.fermer()
    assert len(petite.observations(["REG84"])) == 1


def test_un_territoire_inconnu_n_ecrit_rien(petite, tmp_path):
    with pytest.raises(TerritoireInconnu, match="QP001009"):
        exporter(petite, tmp_path / "sortie", ["QP001009"])
    assert not (tmp_path / "sortie").exists()
    assert not list(tmp_path.glob(".paquet-*"))


def test_un_dossier_occupe_n_est_jamais_ecrase(petite, paquet, tmp_path):
    avant = (paquet / "datapackage.json").read_bytes()
    with pytest.raises(ErreurObservatoire, match="--remplacer"):
        exporter(petite, paquet)
    assert (paquet / "datapackage.json").read_bytes() == avant
    (paquet / "reste.txt").write_text("x")
    exporter(petite, paquet, remplacer=True)
    assert fautes(paquet) == [] and (paquet / "reste.txt").exists(), "il n'efface que ce qu'il a fait"
    autre = tmp_path / "documents"
    autre.mkdir()
    (autre / "these.docx").write_text("x")
    with pytest.raises(ErreurObservatoire, match="autre chose qu'un paquet"):
        exporter(petite, autre, remplacer=True)
    assert (autre / "these.docx").exists()
    with pytest.raises(ErreurObservatoire, match="est un fichier"):
        exporter(petite, autre / "these.docx", remplacer=True)


def test_la_commande_dit_ce_qui_ne_va_pas(dossier, tmp_path, capsys):
    fichier = tmp_path / "fichier"
    fichier.write_text("x")
    assert main(["exporter", "--sortie", str(fichier / "sous"), "--donnees", str(dossier)]) == 1
    assert "ne peut pas être écrit" in capsys.readouterr().err
    demande = ["exporter", "--sortie", str(tmp_path / "vide"), "--donnees", str(dossier), "--territoires", " , "]
    assert main(demande) == 1
    assert "Aucun territoire n'est demandé" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("formats", "presents", "absents"),
    [
        ("parquet,duckdb", ["parquet/observations.parquet", "observatoire.duckdb"], ["csv"]),
        (" parquet ", ["parquet/observations.parquet"], ["csv", "observatoire.duckdb"]),
        ("csv", ["csv/observations.csv"], ["parquet", "observatoire.duckdb"]),
    ],
)
def test_les_formats_demandes_et_eux_seuls(dossier, tmp_path, formats, presents, absents):
    sortie = tmp_path / "choisi"
    assert main(["exporter", "--sortie", str(sortie), "--donnees", str(dossier), "--formats", formats]) == 0
    assert all((sortie / nom).exists() for nom in presents)
    assert not any((sortie / nom).exists() for nom in absents)
    assert fautes(sortie) == []
    decrit = json.loads((sortie / "datapackage.json").read_text("utf-8"))
    ecrits = {f.relative_to(sortie).as_posix() for f in sortie.rglob("*") if f.is_file()}
    assert {r["path"] for r in decrit["resources"]} == ecrits - {"datapackage.json"}
    texte = (sortie / "LISEZ-MOI.md").read_text("utf-8")
    assert [f"**{nom}**" in texte for nom in ("CSV", "Parquet", "`observatoire.duckdb`")] == [
        nom in formats for nom in ("csv", "parquet", "duckdb")
    ]


def test_sans_csv_les_tables_parquet_portent_le_schema(petite, paquet, tmp_path):
    exporter(petite, tmp_path / "sans", formats=["parquet"])
    sans, avec = (
        {r["name"]: r for r in json.loads((d / "datapackage.json").read_text("utf-8"))["resources"]}
        for d in (tmp_path / "sans", paquet)
    )
    for feuille in FEUILLES:
        assert sans[feuille]["path"] == f"parquet/{feuille}.parquet"
        champs = [{c: v for c, v in champ.items() if c != "decimalChar"} for champ in avec[feuille]["schema"]["fields"]]
        assert sans[feuille]["schema"]["fields"] == champs
        assert [c["name"] for c in champs] == pq.read_schema(tmp_path / "sans" / sans[feuille]["path"]).names
        assert sans[feuille]["schema"]["foreignKeys"] == avec[feuille]["schema"]["foreignKeys"]


def test_une_faute_dans_un_parquet_se_voit(petite, tmp_path):
    exporter(petite, tmp_path / "sans", formats=["parquet"])
    chemin = tmp_path / "sans" / "parquet" / "observations.parquet"
    octets = bytearray(chemin.read_bytes())
    octets[len(octets) // 2] ^= 1
    chemin.write_bytes(octets)
    assert {genre for _, genre, *_ in fautes(tmp_path / "sans")} == {"hash-count"}


def test_un_csv_qu_aucun_tableur_n_ouvrirait_est_refuse(dossier, tmp_path, monkeypatch, capsys):
    sortie = tmp_path / "grand"
    demande = ["exporter", "--sortie", str(sortie), "--donnees", str(dossier)]
    monkeypatch.setattr(publication, "LIGNES_TABLEUR", 11)  # onze observations et l'en-tête font une ligne de trop
    assert main(demande) == 1
    dit = capsys.readouterr().err
    assert "11 observations" in dit and "plus de 11 lignes" in dit and "--formats parquet,duckdb" in dit
    assert not sortie.exists() and not list(tmp_path.glob(".paquet-*"))
    for formats in ("parquet,duckdb", "csv,parquet,duckdb"):
        assert main([*demande, "--formats", formats, "--remplacer"]) == 0
    monkeypatch.setattr(publication, "LIGNES_TABLEUR", 11 + 1)
    assert main([*demande, "--remplacer"]) == 0


@pytest.mark.parametrize(
    ("formats", "dit"),
    [("xlsx,parquet", "Format inconnu : xlsx"), (" , ", "aucune table"), ("duckdb", "aucune table")],
)
def test_un_format_qui_ne_va_pas_est_dit(dossier, tmp_path, capsys, formats, dit):
    demande = ["exporter", "--sortie", str(tmp_path / "rien"), "--donnees", str(dossier), "--formats", formats]
    assert main(demande) == 1
    message = capsys.readouterr().err
    assert dit in message and "parmi csv,parquet,duckdb" in message
    assert not (tmp_path / "rien").exists()
