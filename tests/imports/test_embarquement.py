"""Embarquer : mêmes fichiers, mêmes octets ; l'ordre des noms ne compte pas ; rien n'est deviné ni répété."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from depots import OUVERTES, exige_donnees_ouvertes

from indicators.__main__ import main
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES, construire
from indicators.donnees.controles.france import relire
from indicators.donnees.lecture import lire_donnees
from indicators.socle.erreurs import DonneesInvalides

COMMUNES = (
    "TYPECOM,COM,REG,DEP,LIBELLE,COMPARENT\nCOM,01004,84,01,Ambérieu,\nCOM,01005,84,01,Neuve,\n"
    "COM,75056,11,75,Paris,\nARM,75101,11,75,Paris 1er Arrondissement,75056\nCOMD,01006,84,01,Vieille,01005\n"
    "COM,02001,32,02,Neuve,\n"
)
EPCI_2024 = (
    "dept;siren;raison_sociale;nb_membres;dep_com;insee;nom_membre;ptot_2024\n"
    "01;200000001;CA des Essais;2;01;01004;Ambérieu;1\n01;200000001;CA des Essais;2;01;01005;Neuve;1\n"
)
EPCI_2020 = (
    "CODGEO;LIBGEO;EPCI;LIBEPCI;DEP;REG\n01004;Ambérieu;200000009;CC Dissoute;01;84\n01005;Neuve;ZZZZZZZZZ;S;01;84\n"
)
DEMO = (
    "CODGEO;LIBGEO;POP_MUN;LIB_COM;TX_TOT_0A24\nQP001009;Les Tours;1\u202f200;Neuve;30,1\n"
    "QP001010;Deux Villes;900;Vieille, Ambérieu;31\nQP001011;Nulle Part;900;Inconnue;31\n"
)
FILO = "codgeo;disp_q2_a16;tp60_a16;note\nQP001009;12990;45,9;0\nQP001001;12000;44,0;0\nQP999999;1;1;0\n"
PANEL = (
    "code,revenu_median,taux_pauvrete,gini,s80s20,annee\nQP001009,12990.0,45.9,,,2016\nQP001009,14000.0,44.0,,,2021\n"
)
FICHIERS = {
    "cog/communes.csv": COMMUNES,
    "cog/epcicom_2024.csv": EPCI_2024,
    "cog/EPCI_2020.csv": EPCI_2020,
    "qpv/DEMO_2022.csv": DEMO,
    "qpv/data_filo16_qp_revdis.csv": FILO,
    "qpv/panel_qpv_complet_v2.csv": PANEL,
    "notes/rien.csv": "a;b\n1;2\n",
}


def deposer(dossier: Path, fichiers: dict[str, str]) -> Path:
    for nom, texte in fichiers.items():
        chemin = dossier / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(texte, "utf-8")
    return dossier


def embarquer(fichiers: Path, donnees: Path) -> dict[str, str]:
    assert main(["embarquer", str(fichiers), "--donnees", str(donnees)]) == 0
    ecrits = sorted(p for p in (donnees / "france").rglob("*") if p.is_file())
    return {p.relative_to(donnees).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in ecrits}


@pytest.fixture
def embarquee(dossier, tmp_path):
    """La petite base, avec la France de ces quelques fichiers."""
    embarquer(deposer(tmp_path / "fichiers", FICHIERS), dossier)
    return dossier


def test_memes_fichiers_memes_octets(dossier, tmp_path):
    fichiers = deposer(tmp_path / "fichiers", FICHIERS)
    assert embarquer(fichiers, dossier) == embarquer(fichiers, dossier)


LISTES = (
    "cog/*",
    "iris-contours-2020/*.csv",
    "population-2023/*.tgz",
    "qpv-indicateurs/*DEMO*",
    "qpv-referentiel/*.csv",
)
"""Les fichiers des producteurs qui font les lieux et leurs liens."""


@exige_donnees_ouvertes
def test_les_lieux_embarques_sont_ceux_que_refont_leurs_listes(copie_des_donnees, tmp_path):
    """Un lien retiré ou ajouté à la main dans `data/france/` se verrait : la commande ne l'écrirait pas."""
    listes = tmp_path / "listes"
    for chemin in (chemin for motif in LISTES for chemin in OUVERTES.glob(motif)):
        copie = listes / chemin.relative_to(OUVERTES)
        copie.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(chemin, copie)
    embarquer(listes, copie_des_donnees)
    # La position d'un lieu vient des contours, qui ne sont pas parmi ces listes.
    positions = ["superficie_ha", "latitude", "longitude", "source_position"]
    for feuille in ("territoires", "appartenances", "filiations"):
        refaits, embarques = (
            pq.read_table(dossier / "france" / f"{feuille}.parquet") for dossier in (copie_des_donnees, DOSSIER_DONNEES)
        )
        colonnes = [nom for nom in embarques.column_names if nom not in positions]
        assert refaits.select(colonnes).equals(embarques.select(colonnes)), feuille


