"""Sauvegarder, restaurer, passer de SQLite à PostgreSQL ; et les commandes qui le font."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, MetaData, select

from indicators.__main__ import main
from indicators.suivi import acces, demonstration, engagements, evaluation, sauvegarde, seances
from indicators.suivi.auteurs import Role
from indicators.suivi.magasin import VARIABLE, Magasin, migrer, revisions
from indicators.suivi.refus import ErreurSuivi, SuiviTropRecent
from indicators.suivi.tables import METADATA
from tests.suivi.conftest import ANIMATRICE, CAF, base_neuve
from tests.suivi.sujets import CRECHES, DROITS, LOGEMENTS

AGGLO = "EPCI200000001"


def peupler(magasin: Magasin) -> None:
    """Une ligne au moins dans chaque table."""
    demonstration.remplir(
        magasin, (CRECHES, DROITS, LOGEMENTS), [f"pre-{n}" for n in range(4)], AGGLO, "COM01004",
        ["QP001001", "QP001002"], ["taux_pauvrete", "population"],
        montres=[seances.Chiffre(AGGLO, "taux_pauvrete", "2020", 30.0)],
    )  # fmt: skip
    acces.inviter(magasin, Role.ANIMATEUR, "CA des Essais", "animatrice")
    engagements.ecrire_point(magasin, CAF, DROITS, 2023, engagements.Saisie(engagements.Etat.ENGAGE), 0)
    with pytest.raises(ErreurSuivi):
        acces.reconnaitre(magasin, "x" * 43, "192.0.2.1")


def tout(magasin: Magasin) -> dict[str, list[dict[str, Any]]]:
    with magasin.lecture() as cx:
        return {
            nom: [dict(ligne._mapping) for ligne in cx.execute(select(table).order_by(*table.primary_key.columns))]
            for nom, table in METADATA.tables.items()
        }


def test_une_sauvegarde_restauree_rend_tout(
    adresse: URL, magasin: Magasin, tmp_path: Path, ouvrir: Callable[[URL], Magasin], request: pytest.FixtureRequest
) -> None:
    peupler(magasin)
    avant = tout(magasin)
    vides = {nom for nom, lignes in avant.items() if not lignes}
    assert vides <= {"correspondances"}, "le test n'éprouve que les tables qui ont des lignes"
    octets, comptes = sauvegarde.sauvegarde(magasin)
    assert comptes == {nom: len(lignes) for nom, lignes in avant.items()}
    # Dans l'autre sorte de magasin : c'est aussi le passage de l'un à l'autre.
    if adresse.get_backend_name() == "sqlite":
        autre = ouvrir(base_neuve(request.getfixturevalue("postgres")))
    else:
        autre = ouvrir(URL.create("sqlite", database=str(tmp_path / "autre.sqlite")))
    sauvegarde.restaurer(autre, octets)
    assert tout(autre) == avant
    invitation, _ = acces.inviter(autre, Role.ANIMATEUR, "CA des Essais", "animatrice")
    assert invitation.id == 1 + max(ligne["id"] for ligne in avant["invitations"])
    seances.noter(autre, ANIMATRICE, "demonstration-1", "apres", "on écrit à la suite", 0)


def test_restaurer_ne_remplace_qu_a_la_demande(magasin: Magasin) -> None:
    peupler(magasin)
    octets, _ = sauvegarde.sauvegarde(magasin)
    avant = tout(magasin)
    seances.noter(magasin, ANIMATRICE, "demonstration-1", "depuis", "écrit après la sauvegarde", 0)
    with pytest.raises(ErreurSuivi, match=r"contient déjà quelque chose .*--remplacer"):
        sauvegarde.restaurer(magasin, octets)
    assert "depuis" in seances.notes(magasin, "demonstration-1")
    sauvegarde.restaurer(magasin, octets, remplacer=True)
    assert tout(magasin) == avant


def test_une_restauration_interrompue_ne_change_rien(magasin: Magasin, monkeypatch: pytest.MonkeyPatch) -> None:
    peupler(magasin)
    octets, _ = sauvegarde.sauvegarde(magasin)
    avant = tout(magasin)

    def panne(_cx: object) -> None:
        raise RuntimeError("coupure")

    monkeypatch.setattr(sauvegarde, "_renumeroter", panne)
    with pytest.raises(RuntimeError, match="coupure"):
        sauvegarde.restaurer(magasin, octets, remplacer=True)
    assert tout(magasin) == avant


def test_une_sauvegarde_d_une_ancienne_version_se_restaure(
    adresse: URL, magasin: Magasin, ouvrir: Callable[[URL], Magasin]
) -> None:
    with magasin.transaction() as cx:
        schema = MetaData()
        schema.reflect(cx)
        schema.drop_all(cx)
        migrer(cx, revisions()[0])
    engagements.ecrire_point(magasin, CAF, CRECHES, 2026, engagements.Saisie(engagements.Etat.ENGAGE), 0)
    octets, comptes = sauvegarde.sauvegarde(magasin)
    assert "cohortes" not in comptes
    sauvegarde.restaurer(magasin, octets, remplacer=True)
    assert [p.engagement for p in engagements.points(ouvrir(adresse))] == [CRECHES.id]
    assert tout(magasin)["cohortes"] == []


def modifiee(octets: bytes, **fiche: object) -> bytes:
    """La même sauvegarde, sa fiche changée."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as lue, zipfile.ZipFile(sortie, "w") as ecrite:
        for nom in lue.namelist():
            contenu = lue.read(nom)
            if nom == "suivi.json":
                contenu = json.dumps(json.loads(contenu) | fiche).encode()
            ecrite.writestr(nom, contenu)
    return sortie.getvalue()


