"""Les contours embarqués : chaque commune de 2024, chaque quartier, des limites communes, et rien de perdu."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest
import shapely
from geojson import PARTAGE
from hypothesis import given
from hypothesis import strategies as st

from indicators.base.construction import DOSSIER_DONNEES
from indicators.donnees.contours import lire_embarques
from indicators.donnees.lecture import contours_embarques
from indicators.donnees.traces import PAR_DEGRE, coder, decoder
from indicators.imports.embarquement.contours import contenants, ecrire, lire
from indicators.socle.erreurs import ErreurImport

FICHIER = contours_embarques(DOSSIER_DONNEES)

grains = st.integers(-500, 500)


@given(st.lists(st.tuples(grains, grains, st.integers(3, 60), st.integers(3, 60), st.booleans()), max_size=5))
def test_propriete_ce_qui_est_code_se_decode_sans_perte(carres):
    """Des carrés disjoints (chacun dans sa case), troués ou non : formes et rangs sont rendus tels quels."""
    formes = []
    for rang, (x, y, large, haut, troue) in enumerate(carres):
        x += 2000 * rang
        bord = [(x, y), (x + large, y), (x + large, y + haut), (x, y + haut)]
        trou = [(x + 1, y + 1), (x + 1, y + 2), (x + 2, y + 2), (x + 2, y + 1)]
        en_degres = [[(a / PAR_DEGRE, b / PAR_DEGRE) for a, b in anneau] for anneau in (bord, trou)]
        formes.append(shapely.MultiPolygon([(en_degres[0], [en_degres[1]] if troue else [])]))
    reunies = [shapely.MultiPolygon([p for f in formes for p in f.geoms]), *formes]
    rendues = decoder(*coder(reunies))
    assert [f.wkb for f in rendues] == [f.wkb for f in reunies]


def test_la_france_entiere_tient_dans_six_mega_octets():
    assert FICHIER.stat().st_size <= 6_000_000
    lus = lire_embarques(FICHIER)
    fins = lus[lus["niveau"] == 0]
    par_maille = fins["territoire"].str.extract(r"^([A-Z]+)")[0].value_counts()
    assert par_maille["QN"] == 1584
    assert (par_maille["DEP"], par_maille["REG"]) == (101, 18)
    assert not fins["territoire"].duplicated().any()
    # Chaque niveau de détail a un contour, et un seul, pour chaque territoire.
    for niveau in range(3):
        servis = lus[(lus["niveau"] <= niveau) & (lus["jusqu_a"] >= niveau)]["territoire"]
        assert sorted(servis) == sorted(fins["territoire"])
    assert shapely.is_valid(decoder(fins["anneaux"].tolist(), fins["pas"].tolist())).all()


def test_un_contour_apporte_remplace_celui_qui_est_embarque():
    assert "COM62119" in set(lire_embarques(FICHIER)["territoire"])
    assert "COM62119" not in set(lire_embarques(FICHIER, sauf=["COM62119"])["territoire"])


def test_les_communes_des_trois_agglomerations_pavent_leur_agglomeration(vraie):
    lus = lire_embarques(FICHIER)
    fins = lus[lus["niveau"] == 0]
    formes = dict(zip(fins["territoire"], decoder(fins["anneaux"].tolist(), fins["pas"].tolist()), strict=True))
    for agglomeration in ("EPCI200072460", "EPCI246200364", "EPCI200042190"):
        communes = vraie.communes_de(agglomeration)
        assert set(communes) <= formes.keys()
        reunies = shapely.union_all([formes[c] for c in communes])
        # La grille de dix mètres peut laisser un fil entre deux voisines : moins d'un millième de la surface.
        assert reunies.symmetric_difference(formes[agglomeration]).area < formes[agglomeration].area / 1000
        assert sum(formes[c].area for c in communes) == pytest.approx(formes[agglomeration].area, rel=1e-3)


def test_un_fichier_qui_manque_est_nomme(tmp_path):
    with pytest.raises(ErreurImport, match="communes-france-2018"):
        lire(tmp_path)


@pytest.mark.skipif(not PARTAGE.exists(), reason="les fichiers des producteurs ne sont pas sur la machine")
def test_les_memes_fichiers_font_les_memes_octets(tmp_path):
    lus = lire(PARTAGE)
    assert lus.absorbees == ()
    # Sannerville, L’Oie et Sainte-Florence ont été rétablies après 2018.
    assert lus.sans_contour == ("14666", "85165", "85212")
    refait = tmp_path / "contours.parquet"
    assert ecrire(lus, contenants(PARTAGE, lus.communes), refait) == pq.read_metadata(FICHIER).num_rows
    assert refait.read_bytes() == FICHIER.read_bytes()
