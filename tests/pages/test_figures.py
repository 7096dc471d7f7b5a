"""Les figures de Comparer : ce qu'elles tracent est ce que disent les chiffres."""

from __future__ import annotations

import re

import pytest

from indicators.analyse.comparaison import Jugement
from indicators.analyse.comparatif import confronter, couples
from indicators.recit.dessins.bandes import COULEURS, GRIS
from pages.commun import graphiques


@pytest.fixture
def hainaut(vraie):
    """Le taux d'emploi des treize quartiers de la Porte du Hainaut, face à l'agglomération et à la région."""
    fiche = vraie.fiche("EPCI200042190")
    quartiers = [t for t in fiche.quartiers if (t.statut, t.geographie) == ("QPV", 2015)]
    references = vraie.territoires(["EPCI200042190", "REG32"])
    return confronter(vraie, vraie.catalogue.indicateur("taux_emploi_15_64"), quartiers, references)


def test_le_classement_place_chaque_valeur_du_plus_eleve_au_plus_faible(hainaut):
    figure = graphiques.classement(hainaut, "QP059050")
    points = figure.data[-1]
    assert list(points.x) == sorted(o.valeur for o in hainaut.classement.classees)
    assert [nom.split("  ")[0] for nom in points.y] == [li.territoire.nom_court for li in hainaut.lignes[::-1]]
    tailles = dict(zip((li.territoire.territoire for li in hainaut.lignes[::-1]), points.marker.size, strict=True))
    assert [code for code, taille in tailles.items() if taille == max(tailles.values())] == ["QP059050"]
    traits = {forme.x0 for forme in figure.layout.shapes}
    assert traits == {o.valeur for _, o in hainaut.references}


def test_un_nom_long_se_lit_sur_plusieurs_lignes_et_ses_voisins_ne_le_recouvrent_pas(vraie):
    fiche = vraie.fiche("EPCI245901160")
    quartiers = [t for t in fiche.quartiers if (t.statut, t.geographie) == ("QPV", 2015)]
    long = next(t for t in quartiers if t.nom_court == "Zone Intercommunale Faubourg De Cambrai - La Briquette")
    vue = confronter(vraie, vraie.catalogue.indicateur("taux_emploi_15_64"), quartiers, [])
    figure = graphiques.classement(vue, None)
    (nom,) = [nom for nom in figure.data[-1].y if nom.replace("<br>", " ").startswith(long.nom_court)]
    assert max(map(len, re.sub("</?b>", "", nom).split("<br>"))) <= 26 + 6
    assert figure.layout.height >= 18 * sum(n.count("<br>") + 1 for n in figure.data[-1].y)


def test_les_references_se_disent_de_gauche_a_droite(hainaut):
    phrase = graphiques.reperes(hainaut)
    noms = [t.nom_court for t, o in sorted(hainaut.references, key=lambda r: r[1].valeur)]
    assert [phrase.index(nom) for nom in noms] == sorted(phrase.index(nom) for nom in noms)
    tracees = [a.text for a in graphiques.classement(hainaut).layout.annotations]
    assert tracees == re.split("\u00a0: |\u00a0; ", phrase.rstrip("."))[1:]


def test_l_axe_d_un_effectif_est_a_la_taille_de_ses_territoires(vraie):
    quartiers = [t for t in vraie.fiche("EPCI200042190").quartiers if (t.statut, t.geographie) == ("QPV", 2015)]
    vue = confronter(vraie, vraie.catalogue.indicateur("population"), quartiers, vraie.territoires(["FRM"]))
    assert vue.references, "sans référence, l'essai n'éprouve rien"
    valeurs = [li.chiffre.valeur for li in vue.lignes]
    bas, haut = graphiques.classement(vue).layout.xaxis.range
    assert bas <= min(valeurs) and max(valeurs) <= haut <= 2 * max(valeurs)


def test_la_forme_redit_la_couleur(hainaut):
    points = graphiques.classement(hainaut).data[-1]
    jugements = [li.comparaisons[0].jugement for li in hainaut.lignes[::-1]]
    for couleur, symbole, jugement in zip(points.marker.color, points.marker.symbol, jugements, strict=True):
        assert couleur == COULEURS.get(jugement, GRIS)
        assert symbole.startswith("diamond") is (jugement is Jugement.DEFAVORABLE)


def test_un_intervalle_est_une_barre_et_n_a_pas_de_point(petite):
    vue = confronter(
        petite, petite.catalogue.indicateur("taux_pauvrete"), petite.territoires(["QP001001", "QP001002"]), []
    )
    barre, points = graphiques.classement(vue).data
    assert list(barre.x) == [25, 30]
    assert [x for x in points.x if x is not None] == [46.7]


def test_un_nom_a_tirets_ne_se_coupe_qu_a_un_tiret(vraie):
    iris = vraie.territoires(["IRIS593680101", "IRIS590090206"])
    vue = confronter(vraie, vraie.catalogue.indicateur("taux_pauvrete"), iris, [])
    (_, ecrit) = graphiques.essaim(vue, "IRIS593680101").data[1].text
    assert ecrit == "Berckem-Kléber-Saint-<br>Charles 1 (La<br>Madeleine)"


def test_l_essaim_ne_superpose_pas_deux_points(hainaut):
    points, nom = graphiques.essaim(hainaut, "QP059050").data
    assert sorted(points.x) == sorted(o.valeur for o in hainaut.classement.classees)
    places = list(zip(points.x, points.y, strict=True))
    assert len(set(places)) == len(places)
    assert [t for t in nom.text if t] == ["Denain Centre"]
    assert (nom.x[0], nom.y[0]) in places and nom.y[1] > max(points.y), "le nom est au-dessus de tous les points"


def test_deux_valeurs_egales_sont_ecartees():
    assert len(set(graphiques._decaler([10.0, 10.0, 10.0, 50.0])[:3])) == 3


def test_le_nuage_croise_les_memes_territoires(vraie, hainaut):
    autre = confronter(
        vraie, vraie.catalogue.indicateur("taux_emploi_femmes"), [li.territoire for li in hainaut.lignes], []
    )
    paires = couples(hainaut, autre)
    points = graphiques.nuage(paires, hainaut.indicateur, autre.indicateur).data[0]
    assert list(zip(points.text, points.x, points.y, strict=True)) == [
        (t.nom_court, x.valeur, y.valeur) for t, x, y in paires
    ]
