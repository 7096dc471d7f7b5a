"""Fichiers hostiles, abîmés ou trop gros : une phrase en français, et la base n'a pas bougé."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from depots import FILOSOFI_19, JEUNES, RIEN, classeur, depot, lot_de, modele, pauvrete, releve

from indicators.base.base import Base
from indicators.base.construction import assurer, empreinte
from indicators.imports.moteur import classeur as classeurs
from indicators.imports.moteur import isole, tableau, texte
from indicators.imports.moteur import parquet as parquets
from indicators.imports.moteur.ajout import appliquer
from indicators.imports.moteur.journal import journal
from indicators.imports.moteur.lecteur import lire_tableaux
from indicators.imports.moteur.rapport import rapporter
from indicators.socle.erreurs import ErreurImport


def archive(membres: dict[str, bytes]) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as zip_:
        for nom, contenu in membres.items():
            zip_.writestr(nom, contenu)
    return sortie.getvalue()


def parquet(colonnes: dict[str, object]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    sortie = io.BytesIO()
    pq.write_table(pa.table(colonnes), sortie)
    return sortie.getvalue()


def bombe() -> bytes:
    """Un classeur de quelques kilooctets qui annonce des centaines de mégaoctets."""
    return archive({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": bytes(5_000_000)})


LARGE = "CODGEO;" + ";".join(f"C{n}" for n in range(10_000)) + "\nQP001001\n"
VALABLE = classeur([["codgeo", "libgeo", "an", "part_non_inseres"], ["01004", "Ambérieu", 2018, 26.7]])


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"", "est vide"),
        (b"\xef\xbb\xbf", "aucun format connu"),
        (b"\n\n\n", "aucun format connu"),
        (b"\0\1\2\3\xff", "pas un fichier texte"),
        (b"\xff\xfe\0", "UTF-16 abîmé"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "ancien classeur .xls"),
        (b"PAR1" + b"n'importe quoi" * 9 + b"PAR1", "pas un fichier Parquet lisible"),
        (b"PAR1", "pas un fichier Parquet lisible"),
        (b"PK\x03\x04" + bytes(200), "pas un classeur lisible"),
        (archive({"lisez.txt": b"bonjour"}), "est une archive"),
        (b"\x1f\x8b\x08" + bytes(50), "est une archive .gz : décompressez-la"),
        (archive({"xl/workbook.xml": b"<workbook"}), "pas un classeur lisible"),
        (VALABLE[: len(VALABLE) // 2], "pas un classeur lisible"),
        (classeur([]), "aucune table"),
        (LARGE.encode(), "10001 colonnes"),
        (classeur([["codgeo", *range(2_500)]]), "2501 colonnes"),
        (parquet({f"c{n}": [1] for n in range(2_100)}), "2100 colonnes"),
        (json.dumps({"type": "FeatureCollection", "features": []}).encode(), "« features » est vide"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "est un PDF : demandez à son producteur les données"),
        (b"<html><body><table><tr><td>CODGEO</td></tr></table></body></html>", "est une page web : ouvrez-la"),
        (b"SQLite format 3\0" + bytes(100), "est un GeoPackage ou une base SQLite : exportez-le en GeoJSON"),
        (b"\0\0'\n" + bytes(100), "est un Shapefile : exportez-le en GeoJSON"),
        (archive({"qpv.shp": bytes(9), "qpv.dbf": bytes(9)}), "est un Shapefile : exportez-le en GeoJSON"),
        (archive({"Index/Document.iwa": bytes(9)}), "est un document Numbers : exportez-le en Excel"),
        (archive({"word/document.xml": b"<w/>"}), "est un document Word"),
        (b"Rar!\x1a\x07\0", "est une archive .rar"),
        (b"7z\xbc\xaf\x27\x1c\0", "est une archive .7z"),
        (b"\0\1\0\0Standard Jet DB\0", "est une base Access"),
        (b'<?xml version="1.0"?><office:document xmlns:office="x"/>', "est un OpenDocument à plat"),
        (b'<?xml version="1.0"?>\n<kml><Document/></kml>', "est un KML : exportez-le en GeoJSON"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "classeur XML de 2003"),
        (archive({f"{n}.csv": b"a;b" for n in range(501)}), "contient 501 fichiers : gardez les seuls utiles"),
        (archive({"lent.csv": b"a;" + bytes(9)}), "« lent.csv », ligne 1"),
        (("CODGEO;" + "x" * 200_000 + "\n").encode(), "pas un CSV lisible"),
        (b'codgeo;libgeo;an;part_non_inseres\n"01004;sans fin\n1\n2', "ligne 2 : un guillemet n'est jamais refermé"),
        (b'codgeo;libgeo\n01004;"A"mb', "ligne 2 : du texte suit un guillemet fermant"),
    ],
)
def test_un_fichier_hostile_est_refuse_par_une_phrase(octets, phrase, petite):
    with pytest.raises(ErreurImport, match=phrase):
        lot_de(petite, depot("hostile.csv", octets))


def test_une_case_sans_fin_est_refusee_quelle_que_soit_la_borne_du_module_csv(petite):
    avant = csv.field_size_limit(10_000_000)  # comme le fait une bibliothèque chargée ailleurs dans le processus
    try:
        with pytest.raises(ErreurImport, match="pas un CSV lisible à partir de la ligne 1"):
            lot_de(petite, depot("hostile.csv", ("CODGEO;" + "x" * 200_000 + "\n").encode()))
    finally:
        csv.field_size_limit(avant)


def test_une_bombe_est_refusee_avant_d_etre_depliee(monkeypatch):
    monkeypatch.setattr(isole, "lire", isole.ici)
    monkeypatch.setattr(classeurs, "TAILLE_DEPLIEE_MAX", 4_000_000)
    with pytest.raises(ErreurImport, match="se déplie en 5 Mo"):
        releve("bombe.xlsx", bombe())


def test_un_parquet_de_quelques_octets_qui_remplirait_la_memoire(monkeypatch):
    monkeypatch.setattr(isole, "lire", isole.ici)
    monkeypatch.setattr(parquets, "CASES_MAX", 1_000)
    with pytest.raises(ErreurImport, match="600 lignes et 2 colonnes"):
        releve("creux.parquet", parquet({"codgeo": ["x"] * 600, "an": ["y"] * 600}))


def test_cinq_cents_megaoctets_ne_sont_pas_lus(tmp_path, dossier, locales, capsys):
    from indicators.__main__ import main

    creux = tmp_path / "enorme.csv"
    with creux.open("wb") as sortie:
        sortie.truncate(500_000_000)  # un fichier creux : rien n'est écrit sur le disque
    assert main(["importer", str(creux), "--donnees", str(dossier)]) == 1
    assert "pèse plus que les 80 Mo admis" in capsys.readouterr().err


def test_trop_de_lignes(monkeypatch):
    monkeypatch.setattr(texte, "LIGNES_MAX", 2)
    monkeypatch.setattr(tableau, "LIGNES_MAX", 2)
    with pytest.raises(ErreurImport, match="plus de 2 lignes"):
        releve("neet.csv", JEUNES)


def test_une_formule_jamais_calculee_n_est_pas_prise_pour_un_secret():
    octets = classeur([["codgeo", "libgeo", "an", "part_non_inseres"], ["01004", "Ambérieu", 2018, "=20+6.7"]])
    with pytest.raises(ErreurImport, match="formules qui n'ont jamais été calculées"):
        releve("neet.xlsx", octets)


def test_une_formule_calculee_est_sa_valeur():
    import xlsxwriter

    sortie = io.BytesIO()
    with xlsxwriter.Workbook(sortie) as livre:
        feuille = livre.add_worksheet()
        feuille.write_row(0, 0, ["codgeo", "libgeo", "an", "part_non_inseres"])
        feuille.write_row(1, 0, ["01004", "Ambérieu", 2018])
        feuille.write_formula(1, 3, "=20+6.7", value=26.7)
    assert releve("neet.xlsx", sortie.getvalue()).chiffres[0].lecture.valeur == "26,7"


@pytest.mark.parametrize("nom", ["=cmd|' /C calc'!A0", "a\rb", "a\nb;c", '"', "\u202e", "x" * 3_000, "\0a\ud800b"])
def test_un_nom_etrange_entre_ou_est_refuse_mais_ne_casse_rien(nom, dossier, locales):
    propre = nom.encode("utf-8", "ignore").decode()
    octets = parquet({"codgeo": ["01005"], "libgeo": [propre], "an": ["2018"], "part_non_inseres": ["26,7"]})
    base = Base(assurer(dossier).chemin)
    lot = lot_de(base, depot("neet.parquet", octets), territoires="tous")
    appliquer(rapporter(lot, base.catalogue), dossier)
    base.fermer()
    relu = Base(assurer(dossier).chemin)
    assert relu.territoire("COM01005").nom == (propre.replace("\r", " ").replace("\0", "").strip())
    relu.fermer()


def test_une_note_de_plusieurs_lignes_survit(dossier, locales):
    base = Base(assurer(dossier).chemin)
    texte = modele('QP001001;taux_pauvrete;2021;;44;;;;"une\r\ndeux"')
    appliquer(rapporter(lot_de(base, depot("m.csv", texte)), base.catalogue), dossier)
    base.fermer()
    relu = Base(assurer(dossier).chemin)
    (chiffre,) = (o for o in relu.observations(["QP001001"], ["taux_pauvrete"]) if o.annee == 2021)
    relu.fermer()
    assert chiffre.note.split() == ["une", "deux"]


NOMS = [
    "../../x.csv",
    "/etc/passwd",
    "..\\..\\x.csv",
    "C:\\x.csv",
    "\0",
    "",
    ".",
    "..",
    "nul.csv",
    "x" * 5_000,
    "<zzoq>\n",
]


@pytest.mark.parametrize("nom", NOMS, ids=ascii)
def test_le_nom_d_un_depot_n_est_jamais_un_chemin(nom, dossier, locales):
    """Il est écrit au journal, tel quel ; les fichiers de l'ajout ont toujours les mêmes noms, au même endroit."""
    base = Base(assurer(dossier).chemin)
    avant = {chemin for chemin in dossier.parent.rglob("*") if locales not in chemin.parents}
    rapport = rapporter(lot_de(base, depot(nom, pauvrete("44,5"))), base.catalogue)
    appliquer(rapport, dossier)
    base.fermer()
    apres = {chemin for chemin in dossier.parent.rglob("*") if locales not in chemin.parents}
    assert {chemin for chemin in apres - avant if chemin.suffix != ".duckdb"} <= {locales}
    assert {str(c.relative_to(locales)) for c in locales.rglob("*") if c.is_file()} == {
        ".verrou", "imports/0001-modele/import.json", "imports/0001-modele/rapport.txt",
        "imports/0001-modele/observations.csv", "imports/0001-modele/sources.csv",
    }  # fmt: skip
    assert [fichier["nom"] for fichier in journal(dossier)[0].fichiers] == [nom]


