"""Les séances : rien de ce qui est tapé ne se perd, et la suivante dit ce que sont devenues les décisions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import URL

from indicators.suivi import seances, tables
from indicators.suivi.ecriture import historique
from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import EcritureCroisee, ErreurSuivi
from indicators.suivi.seances import EtatDecision, SaisieDecision
from tests.suivi.conftest import ANIMATRICE, Heure

AGGLO = "EPCI200000001"
JOUR = date(2026, 11, 28)


def ouvrir_seance(magasin: Magasin, identifiant: str, jour: date, **autres: object) -> int:
    return seances.ecrire_seance(magasin, ANIMATRICE, identifiant, "Comité", AGGLO, jour, 0, **autres)  # type: ignore[arg-type]


def test_ce_qui_est_tape_se_relit_d_ailleurs(
    magasin: Magasin, adresse: URL, ouvrir: Callable[[URL], Magasin], heure: Heure
) -> None:
    ouvrir_seance(magasin, "s1", JOUR, diapositives=["titre", "emploi"])
    vue = 0
    for n in range(1, 60):
        vue = seances.noter(magasin, ANIMATRICE, "s1", "emploi", "L’écart se creuse."[:n], vue)
        heure.avancer(seconds=1)
    autre = ouvrir(adresse)  # un autre navigateur, un serveur redémarré
    assert seances.notes(autre, "s1")["emploi"].texte == "L’écart se creuse."


def test_une_rafale_ne_fait_qu_une_ligne_d_histoire_et_garde_ce_qui_etait_la(magasin: Magasin, heure: Heure) -> None:
    ouvrir_seance(magasin, "s1", JOUR)
    vue = seances.noter(magasin, ANIMATRICE, "s1", "emploi", "Ancien texte", 0)
    heure.avancer(minutes=10)
    for n in range(1, 30):
        vue = seances.noter(magasin, ANIMATRICE, "s1", "emploi", f"Nouveau texte {n}", vue)
        heure.avancer(seconds=1)
    changements = historique(magasin, tables.SEANCE_NOTES, seance="s1", diapositive="emploi")
    assert [(c.avant or {}).get("texte") for c in changements] == [None, "Ancien texte"]
    assert changements[-1].apres["texte"] == "Nouveau texte 29"


def test_deux_qui_tapent_la_meme_note(magasin: Magasin) -> None:
    ouvrir_seance(magasin, "s1", JOUR)
    vue = seances.noter(magasin, ANIMATRICE, "s1", "emploi", "Début", 0)
    seances.noter(magasin, ANIMATRICE, "s1", "emploi", "Début, et la suite", vue)
    with pytest.raises(EcritureCroisee) as refus:
        seances.noter(magasin, ANIMATRICE, "s1", "emploi", "Début autrement", vue)
    assert refus.value.actuelle["texte"] == "Début, et la suite"


def test_une_decision_se_garde_change_et_se_retire_sans_s_effacer(magasin: Magasin) -> None:
    ouvrir_seance(magasin, "s1", JOUR)
    dite = SaisieDecision("Ouvrir une permanence.", "directrice du CCAS", date(2027, 2, 1), indicateur="taux_pauvrete")
    vue = seances.decider(magasin, ANIMATRICE, "s1", "d1", dite, 0)
    (decision,) = seances.decisions(magasin, "s1")
    assert decision.saisie == dite
    seances.decider(magasin, ANIMATRICE, "s1", "d1", SaisieDecision(dite.texte, retiree=True), vue)
    assert seances.decisions(magasin) == []
    assert (historique(magasin, tables.DECISIONS, id="d1")[-1].avant or {})["texte"] == "Ouvrir une permanence."


@pytest.mark.parametrize(
    ("etat", "jours", "attendu"),
    [
        (EtatDecision.A_FAIRE, 0, False),
        (EtatDecision.A_FAIRE, 1, True),
        (EtatDecision.EN_COURS, 1, True),
        (EtatDecision.FAITE, 90, False),
        (EtatDecision.ABANDONNEE, 90, False),
    ],
)
def test_une_decision_est_en_retard_le_lendemain_de_son_echeance(
    magasin_sqlite: Magasin, etat: EtatDecision, jours: int, attendu: bool
) -> None:
    ouvrir_seance(magasin_sqlite, "s1", JOUR)
    dite = SaisieDecision("Agir.", echeance=JOUR, etat=etat)
    seances.decider(magasin_sqlite, ANIMATRICE, "s1", "d1", dite, 0)
    assert seances.decisions(magasin_sqlite)[0].en_retard(JOUR + timedelta(days=jours)) is attendu


def test_la_seance_suivante_dit_ce_que_sont_devenues_les_decisions(magasin: Magasin) -> None:
    chiffre = seances.Chiffre(AGGLO, "taux_pauvrete", "2021", 24.5)
    ouvrir_seance(magasin, "mars", date(2026, 3, 1), publiee=True)
    ouvrir_seance(magasin, "juin", date(2026, 6, 1), publiee=True, chiffres=[chiffre])
    seances.ecrire_seance(magasin, ANIMATRICE, "ailleurs", "Autre", "EPCI2", date(2026, 7, 1), 0, publiee=True)
    ouvrir_seance(magasin, "novembre", JOUR)
    for seance, identifiant, etat in (
        ("mars", "close", EtatDecision.FAITE), ("mars", "traine", EtatDecision.EN_COURS),
        ("juin", "faite", EtatDecision.FAITE), ("juin", "reste", EtatDecision.A_FAIRE),
    ):  # fmt: skip
        seances.decider(magasin, ANIMATRICE, seance, identifiant, SaisieDecision(identifiant, etat=etat), 0)

    depuis = seances.depuis_la_derniere(magasin, AGGLO, JOUR, sauf="novembre")

    assert depuis is not None
    assert (depuis.precedente.id, depuis.precedente.chiffres) == ("juin", (chiffre,))
    assert {d.id for d in depuis.decidees} == {"faite", "reste"}
    assert [d.id for d in depuis.restantes] == ["traine"]
    assert seances.depuis_la_derniere(magasin, AGGLO, date(2026, 2, 1)) is None


def test_une_seance_se_lit_quand_elle_est_publiee(magasin: Magasin) -> None:
    ouvrir_seance(magasin, "s1", JOUR)
    assert seances.seances(magasin, AGGLO) == []
    assert [s.id for s in seances.seances(magasin, AGGLO, publiees=False)] == ["s1"]


def test_une_seance_inconnue_et_une_decision_vide_se_disent(magasin_sqlite: Magasin) -> None:
    with pytest.raises(ErreurSuivi, match="Aucune séance ne porte l’identifiant « s9 »"):
        seances.noter(magasin_sqlite, ANIMATRICE, "s9", "emploi", "a", 0)
    ouvrir_seance(magasin_sqlite, "s1", JOUR)
    with pytest.raises(ErreurSuivi, match="« décision » est vide"):
        seances.decider(magasin_sqlite, ANIMATRICE, "s1", "d1", SaisieDecision("  "), 0)
    with pytest.raises(ErreurSuivi, match="ressemble au nom d’une personne"):
        seances.decider(magasin_sqlite, ANIMATRICE, "s1", "d1", SaisieDecision("Agir", "Jeanne Martin"), 0)


def test_rien_ne_grossit_sans_borne(magasin_sqlite: Magasin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seances, "DECISIONS_MAX", 2)
    ouvrir_seance(magasin_sqlite, "s1", JOUR)
    for n in range(2):
        seances.decider(magasin_sqlite, ANIMATRICE, "s1", f"d{n}", SaisieDecision("Agir"), 0)
    with pytest.raises(ErreurSuivi, match="déjà 2 décisions dans cette séance : 2 sont admis"):
        seances.decider(magasin_sqlite, ANIMATRICE, "s1", "d2", SaisieDecision("Agir"), 0)
