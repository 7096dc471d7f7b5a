"""Les contours apportés : reconnus à leur contenu, gardés ou refusés avec une phrase, jamais une trace d'erreur."""

from __future__ import annotations

import json

import pytest
import shapely
from geojson import CARRE, PARTAGE, entite, fichier
from hypothesis import given
from hypothesis import strategies as st

from indicators.base.base import Base
from indicators.base.carte import communes_dans, contours, emprises
from indicators.base.construction import construire
from indicators.donnees.contours import TOLERANCES, niveau_pour, simplifier
from indicators.donnees.lecture import lire_donnees
from indicators.donnees.perimetres import lire, ranger
from indicators.donnees.traces import decoder
from indicators.socle.emprise import Emprise
from indicators.socle.erreurs import DonneesInvalides, ErreurImport


@pytest.mark.parametrize(
    ("proprietes", "code"),
    [
        ({"code_qp": "QP062017", "insee_com": "62119, 62842", "insee_dep": "62"}, "QP062017"),
        ({"CODE_QP": "qn05950m", "NOM_QP": "Denain"}, "QN05950M"),
        ({"codgeo": "QP035004"}, "QP035004"),
        ({"code": "62119", "nom": "Béthune"}, "COM62119"),
        ({"INSEE_COM": "01004", "INSEE_DEP": "01"}, "COM01004"),
        ({"insee_com": 1004}, "COM01004"),
        ({"code": 62119.0}, "COM62119"),
        ({"code": "2A004"}, "COM2A004"),
        ({"siren_epci": 200072460}, "EPCI200072460"),
        ({"code": "EPCI200072460"}, "EPCI200072460"),
        ({"code": "62", "nom": "Pas-de-Calais"}, "DEP62"),
        ({"code": "32", "nom": "Gers"}, "DEP32"),
        ({"code": "32", "nom": "Hauts-de-France"}, "REG32"),
        ({"INSEE_REG": "32"}, "REG32"),
    ],
)
def test_le_code_se_trouve_quel_que_soit_son_nom(proprietes, code):
    assert lire(fichier(entite(proprietes))).contours[0].territoire == code


@pytest.mark.parametrize(
    "proprietes",
    [None, {}, {"nom": "Houdain"}, {"insee_com": "62119, 62842"}, {"id": 59001}, {"fid": 12}, {"code": True}, [1]],
)
def test_sans_code_l_entite_est_laissee_et_dite(proprietes):
    lecture = lire(fichier(entite(proprietes), entite({"code": "62119"})), "essai.geojson")
    assert [c.territoire for c in lecture.contours] == ["COM62119"]
    assert [(c.ligne, c.gravite) for c in lecture.constats] == [(1, "erreur")]
    assert "il faut un code" in str(lecture.constats[0])


def test_nom_communes_et_orientation():
    horaire = [CARRE[0][::-1]]
    contour = lire(fichier(entite({"code_qp": "QP062017", "lib_qp": "Le Haut", "insee_com": "62119; 62842"}, horaire)))
    seul = contour.contours[0]
    assert (seul.nom, seul.communes) == ("Le Haut", ("COM62119", "COM62842"))
    assert seul.geometrie.geom_type == "MultiPolygon"
    assert seul.geometrie.geoms[0].exterior.is_ccw
    assert seul.geometrie.area == pytest.approx(0.01)


def test_trous_multipolygone_texte_altitude_et_anneau_ouvert():
    trou = [[2.02, 50.02], [2.04, 50.02], [2.04, 50.04], [2.02, 50.02]]
    multi = entite({"code": "62119"}, [[CARRE[0], trou], [[[3, 50], [3.1, 50], [3.1, 50.1], [3, 50]]]], "MultiPolygon")
    texte = entite({"code": "62120"}, [[["2,0", "50.0", 12], ["2.1", "50.0", 9], ["2.1", "50.1", 0]]])
    avec_trou, ouvert = lire(fichier(multi, texte)).contours
    assert len(avec_trou.geometrie.geoms) == 2
    assert avec_trou.geometrie.area == pytest.approx(0.01 - 0.0002 + 0.005)
    assert ouvert.geometrie.area == pytest.approx(0.005)


