"""Une évolution se dit entre deux années connues du même périmètre, jamais autrement."""

from dataclasses import replace

import pytest

from indicators.analyse.comparaison import Jugement
from indicators.analyse.evolution import MotifEvolution, Tendance, evoluer, suivre_ecart
from indicators.socle.catalogue import Sens


def test_variation_taux_et_jugement(chiffre, indicateur):
    resultat = evoluer(chiffre(40.0, annee=2013), chiffre(47.0, annee=2020), indicateur)
    assert resultat.variation == 47.0 - 40.0
    assert resultat.taux == pytest.approx((47.0 - 40.0) / 40.0)
    assert (resultat.tendance, resultat.jugement) == (Tendance.HAUSSE, Jugement.DEFAVORABLE)
    bonne = evoluer(chiffre(40.0, annee=2013), chiffre(47.0, annee=2020), replace(indicateur, sens=Sens.HAUSSE))
    assert bonne.jugement is Jugement.FAVORABLE


def test_depuis_zero_pas_de_taux(chiffre, indicateur):
    resultat = evoluer(chiffre(0.0, annee=2013), chiffre(4.0, annee=2020), indicateur)
    assert (resultat.variation, resultat.taux) == (4.0, None)


@pytest.mark.parametrize(
    ("depart", "arrivee", "geographies", "motif"),
    [
        ({"valeur": 40.0, "annee": 2013}, {"valeur": 44.0, "annee": 2024}, (2015, 2024), MotifEvolution.PERIMETRE),
        ({"valeur": 40.0, "annee": None}, {"valeur": 44.0, "annee": 2020}, (None, None), MotifEvolution.ANNEE_INCONNUE),
        ({"valeur": 40.0, "annee": 2020}, {"valeur": 44.0, "annee": 2020}, (1, 1), MotifEvolution.UNE_SEULE_ANNEE),
        ({"statut": "secret", "annee": 2013}, {"valeur": 44.0, "annee": 2020}, (1, 1), MotifEvolution.SANS_VALEUR),
        ({"inf": 30, "annee": 2013}, {"valeur": 44.0, "annee": 2020}, (2015, 2015), MotifEvolution.SANS_VALEUR),
    ],
)  # fmt: skip
def test_pourquoi_une_evolution_ne_se_dit_pas(chiffre, indicateur, depart, arrivee, geographies, motif):
    resultat = evoluer(chiffre(**depart), chiffre(**arrivee), indicateur, geographies=geographies)
    assert (resultat.motif, resultat.variation) == (motif, None)
    assert suivre_ecart(
        (chiffre(**depart), chiffre(20.0, annee=2013)),
        (chiffre(**arrivee), chiffre(20.0, annee=2020)),
        indicateur,
        geographies=geographies,
    ).motif is motif  # fmt: skip


@pytest.mark.parametrize(
    ("avant", "apres", "tendance", "inverse"),
    [
        ((40.0, 20.0), (47.0, 20.0), Tendance.SE_CREUSE, False),
        ((40.0, 20.0), (35.0, 20.0), Tendance.SE_REDUIT, False),
        ((40.0, 20.0), (40.5, 20.0), Tendance.STABLE, False),
        # en dessous de la référence : un écart plus négatif se creuse lui aussi
        ((-194.0, 0.0), (-211.0, 0.0), Tendance.SE_CREUSE, False),
        ((10.0, 20.0), (23.0, 20.0), Tendance.SE_REDUIT, True),
    ],
)
def test_l_ecart_se_creuse_se_reduit_ou_s_inverse(chiffre, indicateur, avant, apres, tendance, inverse):
    resultat = suivre_ecart(
        (chiffre(avant[0], annee=2011), chiffre(avant[1], annee=2011)),
        (chiffre(apres[0], annee=2019), chiffre(apres[1], annee=2019)),
        indicateur,
    )
    assert (resultat.tendance, resultat.inverse) == (tendance, inverse)
    assert resultat.variation == pytest.approx(abs(apres[0] - apres[1]) - abs(avant[0] - avant[1]))


def test_la_reference_doit_etre_connue_aux_memes_dates(chiffre, indicateur):
    depart, arrivee = chiffre(40.0, annee=2013), chiffre(47.0, annee=2020)
    decalee = suivre_ecart((depart, chiffre(20.0, annee=2014)), (arrivee, chiffre(20.0, annee=2020)), indicateur)
    assert decalee.motif is MotifEvolution.ANNEES_DIFFERENTES
