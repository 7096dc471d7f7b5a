"""La carte dit si elle montre un périmètre ou un point, au survol, au tableau, dans son texte, comme elle dessine."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from cartes import carte

from indicators.analyse.comparatif import confronter
from indicators.base.carte import ancres, emprises
from indicators.carte.plan import dresser_plan
from pages.vues.carte import ecran

SVG = "{http://www.w3.org/2000/svg}"
AGGLOMERATIONS = ("EPCI200072460", "EPCI200042190", "EPCI246200364")


def _montre(base, agglomeration: str, geographie: int, statut: str):
    siens = [q for q in base.fiche(agglomeration).quartiers if (q.geographie, q.statut) == (geographie, statut)]
    if not siens:
        return None
    indicateur = base.catalogue.indicateur("population")
    vue = carte(confronter(base, indicateur, siens, [], None))
    html, figures = ecran.cartes(base, [vue], agglomeration=agglomeration, emprise=None, ouvert=None, fond=False)
    return siens, vue, html, figures


@pytest.mark.parametrize("agglomeration", AGGLOMERATIONS)
@pytest.mark.parametrize("geographie", [2015, 2024])
def test_chaque_quartier_est_dit_comme_il_est_dessine(vraie, agglomeration, geographie):
    vus = 0
    for statut in {q.statut for q in vraie.fiche(agglomeration).quartiers}:
        montre = _montre(vraie, agglomeration, geographie, statut)
        if montre is None:
            continue
        siens, vue, html, figures = montre
        connus = emprises(vraie, [q.territoire for q in siens])
        poses = ancres(vraie, [q for q in siens if q.territoire not in connus])
        for dessin in re.findall(r"<svg [^>]*class=\"dq dc\".*?</svg>", html, re.S):
            racine = ET.fromstring(dessin)
            traces = points = 0
            for lien in racine.iter(f"{SVG}a"):
                code = lien.get("href", "").partition("territoire=")[2]
                titre = lien.findtext(f"{SVG}title") or ""
                zone = any("dc-zone" in forme.get("class", "") for forme in lien.iter(f"{SVG}path"))
                assert zone == (code in connus), (code, "un périmètre est tracé si et seulement si le sien est connu")
                assert zone == (figures[code] == "périmètre"), (code, figures[code])
                assert zone or f"({figures[code]})" in titre, (code, titre)
                assert not (zone and "point" in titre), titre
                traces, points = traces + zone, points + (not zone)
                if not zone:
                    du_successeur = bool(poses[code].successeurs)
                    assert ("2024 qui lui succède" in figures[code]) == du_successeur, (code, figures[code])
            dite = (racine.findtext(f"{SVG}desc") or "").replace("\u00a0", " ").replace("\u202f", " ")
            assert (f"{traces} périmètre" in dite.lower() or "périmètre tracé" in dite) == bool(traces), dite
            assert ("faute de périmètre connu" in dite) == bool(points), dite
        tableau = ecran.tableau([vue], {}, figures)
        lues = re.findall(r"territoire=([\w-]+)\"?.*?<td data-nom=\"sur la carte\"[^>]*>([^<]*)</td>", tableau, re.S)
        assert dict(lues) == {q.territoire: figures[q.territoire] for q in siens}
        vus += len(siens)
    assert vus == sum(q.geographie == geographie for q in vraie.fiche(agglomeration).quartiers)


def test_un_quartier_de_2015_sans_contour_n_est_jamais_dit_trace(vraie):
    """Son successeur est tracé en filet, lui ne l'est pas."""
    (quartier,) = vraie.territoires(["QP062011"])
    plan = dresser_plan(vraie, [quartier], 600, 400, agglomeration="EPCI200072460")
    assert plan.filets and not plan.traces
    assert plan.figure("QP062011") == "point, sur le périmètre de 2024 qui lui succède"
