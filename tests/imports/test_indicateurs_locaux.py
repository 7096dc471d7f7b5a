"""Ses propres indicateurs : définis dans le modèle, entrés avec leurs chiffres, marqués partout, jamais confondus."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from depots import depot, lot_de, modele, rapport_de

from indicators.analyse.portrait import dresser
from indicators.base.base import Base
from indicators.base.construction import construire
from indicators.imports.formats.modele import modele_xlsx
from indicators.imports.moteur import isole
from indicators.imports.moteur.ajout import appliquer
from indicators.socle.erreurs import ErreurImport

COLONNES = (
    "indicateur",
    "nom",
    "nom_court",
    "unite",
    "decimales",
    "definition",
    "sens",
    "theme",
    "pilier",
    "precautions",
)
JARDINS = {
    "indicateur": "part_jardins", "nom": "Part des ménages avec jardin partagé", "nom_court": "Jardins partagés",
    "unite": "%", "decimales": "", "definition": "Ménages inscrits à un jardin partagé, sur l’ensemble des ménages.",
    "sens": "hausse", "theme": "revenus", "pilier": "Cohésion sociale", "precautions": "Déclaratif.",
}  # fmt: skip
CHIFFRES = ("QP001001;part_jardins;2023;;12,5;;;;", "QP001002;part_jardins;2023;;8;;;;")


@pytest.fixture(autouse=True)
def dans_ce_processus(monkeypatch):
    monkeypatch.setattr(isole, "lire", isole.ici)


def definis(*lignes: dict[str, str]) -> str:
    return "\n".join([";".join(COLONNES), *(";".join(li[c] for c in COLONNES) for li in lignes)]) + "\n"


def deposes(*lignes: dict[str, str], chiffres: tuple[str, ...] = CHIFFRES):
    return depot("chiffres.csv", modele(*chiffres)), depot("indicateurs.csv", definis(*lignes))


def ajouter(dossier, *fichiers) -> Base:
    base = Base(construire(dossier))
    rapport = rapport_de(base, *fichiers)
    base.fermer()
    appliquer(rapport, dossier)
    return Base(construire(dossier))


def test_il_entre_avec_ses_chiffres_marque_et_se_juge(dossier, locales):
    base = ajouter(dossier, *deposes(JARDINS))
    indicateur = base.catalogue.indicateur("part_jardins")
    assert indicateur.est_local
    assert indicateur.bande_proche == base.catalogue.indicateur("taux_pauvrete").bande_proche == 1.0
    assert (indicateur.libelle, indicateur.libelle_court, indicateur.decimales) == (
        "Part des ménages avec jardin partagé (local)", "Jardins partagés (local)", 1,
    )  # fmt: skip
    lues = {o.territoire: o.valeur for o in base.observations(["QP001001", "QP001002"], ["part_jardins"])}
    assert lues == {"QP001001": 12.5, "QP001002": 8.0}
    ligne = next(li for li in dresser(base, "QP001001").lignes if li.indicateur is indicateur)
    assert ligne.chiffre is not None and ligne.chiffre.valeur == 12.5
    base.fermer()


def test_dans_un_classeur_l_onglet_indicateurs_se_remplit(petite):
    livre = openpyxl.load_workbook(io.BytesIO(modele_xlsx(petite.catalogue)))
    assert livre.sheetnames == ["Chiffres", "Aide", "Indicateurs", "Catalogue"]
    livre["Indicateurs"].append([JARDINS[c] or None for c in COLONNES])
    livre["Chiffres"].append(
        ["La Gare", "Part des ménages avec jardin partagé", 2023, None, 12.5, *[None] * 4, "V", "E"]
    )
    sortie = io.BytesIO()
    livre.save(sortie)
    rapport = rapport_de(petite, depot("rempli.xlsx", sortie.getvalue()))
    (ligne,) = rapport.lot.feuilles["observations"]
    assert (ligne["territoire"], ligne["indicateur"], ligne["valeur"]) == ("QP001001", "part_jardins", "12,5")
    assert "marqués « local » partout : Part des ménages avec jardin partagé (part_jardins)" in rapport.texte()


@pytest.mark.parametrize("colonne", [c for c in COLONNES if c not in {"nom_court", "decimales", "precautions"}])
def test_une_case_vide_est_refusee_a_sa_place(petite, colonne):
    with pytest.raises(ErreurImport, match=f"indicateurs.csv, ligne 2, colonne « {colonne} » : case vide"):
        lot_de(petite, *deposes(JARDINS | {colonne: ""}))


@pytest.mark.parametrize(
    ("colonne", "valeur", "phrase"),
    [
        ("indicateur", "taux_pauvrete", "« taux_pauvrete » est déjà pris par le catalogue"),
        ("indicateur", "Part Jardins", "lettres minuscules sans accent"),
        ("nom", "Taux de pauvreté", "est déjà le nom de « taux_pauvrete »"),
        ("unite", "kilos", "« kilos » n'est pas admis .valeurs admises : %"),
        ("sens", "bon", "valeurs admises : hausse, baisse, neutre"),
        ("theme", "jardins", "valeurs admises : revenus, population"),
        ("pilier", "Nature", "valeurs admises : Cohésion sociale"),
        ("decimales", "9", "n'est pas un nombre de décimales, de 0 à"),
        ("definition", "x" * 3_000, "3000 caractères"),
    ],
)
def test_ce_qui_n_est_pas_admis_est_refuse_a_sa_place(petite, colonne, valeur, phrase):
    with pytest.raises(ErreurImport, match=f"indicateurs.csv, ligne 2, colonne « {colonne} » : .*{phrase}"):
        lot_de(petite, *deposes(JARDINS | {colonne: valeur}))


def test_un_pourcentage_hors_de_zero_a_cent_est_dit(petite):
    """Rien ne borne un indicateur que l'on définit : 125 % entre, et le rapport le dit."""
    texte = rapport_de(petite, *deposes(JARDINS, chiffres=("QP001001;part_jardins;2023;;125;;;;",))).texte()
    assert "part_jardins : « 125 » n’est pas entre 0 et 100" in texte


