"""Les carreaux de 200 mètres : reconnus, placés, rattachés aux IRIS ; rien n'en est montré."""

from __future__ import annotations

from collections import defaultdict

import pytest
import shapely
from depots import OUVERTES, RIEN, exige_donnees_ouvertes

from indicators.base import carte
from indicators.imports.formats.carreaux import degres, rattacher
from indicators.imports.moteur.reconnaissance import Fichier, reconnaitre
from indicators.imports.moteur.releve import Carreau
from indicators.socle.territoires import Maille

PETIT = (
    "Idcar_200m;I_est_200;Ind;Men\n"
    "CRS3035RES200mN3067800E3817400;1;34,5;12\n"
    "CRS3035RES200mN3068000E3817600;0;156,5;67\n"
    "CRS3035RES200mN3068200E3817600;0;;\n"
)


def test_un_fichier_de_l_insee_est_reconnu_et_un_carreau_vide_laisse():
    (releve,) = reconnaitre(Fichier("carreaux.csv", PETIT.encode()), RIEN)
    assert (releve.format, releve.lignes, releve.chiffres, releve.source) == ("insee_carreaux", 3, [], None)
    assert [(c.habitants, c.impute) for c in releve.carreaux] == [(34.5, True), (156.5, False)]
    assert len(releve.constats) == 1


def test_l_origine_de_la_grille_est_a_52_degres_nord_et_10_degres_est():
    assert degres(4_321_000, 3_210_000) == (10, 52)
    assert degres(3_962_799.451, 2_999_718.853) == pytest.approx((5, 50), abs=1e-8)  # l'exemple du guide EPSG 7-2


def test_un_carreau_compte_une_fois_dans_l_iris_de_son_centre():
    contours = {"IRIS1": shapely.box(0, 0, 1, 1), "IRIS2": shapely.box(0.9, 0, 2, 1)}
    carreaux = [
        Carreau("a", 0.5, 0.5, 10, False),
        Carreau("b", 0.95, 0.5, 4, True),  # dans les deux, qui se recouvrent
        Carreau("c", 1.5, 0.5, 7, True),
        Carreau("d", 5, 5, 100, False),
    ]
    effectifs = rattacher(carreaux, contours)
    assert sum(e.habitants for e in effectifs.values()) == 10 + 4 + 7
    assert sum(e.carreaux for e in effectifs.values()) == 3
    assert sum(e.imputes for e in effectifs.values()) == 2


@exige_donnees_ouvertes
def test_l_extrait_de_lille_tombe_dans_ses_iris(vraie):
    chemin = OUVERTES / "carreaux-200m-exemple-mel" / "carreaux_200m_filosofi2017_mel.csv"
    (releve,) = reconnaitre(Fichier(chemin.name, chemin.read_bytes()), RIEN)
    assert (len(releve.carreaux), releve.constats) == (9096, [])
    # Le centre écrit dans le fichier vient d'une autre conversion que la nôtre.
    entete, *lignes = chemin.read_text().splitlines()
    places = [entete.split(";").index(nom) for nom in ("longitude", "latitude")]
    for ligne, carreau in zip(lignes, releve.carreaux, strict=True):
        ecrit = [float(ligne.split(";")[place]) for place in places]
        assert (carreau.longitude, carreau.latitude) == pytest.approx(ecrit, abs=3e-4)
    lieux = [t for t in vraie.de_maille(Maille.IRIS) if t.territoire.startswith("IRIS59")]
    communes = [t for t in vraie.de_maille(Maille.COMMUNE) if t.territoire.startswith("COM59")]
    formes = carte.contours_des_iris(vraie, [*lieux, *communes], 0)
    effectifs = rattacher(releve.carreaux, {code: forme.geometrie for code, forme in formes.items()})
    assert sum(e.carreaux for e in effectifs.values()) > 0.98 * 9096
    par_iris = {
        o.territoire: o.valeur
        for o in vraie.observations_indicateur("population")
        if o.annee == 2022 and o.territoire in effectifs and o.territoire.startswith("IRIS")
    }
    carroyes, habitants = defaultdict(float), defaultdict(float)
    for code, population in par_iris.items():
        carroyes[code[4:9]] += effectifs[code].habitants
        habitants[code[4:9]] += population
    # Les carreaux ne comptent que les ménages des fichiers fiscaux de 2017 : un peu moins que le recensement de 2022.
    grandes = {c: carroyes[c] / n for c, n in habitants.items() if n > 15_000}
    assert len(grandes) >= 10
    assert {c: p for c, p in grandes.items() if not 0.75 < p < 1.06} == {}
