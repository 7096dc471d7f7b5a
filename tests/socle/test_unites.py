"""Les unités : comment elles s'écrivent, se comparent, et en quoi se dit un écart."""

from __future__ import annotations

import pickle

import pytest
from unites import LIGNES, UNITES

from indicators.__main__ import main
from indicators.donnees.controles.structure import verifier_structure
from indicators.donnees.lecture import lire_donnees
from indicators.socle.unites import Unite, avec_unite


@pytest.mark.parametrize(
    ("texte", "unite", "n", "attendu"),
    [
        ("46,7", "%", 46.7, "46,7 %"),
        ("1", "habitants", 1, "1 habitant"),
        ("0", "habitants", 0, "0 habitant"),
        ("1,9", "personnes par ménage", 1.9, "1,9 personne par ménage"),
        ("2", "communes", 2, "2 communes"),
        ("1", "communes", 1, "1 commune"),
        ("10\u202f920", "€/an", 10920, "10\u202f920 € par an"),
        ("79", "indice", 79, "79"),
        ("2\u202f018", "année", 2018, "2018"),
        ("27,9", "points d’indice", 27.9, "27,9 points d’indice"),
    ],
)
def test_un_nombre_et_son_unite(texte, unite, n, attendu):
    assert avec_unite(texte, UNITES[unite], n).replace("\u00a0", " ") == attendu


def test_une_unite_de_document_s_ecrit_telle_quelle():
    assert avec_unite("1", "logements par an", 1) == "1\u00a0logements par an"
    assert avec_unite("79", "") == "79"


def test_l_unite_d_un_ecart():
    assert UNITES["%"].ecart is UNITES["points"] and UNITES["indice"].ecart is UNITES["points"]
    assert UNITES["habitants"].ecart is UNITES["habitants"]


def test_une_unite_est_son_code_et_survit_a_une_copie():
    copie = pickle.loads(pickle.dumps(UNITES["%"]))
    assert copie == "%" and f"{copie}" == "%" and copie.comparable and copie.ecart == "points"
    assert isinstance(copie, Unite)


def test_chaque_unite_de_la_table_se_tient():
    for ligne in LIGNES:
        unite = UNITES[ligne["unite"]]
        assert bool(unite.singulier) == bool(unite.pluriel), unite
        assert unite.libelle and unite.ecart.ecart is unite.ecart, unite
        assert unite.apres("Titre") == (f"Titre ({unite})" if unite.pluriel else "Titre")
        assert unite.apres(unite.apres("Titre")) == unite.apres("Titre")


@pytest.mark.parametrize(
    ("titre", "unite", "attendu"),
    [
        ("Taux de pauvreté (seuil à 60 %)", "%", "Taux de pauvreté (seuil à 60 %)"),
        ("Taux de pauvreté (seuil à 60\u202f%)", "%", "Taux de pauvreté (seuil à 60\u202f%)"),
        ("Nombre d’habitants, 0 à 3 ans", "habitants", "Nombre d’habitants, 0 à 3 ans"),
        ("Surface habitable", "ha", "Surface habitable (ha)"),
        ("Logements sociaux", "logements", "Logements sociaux"),
    ],
)
def test_un_titre_dit_son_unite_une_seule_fois(titre: str, unite: str, attendu: str):
    assert UNITES[unite].apres(titre) == attendu


def _avec_unite_fausse(dossier, unite: str) -> None:
    chemin = dossier / "indicateurs.csv"
    texte = chemin.read_text("utf-8-sig")
    assert ";%;1;baisse" in texte
    chemin.write_text(texte.replace(";%;1;baisse", f";{unite};1;baisse"), "utf-8-sig")


def test_une_unite_hors_de_la_table_est_une_erreur_qui_dit_les_admises(dossier, capsys):
    _avec_unite_fausse(dossier, "pour cent")
    assert main(["controler", "--donnees", str(dossier)]) == 1
    dit = capsys.readouterr().out
    assert "indicateurs.csv, ligne 2, colonne « unite » : unite inconnue : « pour cent » (admises : %, points" in dit


def test_plus_de_decimales_que_l_unite_n_en_admet_est_une_erreur(dossier):
    _avec_unite_fausse(dossier, "habitants")
    (constat,) = (c for c in verifier_structure(lire_donnees(dossier)) if c.colonne == "decimales")
    assert "1 : en « habitants », un indicateur en a de 0 à 0" in constat.message
