"""Vingt personnes à la fois sur deux serveurs, un processus tué, un disque plein, une base arrêtée : rien de perdu."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import URL, event

from indicators.suivi import seances, tables
from indicators.suivi.ecriture import historique
from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import SuiviIndisponible
from tests.suivi.conftest import ANIMATRICE, Serveur
from tests.suivi.ecrivain import COMMUNE, ECRIVAINS, TOURS


def ouvrir_la_seance(magasin: Magasin) -> None:
    seances.ecrire_seance(magasin, ANIMATRICE, "s1", "Comité", "EPCI200000001", date(2026, 11, 28), 0)


def lancer(geste: str, adresse: URL, *reste: str) -> subprocess.Popen[str]:
    commande = [sys.executable, "-m", "tests.suivi.ecrivain", geste, adresse.render_as_string(False), *reste]
    return subprocess.Popen(commande, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=os.getcwd())


def test_vingt_a_la_fois_sur_deux_serveurs_rien_de_perdu_rien_de_remplace(adresse: URL, magasin: Magasin) -> None:
    ouvrir_la_seance(magasin)
    seances.noter(magasin, ANIMATRICE, "s1", COMMUNE, "début", 0)
    repliques = [lancer("ensemble", adresse, nom) for nom in ("a", "b")]
    devances = 0
    for replique in repliques:
        sortie, erreurs = replique.communicate(timeout=120)
        assert replique.returncode == 0, erreurs
        devances += int(sortie)

    notes = seances.notes(magasin, "s1")
    attendus = {f"{r}-{f}-{t}" for r in "ab" for f in range(ECRIVAINS) for t in range(TOURS)}
    mots = notes[COMMUNE].texte.split()[1:]
    assert len(mots) == len(attendus) == 2 * ECRIVAINS * TOURS
    assert set(mots) == attendus, "chaque mot confirmé est encore là, une fois"
    assert notes[COMMUNE].trace.version == 1 + len(attendus)
    changements = historique(magasin, tables.SEANCE_NOTES, seance="s1", diapositive=COMMUNE)
    assert [c.version for c in changements] == list(range(1, 2 + len(attendus)))
    for replique in "ab":
        for fil in range(ECRIVAINS):
            assert notes[f"{replique}-{fil}"].texte == f"{replique}-{fil}-{TOURS - 1}"
    assert devances > 0, "sans croisement, le test n'aurait rien éprouvé"


def test_tue_pendant_qu_il_ecrit_tout_ce_qui_etait_confirme_reste(
    adresse: URL, magasin: Magasin, ouvrir: Callable[[URL], Magasin]
) -> None:
    ouvrir_la_seance(magasin)
    processus = lancer("sans_fin", adresse)
    assert processus.stdout is not None
    confirmees = [int(next(processus.stdout)) for _ in range(25)]
    processus.send_signal(signal.SIGKILL)
    confirmees += [int(ligne) for ligne in processus.communicate(timeout=30)[0].splitlines() if ligne.strip()]

    note = seances.notes(ouvrir(adresse), "s1")[COMMUNE]
    # Une de plus peut avoir été écrite sans qu'il ait eu le temps de le dire.
    assert note.trace.version - confirmees[-1] in (0, 1)
    assert note.texte == f"version {note.trace.version}"
    histoire = historique(magasin, tables.SEANCE_NOTES, seance="s1", diapositive=COMMUNE)
    assert [c.version for c in histoire] == list(range(1, note.trace.version + 1))
    if magasin.fichier is not None:
        with sqlite3.connect(magasin.fichier) as fichier:
            assert fichier.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_disque_plein_se_dit_et_ne_perd_rien(magasin_sqlite: Magasin) -> None:
    ouvrir_la_seance(magasin_sqlite)
    processus = lancer("disque_plein", magasin_sqlite.moteur.url)
    sortie, erreurs = processus.communicate(timeout=60)
    assert processus.returncode == 0, erreurs
    derniere, phrase = sortie.splitlines()
    assert "n’a plus de place sur le disque" in phrase and "Libérez de la place" in phrase
    note = seances.notes(magasin_sqlite, "s1")[COMMUNE]
    assert note.trace.version == int(derniere) > 0
    assert note.texte.startswith(f"{derniere} ")
    seances.noter(magasin_sqlite, ANIMATRICE, "s1", COMMUNE, "la place est revenue", note.trace.version)


def test_un_magasin_plein_se_dit(magasin_sqlite: Magasin) -> None:
    ouvrir_la_seance(magasin_sqlite)
    magasin_sqlite.moteur.dispose()
    event.listen(magasin_sqlite.moteur, "connect", lambda cx, _: cx.execute("PRAGMA max_page_count = 1"))

    def remplir() -> None:
        for n in range(200):
            seances.noter(magasin_sqlite, ANIMATRICE, "s1", COMMUNE, str(n) + "é" * 7000, n, brouillon=False)

    with pytest.raises(SuiviIndisponible, match="n’a plus de place sur le disque"):
        remplir()
    assert [s.id for s in seances.seances(magasin_sqlite, publiees=False)] == ["s1"]


def test_postgres_arrete_se_dit_et_revient_sans_rien_redemarrer(
    serveur_a_arreter: Serveur, ouvrir: Callable[[URL], Magasin]
) -> None:
    magasin = ouvrir(serveur_a_arreter.adresse)
    ouvrir_la_seance(magasin)
    vue = seances.noter(magasin, ANIMATRICE, "s1", COMMUNE, "avant la panne", 0)
    serveur_a_arreter.arreter()
    with pytest.raises(SuiviIndisponible, match="ne répond pas : rien n’a été écrit"):
        seances.noter(magasin, ANIMATRICE, "s1", COMMUNE, "pendant la panne", vue)
    with pytest.raises(SuiviIndisponible, match="ne répond pas"):
        seances.notes(magasin, "s1")
    serveur_a_arreter.repartir()
    assert seances.notes(magasin, "s1")[COMMUNE].texte == "avant la panne"
    assert seances.noter(magasin, ANIMATRICE, "s1", COMMUNE, "pendant la panne", vue) == vue + 1