@pytest.mark.parametrize(
    ("geometrie", "raison"),
    [
        (None, "géométrie absente"),
        ({"type": "Point", "coordinates": [2, 50]}, "« Point »"),
        ({"type": "Polygon", "coordinates": []}, "vide"),
        ({"type": "Polygon", "coordinates": [[[2, 50], [2.1, 50]]]}, "trois points"),
        ({"type": "Polygon", "coordinates": [[[2, 50], [2.1, 50], [2.2, 50], [2, 50]]]}, "sans surface"),
        ({"type": "Polygon", "coordinates": [[["a", 50], [2.1, 50], [2.1, 50.1], [2, 50]]]}, "illisibles"),
        ({"type": "Polygon", "coordinates": [[[500, 50], [501, 50], [501, 51], [500, 50]]]}, "hors du monde"),
        ({"type": "Polygon", "coordinates": [[[50, 2], [50, 2.1], [50.1, 2.1], [50, 2]]]}, "inversées"),
        ({"type": "Polygon", "coordinates": [[[7e5, 7e6], [7.1e5, 7e6], [7.1e5, 7.1e6], [7e5, 7e6]]]}, "Lambert-93"),
    ],
)
def test_une_mauvaise_geometrie_dit_pourquoi(geometrie, raison):
    mauvaise = {"type": "Feature", "properties": {"code": "62119"}, "geometry": geometrie}
    with pytest.raises(ErreurImport, match=raison):
        lire(fichier(mauvaise))
    lecture = lire(fichier(mauvaise, entite({"code": "62120"})))
    assert [c.territoire for c in lecture.contours] == ["COM62120"]
    assert raison in lecture.constats[0].message


def test_un_contour_croise_est_repare_et_dit():
    noeud = [[[2, 50], [2.1, 50.1], [2.1, 50], [2, 50.1], [2, 50]]]
    lecture = lire(fichier(entite({"code": "62119"}, noeud)))
    assert lecture.contours[0].geometrie.is_valid
    assert [c.gravite for c in lecture.constats] == ["a_verifier"]


def test_les_morceaux_d_un_code_sont_reunis_d_un_coup(monkeypatch):
    """Des milliers d'entités d'un même code : une seule réunion, jamais une par entité."""
    reunions: list[int] = []
    union_all = shapely.union_all
    monkeypatch.setattr(shapely, "union_all", lambda formes: reunions.append(len(formes)) or union_all(formes))
    carres = [[[[n, 0], [n + 1, 0], [n + 1, 1], [n, 1], [n, 0]]] for n in range(5)]
    entites = [
        {"type": "Feature", "properties": {"code": "QP001001"}, "geometry": {"type": "Polygon", "coordinates": carre}}
        for carre in carres
    ]
    (contour,) = lire(json.dumps({"type": "FeatureCollection", "features": entites}).encode()).contours
    assert reunions == [5] and contour.geometrie.area == 5


def test_un_code_double_ou_inconnu_est_dit():
    voisin = [[[x + 0.1, y] for x, y in CARRE[0]]]
    lecture = lire(fichier(entite({"code": "62119"}), entite({"code": "62119"}, voisin)), "x", connus={"COM62120"})
    assert len(lecture.contours) == 1
    assert lecture.contours[0].geometrie.area == pytest.approx(0.02)
    assert sorted(c.message.split(" ", 1)[1][:12] for c in lecture.constats) == ["n’est pas da"] * 2 + ["écrit plusie"]