def test_l_ordre_des_fichiers_ne_compte_pas(dossier, tmp_path):
    """Filosofi avant la liste des quartiers, ou après : les mêmes chiffres entrent."""
    apres = {f"z/{nom.rpartition('/')[2]}" if "cog/" in nom else nom: texte for nom, texte in FICHIERS.items()}
    un = embarquer(deposer(tmp_path / "un", FICHIERS), dossier)
    deux = embarquer(deposer(tmp_path / "deux", apres), dossier)
    noms = [nom for nom in un if "/chiffres/insee_filosofi" in nom]
    assert noms
    assert [un[nom] for nom in noms] == [deux[nom] for nom in noms]


def test_les_quartiers_sont_dans_leurs_communes_et_par_elles_dans_leur_epci(embarquee):
    base = Base(construire(embarquee))
    tours, deux_villes = base.fiche("QP001009"), base.fiche("QP001010")
    assert [c.territoire for c in tours.communes] == ["COM01005"]
    # « Vieille » a fusionné dans Neuve ; l'EPCI est celui de la plus récente des listes
    assert {c.territoire for c in deux_villes.communes} == {"COM01004", "COM01005"}
    assert [a.territoire for a in deux_villes.agglomerations] == ["EPCI200000001"]
    assert base.fiche("QP001011").communes == ()
    assert base.trouver("EPCI200000009") is None
    assert base.trouver("COM75101") is None
    base.fermer()


ETALAB = [
    {"code": "01004", "nom": "Ambérieu", "type": "commune-actuelle", "typeLiaison": 0, "zone": "metro",
     "population": 900, "anciensCodes": []},
    {"code": "01005", "nom": "Neuve", "type": "commune-actuelle", "typeLiaison": 0, "zone": "metro",
     "population": 500, "anciensCodes": []},
    {"code": "01006", "nom": "Vieille", "type": "commune-actuelle", "typeLiaison": 0, "zone": "metro",
     "population": 100, "anciensCodes": []},
]  # fmt: skip


def test_une_liste_plus_recente_ou_une_deleguee_est_de_nouveau_une_commune(dossier, tmp_path, capsys):
    """Vieille, déléguée de Neuve, y est rétablie : Neuve n'y est plus la même, sa population n'entre pas."""
    avec = FICHIERS | {"etalab_2023/communes.json": json.dumps(ETALAB)}
    embarquer(deposer(tmp_path / "fichiers", avec), dossier)
    assert "\n1 chiffres de communes agrandies ou réduites depuis, laissés" in capsys.readouterr().out


def test_les_communes_que_la_liste_des_ept_a_reunies_y_sont_aussi(dossier, tmp_path):
    """Pierrefitte, réunie à Saint-Denis en 2025, est comme elle dans Plaine Commune dans une base de 2024."""
    reunies = [{**ETALAB[1], "anciensCodes": ["02001"]}]
    ept = [{"code": "200000007", "nom": "Plaine", "type": "EPT", "membres": [{"code": "01005", "nom": "Neuve"}]}]
    avec = FICHIERS | {"etalab_2023/communes.json": json.dumps(reunies), "etalab_2023/ept.json": json.dumps(ept)}
    embarquer(deposer(tmp_path / "fichiers", avec), dossier)
    liens = pq.read_table(dossier / "france" / "appartenances.parquet").to_pylist()
    assert {li["territoire"] for li in liens if li["nature"] == "ept" and li["territoire"].startswith("COM")} == {
        "COM01005", "COM02001",
    }  # fmt: skip


def test_un_quartier_a_cheval_est_dans_les_agglomerations_de_toutes_ses_communes(dossier, tmp_path):
    """Même dans celle dont les documents nomment les quartiers sans le nommer, lui : la liste dit où il est."""
    voisine = EPCI_2024.replace("200000001;CA des Essais;2;01;01005", "200000002;CC Voisine;1;01;01005")
    embarquer(deposer(tmp_path / "fichiers", FICHIERS | {"cog/epcicom_2024.csv": voisine}), dossier)
    base = Base(construire(dossier))
    assert "EPCI200000001" in {a.territoire for a in base.agglomerations()}
    siennes = {a.territoire for a in base.fiche("QP001010").agglomerations}
    assert siennes == {"EPCI200000001", "EPCI200000002"}
    assert all("QP001010" in {q.territoire for q in base.fiche(a).quartiers} for a in siennes)
    base.fermer()


