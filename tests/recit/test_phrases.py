"""Le français : nombres, unités, écarts, lectures, places."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unites import UNITES

from indicators.analyse.comparaison import comparer
from indicators.analyse.evolution import MotifEvolution, evoluer, suivre_ecart
from indicators.analyse.rangs import ranger
from indicators.recit import phrases, tendances
from indicators.socle import nombres
from indicators.socle.catalogue import Sens
from indicators.socle.territoires import Maille, Territoire

AGGLO = Territoire("EPCI1", Maille.EPCI, None, "", "CA des Essais", "Essais")
QUARTIER = Territoire("A", Maille.QUARTIER, 2015, "QPV", "Le Centre", "Le Centre")


def blancs(texte: str) -> str:
    """Le texte avec des espaces ordinaires, pour lire les attendus."""
    return re.sub(r"[\u202f\u00a0]", " ", texte)


@pytest.mark.parametrize(
    ("valeur", "decimales", "texte"),
    [
        (46.7, 1, "46,7"), (10920, 0, "10 920"), (64844037, 0, "64 844 037"), (-3, 0, "−3"), (0, 0, "0"),
        (-0.04, 1, "0,0"), (29.0, 1, "29,0"), (999.96, 1, "1 000,0"),
    ],
)  # fmt: skip
def test_nombre(valeur, decimales, texte):
    assert blancs(nombres.nombre(valeur, decimales)) == texte


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_propriete_un_nombre_francais_se_relit(valeur, decimales):
    texte = nombres.nombre(valeur, decimales)
    assert re.fullmatch(r"−?\d{1,3}(\u202f\d{3})*(,\d+)?", texte)
    relu = float(texte.replace("\u202f", "").replace(",", ".").replace("−", "-"))
    assert relu == pytest.approx(round(valeur, decimales), abs=10**-decimales)


def test_signe():
    assert [nombres.signe(v, 1) for v in (27.9, -18.1, 0.0, -0.01)] == ["+27,9", "−18,1", "0,0", "0,0"]


@pytest.mark.parametrize(
    ("champs", "unite", "texte"),
    [
        ({"valeur": 46.7}, "%", "46,7 %"),
        ({"valeur": 10920.0, "decimales": 0}, "€/an", "10 920 € par an"),
        ({"valeur": 1.0, "decimales": 0}, "habitants", "1 habitant"),
        ({"valeur": 0.0, "decimales": 0}, "habitants", "0 habitant"),
        ({"valeur": 3000.0, "statut": "environ", "decimales": 0}, "habitants", "environ 3 000 habitants"),
        ({"inf": 30, "decimales": 0}, "%", "plus de 30 %"),
        ({"sup": 30, "decimales": 0}, "%", "au plus 30 %"),
        ({"inf": 25, "sup": 30, "decimales": 0}, "%", "de 25 à 30 %"),
        ({"statut": "secret"}, "%", "secret statistique"),
        ({"statut": "non_disponible"}, "%", "non disponible"),
        ({"valeur": 79.0, "decimales": 0}, "indice", "79"),
        ({"valeur": 5.0, "decimales": 1, "indicateur": "taux_pauvrete_evolution"}, "points", "+5,0 points"),
    ],
)
def test_chiffre(chiffre, champs, unite, texte):
    assert blancs(phrases.chiffre(chiffre(**champs), UNITES[unite])) == texte


@pytest.mark.parametrize(
    ("champs", "date"),
    [
        ({"annee": 2018}, "2018"), ({"annee": 2018, "millesime": 2022}, "2018 (édition 2022)"),
        ({"annee": None, "millesime": 2022}, "édition 2022"), ({"annee": None}, "année non imprimée"),
        ({"debut": 2011, "annee": 2019}, "2011-2019"),
    ],
)  # fmt: skip
def test_la_date_n_invente_jamais_d_annee(chiffre, champs, date):
    assert phrases.date_complete(chiffre(1.0, **champs)) == date


def test_ecarts_en_mots_et_en_chiffres(chiffre, indicateur):
    resultat = comparer(chiffre(46.7), chiffre(18.8), indicateur)
    assert blancs(phrases.ecart(resultat)) == "27,9 points de plus"
    assert blancs(phrases.rapport(resultat)) == "2,5 fois"
    moins = comparer(chiffre(18.8), chiffre(46.7), indicateur)
    assert blancs(phrases.ecart(moins)) == "27,9 points de moins"
    assert phrases.rapport(moins) == ""
    seuil = comparer(chiffre(inf=30, decimales=0), chiffre(18.8), indicateur)
    assert blancs(phrases.ecart(seuil)) == "au moins 11,2 points de plus"
    bornes = comparer(chiffre(inf=25, sup=30, decimales=0), chiffre(18.8), indicateur)
    assert blancs(phrases.ecart(bornes)) == "de 6,2 à 11,2 points de plus"
    assert phrases.ecart(comparer(chiffre(18.8), chiffre(18.8), indicateur)) == "même valeur"
    assert phrases.ecart(comparer(chiffre(statut="secret"), chiffre(18.8), indicateur)) == ""


def test_la_lecture_d_un_classement_dit_le_doute(chiffre, indicateur):
    chiffres = [chiffre(46.7, territoire="A"), chiffre(39.3, territoire="B", fiabilite="douteuse")]
    lieux = [replace(QUARTIER, territoire=code, nom_court=code) for code in "AB"]
    assert blancs(phrases.lecture_classement(ranger(chiffres, indicateur), lieux)) == (
        "De 46,7 % (A, valeur la plus élevée) à 39,3 % (B, la plus faible, chiffre douteux), 2 territoires classés."
    )


def test_le_signe_plus_n_est_pas_toujours_bon(chiffre, indicateur):
    hausse = replace(indicateur, sens=Sens.HAUSSE)
    assert phrases.verdict(comparer(chiffre(46.7), chiffre(18.8), indicateur)) == "défavorable"
    assert phrases.verdict(comparer(chiffre(46.7), chiffre(18.8), hausse)) == "favorable"
    neutre = replace(indicateur, sens=Sens.NEUTRE)
    assert phrases.verdict(comparer(chiffre(46.7), chiffre(18.8), neutre)) == "sans jugement"


def test_la_lecture_ecrit_les_deux_annees_si_elles_different(chiffre, indicateur):
    meme = phrases.lecture(comparer(chiffre(46.7), chiffre(18.8), indicateur), QUARTIER, AGGLO)
    attendue = "« Le Centre », taux de pauvreté (2018) : 46,7 %, soit 27,9 points de plus que l’agglomération (18,8 %)."
    assert blancs(meme) == attendue
    autre = phrases.lecture(
        comparer(chiffre(46.7), chiffre(17.2, annee=2020), indicateur, ruptures=()), QUARTIER, AGGLO
    )
    assert "(2018)" in autre
    assert "en 2020" in autre


@pytest.mark.parametrize("statut", ["secret", "non_disponible"])
def test_une_absence_est_toujours_dite(chiffre, indicateur, statut):
    comparaison = comparer(chiffre(46.7), chiffre(statut=statut), indicateur)
    texte = phrases.lecture(comparaison, QUARTIER, AGGLO)
    assert phrases.MOTS_STATUT[chiffre(statut=statut).statut].split()[0] in texte
    assert phrases.motif(comparaison)


def test_place_dans_un_classement(chiffre, indicateur):
    def place(*valeurs: float) -> str:
        chiffres = [chiffre(v, territoire="ABCDEFGH"[k]) for k, v in enumerate(valeurs)]
        return phrases.rang(ranger(chiffres, indicateur).rang(QUARTIER.territoire), QUARTIER)

    qui = "quartiers prioritaires de 2015 connus, toutes agglomérations"
    assert place(46.7, 40.3, 39.3) == f"le plus élevé des 3 {qui}"
    assert place(39.3, 46.7, 40.3) == f"le plus faible des 3 {qui}"
    assert place(40.3, 46.7, 39.3) == f"au milieu des 3 {qui}"
    assert place(40.3, 46.7, 39.3, 38.0) == f"2e plus élevé des 4 {qui}"
    assert place(82.9, 82.9, 33.3) == f"le plus élevé (ex æquo) des 3 {qui}"
    assert place(5.0, 5.0) == f"même valeur que les autres {qui}"
    assert place(5.0) == ""


@pytest.mark.parametrize(
    ("part", "texte"),
    [
        (46.7, "près d’un habitant sur deux"), (50.0, "un habitant sur deux"), (51.0, "plus d’un habitant sur deux"),
        (39.3, "près de deux habitants sur cinq"), (18.8, "près d’un habitant sur cinq"), (2.0, ""), (97.0, ""),
        # « Près d'un sur dix » exagérerait de deux tiers un taux de 6 %.
        (6.0, "près d’un habitant sur quinze"), (7.4, "plus d’un habitant sur quinze"), (9.9, "un habitant sur dix"),
        (8.3, "un habitant sur douze"), (5.0, "un habitant sur vingt"), (4.0, ""),
    ],
)  # fmt: skip
def test_fraction(part, texte):
    assert nombres.fraction(part) == texte


def test_une_fraction_dite_n_est_jamais_a_plus_d_un_sixieme_du_taux():
    nombres_dits = {
        "un": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "dix": 10,
        "douze": 12, "quinze": 15, "vingt": 20,
    }  # fmt: skip
    for dixiemes in range(1000):
        part = dixiemes / 10
        if mots := nombres.fraction(part):
            haut, _, bas = mots.replace("d’un", "un").removeprefix("près ").removeprefix("plus ").partition(" sur ")
            dite = 100 * nombres_dits[haut.removeprefix("de ").split()[0]] / nombres_dits[bas]
            assert abs(part - dite) <= dite / 6 + 1e-9
            assert not (mots.startswith("près") and part > dite)
            assert not (mots.startswith("plus") and part < dite)


def test_evolution_et_ecart_suivi(chiffre, indicateur):
    depart, arrivee = chiffre(40.0, annee=2013), chiffre(47.0, annee=2020)
    assert blancs(tendances.evolution(evoluer(depart, arrivee, indicateur))) == "+7,0 points de 2013 à 2020"
    ecart = suivre_ecart((depart, chiffre(18.0, annee=2013)), (arrivee, chiffre(20.0, annee=2020)), indicateur)
    texte = "L’écart avec l’agglomération s’est creusé de 5,0 points entre 2013 et 2020."
    assert blancs(tendances.evolution_ecart(ecart, AGGLO)) == texte
    perdu = suivre_ecart((depart, None), (arrivee, None), indicateur)
    assert perdu.motif is MotifEvolution.REFERENCE_ABSENTE
    assert "ne peut pas être suivi" in tendances.evolution_ecart(perdu, AGGLO)


@pytest.mark.parametrize("motif", list(MotifEvolution))
def test_chaque_motif_d_evolution_a_ses_mots(motif):
    assert bool(tendances.motif_evolution(motif)) == (motif is not MotifEvolution.AUCUN)


@pytest.mark.parametrize(
    ("brut", "attendu"),
    [
        ("« 3 % » : oui ; 10 €", "«\u00a03\u00a0%\u00a0»\u00a0: oui\u00a0; 10\u00a0€"),
        ("l'Insee, 13 620 € et 2 606 234", "l’Insee, 13\u202f620\u00a0€ et 2\u202f606\u202f234"),
        ("en 2018 120 logements, 5 2 3", "en 2018 120 logements, 5 2 3"),
        ("1 ^{er} trimestre", "1er trimestre"),
    ],
)
def test_la_typographie_d_un_texte_venu_des_donnees(brut, attendu):
    assert phrases.typographie(brut) == attendu


def test_un_classement_ne_coupe_pas_son_nombre_de_son_mot(chiffre, indicateur):
    lieux = [replace(QUARTIER, territoire=code, nom_court=code) for code in "AB"]
    lue = phrases.lecture_classement(
        ranger([chiffre(46.7, territoire="A"), chiffre(39.3, territoire="B")], indicateur), lieux
    )
    assert lue.endswith(" 2\u00a0territoires classés.")
