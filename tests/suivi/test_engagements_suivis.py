"""Les engagements : ce qu'un partenaire en dit, ce que l'animateur valide, et « où en est-on »."""

from __future__ import annotations

from datetime import date

import pytest

from indicators.suivi import engagements
from indicators.suivi.engagements import Etat, Saisie
from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import EcritureCroisee, ErreurSuivi
from tests.suivi.conftest import ANIMATRICE, CAF, Heure
from tests.suivi.sujets import CRECHES, DROITS, LOGEMENTS

JOUR = date(2026, 11, 28)


def test_ce_qu_un_partenaire_ecrit_attend_d_etre_valide(magasin: Magasin) -> None:
    dite = Saisie(Etat.EN_COURS, 0.0, "places", date(2026, 6, 1), "Deux chantiers.", "https://exemple.fr/bilan.pdf")
    vue = engagements.ecrire_point(magasin, CAF, CRECHES, 2026, dite, 0)
    (point,) = engagements.points(magasin)
    assert (point.saisie, point.publiee, point.a_valider) == (dite, None, True)
    assert point.saisie.valeur == 0.0, "zéro est une valeur"

    engagements.valider(magasin, ANIMATRICE, CRECHES.id, 2026, vue)
    (point,) = engagements.points(magasin)
    assert (point.publiee, point.a_valider) == (dite, False)

    engagements.ecrire_point(magasin, CAF, CRECHES, 2026, Saisie(Etat.REALISE), point.trace.version)
    (point,) = engagements.points(magasin)
    assert (point.saisie.etat, point.publiee) == (Etat.REALISE, dite), "on lit l'ancien tant qu'il n'est pas remplacé"


def test_on_ne_valide_que_ce_qu_on_a_lu(magasin: Magasin) -> None:
    vue = engagements.ecrire_point(magasin, CAF, CRECHES, 2026, Saisie(Etat.ENGAGE), 0)
    engagements.ecrire_point(magasin, CAF, CRECHES, 2026, Saisie(Etat.ABANDONNE), vue)
    with pytest.raises(EcritureCroisee):
        engagements.valider(magasin, ANIMATRICE, CRECHES.id, 2026, vue)
    assert engagements.points(magasin)[0].publiee is None


def test_ce_que_l_animateur_ecrit_est_publie(magasin: Magasin) -> None:
    engagements.ecrire_point(magasin, ANIMATRICE, LOGEMENTS, 2026, Saisie(Etat.ENGAGE, jour=JOUR), 0)
    (point,) = engagements.points(magasin)
    assert point.publiee == Saisie(Etat.ENGAGE, jour=JOUR) and not point.a_valider


def test_la_situation_est_celle_du_point_le_plus_recent(magasin: Magasin) -> None:
    tous = (CRECHES, DROITS, LOGEMENTS)
    engagements.ecrire_point(magasin, ANIMATRICE, CRECHES, 2024, Saisie(Etat.ENGAGE), 0)
    engagements.ecrire_point(magasin, ANIMATRICE, CRECHES, 2025, Saisie(Etat.EN_COURS), 0)
    engagements.ecrire_point(magasin, CAF, DROITS, 2026, Saisie(Etat.REALISE), 0)
    ecrits = engagements.points(magasin)

    lus = engagements.situations(tous, ecrits, JOUR)
    assert (lus["caf-01"].etat, lus["caf-01"].annee) == (Etat.EN_COURS, 2025)
    assert lus["caf-02"].etat is Etat.SANS_NOUVELLES, "rien n'est validé"
    assert engagements.situations(tous, ecrits, JOUR, publies=False)["caf-02"].etat is Etat.REALISE
    assert (lus["maisons-01"].etat, lus["maisons-01"].annee) == (Etat.SANS_NOUVELLES, None)


@pytest.mark.parametrize(
    ("engagement", "etat", "jour", "attendu"),
    [
        (CRECHES, Etat.EN_COURS, date(2026, 12, 31), False),
        (CRECHES, Etat.EN_COURS, date(2027, 1, 1), True),
        (CRECHES, Etat.SANS_NOUVELLES, date(2027, 1, 1), True),
        (CRECHES, Etat.REALISE, date(2027, 1, 1), False),
        (CRECHES, Etat.ABANDONNE, date(2027, 1, 1), False),
        (LOGEMENTS, Etat.EN_COURS, date(2099, 1, 1), None),
    ],
)
def test_en_retard_se_calcule_de_l_echeance(
    engagement: engagements.EngagementSuivi, etat: Etat, jour: date, attendu: bool | None
) -> None:
    assert engagements.en_retard(engagement, etat, jour) is attendu


def test_ou_en_est_on_en_une_phrase(magasin: Magasin, heure: Heure) -> None:
    tous = (CRECHES, DROITS, LOGEMENTS)
    engagements.ecrire_point(magasin, ANIMATRICE, CRECHES, 2026, Saisie(Etat.REALISE), 0)
    engagements.ecrire_point(magasin, ANIMATRICE, LOGEMENTS, 2026, Saisie(Etat.REALISE), 0)
    situations = engagements.situations(tous, engagements.points(magasin), JOUR)
    par_partenaire = engagements.repartir(tous, situations, "partenaire")
    assert engagements.phrase(par_partenaire) == (
        "Sur 3 engagements : 2 réalisés et 1 sans nouvelles ; 1 a passé son échéance sans être clos."
    )
    assert par_partenaire.par_groupe["caf-du-nord"] == {Etat.REALISE: 1, Etat.SANS_NOUVELLES: 1}
    assert par_partenaire.retards["caf-du-nord"] == 1
    for groupe in engagements.GROUPES:
        repartition = engagements.repartir(tous, situations, groupe)
        assert sum(sum(c.values()) for c in repartition.par_groupe.values()) == 3 == repartition.total.total()
    assert engagements.phrase(engagements.repartir([], {}, "theme")).startswith("Aucun engagement")


@pytest.mark.parametrize(
    ("dite", "motif"),
    [
        (Saisie("fini"), r"« état » : « fini » n’est pas admis. Attendu : « a_engager »"),  # type: ignore[arg-type]
        (Saisie(Etat.ENGAGE, float("nan")), "n’est pas un nombre recevable"),
        (Saisie(Etat.ENGAGE, preuve="javascript:alert(1)"), r"Attendu : https://"),
        (Saisie(Etat.ENGAGE, preuve="https://a:b@exemple.fr/"), r"Attendu : https://"),
        (Saisie(Etat.ENGAGE, commentaire="a" * 4001), r"a 4001 caractères ; 4000 sont admis"),
        (Saisie(Etat.ENGAGE, commentaire="Voir jeanne@exemple.fr"), "adresse électronique"),
        (Saisie(Etat.ENGAGE, commentaire="Appeler le 06 12 34 56 78"), "numéro de téléphone"),
        (Saisie(Etat.ENGAGE, jour=date(1999, 12, 31)), "« date du constat » : 1999"),
    ],
)
def test_ce_qui_n_est_pas_recevable_est_refuse_par_une_phrase(
    magasin_sqlite: Magasin, dite: Saisie, motif: str
) -> None:
    with pytest.raises(ErreurSuivi, match=motif):
        engagements.ecrire_point(magasin_sqlite, CAF, CRECHES, 2026, dite, 0)
    assert engagements.points(magasin_sqlite) == []
