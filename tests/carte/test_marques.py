"""Les lieux marqués sur la carte : ceux du fichier, à leur place, à leur distance, et la carte reste légère."""

from __future__ import annotations

import csv
import re

import pytest
from ecrans import avis, ouvrir, texte

from indicators.analyse.autour import autour, places
from indicators.base.carte import emprises
from indicators.base.construction import DOSSIER_DONNEES
from indicators.carte.marques import FORMES, dessiner, dire, note
from indicators.carte.projection import cadrer
from indicators.socle.emprise import Emprise
from indicators.socle.services import GENRES

CABBALR = "EPCI200072460"


@pytest.fixture(scope="module")
def emprise(vraie) -> Emprise:
    return emprises(vraie, [CABBALR])[CABBALR]


def quartiers(base):
    return [t for t in base.fiche(CABBALR).quartiers if t.geographie == 2024 and t.statut == "QPV"]


def test_les_lieux_marques_sont_ceux_du_fichier(vraie, emprise):
    with (DOSSIER_DONNEES / "services.csv").open(encoding="utf-8-sig", newline="") as entree:
        lus = [
            (li["service"], float(li["longitude"].replace(",", ".")), float(li["latitude"].replace(",", ".")))
            for li in csv.DictReader(entree, delimiter=";")
            if li["genre"] in {"ecole", "lycee"}
        ]
    attendus = {code for code, x, y in lus if emprise.ouest <= x <= emprise.est and emprise.sud <= y <= emprise.nord}
    trouves = places(vraie, ["ecole", "lycee"], emprise, quartiers(vraie))
    assert {p.service.service for p in trouves} == attendus and len(attendus) > 100
    assert [p.metres for p in trouves] == sorted(p.metres or 0.0 for p in trouves)
    assert places(vraie, [], emprise, quartiers(vraie)) == ()


def test_la_distance_est_celle_du_portrait(vraie, emprise):
    """Deux chemins : d'un quartier à tous les lieux (portrait), d'un lieu au seul quartier connu (carte)."""
    (quartier,) = [t for t in quartiers(vraie) if t.nom == "Le Mont-Liébaut"] or quartiers(vraie)[:1]
    au_portrait = {p.service.service: p.metres for p in autour(vraie, [quartier])}
    a_la_carte = {p.service.service: p.metres for p in places(vraie, list(GENRES), emprise, [quartier])}
    assert au_portrait.keys() <= a_la_carte.keys()
    for code, metres in au_portrait.items():
        assert a_la_carte[code] == pytest.approx(metres, rel=0.01, abs=5)


def test_sans_perimetre_connu_un_lieu_n_a_pas_de_distance(vraie, emprise):
    trouves = places(vraie, ["france_services"], emprise, [])
    assert trouves and all(p.quartier is None and p.metres is None for p in trouves)
    assert " de «" not in dire(trouves[0])


def test_chaque_lieu_a_sa_forme_et_son_nom_echappe(vraie, emprise):
    trouves = places(vraie, list(GENRES), emprise, quartiers(vraie))
    dessin = dessiner(trouves, cadrer(emprise, 940, 600), "x-")
    assert dessin.count("<use ") == len(trouves) == len(re.findall("<title>[^<>]+</title></use>", dessin))
    assert len({trace for _, trace in FORMES.values()}) == len(GENRES) == len(FORMES)
    assert dessiner((), cadrer(emprise, 940, 600), "x-") == ""
    assert note(trouves, ["ecole"]).startswith("Marqués\xa0: carré, ") and note(trouves, []) == ""


def test_l_ecran_marque_ce_que_dit_l_adresse_et_la_carte_de_146_iris_reste_legere():
    essai = ouvrir("carte", groupe=f"{CABBALR}-IRIS", marques=",".join(GENRES))
    dessins = [
        svg for bloc in essai.markdown for svg in re.findall(r"<svg[^>]* class=\"dq dc\".*?</svg>", bloc.value, re.S)
    ]
    (dessin,) = dessins
    _, ample, etroite = dessin.split('<g class="dc-dessus"')
    assert "dc-marques" in ample and "dc-marques" in etroite
    assert len(dessin.encode()) < 230_000, "chaque lieu marqué y est nommé deux fois, une par largeur"
    dit = texte(essai)
    combien = int(re.search(r"Les (\d+) lieux marqués", dit)[1])
    assert ample.count("<use ") == combien
    assert "croix" in dit and "France services" in dit
    sans = ouvrir("carte", groupe=f"{CABBALR}-IRIS")
    assert all("dc-marques" not in bloc.value and "lieux marqués" not in bloc.value for bloc in sans.markdown)
    assert "« piscine » introuvable" in avis(ouvrir("carte", groupe=f"{CABBALR}-IRIS", marques="piscine"))