def test_une_liste_plus_ancienne_ne_place_pas_un_quartier_dans_un_autre_departement(dossier, tmp_path):
    """Celle de 2017 imprime « Douai, Argenteuil » : Lointaine, de l'Aisne, n'est pas à ce quartier de l'Ain."""
    ancienne = (
        "CODGEO;LIBGEO;POP_MUN;LIB_COM;TX_TOT_0A24\nQP001009;Les Tours;1\u202f100;Lointaine, Ambérieu;30,1\n"
        "QP001012;Disparu;700;Lointaine;30,1\n"
    )
    fichiers = FICHIERS | {
        "cog/communes.csv": COMMUNES + "COM,02002,32,02,Lointaine,\n",
        "qpv/DEMO_2017.csv": ancienne,
    }
    embarquer(deposer(tmp_path / "fichiers", fichiers), dossier)
    liens = pq.read_table(dossier / "france/appartenances.parquet").to_pylist()
    communes = {li["parent"] for li in liens if (li["territoire"], li["nature"]) == ("QP001009", "commune")}
    # Neuve de la liste de 2022, Ambérieu de celle de 2017 : même département
    assert communes == {"COM01005", "COM01004"}


def test_une_commune_agrandie_depuis_n_a_pas_les_chiffres_des_deux(dossier, tmp_path):
    """Neuve a réuni Ambérieu en 2025 : sa population de 2023 compte les deux, elle n'est pas celle de 2024."""
    commun = {"typeLiaison": 0, "zone": "metro", "type": "commune-actuelle"}
    communes = [
        commun | {"code": "01005", "nom": "Neuve", "population": 900, "anciensCodes": ["01004"]},
        commun | {"code": "75056", "nom": "Paris", "population": 2100},
    ]
    fichiers = FICHIERS | {"communes_2023.json": json.dumps(communes)}
    embarquer(deposer(tmp_path / "fichiers", fichiers), dossier)
    chemin = dossier / "france/chiffres/insee_populations_2023_etalab.parquet"
    assert [li["territoire"] for li in pq.read_table(chemin).to_pylist()] == ["COM75056"]


def test_un_nom_porte_deux_fois_montre_son_departement(embarquee):
    noms = pq.read_table(embarquee / "france" / "territoires.parquet").to_pydict()
    assert dict(zip(noms["territoire"], noms["nom"], strict=True))["COM02001"] == "Neuve (02)"


def test_les_csv_l_emportent_et_une_reprise_ne_repete_pas(embarquee):
    base = Base(construire(embarquee))
    # QP001001 est décrit par les CSV : son nom reste le leur
    assert base.territoire("QP001001").nom == "La Gare"
    lues = {(o.annee, o.source): o.valeur for o in base.observations(["QP001009"], ["taux_pauvrete"])}
    assert lues == {(2016, "insee_filosofi_2016_qpv"): 45.9, (2021, "panel_filosofi_qpv_2021"): 44.0}
    assert base.observations(["QP001001"], ["taux_pauvrete"])
    base.fermer()


def test_chaque_chiffre_dit_son_fichier_son_empreinte_et_sa_ligne(embarquee, tmp_path):
    lignes = list(
        csv.DictReader(io.StringIO((embarquee / "france/fichiers.csv").read_text("utf-8-sig")), delimiter=";")
    )
    empreintes = {ligne["fichier"]: ligne["empreinte"] for ligne in lignes}
    assert empreintes["qpv/data_filo16_qp_revdis.csv"] == hashlib.sha256(FILO.encode()).hexdigest()
    table = pq.read_table(embarquee / "france/chiffres/insee_filosofi_2016_qpv.parquet").to_pylist()
    (tours,) = [li for li in table if (li["territoire"], li["indicateur"]) == ("QP001009", "taux_pauvrete")]
    assert (tours["ligne"], tours["colonne"], tours["imprime"]) == (2, "tp60_a16", "45,9")


def test_la_relecture_voit_un_chiffre_change(embarquee, tmp_path):
    donnees = lire_donnees(embarquee)
    juste = relire(embarquee, donnees, tmp_path / "fichiers")
    assert juste.constats == []
    assert juste.retrouves.total() > 0
    chemin = embarquee / "france/chiffres/insee_filosofi_2016_qpv.parquet"
    table = pq.read_table(chemin)
    valeurs = [45.8 if v == 45.9 else v for v in table["valeur"].to_pylist()]
    place = table.schema.get_field_index("valeur")
    pq.write_table(table.set_column(place, table.schema.field(place), [valeurs]), chemin)
    (faute,) = relire(embarquee, donnees, tmp_path / "fichiers").constats
    assert "45,9" in faute.message


def test_la_relecture_sans_les_fichiers_les_compte(embarquee, tmp_path):
    ailleurs = relire(embarquee, lire_donnees(embarquee), tmp_path / "ailleurs")
    assert ailleurs.constats == []
    assert ailleurs.sans_fichier.total() > 0


def test_un_chiffre_d_un_territoire_inconnu_est_refuse(embarquee):
    chemin = embarquee / "france/territoires.parquet"
    table = pq.read_table(chemin)
    pq.write_table(table.filter([t != "QP001009" for t in table["territoire"].to_pylist()]), chemin)
    appartenances = embarquee / "france/appartenances.parquet"
    liens = pq.read_table(appartenances)
    pq.write_table(liens.filter([t != "QP001009" for t in liens["territoire"].to_pylist()]), appartenances)
    with pytest.raises(DonneesInvalides, match="QP001009"):
        construire(embarquee)
