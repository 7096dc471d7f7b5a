"""Le magasin : né sans rien faire, mis à jour sans perte, refusé s'il est trop récent ; l'histoire y grandit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import URL, MetaData, create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from indicators.suivi import seances, tables
from indicators.suivi.ecriture import ecrire, historique
from indicators.suivi.magasin import VARIABLE, Magasin, adresse_du_magasin, migrer, revisions
from indicators.suivi.refus import EcritureCroisee, ErreurSuivi, SuiviIndisponible, SuiviTropRecent
from tests.suivi.conftest import ANIMATRICE, Heure


def seance(magasin: Magasin, titre: str = "Comité", vue: int = 0) -> int:
    return seances.ecrire_seance(magasin, ANIMATRICE, "s1", titre, "EPCI200000001", date(2026, 11, 28), vue)


def test_lire_ne_cree_rien_et_ouvrir_cree(adresse: URL, ouvrir: Callable[[URL], Magasin]) -> None:
    assert not Magasin.existe(adresse)
    magasin = ouvrir(adresse)
    assert Magasin.existe(adresse)
    assert seances.seances(magasin) == []


def test_les_migrations_font_les_tables_declarees(magasin: Magasin) -> None:
    with magasin.lecture() as cx:
        assert compare_metadata(MigrationContext.configure(cx), tables.METADATA) == []


def test_une_ancienne_version_est_mise_a_jour_sans_perdre_une_ligne(
    adresse: URL, ouvrir: Callable[[URL], Magasin]
) -> None:
    ancienne, *suite = revisions()
    assert suite, "il faut deux versions pour éprouver le passage de l'une à l'autre"
    neuf = Magasin.ouvrir(adresse)
    with neuf.transaction() as cx:
        # Le magasin tel que la première version l'aurait laissé : ses seules tables, une séance et son histoire.
        schema = MetaData()
        schema.reflect(cx)
        schema.drop_all(cx)
        migrer(cx, ancienne)
        assert not inspect(cx).has_table("cohortes")
    neuf.fermer()
    moteur = create_engine(adresse)
    ouvert = Magasin(moteur)
    seance(ouvert, "Avant")
    seance(ouvert, "Après", 1)
    moteur.dispose()

    magasin = ouvrir(adresse)

    assert [s.titre for s in seances.seances(magasin, publiees=False)] == ["Après"]
    assert [c.version for c in historique(magasin, tables.SEANCES, id="s1")] == [1, 2]
    with magasin.lecture() as cx:
        assert inspect(cx).has_table("cohortes")
        assert MigrationContext.configure(cx).get_current_revision() == revisions()[-1]
    if magasin.fichier is not None:
        copie = magasin.fichier.with_name(f"{magasin.fichier.name}.avant-{revisions()[-1]}")
        assert copie.is_file(), "le fichier d'avant est gardé"


def test_une_version_plus_recente_est_refusee_sans_etre_touchee(adresse: URL, ouvrir: Callable[[URL], Magasin]) -> None:
    magasin = ouvrir(adresse)
    seance(magasin)
    with magasin.transaction() as cx:
        cx.execute(text("UPDATE alembic_version SET version_num = 's9999'"))
    with pytest.raises(SuiviTropRecent, match=r"plus récente.*« s9999 ».*mettez l’observatoire à jour"):
        ouvrir(adresse)
    with magasin.lecture() as cx:
        assert cx.execute(text("SELECT version_num FROM alembic_version")).scalar() == "s9999"


def test_l_histoire_ne_fait_que_grandir(magasin: Magasin) -> None:
    seance(magasin)
    for geste in ("UPDATE historique SET fonction = 'autre'", "DELETE FROM historique"):
        with pytest.raises((DBAPIError, SuiviIndisponible)), magasin.transaction() as cx:
            cx.execute(text(geste))
    assert [c.par for c in historique(magasin, tables.SEANCES, id="s1")] == ["animatrice, CA des Essais"]


def test_l_histoire_dit_qui_quand_et_ce_qui_etait_la(magasin: Magasin, heure: Heure) -> None:
    debut = heure.moment
    seance(magasin, "Comité de mars")
    heure.avancer(hours=3)
    seance(magasin, "Comité d'avril", 1)
    creation, changement = historique(magasin, tables.SEANCES, id="s1")
    assert (creation.avant, creation.moment) == (None, debut)
    assert (changement.avant or {})["titre"] == "Comité de mars"
    assert (changement.apres["titre"], changement.moment) == ("Comité d'avril", heure.moment)


def test_le_second_est_prevenu_et_rien_n_est_remplace(magasin: Magasin) -> None:
    seance(magasin)
    assert seance(magasin, "La première", 1) == 2
    with pytest.raises(EcritureCroisee, match=r"animatrice, CA des Essais a écrit ici") as refus:
        seance(magasin, "La seconde", 1)
    assert (refus.value.actuelle["titre"], refus.value.version) == ("La première", 2)
    assert [s.titre for s in seances.seances(magasin, publiees=False)] == ["La première"]


def test_repeter_un_enregistrement_apres_une_coupure_ne_fait_rien(magasin: Magasin) -> None:
    assert seance(magasin, "Comité", 0) == 1
    assert seance(magasin, "Comité", 0) == 1
    assert len(historique(magasin, tables.SEANCES, id="s1")) == 1


def test_une_erreur_annule_toute_l_ecriture(magasin: Magasin) -> None:
    def interrompre() -> None:
        with ecrire(magasin, ANIMATRICE) as e:
            e.poser(tables.PRIORITES, {"commune": "COM01004", "section": "pilotage"}, {"texte": "a"}, 0)
            raise RuntimeError("panne")

    with pytest.raises(RuntimeError, match="panne"):
        interrompre()
    with magasin.lecture() as cx:
        assert cx.execute(select(tables.PRIORITES)).all() == []
        assert cx.execute(select(tables.HISTORIQUE)).all() == []


@pytest.mark.parametrize("reglage", ["mysql://a:motdepasse@b/c", "n'importe quoi", "postgresql+psycopg://serveur"])
def test_une_adresse_incomprise_est_refusee_sans_repeter_son_mot_de_passe(
    reglage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, reglage)
    with pytest.raises(ErreurSuivi, match=r"postgresql\+psycopg://") as refus:
        adresse_du_magasin()
    assert "motdepasse" not in str(refus.value)


def test_l_adresse_par_defaut_est_celle_des_donnees_locales(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("OBSERVATOIRE_DONNEES_LOCALES", str(tmp_path))
    assert str(adresse_du_magasin().database) == f"{tmp_path}/suivi.sqlite"


def test_un_fichier_qui_n_est_pas_un_suivi_se_dit(tmp_path: object, ouvrir: Callable[[URL], Magasin]) -> None:
    chemin = f"{tmp_path}/suivi.sqlite"
    with open(chemin, "wb") as fichier:
        fichier.write(b"ceci n'est pas une base" * 100)
    with pytest.raises(SuiviIndisponible, match="abîmé : restaurez une sauvegarde"):
        ouvrir(URL.create("sqlite", database=chemin))
