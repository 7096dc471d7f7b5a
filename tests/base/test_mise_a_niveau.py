"""Une version nouvelle trouve des ajouts faits sur une autre : le site tient, ce qui ne va plus se dit et s'annule."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from depots import depot, modele, pauvrete, rapport_de

from indicators.__main__ import main
from indicators.base.base import Base
from indicators.base.construction import VARIABLE_LOCALES, assurer
from indicators.base.imports import lignes_ecartees
from indicators.imports.moteur.ajout import annuler, appliquer
from indicators.imports.moteur.journal import journal
from indicators.socle.erreurs import ErreurImport

RACINE = Path(__file__).resolve().parents[2]
PREMIERE = "f98bd2a"
"""Le dernier état de la version 0.1.0, la première livrée (`docs/journal-du-code.md`)."""
ANCIENS = Path(__file__).with_name("ajouts_de_la_premiere")
"""Trois ajouts tels qu'elle les écrit ; 0.2.0 et 1.0.0 écrivent les mêmes, au mot près."""


def ajouter(dossier: Path, texte: str, **options: str) -> int:
    ouverte = Base(assurer(dossier).chemin)
    try:
        return appliquer(rapport_de(ouverte, depot("m.csv", texte), **options), dossier, "essai").numero
    finally:
        ouverte.fermer()


def lus(dossier: Path) -> tuple[set[tuple[str, str, float | None]], list[str]]:
    """Les chiffres locaux en service, et ce que la base a laissé."""
    base = Base(assurer(dossier).chemin)
    try:
        codes = [t.territoire for t in base.territoires()]
        locaux = {(o.territoire, o.indicateur, o.valeur) for o in base.observations(codes) if o.source[:5] == "local"}
        return locaux, [str(constat) for constat in lignes_ecartees(base)]
    finally:
        base.fermer()


def oter(chemin: Path, debut: str) -> None:
    """Retire d'un CSV les lignes qui commencent ainsi."""
    lignes = chemin.read_text("utf-8-sig").splitlines(keepends=True)
    assert any(ligne.startswith(debut) for ligne in lignes)
    chemin.write_text("".join(ligne for ligne in lignes if not ligne.startswith(debut)), "utf-8-sig")


def oter_la_population(dossier: Path) -> None:
    """Ce que fait une version qui n'a plus l'indicateur « population », ni aucun de ses chiffres."""
    oter(dossier / "indicateurs.csv", "population;")
    essai = dossier / "observations" / "essai.csv"
    essai.write_text("".join(li for li in essai.open(encoding="utf-8-sig") if ";population;" not in li), "utf-8-sig")


@pytest.fixture
def vieilli(dossier: Path, locales: Path) -> Path:
    """Trois ajouts : un lieu et son chiffre, un indicateur qui va disparaître, et un innocent."""
    ajouter(dossier, "codgeo;libgeo;an;part_non_inseres\n01005;Neuve;2018;26,70\n", territoires="tous")
    ajouter(dossier, modele("COM01005;population;2021;;900;;;;", "QP001001;taux_pauvrete;2022;;41;;;;"))
    ajouter(dossier, pauvrete("44,5"))
    oter_la_population(dossier)
    return dossier


def test_la_base_se_construit_sans_ce_qui_ne_va_plus_et_le_dit(vieilli, capsys):
    locaux, laisses = lus(vieilli)
    assert locaux == {("QP001001", "taux_pauvrete", 41.0), ("QP001001", "taux_pauvrete", 44.5)}
    assert len(laisses) == 1 and "ligne 2, colonne « indicateur » : indicateur inconnu : « population »" in laisses[0]
    assert main(["construire", "--donnees", str(vieilli)]) == 0
    assert main(["journal", "--donnees", str(vieilli)]) == 0
    dit = capsys.readouterr().out.replace("\xa0", " ")
    assert dit.count("1 ligne que cette version ne prend pas") == 1 and "« population »" in dit
    main(["controler", "--donnees", str(vieilli)])
    assert "Ajouts locaux : ce que cette version n'a pas pu prendre" in capsys.readouterr().out


