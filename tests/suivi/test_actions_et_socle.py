"""Les actions suivies, le socle d'une commune et ses priorités."""

from __future__ import annotations

from datetime import date

import pytest

from indicators.suivi import actions, socle
from indicators.suivi.actions import EtatAction, EtatEtape, SaisieAction
from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import EcritureCroisee, EcritureRefusee, ErreurSuivi
from indicators.suivi.socle import SaisieSocle, SectionDuSocle
from tests.suivi.conftest import ANIMATRICE, CAF

AGGLO, COMMUNE = "EPCI200000001", "COM01004"


def test_une_action_ses_etapes_et_son_etat_a_chaque_comite(magasin: Magasin) -> None:
    dite = SaisieAction("Aller vers", "sante", AGGLO, "Voir un médecin", "Habitants", "cheffe de projet", ("taux",))
    actions.ecrire_action(magasin, ANIMATRICE, "a1", dite, 0)
    for n, (libelle, etat) in enumerate((("Repérer", EtatEtape.FAITE), ("Accompagner", EtatEtape.EN_COURS))):
        actions.ecrire_etape(
            magasin, ANIMATRICE, "a1", f"e{n}", libelle, 0, rang=1 - n, echeance=date(2026, 6, 1), etat=etat
        )
    for jour, etat in ((date(2026, 6, 1), EtatAction.EN_COURS), (date(2026, 1, 1), EtatAction.EN_PREPARATION)):
        actions.faire_le_point(magasin, ANIMATRICE, "a1", jour, etat, "Vu en comité.", 0)
    (action,) = actions.actions(magasin)
    assert action.saisie == dite
    assert [e.libelle for e in action.etapes] == ["Accompagner", "Repérer"]
    assert [e.en_retard(date(2026, 6, 2)) for e in action.etapes] == [True, False]
    assert [p.etat for p in action.points] == [EtatAction.EN_PREPARATION, EtatAction.EN_COURS]
    with pytest.raises(ErreurSuivi, match="Aucune action suivie"):
        actions.faire_le_point(magasin, ANIMATRICE, "a2", date(2026, 1, 1), EtatAction.EN_COURS, "", 0)
    with pytest.raises(EcritureRefusee):
        actions.ecrire_action(magasin, CAF, "a1", dite, 1)


def test_le_socle_par_defaut_s_ajoute_sans_toucher_au_reste(magasin: Magasin) -> None:
    choisi = SaisieSocle(0, 24.5, 2021, 20.0, 2030, "cible du contrat")
    socle.retenir(magasin, ANIMATRICE, COMMUNE, "pauvrete", choisi, 0)
    vue = socle.retenir(magasin, ANIMATRICE, COMMUNE, "emploi", SaisieSocle(1), 0)
    socle.retenir(magasin, ANIMATRICE, COMMUNE, "emploi", SaisieSocle(1, retire=True), vue)
    defaut = [("pauvrete", SaisieSocle(5)), ("emploi", SaisieSocle(6)), ("neet", SaisieSocle(7, 0.0))]
    assert socle.proposer(magasin, ANIMATRICE, COMMUNE, defaut) == 1, "ce qui a été retiré ne revient pas"
    lignes = socle.socle(magasin, COMMUNE)
    assert [(x.indicateur, x.saisie) for x in lignes] == [("pauvrete", choisi), ("neet", SaisieSocle(7, 0.0))]
    assert socle.proposer(magasin, ANIMATRICE, COMMUNE, defaut) == 0
    assert socle.socle(magasin, "COM99999") == []


def test_les_priorites_s_ecrivent_section_par_section(magasin: Magasin) -> None:
    vue = socle.rediger(magasin, ANIMATRICE, COMMUNE, SectionDuSocle.PILOTAGE, "Deux dialogues par an.", 0)
    socle.rediger(magasin, ANIMATRICE, COMMUNE, SectionDuSocle.PRIORITES, "  ", 0)
    assert {s: t.texte for s, t in socle.sections(magasin, COMMUNE).items()} == {
        SectionDuSocle.PILOTAGE: "Deux dialogues par an."
    }
    socle.rediger(magasin, ANIMATRICE, COMMUNE, SectionDuSocle.PILOTAGE, "Trois dialogues.", vue)
    with pytest.raises(EcritureCroisee):
        socle.rediger(magasin, ANIMATRICE, COMMUNE, SectionDuSocle.PILOTAGE, "Un seul.", vue)
    assert set(socle.TITRES) == set(SectionDuSocle)
