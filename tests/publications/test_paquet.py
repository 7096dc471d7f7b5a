"""Le paquet de données : il valide avec Frictionless, et rien ne s'y perd ni ne s'y exécute."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import Package, validate

from indicators.__main__ import main
from indicators.base import paquet as questions
from indicators.base.base import Base
from indicators.base.paquet import FEUILLES
from indicators.donnees.schema import CLES
from indicators.publications import paquet as publication
from indicators.publications.paquet import exporter
from indicators.socle import mise_en_place
from indicators.socle.erreurs import ErreurObservatoire, TerritoireInconnu
from indicators.socle.observations import CHAMPS_GARDES


def fautes(dossier: Path) -> list[list[object]]:
    rapport = validate(str(dossier / "datapackage.json"))
    return rapport.flatten(["title", "type", "rowNumber", "fieldName", "message"])


def en_csv(dossier: Path, feuille: str) -> list[dict[str, object]]:
    """Ce que lit un outil Frictionless, d'après le schéma."""
    return [ligne.to_dict() for ligne in Package(str(dossier / "datapackage.json")).get_resource(feuille).read_rows()]


def en_parquet(dossier: Path, feuille: str) -> list[dict[str, object]]:
    return pq.read_table(dossier / "parquet" / f"{feuille}.parquet").to_pylist()


def choisir(lignes: list[dict[str, object]], **criteres: object) -> dict[str, object]:
    (ligne,) = [li for li in lignes if all(li[c] == v for c, v in criteres.items())]
    return ligne


@pytest.fixture
def paquet(petite, tmp_path) -> Path:
    exporter(petite, tmp_path / "paquet")
    return tmp_path / "paquet"


@pytest.fixture(scope="module")
def vrai_paquet(trois, tmp_path_factory) -> Path:
    dossier = tmp_path_factory.mktemp("vrai") / "paquet"
    exporter(trois, dossier)
    return dossier


def test_le_petit_paquet_valide(paquet):
    assert fautes(paquet) == []


def test_le_vrai_paquet_valide(vrai_paquet):
    assert fautes(vrai_paquet) == []


@pytest.mark.parametrize(
    ("fichier", "avant", "apres", "faute"),
    [
        ("observations", "QP001003;Le Port", "QP009999;Le Port", "foreign-key"),
        ("observations", ";secret;", ";cachée;", "constraint-error"),
        ("observations", ";46,7;", ";46.7.0;", "type-error"),
        ("themes", "population;", "revenus;", "primary-key"),
        ("themes", "Revenus", "Revenu", "hash-count"),
    ],
)
def test_la_validation_voit_une_faute(paquet, fichier, avant, apres, faute):
    chemin = paquet / "csv" / f"{fichier}.csv"
    texte = chemin.read_bytes().decode("utf-8-sig")
    assert avant in texte
    chemin.write_bytes(texte.replace(avant, apres).encode("utf-8-sig"))
    assert faute in {genre for _, genre, *_ in fautes(paquet)}


@pytest.mark.parametrize("feuille", FEUILLES)
def test_les_comptes_sont_ceux_de_la_base(trois, vrai_paquet, feuille):
    (attendu,) = trois._une(f"SELECT count(*) FROM {feuille}")
    assert attendu > 0
    assert len(en_csv(vrai_paquet, feuille)) == len(en_parquet(vrai_paquet, feuille)) == attendu


@pytest.mark.parametrize("feuille", FEUILLES)
def test_csv_et_parquet_disent_la_meme_chose(vrai_paquet, feuille):
    def sans_apostrophe(valeur: object) -> object:
        protege = isinstance(valeur, str) and valeur[:1] == "'" and valeur[1:2] in set("=+-@")
        return valeur[1:] if protege else float(valeur) if type(valeur).__name__ == "Decimal" else valeur

    lus = [{c: sans_apostrophe(v) for c, v in ligne.items()} for ligne in en_csv(vrai_paquet, feuille)]
    assert lus == en_parquet(vrai_paquet, feuille)


def test_chaque_observation_du_parquet_est_celle_de_la_base(trois, vrai_paquet):
    """Ligne à ligne et dans l'ordre : mêmes valeurs, mêmes statuts ; null pour un texte vide, jamais pour un zéro."""
    noms = CHAMPS_GARDES
    lues = [[getattr(o, nom) for nom in noms] for o in trois.observations([t.territoire for t in trois.territoires()])]
    attendues = [{nom: None if v == "" else v for nom, v in zip(noms, o, strict=True)} for o in lues]
    assert any(o["valeur"] == 0 for o in attendues) and any(o["statut"] == "secret" for o in attendues)
    ecrites = [{nom: ligne[nom] for nom in noms} for ligne in en_parquet(vrai_paquet, "observations")]
    assert ecrites == attendues


