"""Un contour déposé est-il à sa place ? Refusé ou dit, avec sa distance, sa taille, ou ce qui lui est arrivé."""

from __future__ import annotations

import io
import json
import random
import zipfile

import pytest
from depots import depot, lot_de
from geojson import entite, fichier

from indicators.donnees import perimetres
from indicators.imports.moteur import isole
from indicators.imports.moteur.rapport import rapporter
from indicators.socle.erreurs import ErreurImport

QUARTIER = {"code_qp": "QP062011", "lib_qp": "Le Centre"}
"""Bruay-la-Buissière : 50,48° nord, 2,55° est."""


@pytest.fixture(autouse=True)
def dans_ce_processus(monkeypatch):
    monkeypatch.setattr(isole, "lire", isole.ici)


def carre(x: float, y: float, cote: float = 0.01) -> list[list[list[float]]]:
    return [[[x, y], [x + cote, y], [x + cote, y + cote], [x, y + cote], [x, y]]]


def dit(base, octets: bytes, nom: str = "qp.geojson") -> str:
    return rapporter(lot_de(base, depot(nom, octets)), base.catalogue).texte()


@pytest.mark.parametrize(
    ("proprietes", "coordonnees", "phrase"),
    [
        (QUARTIER, carre(5.55, 51.08), r"à 21\d km de Bruay-la-Buissière"),
        (QUARTIER, carre(-30, 40), r"à 3\d{3} km de Bruay-la-Buissière"),
        (QUARTIER, carre(5.37, 43.29), r"à 8\d\d km de Bruay-la-Buissière"),
        (QUARTIER, carre(2, 50, 1), "il s’étend sur 111 km, trop pour ce niveau .quartier"),
        (QUARTIER, [[[-170, -80], [170, -80], [170, 80], [-170, 80]]], "trop pour ce niveau"),
        (QUARTIER, carre(2.45, 50.4, 0.2), "fois plus grand que Bruay-la-Buissière"),
        (QUARTIER, [[[y, x] for x, y in carre(2.55, 50.48)[0]]], "inversées"),
        ({"code": "97411"}, carre(-20.9, 55.45), "latitude et longitude inversées"),
        (QUARTIER, carre(674_000, 7_042_000, 500), "coordonnées en mètres .674000, 7042000"),
        ({"code": "62119"}, carre(2.6, 50.4, 0.6), "fois plus grand que le contour connu de Béthune"),
        (QUARTIER, carre(2.55, 50.48, 1.2e-5), "il ne couvre que 1 m², trop peu pour ce niveau .quartier"),
        ({"code": "62119"}, carre(2.64, 50.53, 1e-4), "il ne couvre que 79 m², trop peu pour ce niveau .commune"),
        ({"siren_epci": "200072460"}, carre(2.6, 50.5, 0.01), "il ne couvre que 0,79 km², trop peu pour ce niveau"),
        ({"siren_epci": "200072460"}, carre(-20, 30, 40), "trop pour ce niveau .agglomération"),
    ],
)
def test_un_contour_qui_ne_peut_pas_etre_la_est_refuse(vraie, proprietes, coordonnees, phrase):
    with pytest.raises(ErreurImport, match=phrase):
        dit(vraie, fichier(entite(proprietes, coordonnees)))


def test_un_bon_contour_entre_et_un_voisin_est_dit_avec_sa_distance(vraie):
    assert "remarques" not in dit(vraie, fichier(entite(QUARTIER, carre(2.55, 50.48))))
    texte = dit(vraie, fichier(entite({"code_qp": "QP062017"}, carre(2.6, 50.53))))
    assert "QP062017 : à 4,7 km de Haillicourt, Houdain" in texte and "Contours : 1," in texte
    mele = fichier(entite(QUARTIER, carre(2.55, 50.48)), entite({"code_qp": "QP062012"}, carre(-30, 40)))
    assert "QP062012 : à" in (texte := dit(vraie, mele)) and "Contours : 1," in texte


def test_parmi_de_bons_contours_le_minuscule_est_laisse_et_dit(vraie):
    mele = fichier(entite(QUARTIER, carre(2.55, 50.48)), entite({"code_qp": "QP062012"}, carre(2.55, 50.48, 1.2e-5)))
    texte = dit(vraie, mele)
    assert "QP062012 : il ne couvre que 1 m²" in texte and "contour laissé" in texte and "Contours : 1," in texte


@pytest.mark.parametrize(
    "nom", ["RGF93 geographiques (dms)", "urn:ogc:def:crs:EPSG::4171", "urn:ogc:def:crs:EPSG::4258", "EPSG:2154"]
)
def test_les_coordonnees_decident_et_non_l_en_tete(vraie, nom):
    texte = dit(vraie, fichier(entite(QUARTIER, carre(2.55, 50.48)), crs={"type": "name", "properties": {"name": nom}}))
    assert "Contours : 1," in texte
    assert ("lues en degrés" in texte) == (nom == "EPSG:2154")


def test_les_variantes_de_geojson_se_lisent(vraie):
    surface = {"type": "Polygon", "coordinates": carre(2.55, 50.48)}
    ligne = {"type": "LineString", "coordinates": [[2.55, 50.48], [2.56, 50.48]]}
    collection = entite(QUARTIER)
    collection["geometry"] = {
        "type": "GeometryCollection",
        "geometries": [ligne, {"type": "GeometryCollection", "geometries": [surface]}],
    }
    texte = dit(vraie, fichier(collection))
    assert "1 point(s) ou ligne(s) de sa collection laissés" in texte and "Contours : 1," in texte
    deux = [entite(QUARTIER, carre(2.55, 50.48)), entite({"code_qp": "QP062012"}, carre(2.55, 50.48))]
    lignes = "\n".join(map(json.dumps, deux)).encode()
    suite = b"".join(b"\x1e" + json.dumps(e).encode() + b"\n" for e in deux)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as ecrite:
        ecrite.writestr("qp/QP2024.geojson", fichier(*deux))
        ecrite.writestr("qp/lisez-moi.pdf", b"%PDF")
    for octets in (lignes, suite, json.dumps(deux).encode(), archive.getvalue()):
        assert "Contours : 2," in dit(vraie, octets)
    sans = entite(None, carre(2.55, 50.48))
    assert "aucune propriété" in dit(vraie, fichier(sans, deux[0]))


def test_un_trace_qui_se_croise_des_milliers_de_fois_est_refuse_sans_etre_repare(monkeypatch):
    monkeypatch.setattr(perimetres.shapely, "make_valid", lambda _: pytest.fail("réparé : sa durée n'a pas de borne"))
    tirage = random.Random(61)
    points = [[2.5 + 0.08 * tirage.random(), 50.4 + 0.08 * tirage.random()] for _ in range(3_000)]
    with pytest.raises(ErreurImport, match="se croise environ"):
        isole.ici(fichier(entite(QUARTIER, [points])), "croise.geojson")
