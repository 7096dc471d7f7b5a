"""L'ajout : tout ou rien, réversible, numéroté, seul à la fois, et il survit au remplacement de `data/`."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from depots import depot, lignes_de, modele, pauvrete, rapport_de
from filelock import FileLock

from indicators.__main__ import main
from indicators.base.base import Base
from indicators.base.construction import assurer, empreinte, imports_appliques
from indicators.imports.formats.modele import modele_csv, modele_xlsx
from indicators.imports.moteur.ajout import annuler, appliquer, essayer
from indicators.imports.moteur.journal import Entree, journal
from indicators.socle.erreurs import ErreurImport
from indicators.suivi.refus import EcritureCroisee
from pages.vues.mettre_a_jour import bilan


def ajouter(dossier, *fichiers, **options):
    """Comme la commande : la base du moment, le rapport, l'ajout."""
    ouverte = Base(assurer(dossier).chemin)
    try:
        return appliquer(rapport_de(ouverte, *fichiers, **options), dossier, "essai")
    finally:
        ouverte.fermer()


def lire(dossier, territoire="QP001001", indicateur="taux_pauvrete"):
    ouverte = Base(assurer(dossier).chemin)
    try:
        return {
            (o.annee, o.valeur, o.source.partition("_")[0]) for o in ouverte.observations([territoire], [indicateur])
        }
    finally:
        ouverte.fermer()


def test_ajouter_puis_annuler_rend_exactement_la_base_d_avant(dossier, locales):
    avant, base = empreinte(dossier), lire(dossier)
    fichier = assurer(dossier).chemin
    etat = fichier.stat()
    entree = ajouter(dossier, depot("m.csv", pauvrete("44,5")))
    assert (entree.numero, entree.en_service, entree.auteur) == (1, True, "essai")
    assert lire(dossier) == base | {(2021, 44.5, "local")}
    assert empreinte(dossier) != avant
    annule = annuler(dossier)
    assert (annule.numero, annule.en_service) == (1, False)
    assert (empreinte(dossier), lire(dossier)) == (avant, base)
    # La base d'avant était encore là : elle reprend sa place, sans être refaite (la France entière prend dix secondes).
    assert assurer(dossier).chemin.stat().st_ino == etat.st_ino


@pytest.mark.parametrize("reste", [None, b"ceci n'est pas une base"])
def test_annuler_refait_la_base_d_avant_si_elle_n_est_plus_la_ou_plus_entiere(dossier, locales, reste):
    base, fichier = lire(dossier), assurer(dossier).chemin
    ajouter(dossier, depot("m.csv", pauvrete("44,5")))
    fichier.unlink()
    if reste is not None:
        fichier.write_bytes(reste)
    annuler(dossier)
    assert fichier.exists()
    assert lire(dossier) == base


def test_reimporter_ne_change_rien(dossier, locales):
    ajouter(dossier, depot("m.csv", pauvrete("44,5")))
    apres = empreinte(dossier)
    with pytest.raises(ErreurImport, match="Rien à ajouter"):
        ajouter(dossier, depot("m.csv", pauvrete("44,5")))
    assert empreinte(dossier) == apres
    assert len(journal(dossier)) == 1


@pytest.mark.parametrize("suffixe", ["csv", "xlsx"])
def test_un_modele_vide_dit_qu_il_est_vide(suffixe, dossier, locales):
    base = Base(assurer(dossier).chemin)
    octets = {"csv": modele_csv(), "xlsx": modele_xlsx(base.catalogue)}[suffixe]
    rapport = rapport_de(base, depot(f"modele.{suffixe}", octets))
    base.fermer()
    assert "rien n'est écrit sous l'en-tête" in rapport.texte()
    assert "rien n’est écrit sous l’en-tête" in bilan(rapport)
    with pytest.raises(ErreurImport, match=f"« modele.{suffixe} » : rien n'est écrit sous l'en-tête"):
        appliquer(rapport, dossier)


def test_corriger_puis_annuler_la_correction(dossier, locales):
    ajouter(dossier, depot("m.csv", pauvrete("44,5")))
    ajouter(dossier, depot("m.csv", pauvrete("45,5")))
    assert (2021, 45.5, "local") in lire(dossier)
    annuler(dossier)
    assert (2021, 44.5, "local") in lire(dossier)