def test_defini_deux_fois_ou_sans_chiffre(petite):
    with pytest.raises(ErreurImport, match="ligne 3, colonne « indicateur » : « part_jardins » est défini deux fois"):
        lot_de(petite, *deposes(JARDINS, JARDINS))
    autre = JARDINS | {"indicateur": "autre", "nom": "Autre"}
    rapport = rapport_de(petite, *deposes(JARDINS, autre))
    assert "« autre » est défini sans aucun chiffre : laissé" in rapport.texte()
    assert [li["indicateur"] for li in rapport.lot.feuilles["indicateurs"]] == ["part_jardins"]


def test_l_annee_suivante_ses_chiffres_seuls_suffisent(dossier, locales):
    base = ajouter(dossier, *deposes(JARDINS))
    suite = depot("suite.csv", modele("QP001001;Part des ménages avec jardin partagé;2024;;14;;;;"))
    lot = lot_de(base, suite)
    assert [li["libelle"] for li in lot.feuilles["indicateurs"]] == [JARDINS["nom"]]
    with pytest.raises(ErreurImport, match="déjà un indicateur local, défini autrement"):
        lot_de(base, *deposes(JARDINS | {"definition": "Autre chose."}))
    assert lot_de(base, *deposes(JARDINS)).chiffres
    base.fermer()


def test_une_version_qui_prend_son_identifiant_le_dit_et_ne_cache_rien(dossier, locales):
    base = ajouter(dossier, *deposes(JARDINS))
    base.fermer()
    chemin = dossier / "indicateurs.csv"
    entete, *lignes = chemin.read_text("utf-8-sig").splitlines()
    champs = dict(zip(entete.split(";"), next(csv.reader([lignes[0]], delimiter=";")), strict=True))
    champs |= {"indicateur": "part_jardins", "libelle": "Jardins du cadastre", "libelle_court": "Cadastre"}
    chemin.write_text("\n".join([entete, *lignes, ";".join(champs.values())]) + "\n", "utf-8-sig")
    base = Base(construire(dossier))
    sien, celui_du_catalogue = (base.catalogue.indicateur(c) for c in ("part_jardins_local", "part_jardins"))
    assert celui_du_catalogue.libelle == "Jardins du cadastre" and not celui_du_catalogue.est_local
    assert sien.libelle == f"{JARDINS['nom']} (local)"
    assert (
        "portait l’identifiant « part_jardins », que le catalogue de l’observatoire a pris depuis" in sien.precautions
    )
    lues = {o.indicateur for o in base.observations(["QP001001"], ["part_jardins", "part_jardins_local"])}
    assert lues == {"part_jardins_local"}
    suite = rapport_de(base, depot("suite.csv", modele("QP001001;part_jardins;2024;;14;;;;")))
    assert (
        "« part_jardins » est ici « Jardins du cadastre », du catalogue ; pour votre indicateur local, écrivez "
        "« part_jardins_local »" in suite.texte()
    )
    assert "est ici" not in rapport_de(base, depot("s.csv", modele("QP001001;part_jardins_local;2024;;14;;;;"))).texte()
    base.fermer()