def test_une_sauvegarde_abimee_ou_trop_recente_est_refusee(magasin_sqlite: Magasin) -> None:
    peupler(magasin_sqlite)
    octets, _ = sauvegarde.sauvegarde(magasin_sqlite)
    avant = tout(magasin_sqlite)
    with pytest.raises(SuiviTropRecent, match="« s9999 »"):
        sauvegarde.restaurer(magasin_sqlite, modifiee(octets, version="s9999"), remplacer=True)
    for abimee in (
        b"",
        b"texte",
        octets[: len(octets) // 2],
        modifiee(octets, empreintes={}),
        modifiee(octets, lignes=3),
    ):
        with pytest.raises(ErreurSuivi, match=r"pas une sauvegarde|abîmée"):
            sauvegarde.restaurer(magasin_sqlite, abimee, remplacer=True)
    assert tout(magasin_sqlite) == avant


# --- les commandes -----------------------------------------------------------------------------------------


@pytest.fixture
def locales(locales: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sans PostgreSQL : le magasin y sera."""
    monkeypatch.delenv(VARIABLE, raising=False)
    return locales


def jeton_de(sortie: str) -> str:
    return sortie.partition("?invitation=")[2].split()[0]


def test_de_l_initialisation_a_la_restauration(
    locales: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["suivi", "revoquer"]) == 1
    assert "python -m indicators suivi initialiser" in capsys.readouterr().err
    assert not locales.exists(), "demander ne crée rien"

    assert main(["suivi", "initialiser", "--organisation", "CA des Essais"]) == 0
    animateur = jeton_de(capsys.readouterr().out)
    assert main(["suivi", "initialiser"]) == 0
    assert "déjà commencé" in capsys.readouterr().out

    inviter = ["suivi", "inviter", "--role", "partenaire", "--organisation", "Bailleur", "--fonction", "référente"]
    assert main(inviter) == 1
    assert "Aucun engagement n'est pris par « Bailleur »" in (erreur := capsys.readouterr().err)
    assert "  - Partenord Habitat" in erreur
    assert main([*inviter, "--partenaire", "Partenord Habitat"]) == 0
    partenaire = jeton_de(capsys.readouterr().out)

    magasin = Magasin.ouvrir()
    assert acces.reconnaitre(magasin, animateur, "a").role is Role.ANIMATEUR
    assert acces.reconnaitre(magasin, partenaire, "a").partenaires == {"partenord-habitat"}
    assert main(["suivi", "revoquer", "2"]) == 0
    with pytest.raises(ErreurSuivi, match="fermé"):
        acces.reconnaitre(magasin, partenaire, "a")
    magasin.fermer()

    archive = tmp_path / "suivi.zip"
    assert main(["suivi", "sauvegarder", str(archive)]) == 0
    assert main(["suivi", "exporter", str(tmp_path / "suivi.xlsx")]) == 0
    for fichier in locales.glob("suivi.sqlite*"):
        fichier.write_bytes(b"abime" * 1000)
    capsys.readouterr()
    assert main(["suivi", "restaurer", str(archive)]) == 1
    assert "abîmé" in capsys.readouterr().err
    assert main(["suivi", "restaurer", str(archive), "--remplacer"]) == 0
    assert main(["suivi", "revoquer"]) == 0
    liste = capsys.readouterr().out
    assert "fermé" in liste and "en service" in liste


def test_la_demonstration_ne_se_mele_jamais_au_reste(
    locales: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["suivi", "initialiser"]) == 0
    assert main(["suivi", "demonstration", str(locales)]) == 1
    assert "contient déjà un suivi" in capsys.readouterr().err
    assert main(["suivi", "demonstration", str(tmp_path / "demo")]) == 0
    demo = Magasin.ouvrir(URL.create("sqlite", database=str(tmp_path / "demo" / "suivi.sqlite")))
    assert demonstration.est_une_demonstration(demo)
    assert len(engagements.points(demo)) > 100
    # Les réponses sont à l'agglomération dont c'est le contrat ; les chiffres montrés, de vrais chiffres d'avant.
    assert {v.territoire for v in evaluation.valeurs(demo)} == {"EPCI246200364"}
    montres = next(s.chiffres for s in seances.seances(demo, "EPCI200072460"))
    assert {("taux_emploi_15_64", "2018"), ("ips_ecoles_simple", "2023")} <= {
        (c.indicateur, c.periode) for c in montres
    }
    demo.fermer()
    vrai = Magasin.ouvrir()
    assert not demonstration.est_une_demonstration(vrai)
    assert engagements.points(vrai) == []
    vrai.fermer()
