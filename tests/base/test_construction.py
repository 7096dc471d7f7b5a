"""La base se construit à côté et se renomme : jamais à moitié, même à plusieurs (tuée : `test_tue.py`)."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from indicators.base import construction
from indicators.base.base import Base
from indicators.base.construction import DOSSIER_DONNEES, assurer, construire, empreinte
from indicators.socle.erreurs import BaseIndisponible, DonneesInvalides


def changer(dossier: Path, ancien: str, nouveau: str) -> None:
    chemin = dossier / "observations" / "essai.csv"
    texte = chemin.read_text("utf-8-sig")
    assert ancien in texte
    chemin.write_text(texte.replace(ancien, nouveau), "utf-8-sig")


def valeur(base: Path) -> float | None:
    ouverte = Base(base)
    try:
        return ouverte.observations(["QP001001"], ["taux_pauvrete"])[0].valeur
    finally:
        ouverte.fermer()


def bases(dossier: Path) -> list[Path]:
    return sorted(dossier.glob("observatoire-*.duckdb"))


def test_deux_fois_les_memes_donnees_font_la_meme_base(dossier):
    assert construire(dossier) == construire(dossier)
    assert len(bases(dossier)) == 1
    assert not list(dossier.glob(".construction-*"))


def test_un_csv_change_fait_une_autre_base_et_un_lecteur_garde_la_sienne(dossier):
    premiere = construire(dossier)
    lecteur = Base(premiere)
    chemin = dossier / "observations" / "essai.csv"
    chemin.write_text(chemin.read_text("utf-8-sig").replace("46,7", "47,7"), "utf-8-sig")
    seconde = assurer(dossier).chemin
    assert seconde != premiere
    assert lecteur.observations(["QP001001"], ["taux_pauvrete"])[0].valeur == 46.7
    neuf = Base(seconde)
    assert neuf.observations(["QP001001"], ["taux_pauvrete"])[0].valeur == 47.7
    lecteur.fermer()
    neuf.fermer()


def test_ne_garde_que_la_base_actuelle_et_la_precedente(dossier):
    for k in range(4):
        chemin = dossier / "observations" / "essai.csv"
        chemin.write_text(chemin.read_text("utf-8-sig").replace("46,7", f"46,7{k}"), "utf-8-sig")
        os.utime(construire(dossier), (1_000_000 + k, 1_000_000 + k))
    assert len(bases(dossier)) == 2


def _construire_et_lire(dossier: str) -> int:
    ouverte = Base(assurer(Path(dossier)).chemin)
    return len(ouverte.observations(["QP001001", "EPCI200000001"]))


def test_plusieurs_processus_demarrent_en_meme_temps(dossier):
    contexte = multiprocessing.get_context("forkserver")
    contexte.set_forkserver_preload([__name__])  # chargé une fois : ils partent ensemble
    with contexte.Pool(3) as groupe:
        lus = groupe.map(_construire_et_lire, [str(dossier)] * 6)
    assert set(lus) == {5}
    assert len(bases(dossier)) == 1


def test_un_dossier_sans_ecriture_dit_quoi_faire(dossier, monkeypatch, tmp_path):
    fichier = tmp_path / "pas-un-dossier"
    fichier.write_text("")
    monkeypatch.setenv(construction.VARIABLE_BASE, str(fichier))
    with pytest.raises(BaseIndisponible, match="OBSERVATOIRE_BASE"):
        assurer(dossier)
    ailleurs = tmp_path / "ailleurs"
    monkeypatch.setenv(construction.VARIABLE_BASE, str(ailleurs))
    assert assurer(dossier).chemin.parent == ailleurs
    assert not bases(dossier)


@pytest.mark.parametrize("contenu", [b"", b"ceci n'est pas une base", b"\x00" * 5000])
def test_une_base_abimee_se_dit_en_une_phrase(tmp_path, contenu):
    chemin = tmp_path / "observatoire-abimee.duckdb"
    chemin.write_bytes(contenu)
    with pytest.raises(BaseIndisponible, match="Supprimez ce fichier"):
        Base(chemin)


def test_la_signature_change_avec_les_fichiers_sans_les_lire(copie_des_donnees):
    avant = construction.signature(copie_des_donnees)
    assert avant == construction.signature(copie_des_donnees)
    (copie_des_donnees / "observations" / "ajout.csv").write_text("x")
    assert construction.signature(copie_des_donnees) != avant


def test_les_donnees_embarquees_sont_celles_du_projet():
    assert (DOSSIER_DONNEES / "territoires.csv").exists()


def test_un_csv_enregistre_pendant_la_lecture_n_est_pas_pris_pour_un_autre(dossier, monkeypatch):
    """Sans cela, l'ancienne valeur resterait pour toujours sous l'empreinte de la nouvelle."""
    lire, lues = construction.lire_donnees, []

    def lire_puis_enregistrer(*arguments):
        donnees = lire(*arguments)
        if not lues:
            changer(dossier, ";46,7;", ";47,7;")
        lues.append(donnees)
        return donnees

    monkeypatch.setattr(construction, "lire_donnees", lire_puis_enregistrer)
    base = assurer(dossier)
    assert len(lues) == 2
    assert (base.chemin.name, valeur(base.chemin)) == (f"observatoire-{empreinte(dossier)}.duckdb", 47.7)


def test_des_fichiers_qui_changent_sans_cesse_se_disent_et_la_base_sert(dossier, monkeypatch):
    ancienne = construire(dossier)
    lire, rangs = construction.lire_donnees, iter(range(100))

    def lire_puis_enregistrer(*arguments):
        donnees = lire(*arguments)
        (dossier / "observations" / "essai.csv").open("a").write("\n" * next(rangs) + "\n")
        return donnees

    changer(dossier, ";46,7;", ";47,7;")
    monkeypatch.setattr(construction, "lire_donnees", lire_puis_enregistrer)
    base = assurer(dossier)
    assert (base.chemin, bases(dossier)) == (ancienne, [ancienne])
    assert "des fichiers changent pendant qu'ils sont lus ; attendez, puis recommencez" in base.erreur


@pytest.mark.parametrize("question", [construction.signature, construction.empreinte])
def test_un_fichier_qui_disparait_entre_la_liste_et_la_lecture(dossier, monkeypatch, question):
    """Un ajout annulé pendant qu'un écran demande l'état des fichiers : la question est reposée, rien ne tombe."""
    attendue, vrais, fois = question(dossier), construction._contenus, []

    def contenus(*arguments):
        fois.append(1)
        if len(fois) == 1:
            yield "0001-modele/observations.csv", dossier / "disparu.csv"
        yield from vrais(*arguments)

    monkeypatch.setattr(construction, "_contenus", contenus)
    assert question(dossier) == attendue
    assert len(fois) == 2


def test_un_csv_que_l_on_ne_peut_pas_ouvrir_est_nomme(dossier):
    """Tenu par un autre programme, ou sans droit de lecture : ici, un dossier à sa place."""
    ancienne = construire(dossier)
    (dossier / "sources.csv").unlink()
    (dossier / "sources.csv").mkdir()
    base = assurer(dossier)
    assert base.chemin == ancienne
    assert "sources.csv : ce fichier ne peut pas être lu (" in base.erreur
    ancienne.unlink()
    with pytest.raises(DonneesInvalides, match="fermez le programme qui le tient"):
        assurer(dossier)


AN = 365 * 24 * 3600


@pytest.mark.parametrize("ecart", [AN, -AN], ids=["l'horloge a reculé", "l'horloge a avancé"])
def test_l_horloge_change_la_derniere_base_en_service_reste_la_derniere(dossier, ecart):
    """Les bases d'hier sont datées de l'an prochain (ou dernier) : c'est pourtant celle d'aujourd'hui qui sert."""
    for nouvelle in (";45,7;", ";44,7;"):
        changer(dossier, ";46,7;" if nouvelle == ";45,7;" else ";45,7;", nouvelle)
        base = construire(dossier)
        quand = base.stat().st_mtime + ecart
        os.utime(base, (quand, quand))
    changer(dossier, ";44,7;", ";43,7;")
    actuelle = construire(dossier)
    assert len(bases(dossier)) == 2
    (dossier / "sources.csv").unlink()
    secours = assurer(dossier)
    assert (secours.chemin, valeur(secours.chemin)) == (actuelle, 43.7)
    assert "fichier absent" in secours.erreur


def test_revenir_a_des_donnees_d_avant_remet_leur_base_en_tete(dossier):
    """Sans la refaire ; si les CSV se gâtent ensuite, c'est elle qui sert, non celle que l'on vient de quitter."""
    premiere = construire(dossier)
    changer(dossier, ";46,7;", ";47,7;")
    construire(dossier)
    changer(dossier, ";47,7;", ";46,7;")
    assert assurer(dossier).chemin == premiere
    (dossier / "sources.csv").unlink()
    assert assurer(dossier).chemin == premiere


@pytest.mark.parametrize("date", [0, 4_000_000_000])
def test_les_restes_d_une_construction_tuee_s_en_vont_meme_dates_du_futur(dossier, date):
    restes = dossier / ".construction-tuee"
    (restes / "base.duckdb.tmp").mkdir(parents=True)
    (restes / "base.duckdb.tmp" / "bloc").write_bytes(b"x")
    (restes / "base.duckdb.wal").write_bytes(b"x")
    recents = dossier / ".construction-en-cours"
    recents.mkdir()
    os.utime(restes, (date, date))
    construire(dossier)
    assert list(dossier.glob(".construction-*")) == [recents], "celle qui est peut-être en cours est laissée"