@pytest.mark.parametrize(
    ("octets", "mots"),
    [
        (b"", "pas un GeoJSON"),
        (b"a;b;c\n1;2;3", "pas un GeoJSON"),
        (b"PK\x03\x04reste", "ZIP"),
        (b"[1, 2]", "pas un GeoJSON"),
        (b'{"type": "Topology", "objects": {}}', "TopoJSON"),
        (b'{"type": "FeatureCollection"}', "collection"),
        (b'{"type": "FeatureCollection", "features": []}', "vide"),
        (b"[" * 100_000, "pas un GeoJSON"),
    ],
)
def test_ce_qui_n_est_pas_un_geojson_se_dit_en_une_phrase(octets, mots):
    with pytest.raises(ErreurImport, match=mots):
        lire(octets)


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["62119", "QP062017"]),
    lambda enfants: (
        st.lists(enfants, max_size=5)
        | st.dictionaries(
            st.sampled_from(
                ["type", "features", "properties", "geometry", "coordinates", "code", "CODE_QP", "insee_com"]
            ),
            enfants,
            max_size=5,
        )
    ),
    max_leaves=20,
)
_entite = st.fixed_dictionaries(
    {
        "properties": st.dictionaries(st.sampled_from(["code", "CODE_QP", "id", "nom"]), _json, max_size=3),
        "geometry": st.fixed_dictionaries(
            {"type": st.sampled_from(["Polygon", "MultiPolygon", "Point"]), "coordinates": _json}
        )
        | _json,
    }
)


@given(
    st.binary(max_size=60)
    | _json.map(lambda j: json.dumps(j).encode())
    | st.lists(_entite, max_size=3).map(lambda e: fichier(*e))
)
def test_propriete_toute_entree_donne_un_resultat_ou_une_phrase(octets):
    try:
        contours = lire(octets).contours
    except ErreurImport:
        return
    assert contours


def test_ranger_puis_relire_rend_les_memes_contours(tmp_path):
    lus = lire(
        fichier(entite({"code_qp": "QP062017", "insee_com": "62119"}), entite({"code": "62119", "nom": "L’Île"}))
    )
    chemin = ranger(lus.contours, tmp_path / "neuf")
    assert [p.name for p in (tmp_path / "neuf").iterdir()] == ["contours.geojson"]
    lignes = chemin.read_text("utf-8").splitlines()
    assert len(lignes) == 2 + len(lus.contours)
    relus = {c.territoire: c for c in lire(chemin.read_bytes()).contours}
    assert {c: relus[c].nom for c in relus} == {"QP062017": "", "COM62119": "L’Île"}
    assert all(relus[c.territoire].geometrie.equals(c.geometrie) for c in lus.contours)


# --- dans la base --------------------------------------------------------------------------------------------


def test_la_base_garde_les_contours_a_trois_niveaux(dossier):
    voisin = [[[x + 0.1, y] for x, y in CARRE[0]]]
    ranger(lire(fichier(entite({"code": "01004"}), entite({"code": "01005"}, voisin))).contours, dossier / "contours")
    base = Base(construire(dossier))
    assert emprises(base, ["COM01004", "QP001001"]) == {"COM01004": Emprise(2.0, 50.0, 2.1, 50.1)}
    for niveau in range(len(TOLERANCES)):
        forme = contours(base, ["COM01004", "QP001001"], niveau)
        assert list(forme) == ["COM01004"]
        assert forme["COM01004"].geometrie.area == pytest.approx(0.01)
    assert set(communes_dans(base, Emprise(2.15, 50.0, 2.16, 50.1), 0)) == {"COM01005"}
    base.fermer()


def test_des_contours_changes_font_une_autre_base_et_des_contours_casses_gardent_l_ancienne(dossier):
    sans = construire(dossier)
    chemin = ranger(lire(fichier(entite({"code": "01004"}))).contours, dossier / "contours")
    assert construire(dossier) != sans
    chemin.write_text("{")
    assert "contours/contours.geojson" in str(lire_donnees(dossier).constats[0])
    with pytest.raises(DonneesInvalides, match=r"contours\.geojson"):
        construire(dossier)