@pytest.mark.parametrize(
    ("lot", "morceaux"),
    [
        (1, [3, 2, 2, 1, 2, 1]),
        (4, [3 + 2, 2 + 1 + 2, 1]),  # un territoire n'est jamais coupé
        (3 + 2 + 2 + 1 + 2, [3 + 2 + 2 + 1 + 2, 1]),
        (100, [3 + 2 + 2 + 1 + 2 + 1]),
    ],
)
def test_les_observations_viennent_par_territoires_entiers(petite, monkeypatch, lot, morceaux):
    copie = petite.chemin.with_name("copie.duckdb")
    shutil.copyfile(petite.chemin, copie)
    questions.preparer(copie, {})
    (entieres,) = questions.lire(copie, "observations")
    monkeypatch.setattr(questions, "LOT", lot)
    lus = list(questions.lire(copie, "observations"))
    assert [m.num_rows for m in lus] == morceaux
    assert pa.concat_tables(lus).equals(entieres)


def test_ecrire_par_lots_ne_change_pas_un_octet_des_csv(petite, paquet, tmp_path, monkeypatch):
    monkeypatch.setattr(questions, "LOT", 2)
    monkeypatch.setattr(publication, "_LIGNES_CSV", 1)
    exporter(petite, tmp_path / "lots")
    for feuille in FEUILLES:
        csv = f"csv/{feuille}.csv"
        assert (tmp_path / "lots" / csv).read_bytes() == (paquet / csv).read_bytes()
        assert en_parquet(tmp_path / "lots", feuille) == en_parquet(paquet, feuille)
    ecrit = pq.ParquetFile(tmp_path / "lots" / "parquet" / "observations.parquet")
    groupes = [ecrit.metadata.row_group(n).num_rows for n in range(ecrit.metadata.num_row_groups)]
    assert groupes == [3, 2, 2, 1 + 2, 1]
    assert ecrit.schema_arrow.equals(pq.read_schema(paquet / "parquet" / "observations.parquet"))
    assert fautes(tmp_path / "lots") == []


def test_sans_observation_la_table_a_toujours_ses_colonnes(dossier, paquet, tmp_path):
    chemin = dossier / "observations" / "essai.csv"
    lignes = chemin.read_text("utf-8-sig").splitlines(keepends=True)
    chemin.write_text("".join(li for li in lignes if not li.startswith("QN00101M;")), "utf-8-sig")
    demande = ["exporter", "--sortie", str(tmp_path / "vide"), "--donnees", str(dossier), "--territoires", "QN00101M"]
    assert main(demande) == 0
    vide = pq.read_table(tmp_path / "vide" / "parquet" / "observations.parquet")
    assert vide.num_rows == 0
    assert vide.schema.equals(pq.read_schema(paquet / "parquet" / "observations.parquet"))
    assert fautes(tmp_path / "vide") == []


@pytest.mark.parametrize("feuille", FEUILLES)
def test_chaque_cle_est_unique(vrai_paquet, feuille):
    cadre = pd.read_parquet(vrai_paquet / "parquet" / f"{feuille}.parquet")
    assert not cadre.duplicated(list(CLES[feuille])).any()


@pytest.mark.parametrize("lire", [en_csv, en_parquet])
def test_secret_vide_et_zero_restent_trois_choses(paquet, lire):
    lignes = lire(paquet, "observations")
    secret = choisir(lignes, territoire="QP001003", indicateur="taux_pauvrete")
    assert (secret["statut"], secret["valeur"], secret["borne_inf"]) == ("secret", None, None)
    zero = choisir(lignes, territoire="QP001002", indicateur="population")
    assert (zero["statut"], zero["valeur"]) == ("exact", 0) and zero["valeur"] is not None
    intervalle = choisir(lignes, territoire="QP001002", indicateur="taux_pauvrete")
    assert (intervalle["valeur"], intervalle["borne_inf"], intervalle["borne_sup"]) == (None, 25, 30)
    assert intervalle["note"] is None and intervalle["annee_debut"] is None


@pytest.mark.parametrize("lire", [en_csv, en_parquet])
def test_un_code_garde_son_zero(paquet, lire):
    lignes = lire(paquet, "territoires")
    assert choisir(lignes, territoire="COM01004")["code_officiel"] == "01004"
    assert choisir(lignes, territoire="DEP01")["code_officiel"] == "01"


@pytest.mark.parametrize("lire", [en_csv, en_parquet])
def test_un_chiffre_douteux_garde_sa_note(vrai_paquet, lire):
    douteuses = [ligne for ligne in lire(vrai_paquet, "observations") if ligne["fiabilite"] == "douteuse"]
    assert douteuses and all(ligne["note"] for ligne in douteuses)