def test_les_numeros_ne_se_reprennent_pas_et_le_journal_dit_tout(dossier, locales):
    ajouter(dossier, depot("un.csv", pauvrete("44,5")))
    annuler(dossier)
    ajouter(dossier, depot("deux.csv", pauvrete("45,5")))
    ajouter(dossier, depot("trois.csv", pauvrete("46,5", "QP001002")))
    assert [(e.numero, e.en_service, e.fichiers[0]["nom"]) for e in journal(dossier)] == [
        (3, True, "trois.csv"), (2, True, "deux.csv"), (1, False, "un.csv"),
    ]  # fmt: skip
    assert journal(dossier)[0].titre == "Modèle de l’observatoire"
    assert annuler(dossier, 2).numero == 2
    with pytest.raises(ErreurImport, match=r"numéro 2. En service : 3"):
        annuler(dossier, 2)


def test_annuler_sans_ajout(dossier, locales):
    with pytest.raises(ErreurImport, match="Aucun ajout à annuler"):
        annuler(dossier)


COMMUNE = "codgeo;libgeo;an;part_non_inseres\n01005;Neuve;2018;26,70\n"


def test_annuler_ce_dont_un_autre_depend_est_refuse(dossier, locales):
    ajouter(dossier, depot("neet.csv", COMMUNE), territoires="tous")
    ajouter(dossier, depot("m.csv", pauvrete("20", "COM01005")))
    avant = empreinte(dossier)
    with pytest.raises(ErreurImport, match=r"n° 1 ne peut pas être annulé seul : l'ajout n° 2 s'appuie"):
        annuler(dossier, 1)
    assert (empreinte(dossier), len(imports_appliques(dossier))) == (avant, 2)
    annuler(dossier, 2)
    annuler(dossier, 1)


def test_un_ajout_que_les_controles_refusent_ne_laisse_rien(dossier, locales):
    base = empreinte(dossier)
    ouverte = Base(assurer(dossier).chemin)
    lignes = (
        'QP001002;taux_pauvrete;2021;;44;;;;"une note\r\nde deux lignes"',
        "QP001001;taux_pauvrete;2021;;;30;40;;",
    )
    rapport = rapport_de(ouverte, depot("m.csv", modele(*lignes)))
    ouverte.fermer()
    # La lecture l'aurait refusé : la faute naît après elle. Elle se dit à la ligne du fichier déposé, par les deux.
    rapport.lot.feuilles["observations"][1].update(borne_inf="40", borne_sup="30")
    for voie in (essayer, appliquer):
        with pytest.raises(ErreurImport, match=r"m\.csv, ligne 4, colonne « borne_inf » : borne basse au-dessus"):
            voie(rapport, dossier)
    assert empreinte(dossier) == base
    assert journal(dossier) == []
    assert list(locales.rglob("*.csv")) == []


def test_deux_ajouts_a_la_fois(dossier, locales):
    locales.mkdir()
    with FileLock(locales / ".verrou"), pytest.raises(ErreurImport, match="Un autre ajout est en cours"):
        ajouter(dossier, depot("m.csv", pauvrete("44,5")))
    assert ajouter(dossier, depot("m.csv", pauvrete("44,5"))).numero == 1


def test_un_rapport_perime_n_est_pas_applique(dossier, locales):
    """Un autre ajout est passé entre la lecture du rapport et la décision : ce qu'il disait n'est plus vrai."""
    ouverte = Base(assurer(dossier).chemin)
    rapport = rapport_de(ouverte, depot("m.csv", pauvrete("45,5")))
    ouverte.fermer()
    ajouter(dossier, depot("autre.csv", pauvrete("44,5")))
    with pytest.raises(ErreurImport, match=r"n'est plus celle de ce rapport.*Rien n'a été ajouté"):
        appliquer(rapport, dossier)
    assert len(journal(dossier)) == 1
    assert (2021, 44.5, "local") in lire(dossier)