@pytest.mark.parametrize("ordre", [(3, 2, 1), (2, 3, 1), (2, 1, 3)])
def test_tout_ajout_s_annule_et_sans_cercle(vieilli, ordre):
    for numero in ordre:
        assert annuler(vieilli, numero).numero == numero
    assert lus(vieilli) == (set(), [])


def test_un_ajout_sur_lequel_un_autre_s_appuie_dit_lequel(dossier, locales):
    ajouter(dossier, "codgeo;libgeo;an;part_non_inseres\n01005;Neuve;2018;26,70\n", territoires="tous")
    ajouter(dossier, modele("COM01005;taux_pauvrete;2021;;12;;;;", "QP001001;population;2022;;900;;;;"))
    ajouter(dossier, modele("QP001001;population;2023;;901;;;;"))
    oter_la_population(dossier)
    with pytest.raises(ErreurImport, match=r"n° 2 s'appuie sur ce qu'il apporte .*COM01005.*Annulez-le d'abord"):
        annuler(dossier, 1)
    assert [annuler(dossier, n).numero for n in (3, 2, 1)] == [3, 2, 1]


def test_un_nouvel_ajout_doit_entrer_en_entier_meme_si_un_ancien_ne_va_plus(vieilli):
    assert ajouter(vieilli, pauvrete("39", "QP001002")) == 4
    assert ("QP001002", "taux_pauvrete", 39.0) in lus(vieilli)[0]


def test_un_identifiant_renomme_suit_la_table(vieilli):
    chemin = vieilli / "indicateurs.csv"
    lignes = chemin.read_text("utf-8-sig").splitlines()
    pareil = next(ligne for ligne in lignes if ligne.startswith("taux_pauvrete;"))
    chemin.write_text("\n".join([*lignes, pareil.replace("taux_pauvrete;", "habitants;", 1)]) + "\n", "utf-8-sig")
    (vieilli / "renommages.csv").write_text(
        "feuille;ancien;nouveau;depuis;raison\nindicateurs;population;habitants_bis;1.1;essai\n"
        "indicateurs;habitants_bis;habitants;1.2;essai\n", "utf-8-sig"
    )  # fmt: skip
    (vieilli / "indicateurs.csv").write_text(chemin.read_text("utf-8-sig").replace(";0;100;", ";0;1000;"), "utf-8-sig")
    locaux, laisses = lus(vieilli)
    assert ("COM01005", "habitants", 900.0) in locaux and laisses == []


def test_ce_que_remplacait_une_ligne_laissee_revient(dossier, locales):
    """L'ajout corrige un chiffre embarqué ; la version suivante borne autrement : le chiffre embarqué est de retour."""
    source = ajouter(dossier, pauvrete("44,5")) and journal(dossier)[0].dossier / "observations.csv"
    entete, ligne = source.read_text("utf-8-sig").splitlines()
    nouvelle = dict(zip(entete.split(";"), ligne.split(";"), strict=True))
    nouvelle |= {"annee": "2018", "source": "insee", "valeur": "99", "imprime": "99"}
    source.write_text(f"{entete}\n{';'.join(nouvelle.values())}\n", "utf-8-sig")
    base = Base(assurer(dossier).chemin)
    assert 99.0 in {o.valeur for o in base.observations(["QP001001"], ["taux_pauvrete"])}
    base.fermer()
    catalogue = dossier / "indicateurs.csv"
    catalogue.write_text(catalogue.read_text("utf-8-sig").replace(";0;100;", ";0;90;"), "utf-8-sig")
    base = Base(assurer(dossier).chemin)
    assert {o.valeur for o in base.observations(["QP001001"], ["taux_pauvrete"])} == {46.7, 39.3}
    base.fermer()


def test_un_fichier_d_ajout_illisible_ou_d_une_autre_version_ne_bloque_rien(dossier, locales):
    ajouter(dossier, pauvrete("44,5"))
    ajouter(dossier, pauvrete("39", "QP001002"))
    premier, second = (entree.dossier / "observations.csv" for entree in reversed(journal(dossier)))
    lignes = list(csv.reader(premier.open(encoding="utf-8-sig"), delimiter=";"))
    rang = lignes[0].index("note")
    autres = [";".join([*ligne[:rang], *ligne[rang + 1 :], "en plus"]) for ligne in lignes]
    premier.write_text("\n".join(autres) + "\n", "utf-8-sig")
    second.write_bytes(b"\xff\xfe\x00 pas un texte \x80")
    locaux, laisses = lus(dossier)
    assert locaux == {("QP001001", "taux_pauvrete", 44.5)}
    assert len(laisses) == 1 and laisses[0].startswith("0002-modele/observations.csv")
    assert annuler(dossier, 2).numero == 2 and annuler(dossier, 1).numero == 1