def test_les_noms_sont_a_cote_des_codes(paquet):
    ligne = choisir(en_csv(paquet, "observations"), territoire="QP001001", source="convention")
    assert (ligne["territoire_nom"], ligne["indicateur_libelle"]) == ("La Gare", "Taux de pauvreté")
    assert (ligne["unite"], ligne["source_titre"], ligne["rang"]) == ("%", "Convention", 3)


def test_rien_ne_s_execute_et_un_negatif_reste_un_nombre(dossier, tmp_path):
    chemin = dossier / "observations" / "essai.csv"
    texte = chemin.read_text("utf-8-sig")
    texte = texte.replace("12,5;;;exact;sure;;insee;1;12,5;12,5", "-12,5;;;exact;sure;=1+1;insee;1;-12,5;-12,5")
    chemin.write_text(texte, "utf-8-sig")
    catalogue = dossier / "indicateurs.csv"
    catalogue.write_text(catalogue.read_text("utf-8-sig").replace(";0;100;", ";-100;100;"), "utf-8-sig")
    sortie = tmp_path / "paquet"
    assert main(["exporter", "--sortie", str(sortie), "--donnees", str(dossier)]) == 0
    assert fautes(sortie) == []
    lu = choisir(en_csv(sortie, "observations"), territoire="REG84")
    assert (float(lu["valeur"]), lu["note"], lu["passage"]) == (-12.5, "'=1+1", "'-12,5")
    assert ";-12,5;" in (sortie / "csv" / "observations.csv").read_text("utf-8-sig")
    typee = choisir(en_parquet(sortie, "observations"), territoire="REG84")
    assert (typee["valeur"], typee["note"]) == (-12.5, "=1+1")


def test_la_base_exportee_s_ouvre_et_se_commente(trois, vrai_paquet):
    copie = Base(vrai_paquet / "observatoire.duckdb")
    assert copie.observations(["QP062011"]) == trois.observations(["QP062011"])
    copie.fermer()
    with duckdb.connect(str(vrai_paquet / "observatoire.duckdb"), read_only=True) as base:
        vues = dict(base.execute("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall())
        assert vues["observations"].startswith("Une ligne : un chiffre")
        assert vues["observations_lisibles"].startswith("Une ligne : un chiffre")
        (dit,) = base.execute(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'indicateurs' AND column_name = 'sens'"
        ).fetchone()
        assert "hausse" in dit


def test_la_base_exportee_est_au_format_que_lit_duckdb_1(paquet):
    """Le format 64 est celui de DuckDB 1.0, écrit dans l'en-tête ; celui de la base en service est plus récent."""
    assert int.from_bytes((paquet / "observatoire.duckdb").read_bytes()[12:20], "little") == 64
    with duckdb.connect() as connexion:
        connexion.execute(f"ATTACH '{paquet / 'observatoire.duckdb'}' AS b (READ_ONLY)")
        (dits,) = connexion.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'b'").fetchone()
    assert dits["storage_version"].startswith("v1.0.0")


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


def test_le_descripteur_dit_schemas_sources_et_licences(trois, vrai_paquet):
    decrit = json.loads((vrai_paquet / "datapackage.json").read_text("utf-8"))
    assert decrit["licenses"][0]["name"] == "etalab-2.0"
    assert {s["source"] for s in decrit["sources"]} == set(trois.catalogue.sources)
    assert decrit["version"].endswith(trois.chemin.stem.removeprefix("observatoire-"))
    decrits = {r["path"] for r in decrit["resources"]}
    ecrits = {f.relative_to(vrai_paquet).as_posix() for f in vrai_paquet.rglob("*") if f.is_file()}
    assert decrits == ecrits - {"datapackage.json"}
    observations = decrit["resources"][0]
    assert (observations["dialect"]["delimiter"], observations["schema"]["missingValues"]) == (";", [""])
    champs = {champ["name"]: champ for champ in observations["schema"]["fields"]}
    assert champs["valeur"]["decimalChar"] == ","
    assert "secret" in champs["statut"]["constraints"]["enum"]
    assert champs["annee"]["constraints"] == {"minimum": 1900, "maximum": 2100}
    assert observations["schema"]["uniqueKeys"] == [list(CLES["observations"])]


def test_le_lisez_moi_vient_du_dictionnaire(trois, vrai_paquet):
    texte = (vrai_paquet / "LISEZ-MOI.md").read_text("utf-8")
    assert "jamais classée avec les quartiers entiers" in texte
    assert "## In English" in texte
    assert all(source.titre in texte for source in trois.catalogue.sources.values())
    assert "fins de ligne LF" not in texte


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