def test_plusieurs_commandes_importer_au_meme_moment(dossier, locales, tmp_path):
    """Quatre processus, quatre fichiers : chacun entre en entier, ou dit pourquoi non ; rejoués, tous sont là."""
    assurer(dossier)
    fichiers = {}
    for rang in range(4):
        fichier = tmp_path / f"m{rang}.csv"
        fichier.write_text(pauvrete(f"4{rang},5", annee=2021 + rang), "utf-8")
        fichiers[2021 + rang] = fichier

    def lancer(fichier):
        commande = [sys.executable, "-m", "indicators", "importer", str(fichier), "--donnees", str(dossier)]
        return subprocess.Popen(commande, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    lances = {annee: lancer(fichier) for annee, fichier in fichiers.items()}
    finis = {annee: (processus.communicate(timeout=120), processus.returncode) for annee, processus in lances.items()}
    entres = {annee for annee, (_, code) in finis.items() if code == 0}
    for annee, ((_, erreurs), code) in finis.items():
        assert code == 0 or (code == 1 and re.match("Un autre ajout est en cours|La base n'est plus celle", erreurs)), (
            annee
        )
        assert erreurs.count("\n") <= 1
    assert entres, finis
    assert {annee for annee, *_ in lire(dossier)} == entres | {2018}
    assert sorted(entree.numero for entree in journal(dossier)) == list(range(1, len(entres) + 1))
    for annee in fichiers.keys() - entres:
        assert main(["importer", str(fichiers[annee]), "--donnees", str(dossier)]) == 0
    assert {annee for annee, *_ in lire(dossier)} == {2018, 2021, 2022, 2023, 2024}


def test_un_dossier_ou_l_on_ne_peut_pas_ecrire(dossier, locales):
    locales.write_text("un fichier à la place du dossier")
    with pytest.raises(ErreurImport, match=r"n'a pas pu être écrit.*Rien n'a changé.*OBSERVATOIRE_DONNEES_LOCALES"):
        ajouter(dossier, depot("m.csv", pauvrete("44,5")))
    assert lire(dossier) == {(2018, 46.7, "insee"), (2018, 39.3, "convention")}


def test_un_disque_plein_pendant_la_construction(dossier, locales, monkeypatch):
    def plein(*_):
        raise OSError(28, "No space left on device")

    ajouter(dossier, depot("m.csv", pauvrete("44,5")))
    apres = empreinte(dossier)
    monkeypatch.setattr("indicators.base.ecriture.ecrire", plein)
    ouverte = Base(assurer(dossier).chemin)
    rapport = rapport_de(ouverte, depot("m.csv", pauvrete("45,5")))
    ouverte.fermer()
    with pytest.raises(ErreurImport, match="No space left"):
        appliquer(rapport, dossier)
    assert empreinte(dossier) == apres


def test_une_fiche_abimee_est_dite(dossier, locales):
    ajouter(dossier, depot("un.csv", pauvrete("44,5")))
    entree = ajouter(dossier, depot("deux.csv", pauvrete("45,5", "QP001002")))
    autre_chose = json.dumps(
        json.loads((entree.dossier / "import.json").read_text("utf-8")) | {"date": [], "auteur": {}}
    )
    for fiche in (
        "{", "[]", '{"fichiers": 3}', '{"fichiers": ["a"]}', '{"fichiers": [{}], "date": 1}', "[" * 20_000, autre_chose,
    ):  # fmt: skip
        (entree.dossier / "import.json").write_text(fiche)
        abimee, intacte = journal(dossier)
        assert (abimee.numero, abimee.en_service, abimee.quand) == (2, True, "date inconnue")
        assert "manque ou est abîmée" in abimee.constats[0]
        assert (intacte.numero, intacte.constats, intacte.fichiers[0]["nom"]) == (1, (), "un.csv")
    assert ajouter(dossier, depot("trois.csv", pauvrete("46,5", "EPCI200000001"))).numero == 3
    assert annuler(dossier, 2).numero == 2
    assert (2021, 45.5, "local") not in lire(dossier, "QP001002")


def test_un_fichier_d_ajout_efface_vide_ou_retouche_se_dit(dossier, locales, capsys):
    chemin = ajouter(dossier, depot("m.csv", pauvrete("44,5"))).dossier / "observations.csv"
    tel_quel = chemin.read_bytes()
    assert journal(dossier)[0].constats == ()
    chemin.write_bytes(tel_quel.replace(b";44,5;", b";54,5;"))
    assert "modifié à la main" in journal(dossier)[0].constats[0]
    assert (2021, 54.5, "local") in lire(dossier)
    chemin.write_bytes(b"")
    assert "a été vidé" in journal(dossier)[0].constats[0]
    assert lire(dossier) == {(2018, 46.7, "insee"), (2018, 39.3, "convention")}
    chemin.unlink()
    assert "a été effacé depuis l'ajout" in journal(dossier)[0].constats[0]
    assert main(["journal", "--donnees", str(dossier)]) == 0
    assert "« observations.csv » a été effacé" in capsys.readouterr().out
    main(["controler", "--donnees", str(dossier)])
    assert "« observations.csv » a été effacé" in capsys.readouterr().out
    chemin.write_bytes(tel_quel)
    assert journal(dossier)[0].constats == ()
    assert (2021, 44.5, "local") in lire(dossier)


def test_les_ajouts_survivent_quand_data_est_remplace(dossier, locales, tmp_path):
    ajouter(dossier, depot("m.csv", pauvrete("44,5")))
    shutil.copytree(dossier, tmp_path / "neuf", ignore=shutil.ignore_patterns("*.duckdb"))
    chemin = tmp_path / "neuf" / "observations" / "essai.csv"
    chemin.write_text(chemin.read_text("utf-8-sig").replace("46,7", "47,7"), "utf-8-sig")
    shutil.rmtree(dossier)
    (tmp_path / "neuf").rename(dossier)
    assert lire(dossier) == {(2018, 47.7, "insee"), (2018, 39.3, "convention"), (2021, 44.5, "local")}


def test_un_chiffre_deja_dans_la_base_garde_sa_note_et_son_doute(dossier, locales):
    """Le fichier répète un chiffre de la base, qu'elle dit douteux : l'ajouter ne le blanchit pas."""
    source = ajouter(dossier, depot("m.csv", pauvrete("44,5"))).dossier / "observations.csv"
    (ligne,) = lignes_de(source)
    annuler(dossier)
    essai = dossier / "observations" / "essai.csv"
    douteuse = ";".join({**ligne, "fiabilite": "douteuse", "note": "contredite"}.values())
    essai.write_text(essai.read_text("utf-8-sig") + douteuse + "\n", "utf-8-sig")
    sources = dossier / "sources.csv"
    sources.write_text(sources.read_text("utf-8-sig") + f"{ligne['source']};Ville;Enquête;;;;interne;2;\n", "utf-8-sig")
    texte = pauvrete("44,5") + "QP001002;taux_pauvrete;2021;;30;;;;;Ville;Enquête;;\r\n"
    ajouter(dossier, depot("m.csv", texte))
    ouverte = Base(assurer(dossier).chemin)
    (gardee,) = (o for o in ouverte.observations(["QP001001"], ["taux_pauvrete"]) if o.annee == 2021)
    ouverte.fermer()
    assert (gardee.douteuse, gardee.note) == (True, "contredite")


def test_la_commande_de_bout_en_bout(dossier, locales, tmp_path, capsys):
    fichier = tmp_path / "chiffres.csv"
    fichier.write_text(pauvrete("44,5"), "utf-8")
    donnees = ["--donnees", str(dossier)]
    assert main(["importer", str(fichier), "--essai", *donnees]) == 0
    assert "Essai : rien n'a été ajouté." in capsys.readouterr().out
    assert main(["importer", str(fichier), *donnees]) == 0
    assert "Ajout n° 1 en service. Pour l'annuler : python -m indicators annuler 1" in capsys.readouterr().out
    assert main(["journal", *donnees]) == 0
    assert "1\xa0valeur ajoutée, 0\xa0changée, " in capsys.readouterr().out
    assert main(["annuler", "1", *donnees]) == 0
    assert main(["importer", str(tmp_path / "absent.csv"), *donnees]) == 1
    assert "n'existe pas" in capsys.readouterr().err


def test_un_dossier_entier_laisse_ce_qu_il_ne_connait_pas(dossier, locales, tmp_path, capsys):
    (tmp_path / "depots").mkdir()
    (tmp_path / "depots" / "lisez.txt").write_text("Bonjour", "utf-8")
    (tmp_path / "depots" / "chiffres.csv").write_text(pauvrete("44,5"), "utf-8")
    assert main(["importer", str(tmp_path / "depots"), "--donnees", str(dossier)]) == 0
    assert "lisez.txt : laissé ; « lisez.txt » n'est d'aucun format connu" in capsys.readouterr().out
    assert (2021, 44.5, "local") in lire(dossier)


def test_les_dates_du_journal_et_du_suivi_sont_a_l_heure_d_ici(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    try:
        entree = Entree(1, "2026-11-28T19:26:00+00:00", "", (), "", Path(), en_service=True)
        assert entree.quand == "28/11/2026 à 20:26"
        moment = datetime(2026, 7, 14, 22, 30, tzinfo=UTC)
        assert "le 15/07/2026 à 00:30" in str(EcritureCroisee({}, 1, "animatrice", moment))
    finally:
        monkeypatch.undo()
        time.tzset()