def test_sans_base_precedente_on_ne_dit_pas_qu_elle_sert(dossier, capsys):
    (dossier / "territoires.csv").write_text("n'importe quoi", "utf-8")
    assert main(["construire", "--donnees", str(dossier)]) == 1
    assert "reste en service" not in capsys.readouterr().err


def test_les_ajouts_de_la_premiere_version_passent_a_celle_ci(locales, copie_des_donnees):
    """Trois ajouts écrits par la première version, dont un indicateur que celle d'aujourd'hui a perdu et un renommé."""
    shutil.copytree(ANCIENS, locales)
    table = copie_des_donnees / "renommages.csv"
    table.write_text(
        table.read_text("utf-8-sig") + "indicateurs;d_avant;taux_bas_revenus_declares;9;essai\n", "utf-8-sig"
    )
    trouves, laisses = lus(copie_des_donnees)
    assert trouves == {("QP062017", "taux_pauvrete", 41.5), ("QP062017", "taux_bas_revenus_declares", 41.5)}
    assert len(laisses) == 1 and "« perdu »" in laisses[0]
    assert [(e.numero, e.en_service, e.constats) for e in journal(copie_des_donnees)] == [
        (3, True, ()), (2, True, ()), (1, True, ()),
    ]  # fmt: skip
    assert [annuler(copie_des_donnees, n).numero for n in (1, 2, 3)] == [1, 2, 3]


def test_ces_ajouts_sont_ceux_que_la_premiere_version_ecrit(tmp_path):
    """L'ancien programme, tiré de l'histoire du dépôt, les refait au mot près, date et auteur exceptés.

    Une copie superficielle (`git clone --depth 1`) n'a pas cette histoire ; l'essai d'avant n'en a pas besoin.
    """
    tire = subprocess.run(
        ["git", "archive", PREMIERE, "--", "indicators", "data"], cwd=RACINE, capture_output=True, check=False
    )
    if tire.returncode:
        pytest.skip(f"l'histoire du dépôt n'est pas là (copie superficielle) : {tire.stderr.decode().strip()}")
    subprocess.run(["tar", "-x", "-C", str(tmp_path)], input=tire.stdout, check=True)
    catalogue = tmp_path / "data" / "indicateurs.csv"
    texte = catalogue.read_text("utf-8-sig")
    pareil = next(ligne for ligne in texte.splitlines() if ligne.startswith("taux_pauvrete;"))
    en_plus = [pareil.replace("taux_pauvrete;", f"{nom};", 1) for nom in ("perdu", "d_avant")]
    catalogue.write_text("\n".join([texte.rstrip("\n"), *en_plus]) + "\n", "utf-8-sig")
    chemins = {"PYTHONPATH": str(tmp_path), VARIABLE_LOCALES: str(tmp_path / "locales")}
    for rang, indicateur in enumerate(("perdu", "d_avant", "taux_pauvrete")):
        depose = tmp_path / f"m{rang}.csv"
        depose.write_text(modele(f"QP062017;{indicateur};2024;;41,5;;;;", source="Ville;Enquête"), "utf-8")
        subprocess.run(
            [sys.executable, "-m", "indicators", "importer", str(depose)],
            cwd=tmp_path, check=True, capture_output=True, env=os.environ | chemins,
        )  # fmt: skip
    assert ecrits(tmp_path / "locales") == ecrits(ANCIENS)


def ecrits(locales: Path) -> dict[str, str]:
    """Le texte de chaque fichier de ces ajouts ; la fiche sans sa date ni son auteur."""
    textes = {str(f.relative_to(locales)): f.read_text("utf-8") for f in (locales / "imports").rglob("*.*")}
    return {nom: re.sub(r'"(date|auteur)": ".*"', "", texte) for nom, texte in textes.items()}
