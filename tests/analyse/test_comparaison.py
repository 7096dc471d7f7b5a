"""La comparaison : faits, jugements, raisons, rangs."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unites import UNITES

from indicators.analyse.comparaison import Jugement, Motif, Position, comparer, reference_de
from indicators.analyse.rangs import ranger
from indicators.socle.catalogue import Indicateur, Sens
from indicators.socle.observations import Fiabilite, Observation, Origine, Statut

BAISSE = Indicateur("taux_pauvrete", "Taux", "Taux", "revenus", "", UNITES["%"], 1, Sens.BAISSE, 1.0)


def exact(valeur: float, **autres: object) -> Observation:
    base = Observation(
        "QP1", "taux_pauvrete", None, 2018, None, valeur, None, None, Statut.EXACT, Fiabilite.SURE,
        "", "insee", 1, "", "", Origine.PUBLIEE, 1, 1,
    )  # fmt: skip
    return base._replace(**autres)


def test_ecart_rapport_et_jugement(chiffre, indicateur):
    resultat = comparer(chiffre(46.7), chiffre(18.8), indicateur)
    assert resultat.ecart == pytest.approx(46.7 - 18.8)
    assert resultat.rapport == pytest.approx(46.7 / 18.8)
    assert (resultat.position, resultat.jugement, resultat.motif) == (
        Position.PLUS_ELEVE, Jugement.DEFAVORABLE, Motif.AUCUN,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sens", "valeur", "jugement"),
    [
        (Sens.BAISSE, 30.0, Jugement.DEFAVORABLE),
        (Sens.BAISSE, 10.0, Jugement.FAVORABLE),
        (Sens.HAUSSE, 30.0, Jugement.FAVORABLE),
        (Sens.HAUSSE, 10.0, Jugement.DEFAVORABLE),
        (Sens.NEUTRE, 30.0, Jugement.NEUTRE),
        (Sens.NEUTRE, 10.0, Jugement.NEUTRE),
        (Sens.NEUTRE, 20.5, Jugement.NEUTRE),
        (Sens.BAISSE, 20.5, Jugement.PROCHE),
    ],
)
def test_le_jugement_suit_le_sens_et_jamais_la_hauteur(chiffre, indicateur, sens, valeur, jugement):
    assert comparer(chiffre(valeur), chiffre(20.0), replace(indicateur, sens=sens)).jugement is jugement


def test_la_bande_de_proximite_est_comprise_et_sans_bruit_binaire(chiffre, indicateur):
    # 8,3 − 7,3 vaut 1,0000000000000009 en binaire : c'est pourtant un point, donc proche
    assert 8.3 - 7.3 > 1
    assert comparer(chiffre(8.3), chiffre(7.3), indicateur).position is Position.PROCHE
    assert comparer(chiffre(8.4), chiffre(7.3), indicateur).position is Position.PLUS_ELEVE


def test_ecart_de_valeurs_negatives(chiffre, indicateur):
    idt = replace(indicateur, unite=UNITES["indice"], sens=Sens.HAUSSE, bande_proche=5)
    resultat = comparer(chiffre(-247.0), chiffre(-106.0), idt)
    assert resultat.ecart == -247 - -106
    assert resultat.rapport is None
    assert resultat.jugement is Jugement.DEFAVORABLE


def test_zero_est_une_valeur(chiffre, indicateur):
    resultat = comparer(chiffre(0.0), chiffre(18.8), indicateur)
    assert resultat.ecart == -18.8
    assert resultat.rapport == 0
    assert resultat.jugement is Jugement.FAVORABLE
    assert comparer(chiffre(18.8), chiffre(0.0), indicateur).rapport is None


@pytest.mark.parametrize(
    ("observation", "reference", "position", "motif"),
    [
        ({"inf": 25, "sup": 30}, {"valeur": 18.8}, Position.PLUS_ELEVE, Motif.AUCUN),
        ({"inf": 25, "sup": 30}, {"valeur": 28.0}, Position.INDETERMINE, Motif.INTERVALLE_NON_CONCLUSIF),
        ({"inf": 30}, {"valeur": 18.8}, Position.PLUS_ELEVE, Motif.AUCUN),
        ({"inf": 30}, {"valeur": 32.0}, Position.INDETERMINE, Motif.INTERVALLE_NON_CONCLUSIF),
        ({"sup": 10}, {"valeur": 18.8}, Position.PLUS_FAIBLE, Motif.AUCUN),
        ({"sup": 20}, {"valeur": 18.8}, Position.INDETERMINE, Motif.INTERVALLE_NON_CONCLUSIF),
        ({"inf": 18.5, "sup": 19.0}, {"valeur": 18.8}, Position.PROCHE, Motif.AUCUN),
        ({"valeur": 18.8}, {"inf": 25, "sup": 30}, Position.PLUS_FAIBLE, Motif.AUCUN),
        ({"inf": 40}, {"inf": 30}, Position.INDETERMINE, Motif.INTERVALLE_NON_CONCLUSIF),
    ],
)
def test_seuils_et_intervalles(chiffre, indicateur, observation, reference, position, motif):
    resultat = comparer(chiffre(**observation), chiffre(**reference), indicateur)
    assert (resultat.position, resultat.motif) == (position, motif)
    assert resultat.ecart is None
    assert resultat.rapport is None


@pytest.mark.parametrize("statut", ["secret", "non_disponible", "sans_objet"])
def test_une_case_sans_valeur_donne_son_motif_et_aucun_nombre(chiffre, indicateur, statut):
    for paire in ((chiffre(statut=statut), chiffre(18.8)), (chiffre(46.7), chiffre(statut=statut))):
        resultat = comparer(*paire, indicateur)
        assert resultat.motif == statut
        assert resultat.position is Position.INDETERMINE
        assert (resultat.ecart, resultat.ecart_min, resultat.rapport) == (None, None, None)


def test_annees_differentes_ecart_mais_pas_de_jugement(chiffre, indicateur):
    resultat = comparer(chiffre(46.7, annee=2018), chiffre(17.2, annee=2020), indicateur, ruptures=())
    assert resultat.ecart == pytest.approx(46.7 - 17.2)
    assert resultat.motif is Motif.ANNEES_DIFFERENTES
    assert resultat.jugement is Jugement.INDETERMINE
    assert resultat.des_annees_differentes


def test_annee_inconnue_ne_vaut_que_pour_la_meme_edition(chiffre, indicateur):
    sans_annee = chiffre(40.7, annee=None, millesime=2022)
    assert comparer(sans_annee, chiffre(58.8, annee=None, millesime=2022), indicateur).motif is Motif.AUCUN
    assert (
        comparer(sans_annee, chiffre(58.8, annee=None, millesime=2024), indicateur, ruptures=()).motif
        is Motif.ANNEES_DIFFERENTES
    )
    assert comparer(sans_annee, chiffre(58.8, annee=2022), indicateur, ruptures=()).motif is Motif.ANNEES_DIFFERENTES


def test_la_reference_de_la_meme_periode_passe_avant_la_plus_recente(chiffre):
    moi = chiffre(46.7, annee=2018, source="convention")
    meme, recente = chiffre(18.8, annee=2018), chiffre(18.6, annee=2021)
    assert reference_de(moi, [recente, meme]) is meme
    assert reference_de(moi, [recente]) is recente
    assert reference_de(moi, []) is None


def test_a_defaut_la_reference_de_l_annee_la_plus_proche(chiffre):
    moi = chiffre(46.7, annee=2018)
    loin, pres = chiffre(18.3, annee=2014), chiffre(17.2, annee=2020)
    assert reference_de(moi, [loin, pres]) is pres


def test_perimetres_de_2015_et_2024_ne_se_comparent_pas(chiffre, indicateur):
    resultat = comparer(chiffre(46.7), chiffre(44.0), indicateur, geographies=(2015, 2024))
    assert (resultat.motif, resultat.ecart) == (Motif.GEOGRAPHIES_DIFFERENTES, None)
    assert comparer(chiffre(46.7), chiffre(44.0), indicateur, geographies=(2015, None)).motif is Motif.AUCUN


def test_reference_absente_ou_de_definition_differente(chiffre, indicateur):
    assert comparer(chiffre(37.9), None, indicateur).motif is Motif.NON_DISPONIBLE
    voisine = chiffre(20.2, indicateur="part_neet_15_24")
    resultat = comparer(chiffre(37.9), None, indicateur, voisine=voisine)
    assert (resultat.motif, resultat.voisine) == (Motif.DEFINITION_DIFFERENTE, voisine)


def test_un_effectif_ne_se_compare_qu_a_taille_semblable(chiffre, indicateur):
    effectif = replace(indicateur, unite=UNITES["habitants"], sens=Sens.NEUTRE, bande_proche=0)
    assert comparer(chiffre(1088), chiffre(50000), effectif).motif is Motif.EFFECTIF
    assert comparer(chiffre(1088), chiffre(500), effectif, meme_maille=True).position is Position.PLUS_ELEVE


def test_une_variation_ne_se_compare_que_sur_la_meme_periode(chiffre, indicateur):
    variation = replace(indicateur, evolution_de="autre")
    memes = (chiffre(5.0, debut=2016, annee=2021), chiffre(2.0, debut=2016, annee=2021))
    assert comparer(*memes, variation).motif is Motif.AUCUN
    autres = (chiffre(5.0, debut=2016, annee=2021), chiffre(2.0, debut=2011, annee=2021))
    assert comparer(*autres, variation).motif is Motif.ANNEES_DIFFERENTES
    assert comparer(*autres, variation).ecart is None


def test_comparer_deux_indicateurs_est_une_faute_de_programme(chiffre, indicateur):
    with pytest.raises(ValueError, match="autre comparé comme taux_pauvrete"):
        comparer(chiffre(1.0), chiffre(2.0, indicateur="autre"), indicateur)


nombres = st.floats(-1e6, 1e6).map(lambda x: round(x, 1))


@given(nombres, nombres)
def test_propriete_l_echange_renverse_la_position(a, b):
    sens = comparer(exact(a), exact(b), BAISSE)
    retour = comparer(exact(b), exact(a), BAISSE)
    oppose = {Position.PLUS_ELEVE: Position.PLUS_FAIBLE, Position.PLUS_FAIBLE: Position.PLUS_ELEVE}
    assert retour.position is oppose.get(sens.position, sens.position)
    assert retour.ecart == pytest.approx(-sens.ecart, abs=1e-6)


@given(nombres, st.floats(0, 100), nombres)
def test_propriete_un_intervalle_n_est_certain_que_si_ses_deux_bornes_le_sont(bas, largeur, reference):
    haut = bas + largeur
    intervalle = exact(bas)._replace(valeur=None, borne_inf=bas, borne_sup=haut, statut=Statut.INTERVALLE)
    resultat = comparer(intervalle, exact(reference), BAISSE)
    if resultat.position is Position.INDETERMINE:
        assert resultat.motif is Motif.INTERVALLE_NON_CONCLUSIF
    else:
        for borne in (bas, haut):
            assert comparer(exact(borne), exact(reference), BAISSE).position is resultat.position


@given(nombres, nombres)
def test_propriete_un_motif_n_est_jamais_vide_sans_jugement(a, b):
    resultat = comparer(exact(a), exact(b), BAISSE)
    assert (resultat.jugement is Jugement.INDETERMINE) == (resultat.motif is not Motif.AUCUN)


def test_rang_ex_aequo_et_secrets_comptes_sans_etre_classes(chiffre, indicateur):
    chiffres = [
        chiffre(40.8, territoire="A"), chiffre(40.8, territoire="B"), chiffre(34.5, territoire="C"),
        chiffre(statut="secret", territoire="D"), chiffre(statut="non_disponible", territoire="E"),
        chiffre(inf=25, sup=30, territoire="F"),
    ]  # fmt: skip
    classement = ranger(chiffres, indicateur)
    assert [o.territoire for o in classement.classees] == ["A", "B", "C"]
    assert (classement.rang("A").rang, classement.rang("B").rang, classement.rang("C").rang) == (1, 1, 3)
    assert classement.rang("A").ex_aequo
    assert classement.rang("C").depuis_le_bas == 1
    assert [classement.rang(code) for code in "DEF"] == [None, None, None]
    assert [len(x) for x in (classement.secretes, classement.absentes, classement.a_part)] == [1, 1, 1]


def test_pas_de_repartition_sous_huit_valeurs(chiffre, indicateur):
    def avec(n: int):
        return ranger([chiffre(float(k), territoire=f"T{k}") for k in range(n)], indicateur).repartition

    assert avec(7) is None
    assert avec(9) == (0, 2, 4, 6, 8)


def test_un_chiffre_d_un_ancien_perimetre_n_a_pas_de_rang(chiffre, indicateur):
    moi = chiffre(46.7, territoire="A")._replace(perimetre=2021)
    classement = ranger([moi, chiffre(40.0, territoire="B")], indicateur)
    assert (classement.rang("A"), classement.rang("B").effectif) == (None, 1)
    assert [o.territoire for o in classement.a_part] == ["A"]


@given(st.lists(nombres, min_size=8, max_size=40))
def test_propriete_la_repartition_est_ordonnee_et_dans_les_bornes(valeurs):
    chiffres = [exact(v, territoire=f"T{k}") for k, v in enumerate(valeurs)]
    repartition = ranger(chiffres, BAISSE).repartition
    assert list(repartition) == sorted(repartition)
    assert (repartition[0], repartition[-1]) == (min(valeurs), max(valeurs))
    assert all(math.isfinite(v) for v in repartition)


@pytest.mark.parametrize(
    ("sien", "autre", "motif"),
    [
        ("sure", "sure", Motif.AUCUN),
        ("douteuse", "sure", Motif.CHIFFRE_DOUTEUX),
        ("sure", "douteuse", Motif.REFERENCE_DOUTEUSE),
        ("douteuse", "douteuse", Motif.CHIFFRE_DOUTEUX),
    ],
)
def test_rien_de_douteux_n_est_juge_mais_l_ecart_reste_un_fait(chiffre, indicateur, sien, autre, motif):
    resultat = comparer(chiffre(46.7, fiabilite=sien), chiffre(18.8, fiabilite=autre), indicateur)
    assert resultat.motif is motif
    assert resultat.position is Position.PLUS_ELEVE
    assert resultat.ecart == pytest.approx(46.7 - 18.8)
    assert resultat.jugement is (Jugement.DEFAVORABLE if motif is Motif.AUCUN else Jugement.INDETERMINE)


@pytest.mark.parametrize(("habitants", "jugee"), [(47, False), (1999, False), (2000, True), (None, True)])
def test_un_petit_territoire_a_sa_valeur_sans_jugement(chiffre, indicateur, habitants, jugee):
    avec_seuil = replace(indicateur, seuil_population=2000)
    resultat = comparer(chiffre(0.0), chiffre(18.8), avec_seuil, population=habitants)
    assert resultat.ecart == -18.8
    assert resultat.jugement is (Jugement.FAVORABLE if jugee else Jugement.INDETERMINE)
    assert resultat.motif is (Motif.AUCUN if jugee else Motif.PETIT_TERRITOIRE)


@pytest.mark.parametrize(
    ("valeur", "reference", "motif"),
    [
        (44, 18.6, Motif.AUCUN),  # de 43,5 à 44,5 : au moins 24,9 points de plus
        (20, 18.6, Motif.ARRONDI),  # de 19,5 à 20,5 : de 0,9 à 1,9 point, la bande est d'un point
        (19, 18.9, Motif.AUCUN),  # de 18,5 à 19,5 : à 0,6 point près
    ],
)
def test_un_chiffre_publie_a_l_unite_ne_se_compare_pas_au_dixieme(chiffre, indicateur, valeur, reference, motif):
    resultat = comparer(chiffre(float(valeur), decimales=0), chiffre(reference), indicateur)
    assert resultat.motif is motif
    assert resultat.a_l_arrondi
    assert resultat.decimales == 0
