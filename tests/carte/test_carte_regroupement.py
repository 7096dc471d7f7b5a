"""Un regroupement sur la carte : son contour est celui de ses membres réunis, et sans lui cela se dit."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date

import pytest
from cartes import sans_blancs
from geojson import CARRE, entite, fichier
from shapely.geometry import box

from indicators.analyse.portrait import dresser
from indicators.base.base import Base
from indicators.base.carte import Forme
from indicators.base.construction import assurer
from indicators.carte.cocher import carte_a_cocher
from indicators.carte.image import se_situe
from indicators.carte.lieu import carte_du_lieu
from indicators.carte.plan import de_pres, dresser_plan
from indicators.carte.situation import situer
from indicators.carte.trace import reunir
from indicators.donnees.perimetres import lire, ranger
from indicators.imports.moteur.regroupement import preparer, regrouper

SVG = "{http://www.w3.org/2000/svg}"
CODE = "RGT-QUARTIER-VECU"
A_COTE = [[[x + 0.1, y] for x, y in CARRE[0]]]


def formes(*boites):
    return [Forme(str(rang), box(*boite), 0, 0) for rang, boite in enumerate(boites)]


def classes(svg: str, balise: str) -> list[str]:
    return [e.get("class", "") for e in ET.fromstring(svg).iter(f"{SVG}{balise}")]


@pytest.fixture
def faire(dossier, locales):
    """De quoi réunir deux quartiers de la petite base, avec les contours que l'on donne."""
    ouvertes = []

    def ouvrir() -> Base:
        ouvertes.append(Base(assurer(dossier).chemin))
        return ouvertes[-1]

    def regroupe(**contours) -> Base:
        entites = [entite({"code_qp": code}, forme) for code, forme in contours.items()]
        if entites:
            ranger(lire(fichier(*entites)).contours, dossier / "contours")
        base = ouvrir()
        regrouper(preparer(base, "Quartier vécu", ("QP001001", "QP001002")), dossier, "essai", date(2026, 11, 29))
        return ouvrir()

    yield regroupe
    for base in ouvertes:
        base.fermer()


def test_la_reunion_n_a_pas_de_jour_mais_garde_un_vrai_trou_et_un_vrai_ecart():
    """Un cadre de boîtes séparées par un jour : étroit, il se ferme, au milieu comme au bord ; large, il reste."""

    def cadre(vide: float):
        milieu = 0.5 + vide
        return formes((0, 0, 0.5, 1), (milieu, 0, 1, 0.4), (milieu, 0.4 + vide, 1, 1))

    etroit = reunir(cadre(0.0004))
    assert etroit.geom_type == "Polygon" and not etroit.interiors
    assert etroit.area == pytest.approx(1)
    large = reunir(cadre(0.01))
    assert len(large.geoms) == 3
    assert large.area == pytest.approx(1 - 0.01 - 0.01 * (0.5 - 0.01))
    perce = reunir(formes((0, 0, 1, 0.4), (0, 0.6, 1, 1), (0, 0.3, 0.4, 0.7), (0.6, 0.3, 1, 0.7)))
    assert [box(*trou.bounds).area for trou in perce.interiors] == pytest.approx([0.2 * 0.2])


def test_une_limite_coupee_par_la_fenetre_ne_suit_pas_son_bord(vraie):
    """L'agglomération dépasse de tous côtés : sa limite n'est pas un cadre autour de la carte."""
    (bethune,) = vraie.territoires(["COM62119"])
    plan = dresser_plan(
        vraie, [bethune], 600, 400, agglomeration="EPCI200072460", emprise=de_pres(vraie, [bethune], 0.1)
    )
    assert plan.traces and plan.limite == ""


def test_deux_membres_voisins_font_un_seul_contour_sur_chaque_carte(faire):
    base = faire(QP001001=CARRE, QP001002=A_COTE)
    membres = base.territoires(["QP001001", "QP001002"])
    plan = dresser_plan(base, membres, 600, 400, ouvert=CODE)
    assert plan.cerne is not None
    assert (plan.cerne.regroupement.territoire, plan.cerne.membres, plan.cerne.sans_contour) == (CODE, 2, 0)
    assert plan.cerne.trace.count("m") == 1, "leur limite commune n'est pas tracée"
    fiche = base.fiche(CODE)
    assert se_situe(fiche)
    dessin, legende = carte_du_lieu(base, fiche)
    assert [classes(dessin, "path").count(c) for c in ("dc-part", "dc-cerne")] == [2, 1]
    assert "Quartier vécu" in "".join(ET.fromstring(dessin).itertext())
    assert "Tireté : le contour de « Quartier vécu », celui de ses 2 membres réunis." in sans_blancs(legende)
    situation = situer(base, dresser(base, CODE), 760, 280)
    assert [classes(situation, "path").count(c) for c in ("dc-zone", "dc-cerne")] == [2, 1]
    assert "Tireté" in situation


def test_un_membre_sans_contour_n_en_laisse_aucun_au_regroupement_et_cela_se_dit(faire):
    base = faire(QP001001=CARRE)
    dessin, legende = carte_du_lieu(base, base.fiche(CODE))
    assert "dc-cerne" not in classes(dessin, "path")
    assert "« Quartier vécu » n’a pas de contour : 1 membre n’a pas le sien." in sans_blancs(legende)
    situation = situer(base, dresser(base, CODE), 760, 280)
    assert "n’a pas de contour" in "".join(ET.fromstring(situation).itertext()).replace("\u00a0", " ")


def test_sans_aucun_contour_ni_position_le_portrait_n_a_pas_de_carte(faire):
    base = faire()
    assert carte_du_lieu(base, base.fiche(CODE)) == ("", "")


def test_un_autre_territoire_ouvert_n_est_pas_cerne(vraie):
    quartiers = vraie.fiche("EPCI246200364").quartiers
    assert dresser_plan(vraie, quartiers[:3], 600, 400, ouvert="EPCI246200364").cerne is None


@pytest.mark.parametrize("geographie", [2015, 2024])
def test_chaque_lieu_d_une_carte_a_cocher_est_une_case_et_une_seule(vraie, geographie):
    lieux = [q for q in vraie.fiche("EPCI246200364").quartiers if q.geographie == geographie]
    racine = ET.fromstring(carte_a_cocher(vraie, lieux, 500, 460, "EPCI246200364"))
    cases = [g for g in racine.iter(f"{SVG}g") if g.get("role") == "checkbox"]
    assert sorted(c.get("data-code", "") for c in cases) == sorted(t.territoire for t in lieux)
    assert {c.get("aria-checked") for c in cases} == {"false"}
    noms = {c.get("data-code"): c.findtext(f"{SVG}title") for c in cases}
    assert all(noms[t.territoire].startswith(t.nom) for t in lieux)
    coches = [u.get("data-coche") for u in racine.iter(f"{SVG}use")]
    assert sorted(coches) == sorted(t.territoire for t in lieux)


def test_la_carte_a_cocher_de_146_iris_pese_moins_de_200_ko(vraie):
    lieux = vraie.maille_fine("EPCI200072460")
    assert len(lieux) == 146
    assert len(carte_a_cocher(vraie, lieux, 500, 460, "EPCI200072460").encode()) < 200_000
