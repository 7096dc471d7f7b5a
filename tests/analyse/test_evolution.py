"""Une évolution se dit entre deux années connues du même périmètre, jamais autrement."""

from dataclasses import replace

import pytest

from indicators.analyse.comparaison import Jugement
from indicators.analyse.evolution import MotifEvolution, Tendance, evoluer, segments, suivre_ecart
from indicators.socle.catalogue import Catalogue, NatureRupture, Rupture, Sens
from indicators.socle.territoires import Maille, Territoire


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


def rupture(nature: NatureRupture, depuis: int | None = None, ecart: int | None = None) -> Rupture:
    return Rupture(("taux_pauvrete",), (), (), depuis, nature, ecart, "le calcul a changé", "Insee")


def test_aucune_variation_ne_traverse_une_rupture(chiffre, indicateur):
    avant, apres = chiffre(40.0, annee=2017), chiffre(47.0, annee=2018)
    coupee = evoluer(avant, apres, indicateur, ruptures=[rupture(NatureRupture.LEGISLATION, 2018)])
    assert (coupee.variation, coupee.motif) == (None, MotifEvolution.RUPTURE)
    # Entre deux années du même côté, elle ne coupe rien.
    assert evoluer(avant, apres, indicateur, ruptures=[rupture(NatureRupture.LEGISLATION, 2019)]).variation == 7.0
    assert evoluer(avant, apres, indicateur, ruptures=[rupture(NatureRupture.LEGISLATION, 2017)]).variation == 7.0
    ecart = suivre_ecart(
        (avant, chiffre(20.0, annee=2017)),
        (apres, chiffre(20.0)),
        indicateur,
        ruptures=[rupture(NatureRupture.LEGISLATION, 2018)],
    )
    assert (ecart.variation, ecart.motif) == (None, MotifEvolution.RUPTURE)


def test_une_serie_se_coupe_a_chaque_rupture(chiffre):
    points = [chiffre(40.0 + a - 2012, annee=a) for a in (2012, 2013, 2017, 2018, 2019, 2020)]
    ruptures = [rupture(NatureRupture.LEGISLATION, 2018), rupture(NatureRupture.LEGISLATION, 2019)]
    assert [[o.annee for o in s] for s in segments(points, ruptures)] == [[2012, 2013, 2017], [2018], [2019, 2020]]
    assert [len(s) for s in segments(points, [rupture(NatureRupture.ARRONDI, 2018)])] == [6]


@pytest.mark.parametrize(("annees", "jugee"), [((2018, 2020), False), ((2013, 2018), True), ((2008, 2018), True)])
def test_deux_recensements_a_moins_de_cinq_ans_se_recouvrent(chiffre, indicateur, annees, jugee):
    """Le cas 38 : « hausse, favorable » entre 2018 et 2020, deux enquêtes qui se recouvrent."""
    depart, arrivee = (chiffre(v, annee=a) for v, a in zip((50.0, 54.0), annees, strict=True))
    resultat = evoluer(depart, arrivee, indicateur, ruptures=[rupture(NatureRupture.RECOUVREMENT, None, 5)])
    assert resultat.variation == 4.0
    assert resultat.jugement is (Jugement.DEFAVORABLE if jugee else Jugement.INDETERMINE)
    assert resultat.motif is (MotifEvolution.AUCUN if jugee else MotifEvolution.RECOUVREMENT)


def test_des_euros_courants_et_un_chiffre_douteux_ne_se_jugent_pas_dans_le_temps(chiffre, indicateur):
    euros = replace(indicateur, unite="€/an", sens=Sens.HAUSSE)
    assert evoluer(chiffre(13000.0, annee=2012), chiffre(13490.0), euros).motif is MotifEvolution.EUROS_COURANTS
    doute = evoluer(chiffre(40.0, annee=2012, fiabilite="douteuse"), chiffre(47.0), indicateur)
    assert (doute.variation, doute.jugement, doute.motif) == (7.0, Jugement.INDETERMINE, MotifEvolution.DOUTEUX)
    ecart = suivre_ecart(
        (chiffre(40.0, annee=2012), chiffre(20.0, annee=2012, fiabilite="douteuse")),
        (chiffre(47.0), chiffre(20.0)),
        indicateur,
    )
    assert (ecart.variation, ecart.motif) == (None, MotifEvolution.DOUTEUX)


def test_un_ecart_qui_change_de_cote_se_dit_sans_se_contredire(chiffre, indicateur):
    ecart = suivre_ecart(
        (chiffre(18.0, annee=2012), chiffre(20.0, annee=2012)), (chiffre(22.0), chiffre(20.0)), indicateur
    )
    assert ecart.inverse
    proche = suivre_ecart(
        (chiffre(19.8, annee=2012), chiffre(20.0, annee=2012)), (chiffre(20.3), chiffre(20.0)), indicateur
    )
    assert not proche.inverse  # dans la bande d'un point, il n'est passé nulle part


def test_une_commune_fusionnee_coupe_sa_seule_serie():
    fusion = Rupture(
        (), (), ("COM01004",), 2019, NatureRupture.PERIMETRE, None, "communes réunies en 2019", "Insee, COG"
    )
    catalogue = Catalogue({}, {}, {}, ruptures=(fusion, rupture(NatureRupture.LEGISLATION, 2018)))
    fusionnee, voisine = (Territoire(code, Maille.COMMUNE, None, "", code, code) for code in ("COM01004", "COM01005"))
    assert fusion in catalogue.ruptures_de("taux_pauvrete", fusionnee)
    assert fusion in catalogue.ruptures_de("population", fusionnee)
    assert fusion not in catalogue.ruptures_de("population", voisine)
    assert len(catalogue.ruptures_de("taux_pauvrete", voisine)) == 1