def test_un_caractere_de_controle_ne_passe_pas_dans_la_base(dossier, locales):
    """Aucun dessin ni diaporama ne saurait l'écrire : il devient une espace, l'ajout entre."""
    base = Base(assurer(dossier).chemin)
    texte = modele("QP001001;taux_pauvrete;2021;;44;;;;avant\x0b\x1b\uffffaprès")
    appliquer(rapporter(lot_de(base, depot("m.csv", texte)), base.catalogue), dossier)
    base.fermer()
    relu = Base(assurer(dossier).chemin)
    (chiffre,) = (o for o in relu.observations(["QP001001"], ["taux_pauvrete"]) if o.annee == 2021)
    relu.fermer()
    assert chiffre.note == "avant   après"


def test_une_case_demesuree_est_refusee():
    octets = parquet({"codgeo": ["01004"], "libgeo": ["x" * 200_000], "an": ["2018"], "part_non_inseres": ["26"]})
    with pytest.raises(ErreurImport, match="200000 caractères"):
        releve("neet.parquet", octets)


@pytest.mark.parametrize("valeur", ["9" * 400, "1e400", "-1e99", "=1+1", "<b>4</b>", "100,1", "-0,1"])
def test_un_nombre_impossible_n_entre_jamais(valeur, dossier, locales):
    avant = empreinte(dossier)
    base = Base(assurer(dossier).chemin)
    rapport = rapporter(lot_de(base, depot("m.csv", pauvrete(valeur))), base.catalogue)
    with pytest.raises(ErreurImport, match="Rien à ajouter"):
        appliquer(rapport, dossier)
    base.fermer()
    assert rapport.lot.lus[0].releve.constats or rapport.hors_bornes
    assert empreinte(dossier) == avant