def test_deux_voisines_simplifiees_gardent_la_meme_limite():
    limite = [[2.1, 50.0 + k / 1000] if k % 2 else [2.1001, 50.0 + k / 1000] for k in range(101)]
    gauche = [[*limite, [2.0, 50.1], [2.0, 50.0], limite[0]]]
    droite = [[*limite[::-1], [2.2, 50.0], [2.2, 50.1], limite[-1]]]
    lus = lire(fichier(entite({"code": "62119"}, gauche), entite({"code": "62120"}, droite))).contours
    lignes = simplifier({c.territoire: c.geometrie for c in lus})
    formes = decoder(lignes["anneaux"].tolist(), lignes["pas"].tolist())
    par_niveau = dict(zip(zip(lignes["territoire"], lignes["niveau"], strict=True), formes, strict=True))

    for niveau in range(3):
        a, b = (par_niveau[c, niveau] for c in ("COM62119", "COM62120"))
        assert a.intersection(b).area == pytest.approx(0, abs=1e-12)
        assert a.union(b).area == pytest.approx(a.area + b.area)
    points = shapely.get_num_coordinates
    assert points(par_niveau["COM62119", 2]) < points(par_niveau["COM62119", 0])


def test_le_niveau_suit_l_echelle():
    assert [niveau_pour(m) for m in (1, 20, 99, 100, 399, 400, 5000)] == [0, 0, 0, 1, 1, 2, 2]


# --- les fichiers réels --------------------------------------------------------------------------------------

REELS = [
    ("contours/communes-59-nord.geojson", 648, 0, "COM"),
    ("contours/communes-62-pas-de-calais.geojson", 891, 0, "COM"),
    ("contours/departement-59-nord.geojson", 1, 0, "DEP"),
    ("contours/region-hauts-de-france.geojson", 1, 0, "REG"),
    ("qpv-perimetres-exemples/QPV_rennes_2015.geojson", 6, 0, "QP"),
    ("qpv-perimetres-exemples/qp_occitanie_2015_hackaviz2021.geojson", 105, 32, "QP"),
]


@pytest.mark.skipif(
    not PARTAGE.exists(), reason="les données ouvertes (../shared/open-data) ne sont pas sur la machine"
)
@pytest.mark.parametrize(("nom", "nombre", "repares", "debut"), REELS)
def test_les_fichiers_reels_se_lisent_en_entier(nom, nombre, repares, debut):
    lecture = lire((PARTAGE / nom).read_bytes(), nom)
    assert len(lecture.contours) == nombre
    assert len(lecture.constats) == repares
    assert all(c.territoire.startswith(debut) and c.nom and c.geometrie.is_valid for c in lecture.contours)


@pytest.mark.skipif(
    not PARTAGE.exists(), reason="les données ouvertes (../shared/open-data) ne sont pas sur la machine"
)
def test_chaque_position_indicative_est_dans_son_contour(vraie):

    formes = {}
    for chemin in sorted((PARTAGE / "contours").glob("*.geojson")):
        formes |= {c.territoire: c.geometrie for c in lire(chemin.read_bytes(), chemin.name).contours}
    places = [t for t in vraie.territoires() if t.territoire in formes and t.longitude is not None]
    assert len(places) > 190
    assert [t.nom for t in places if not formes[t.territoire].contains(shapely.Point(t.longitude, t.latitude))] == []


@pytest.mark.skipif(
    not PARTAGE.exists(), reason="les données ouvertes (../shared/open-data) ne sont pas sur la machine"
)
def test_des_points_ne_sont_pas_des_contours():
    with pytest.raises(ErreurImport, match="Point"):
        lire((PARTAGE / "qpv-referentiel/geom_cv_ctr.json").read_bytes())
