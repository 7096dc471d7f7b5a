"""Ce que couvre un polygone dessiné : des IRIS, quelle que soit la façon dont il est tracé."""

from __future__ import annotations

import json
import time

import pytest
import shapely
from geojson import entite, fichier
from shapely.geometry import MultiPolygon, Polygon, box

from indicators.analyse import trace
from indicators.base.carte import contours, iris_dans
from indicators.socle.emprise import Emprise
from indicators.socle.erreurs import ErreurImport

BETHUNE, LENS = "IRIS621190101", "IRIS624980101"
DUNKERQUE, VALENCIENNES = "IRIS591830101", "IRIS596060101"


def forme_de(base, code):
    return contours(base, [code], 0)[code].geometrie


def codes(base, *formes):
    """Ce que couvrent ces formes, écrites puis relues comme un fichier déposé."""
    octets = fichier(*({"type": "Feature", "properties": None, "geometry": json.loads(shapely.to_geojson(f))}
                       for f in formes))  # fmt: skip
    return {t.territoire: part for t, part in trace.couverts(base, trace.lire(octets))}


def test_deux_morceaux_a_cent_kilometres_donnent_chacun_les_siens(vraie):
    """Leur rectangle contient des centaines d'IRIS : seuls comptent ceux qui sont sous le dessin."""
    loin = [forme_de(vraie, code) for code in (DUNKERQUE, VALENCIENNES)]
    uni = MultiPolygon([p for forme in loin for p in shapely.get_parts(forme)])
    assert len(iris_dans(vraie, Emprise(*uni.bounds))) > 600
    attendus = {DUNKERQUE, VALENCIENNES}
    assert codes(vraie, uni).keys() == codes(vraie, *loin).keys() == attendus


def test_un_trou_n_est_pas_couvert(vraie):
    """Un grand carré percé d'un IRIS : ses voisins y sont, lui non."""
    troue = forme_de(vraie, LENS)
    plein = box(*shapely.buffer(troue, 0.02).bounds)
    perce = shapely.difference(plein, troue)
    tous, sauf_un = codes(vraie, plein), codes(vraie, perce)
    assert tous.keys() - sauf_un.keys() == {LENS}
    assert sauf_un.keys() <= tous.keys() and len(sauf_un) > 1


def test_un_trace_qui_se_croise_est_repare_et_non_refuse(vraie):
    """Un nœud papillon sur deux IRIS voisins couvre ses deux ailes."""
    ouest, sud, est, nord = shapely.buffer(forme_de(vraie, LENS), 0.01).bounds
    papillon = Polygon([(ouest, sud), (est, nord), (est, sud), (ouest, nord)])
    assert not papillon.is_valid
    ailes = shapely.make_valid(papillon)
    assert codes(vraie, papillon) == pytest.approx(codes(vraie, *shapely.get_parts(ailes)))


def test_la_moitie_de_la_surface_suffit_et_un_peu_moins_ne_suffit_pas(vraie):
    forme = forme_de(vraie, BETHUNE)
    ouest, sud, est, nord = forme.bounds

    def jusqu_a(part):
        """La bande ouest de l'IRIS qui fait cette part de sa surface, par dichotomie."""
        bas, haut = ouest, est
        for _ in range(40):
            milieu = (bas + haut) / 2
            assez = forme.intersection(box(ouest, sud, milieu, nord)).area >= part * forme.area
            bas, haut = (bas, milieu) if assez else (milieu, haut)
        return forme.intersection(box(ouest, sud, haut, nord))

    assert BETHUNE in codes(vraie, jusqu_a(trace.MOITIE + 0.01))
    with pytest.raises(ErreurImport, match="la moitié d’aucun IRIS"):
        codes(vraie, jusqu_a(trace.MOITIE - 0.01))


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (fichier(entite({}, [[[2.3, 48.8], [2.4, 48.8], [2.4, 48.9]]])), "Aucun contour d’IRIS n’est connu"),
        (fichier(entite({}, [[[6.8e5, 7.04e6], [6.9e5, 7.04e6], [6.9e5, 7.05e6]]])), "en mètres"),
        (fichier(entite({}, [[[50.4, 2.6], [50.5, 2.6], [50.5, 2.7]]])), "inversées"),
        (fichier(entite({}, [[[2.6, 50.5], [2.7, 50.5], [2.8, 50.5]]])), "sans surface"),
        (fichier(entite({}, [2.6, 50.5], "Point")), "Point"),
        (fichier(entite({}, [[[2.6, 50.5], [2.7, 50.5]]], "Polygon")), "moins de trois points"),
        (fichier(), "Aucune surface|vide"),
        (b"PK\x03\x04", "archive ZIP"),
        (b"{", "JSON"),
    ],
)  # fmt: skip
def test_un_dessin_inutilisable_dit_pourquoi(vraie, octets, phrase):
    with pytest.raises(ErreurImport, match=phrase):
        trace.couverts(vraie, trace.lire(octets))


def test_un_dessin_de_cent_mille_points_repond_vite(vraie):
    """Un cercle autour de Lens, au centimètre : la seconde suffit."""
    rond = shapely.buffer(shapely.Point(2.83, 50.43), 0.1, quad_segs=25_000)
    debut = time.perf_counter()
    couverts = trace.couverts(vraie, rond)
    assert time.perf_counter() - debut < 2
    assert {t.territoire for t, _ in couverts} >= {LENS}
