"""Les dessins : ce qu'ils montrent est ce que dit leur texte, et leurs noms ne se touchent pas."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from classements import place
from hypothesis import given
from hypothesis import strategies as st

from indicators.analyse.comparaison import Jugement, comparer
from indicators.analyse.rangs import ranger
from indicators.recit.dessins import bandes as dessins
from indicators.recit.dessins.bandes import Repere, bandeau, echelle, rail
from indicators.recit.dessins.mesure import largeur as mesurer
from pages.vues.portrait import ecran as portrait

SVG = "{http://www.w3.org/2000/svg}"


def lire(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def classes(svg: str, nom: str) -> list[ET.Element]:
    return [e for e in lire(svg).iter() if nom in (e.get("class") or "").split()]


@pytest.fixture
def semblables(chiffre, indicateur):
    def faire(*valeurs: float):
        return place(ranger([chiffre(v, territoire=f"T{k}") for k, v in enumerate(valeurs)], indicateur), "T0")

    return faire


def test_titre_description_et_texte_de_remplacement(chiffre, semblables):
    svg = bandeau(
        chiffre(46.7, territoire="T0"), "Le Centre", semblables(46.7, 40.3), [Repere("Agglo", chiffre(18.8))], unite="%"
    )
    racine = lire(svg)
    assert racine.get("role") == "img"
    description = racine.find(f"{SVG}desc").text.replace("\u00a0", " ")
    assert description == "Le Centre : 46,7 % ; Agglo : 18,8 % ; autres : 40,3 %."
    assert description in racine.get("aria-label").replace("\u00a0", " ")


def test_un_rond_par_autre_quartier_sous_huit_puis_une_repartition(chiffre, semblables):
    peu = rail(chiffre(3.0, territoire="T3"), "X", semblables(0, 1, 2, 3, 4, 5, 6), [])
    assert len(classes(peu, "dq-autre")) == 6
    assert not classes(peu, "dq-bande")
    huit = rail(chiffre(3.0, territoire="T3"), "X", semblables(0, 1, 2, 3, 4, 5, 6, 7), [])
    assert not classes(huit, "dq-autre")
    assert len(classes(huit, "dq-bande")) == len(classes(huit, "dq-boite")) == 1


def test_les_abscisses_suivent_les_valeurs(chiffre, semblables):
    svg = bandeau(
        chiffre(46.7, territoire="T0"), "X", semblables(46.7), [Repere("A", chiffre(18.8)), Repere("B", chiffre(30.0))]
    )
    a, b = (float(e.get("x1")) for e in classes(svg, "dq-repere"))
    marque = float(re.search(r"M ([\d.]+)", classes(svg, "dq-marque")[0].get("d")).group(1))
    assert a < b < marque
    assert (b - a) / (marque - a) == pytest.approx((30 - 18.8) / (46.7 - 18.8), abs=0.01)


def test_un_seuil_est_une_fleche_et_un_intervalle_une_barre(chiffre, semblables):
    seuil = rail(chiffre(inf=30), "X", semblables(), [Repere("A", chiffre(18.8))])
    assert "L" in classes(seuil, "dq-trait")[0].get("d")
    barre = rail(chiffre(inf=25, sup=30), "X", semblables(), [Repere("A", chiffre(18.8))])
    assert classes(barre, "dq-marque")[0].tag == f"{SVG}rect"


def test_rien_a_dessiner_sans_valeur(chiffre, semblables):
    assert bandeau(chiffre(statut="secret"), "X", semblables(), []) == ""
    assert rail(chiffre(statut="non_disponible"), "X", semblables(), []) == ""


def test_un_nom_plus_large_que_le_dessin_y_tient_et_se_lit_entier_dans_la_description(chiffre, semblables):
    nom = "Ancien Rivage-Mont de Terre-Nationale (Boulogne-sur-Mer)"
    svg = bandeau(chiffre(31.0), nom, semblables(), [], largeur=320)
    (montre,) = (e.text or "" for e in classes(svg, "dq-nom"))
    assert montre.endswith("…") and nom.startswith(montre[:-1])
    assert mesurer(montre, 13, gras=True) <= 320
    assert nom in svg


def test_la_couleur_ne_porte_jamais_le_sens_seule():
    assert set(dessins.COULEURS) == {Jugement.DEFAVORABLE, Jugement.FAVORABLE}
    assert dessins.couleur(Jugement.NEUTRE) == dessins.couleur(Jugement.INDETERMINE) == dessins.GRIS


def test_un_nom_hostile_est_echappe(chiffre, semblables):
    svg = bandeau(chiffre(1.0), '<script>alert("x")</script>', semblables(), [Repere("a & b", chiffre(2.0))])
    lire(svg)
    assert "<script>" not in svg


@given(
    st.lists(
        st.tuples(st.floats(0, 320), st.sampled_from(["CABBALR", "Hauts-de-France", "Nord", "France métro."])),
        max_size=4,
    )
)
def test_propriete_les_noms_des_references_ne_se_touchent_pas(places):
    poses = dessins._drapeaux(places, 320, 12, 50, 15)
    assert len(poses) == len(places)
    assert sorted(p.x for p in poses) == sorted(x for x, _ in places)
    for k, un in enumerate(poses):
        for autre in poses[k + 1 :]:
            if un.y == autre.y:
                assert un.fin <= autre.debut or autre.fin <= un.debut


@pytest.mark.parametrize("valeur", [1.0, 46.0, 99.0])
def test_un_nom_tres_long_reste_dans_le_cadre(chiffre, semblables, valeur):
    """« CC Grand Orb Communauté de communes en Languedoc » sortait de la fiche, d'un côté comme de l'autre."""
    nom = "CC Grand Orb Communauté de communes en Languedoc, Haut-Languedoc et Vignobles"
    dessin = lire(
        bandeau(chiffre(50.0, territoire="T0"), "X", semblables(50.0, 0.0, 100.0), [Repere(nom, chiffre(valeur), 2021)])
    )
    largeur = float(dessin.get("viewBox").split()[2])
    (texte,) = [e for e in dessin.iter(f"{SVG}text") if (e.text or "").startswith("CC Grand Orb")]
    assert (texte.text or "").endswith("… (2021)") and f"{nom} (2021)" in dessin.findtext(f"{SVG}desc")
    assert float(texte.get("font-size")) >= 10, "coupé plutôt qu'illisible"
    x, taille = float(texte.get("x")), float(texte.get("font-size"))
    longueur = mesurer(texte.text or "", taille)
    debut = x if texte.get("text-anchor") == "start" else x - longueur
    assert debut >= -1 and debut + longueur <= largeur + 1


def test_un_fil_ne_traverse_pas_le_nom_du_voisin():
    poses = dessins._drapeaux([(30.0, "CABBALR"), (38.0, "Hauts-de-France"), (60.0, "France métro.")], 320, 12, 50, 15)
    assert all(p.a_droite for p in poses)
    for un in poses:
        for autre in poses:
            assert not (un.y < autre.y and un.debut < autre.x < un.fin)


@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=20))
def test_propriete_l_echelle_garde_l_ordre_et_reste_dans_le_cadre(valeurs):
    e = echelle(valeurs, 10, 200)
    abscisses = [e.x(v) for v in sorted(valeurs)]
    assert abscisses == sorted(abscisses)
    assert all(10 <= x <= 200 for x in abscisses)


def test_une_reference_d_une_autre_annee_l_ecrit(chiffre, indicateur):
    comparaison = comparer(chiffre(46.7), chiffre(17.2, annee=2020), indicateur, ruptures=())
    assert dessins.repere_de(comparaison, "Région").ecrire(300) == "Région (2020)"
    assert dessins.repere_de(comparer(chiffre(46.7), chiffre(18.8), indicateur), "Région").ecrire(300) == "Région"
    assert dessins.repere_de(comparer(chiffre(46.7), None, indicateur), "Région") is None


@pytest.mark.parametrize("code", ["QP062011", "QN05950M", "EPCI246200364"])
def test_tout_trait_d_un_portrait_suit_le_theme(vraie, code):
    """Une couleur écrite sans classe reste celle du papier : en thème sombre, elle se lit mal."""
    rendu = portrait.rendre(vraie, code, None)
    formes = re.findall(
        r"<(?:circle|path|polyline|rect|line|text)\b[^>]*>", rendu.identite + rendu.chiffres + rendu.suite
    )
    colorees = [f for f in formes if re.search(r'(?:fill|stroke)="#', f)]
    assert colorees and [f for f in colorees if "class=" not in f] == []
