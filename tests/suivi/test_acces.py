"""Les liens d'invitation : reconnus, révoqués, expirés ; et le frein que personne ne remet à zéro."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import URL, select, text

from indicators.suivi import acces, engagements, seances
from indicators.suivi.auteurs import Auteur, Role
from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import EcritureRefusee, ErreurSuivi, TropDEssais
from tests.suivi.conftest import Heure
from tests.suivi.sujets import CRECHES, LOGEMENTS

INCONNU = "x" * 43


def invite(magasin: Magasin, role: Role = Role.PARTENAIRE, **autres: object) -> tuple[acces.Invitation, str]:
    return acces.inviter(magasin, role, "CAF du Nord", "référente", ["caf-du-nord"], **autres)  # type: ignore[arg-type]


def test_un_lien_dit_qui_le_tient(magasin: Magasin) -> None:
    invitation, jeton = invite(magasin)
    auteur = acces.reconnaitre(magasin, jeton, "192.0.2.1")
    assert auteur == Auteur(Role.PARTENAIRE, "référente", "CAF du Nord", frozenset({"caf-du-nord"}), invitation.id)


def test_le_jeton_n_est_gardé_nulle_part(magasin: Magasin) -> None:
    _, jeton = invite(magasin)
    with magasin.lecture() as cx:
        tout = [str(tuple(ligne)) for table in ("invitations", "reglages", "historique", "freins")
                for ligne in cx.execute(text(f"SELECT * FROM {table}"))]  # fmt: skip
    assert tout and not any(jeton in ligne for ligne in tout)


def test_un_lien_revoque_ou_expire_n_ouvre_ni_n_ecrit_plus(magasin: Magasin, heure: Heure) -> None:
    invitation, jeton = invite(magasin)
    _, autre = invite(magasin, validite=timedelta(days=30))
    entre = acces.reconnaitre(magasin, jeton, "a")
    encore = acces.reconnaitre(magasin, autre, "a")
    engagements.ecrire_point(magasin, entre, CRECHES, 2026, engagements.Saisie(engagements.Etat.ENGAGE), 0)

    acces.revoquer(magasin, invitation.id)
    with pytest.raises(ErreurSuivi, match="a été fermé"):
        acces.reconnaitre(magasin, jeton, "a")
    with pytest.raises(EcritureRefusee, match="n’est plus valable"):
        engagements.ecrire_point(magasin, entre, CRECHES, 2026, engagements.Saisie(engagements.Etat.REALISE), 1)

    heure.avancer(days=30)
    with pytest.raises(ErreurSuivi, match=r"a expiré le 28/12/2026"):
        acces.reconnaitre(magasin, autre, "a")
    with pytest.raises(EcritureRefusee, match="n’est plus valable"):
        engagements.ecrire_point(magasin, encore, CRECHES, 2026, engagements.Saisie(engagements.Etat.REALISE), 1)
    assert engagements.points(magasin)[0].saisie.etat is engagements.Etat.ENGAGE


def test_chacun_n_ecrit_que_ce_qui_est_le_sien(magasin: Magasin) -> None:
    _, jeton = invite(magasin)
    caf = acces.reconnaitre(magasin, jeton, "a")
    with pytest.raises(EcritureRefusee, match="n’est pas celui de « CAF du Nord »"):
        engagements.ecrire_point(magasin, caf, LOGEMENTS, 2026, engagements.Saisie(engagements.Etat.REALISE), 0)
    with pytest.raises(EcritureRefusee, match="Seul l’animateur"):
        seances.ecrire_seance(magasin, caf, "s1", "Comité", "EPCI200000001", date(2026, 11, 28), 0)
    lecteur = Auteur(Role.LECTEUR, "élue", "Ville")
    with pytest.raises(EcritureRefusee, match="permet de lire"):
        engagements.ecrire_point(magasin, lecteur, CRECHES, 2026, engagements.Saisie(engagements.Etat.REALISE), 0)
    assert engagements.points(magasin) == []


def test_un_partenaire_sans_engagement_n_a_pas_de_lien(magasin: Magasin) -> None:
    with pytest.raises(ErreurSuivi, match="aucun n’est à « CAF du Nord »"):
        acces.inviter(magasin, Role.PARTENAIRE, "CAF du Nord", "référente", [])


def essayer(magasin: Magasin, adresse: str, jeton: str = INCONNU) -> str:
    try:
        acces.reconnaitre(magasin, jeton, adresse)
    except TropDEssais as refus:
        return f"attendre {refus.attendre}"
    except ErreurSuivi:
        return "inconnu"
    return "reconnu"


def test_l_attente_grandit_a_chaque_echec_et_s_oublie_en_une_heure(magasin: Magasin, heure: Heure) -> None:
    assert [essayer(magasin, "a") for _ in range(4)] == ["inconnu"] * 4
    attentes = []
    for _ in range(8):
        refus = essayer(magasin, "a")
        attentes.append(int(refus.removeprefix("attendre ")))
        heure.avancer(seconds=attentes[-1])
        assert essayer(magasin, "a") == "inconnu"
    assert attentes == [*(2**n for n in range(6)), 60, 60], "elle double jusqu'au plafond d'une minute"
    heure.avancer(hours=1)
    assert essayer(magasin, "a") == "inconnu"


def test_rien_de_ce_qu_un_visiteur_fait_ne_desserre_le_frein(
    adresse: URL, ouvrir: Callable[[URL], Magasin], heure: Heure
) -> None:
    magasin = ouvrir(adresse)
    _, jeton = invite(magasin)
    for _ in range(4):
        essayer(magasin, "a")
    heure.avancer(seconds=2)
    assert essayer(magasin, "a") == "inconnu"
    assert essayer(magasin, "a", jeton).startswith("attendre"), "un bon lien attend aussi : rien n'est examiné"
    autre_processus = ouvrir(adresse)
    assert essayer(autre_processus, "a").startswith("attendre"), "le frein est dans le magasin, non dans la mémoire"
    heure.avancer(seconds=3)
    assert essayer(magasin, "a", jeton) == "reconnu"
    assert essayer(magasin, "a") == "inconnu"
    assert essayer(magasin, "a").startswith("attendre"), "un essai réussi ne remet pas les échecs à zéro"


def test_une_attaque_de_partout_ralentit_sans_fermer_la_porte(magasin: Magasin, heure: Heure) -> None:
    _, jeton = invite(magasin)
    for n in range(400):
        if essayer(magasin, f"adresse {n}") != "inconnu":
            heure.avancer(seconds=1)
    refus = essayer(magasin, "adresse honnête", jeton)
    attente = int(refus.removeprefix("attendre ")) if refus.startswith("attendre") else 0
    assert attente <= 5
    heure.avancer(seconds=5)
    assert essayer(magasin, "adresse honnête", jeton) == "reconnu"


def test_aucune_adresse_n_est_gardee_en_clair_ni_au_dela_d_une_heure(magasin: Magasin, heure: Heure) -> None:
    from indicators.suivi.tables import FREINS

    essayer(magasin, "192.0.2.77")
    with magasin.lecture() as cx:
        cles = cx.execute(select(FREINS.c.cle)).scalars().all()
    assert len(cles) == 2 and not any("192.0.2.77" in cle for cle in cles)
    heure.avancer(hours=2)
    essayer(magasin, "192.0.2.78")
    with magasin.lecture() as cx:
        assert len(cx.execute(select(FREINS.c.cle)).scalars().all()) == 2, "le total et la seule adresse récente"


@pytest.mark.parametrize("jeton", ["", "é" * 50, "a" * 10_000, "' OR 1=1 --", "\ud800" * 30])
def test_un_jeton_hostile_est_seulement_inconnu(magasin_sqlite: Magasin, jeton: str) -> None:
    assert essayer(magasin_sqlite, "a", jeton) == "inconnu"


def test_un_lien_qui_ecrit_sans_mesure_est_arrete(magasin: Magasin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indicators.suivi.ecriture.ECRITURES_MAX", 3)
    _, jeton = invite(magasin)
    caf = acces.reconnaitre(magasin, jeton, "a")
    for n in range(3):
        dite = engagements.Saisie(engagements.Etat.ENGAGE, commentaire=str(n))
        engagements.ecrire_point(magasin, caf, CRECHES, 2026, dite, n)
    with pytest.raises(EcritureRefusee, match="a écrit 3 fois en dix minutes"):
        engagements.ecrire_point(magasin, caf, CRECHES, 2026, engagements.Saisie(engagements.Etat.REALISE), 3)