@pytest.mark.parametrize("annee", ["²", "9999", "0000", "9" * 5_000, "2018.5", "-2018"])
def test_une_annee_impossible_laisse_la_ligne(annee):
    lu = releve("neet.csv", f"codgeo;libgeo;an;part_non_inseres\n01004;A;{annee};26\n01005;B;2018;26\n")
    assert [c.annee for c in lu.chiffres] == [2018]
    assert len(lu.constats) == 1


def test_des_colonnes_en_double_ne_comptent_qu_une_fois(petite):
    lot = lot_de(petite, depot("f.csv", "CODGEO;DISP_MED_A19;DISP_TP60_A19;DISP_TP60_A19\nQP001001;1;40;41\n"))
    assert [o["valeur"] for o in lot.feuilles["observations"]] == ["40"]
    assert len(lot.doubles) == 1


def test_un_classeur_de_plusieurs_onglets_prend_le_bon():
    import openpyxl

    livre = openpyxl.load_workbook(io.BytesIO(VALABLE))
    lisez = livre.create_sheet("Lisez-moi", 0)
    lisez.append(["Source", "Insee"])
    livre.create_sheet("Vide")
    sortie = io.BytesIO()
    livre.save(sortie)
    assert releve("neet.xlsx", sortie.getvalue(), RIEN).chiffres[0].lecture.valeur == "26,7"
    assert next(iter(lire_tableaux(sortie.getvalue(), "neet.xlsx"))).feuille == "Lisez-moi"


def test_la_base_n_a_pas_bouge_quand_un_fichier_du_lot_est_hostile(dossier, locales):
    avant = empreinte(dossier)
    base = Base(assurer(dossier).chemin)
    with pytest.raises(ErreurImport):
        lot_de(base, depot("bon.csv", FILOSOFI_19), depot("mauvais.csv", b"\0"))
    base.fermer()
    assert empreinte(dossier) == avant
    assert not locales.exists()
