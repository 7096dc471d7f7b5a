"""La carte : projection, places, dessin qui dit la même chose que le tableau, écran."""

from __future__ import annotations

import itertools
import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import shapely
from cartes import HAINAUT, LENS, carte, comparer_quartiers, quartiers, sans_blancs
from ecrans import blocs, ouvrir, texte
from geojson import CARRE, PARTAGE, entite, fichier
from hypothesis import given
from hypothesis import strategies as st

from indicators.analyse.comparatif import confronter
from indicators.base.base import Base
from indicators.base.carte import contours, par_departement
from indicators.base.construction import construire
from indicators.carte import fond_ign, trace
from indicators.carte.decoupage import Methode
from indicators.carte.image import carte_de_situation, carte_statique
from indicators.carte.legende import CHAUDS, FROIDS, PROCHES, VIOLETS
from indicators.carte.lieu import carte_du_lieu
from indicators.carte.noms import noms
from indicators.carte.plan import dresser_plan, ecarter, recadrer
from indicators.carte.projection import RAYON, Cadre, cadrer, mercator
from indicators.donnees.perimetres import lire, ranger
from indicators.recit.dessins.mesure import largeur
from indicators.socle.emprise import Emprise
from indicators.socle.erreurs import ErreurObservatoire
from indicators.socle.territoires import Maille
from pages.vues.carte import choix
from pages.vues.carte.choix import TOUT, cadrages

SVG = "{http://www.w3.org/2000/svg}"


@given(
    st.floats(-60, 55), st.floats(-20, 51), st.floats(0.05, 8), st.floats(0.05, 6), st.integers(300, 1200),
    st.integers(300, 900),
)  # fmt: skip
def test_propriete_le_cadre_montre_toute_l_emprise(ouest, sud, large, haut, largeur, hauteur):
    cadre = cadrer(Emprise(ouest, sud, ouest + large, sud + haut), largeur, hauteur)
    coins = cadre.pixels(np.array([[ouest, sud], [ouest + large, sud + haut]]))
    assert (coins >= 23.9).all()
    assert (coins <= np.array([largeur, hauteur]) - 23.9).all()
    assert coins[1, 1] < coins[0, 1]
    e = cadre.emprise
    assert cadre.pixels(np.array([[e.ouest, e.nord]])) == pytest.approx(np.zeros((1, 2)), abs=1e-3)


def test_l_echelle_est_juste_au_centieme():
    cadre = cadrer(Emprise(2.0, 50.0, 3.0, 51.0), 800, 600)
    x = cadre.pixels(np.array([[2.0, 50.5], [3.0, 50.5]]))[:, 0]
    metres = math.radians(1) * RAYON * math.cos(math.radians(50.5))
    assert (x[1] - x[0]) * cadre.metres_par_pixel == pytest.approx(metres, rel=0.01)


def test_une_tuile_de_l_ign_tombe_ou_elle_doit():
    # Zoom 0 : le monde entier dans une tuile ; le point (0°, 0°) en est le milieu.
    monde = Cadre(256, 256, -math.pi, math.pi, 256 / (2 * math.pi))
    seule = fond_ign.tuiles(monde)
    assert [(t.x, t.y, t.cote) for t in seule if "TILEMATRIX=0&" in t.adresse] == [(0, 0, 256)]
    assert monde.pixels(np.array([[0, 0]])) == pytest.approx(np.array([[128, 128]]))
    # Denain : l'indice de sa tuile au zoom choisi, d'après la formule du service (PM, Mercator).
    cadre = cadrer(Emprise(3.3, 50.25, 3.5, 50.4), 780, 600)
    tuiles = fond_ign.tuiles(cadre)
    x, y = cadre.pixels(np.array([[3.394, 50.329]]))[0]
    (dessous,) = [t for t in tuiles if t.x <= x < t.x + t.cote and t.y <= y < t.y + t.cote]
    zoom = int(re.search(r"TILEMATRIX=(\d+)", dessous.adresse)[1])
    colonne = math.floor((3.394 + 180) / 360 * 2**zoom)
    ligne = math.floor((1 - mercator(np.array([[3.394, 50.329]]))[0, 1] / math.pi) / 2 * 2**zoom)
    assert f"TILEROW={ligne}&TILECOL={colonne}" in dessous.adresse
    assert all(t.adresse.startswith("https://data.geopf.fr/wmts?") for t in tuiles)
    assert len(tuiles) < 40


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), min_size=1, max_size=40), st.floats(3, 9))
def test_propriete_les_symboles_ne_se_recouvrent_pas(points, rayon):
    poses = ecarter({f"T{k:02}": p for k, p in enumerate(points)}, rayon)
    assert len(poses) == len(points)
    for un, autre in itertools.combinations(poses.values(), 2):
        assert math.hypot(un.x - autre.x, un.y - autre.y) >= 2 * rayon


def test_les_quartiers_de_2015_sont_poses_sur_leur_successeur_et_c_est_dit(vraie):
    vue = comparer_quartiers(vraie, HAINAUT, "taux_emploi_15_64")
    territoires = [lieu.territoire for lieu in carte(vue).lieux]
    plan = dresser_plan(vraie, territoires, 780, 600, agglomeration=HAINAUT)
    assert set(plan.indicatifs) == {t.territoire for t in territoires} == set(plan.symboles)
    (successeur,) = [f.nouveau for f in vraie.fiche("QP059021").filiations if f.ancien == "QP059021"]
    forme = contours(vraie, [successeur], 0)[successeur]
    assert forme.geometrie.contains(shapely.Point(forme.longitude, forme.latitude))
    assert (plan.symboles["QP059021"].x_vrai, plan.symboles["QP059021"].y_vrai) == pytest.approx(
        plan.cadre.pixels(np.array([[forme.longitude, forme.latitude]]))[0], abs=0.1
    )
    denain = contours(vraie, ["COM59172"], 0)["COM59172"]
    x, y = plan.cadre.pixels(np.array([[denain.longitude, denain.latitude]]))[0]
    assert ("Denain", round(x, 1), round(y, 1)) in plan.reperes
    assert "Position indicative" in sans_blancs(carte_statique(vraie, carte(vue), agglomeration=HAINAUT))


@pytest.mark.parametrize("geographie", [2015, 2024])
def test_un_plan_recadre_est_celui_que_l_on_aurait_dresse(vraie, geographie):
    """Les places, les symboles et les repères de l'autre cadre ; et le terrain, une fois resserré, tombe dessous."""
    lieux = quartiers(vraie, LENS, geographie)
    plan = dresser_plan(vraie, lieux, 940, 600, agglomeration=LENS, aussi=(400, 430))
    recadre, direct = recadrer(plan, 400, 430), dresser_plan(vraie, lieux, 400, 430, agglomeration=LENS)
    assert recadre.cadre == direct.cadre
    assert recadre.centres == direct.centres and recadre.rayon == direct.rayon
    assert recadre.symboles == direct.symboles and recadre.reperes == direct.reperes
    k, decalage = direct.cadre.echelle / plan.cadre.echelle, plan.cadre.vers(direct.cadre)
    for code, centre in direct.centres.items():
        assert np.array(plan.centres[code]) * k + decalage == pytest.approx(np.array(centre), abs=0.01)
    for code, surface in direct.surfaces.items():
        assert shapely.hausdorff_distance(surface, recadre.surfaces[code]) < 0.01


def test_un_quartier_de_2015_ne_remplit_pas_le_contour_de_2024(vraie):
    """Le contour de 2024 en filet, le repère du quartier de 2015 dessus ; un chiffre de 2024 remplit son contour."""
    anciens = carte(comparer_quartiers(vraie, LENS, "taux_pauvrete"))
    svg = carte_statique(vraie, anciens, agglomeration=LENS)
    racine = ET.fromstring(svg)
    filets = [p for p in racine.iter(f"{SVG}path") if p.get("class") == "dc-filet"]
    assert len(filets) == len(anciens.lieux) == 22
    assert {p.get("fill") for p in filets} == {"none"}
    assert not [p for p in racine.iter(f"{SVG}path") if "dc-zone" in p.get("class", "")]
    assert "Chiffres : périmètres 2015 ; contours : 2024." in sans_blancs(" ".join(racine.itertext()))
    nouveaux = quartiers(vraie, LENS, 2024)
    vue = confronter(vraie, vraie.catalogue.indicateur("ips_ecoles_simple"), nouveaux, [vraie.territoire(LENS)])
    racine = ET.fromstring(carte_statique(vraie, carte(vue), agglomeration=LENS))
    assert len([p for p in racine.iter(f"{SVG}path") if "dc-zone" in p.get("class", "")]) == len(nouveaux)
    assert not [p for p in racine.iter(f"{SVG}path") if p.get("class") == "dc-filet"]


@pytest.mark.parametrize(("indicateur", "laisses"), [("taux_pauvrete", 0), ("taux_emploi_15_64", 1)])
def test_les_noms_des_quartiers_tiennent_et_ne_se_touchent_pas(vraie, indicateur, laisses):
    une = carte(comparer_quartiers(vraie, LENS, indicateur), Methode.REFERENCE)
    plan = dresser_plan(vraie, [lieu.territoire for lieu in une.lieux], 940, 600, agglomeration=LENS)
    styles = list(ET.fromstring("".join(noms(une.lieux, plan, None, False))))
    ecrits = {t.text.strip() for style in styles for t in style}
    assert len({lieu.territoire.nom_court for lieu in une.lieux} - ecrits) <= laisses
    boites = []
    for style, t in [(groupe, nom) for groupe in styles for nom in groupe]:
        taille, deux_lignes = float(style.get("font-size")), any(e.get("dy") for e in t)
        gras = style.get("font-weight") == "600"
        nom, *valeur = (largeur(mots.strip(), taille, gras=gras) for mots in t.itertext() if mots.strip())
        long = max(nom, *valeur) if deux_lignes else nom + sum(valeur)
        gauche = float(t.get("x")) - {"start": 0, "middle": long / 2, "end": long}[t.get("text-anchor", "start")]
        boites.append(shapely.box(gauche, float(t.get("y")) - 8, gauche + long, float(t.get("y"))))
    assert not [1 for a, b in itertools.combinations(boites, 2) if a.intersects(b)]


# --- le dessin ---------------------------------------------------------------------------------------------


def test_l_image_statique_est_entiere_et_ne_demande_rien(vraie):
    vue = comparer_quartiers(vraie, HAINAUT, "taux_emploi_15_64")
    svg = carte_statique(vraie, carte(vue, Methode.REFERENCE), agglomeration=HAINAUT, mis_en_avant="QP059050")
    racine = ET.fromstring(svg)
    assert racine.get("role") == "img"
    assert not list(racine.iter(f"{SVG}a"))
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    dit = sans_blancs(" ".join(racine.itertext()))
    for attendu in (
        "Taux d’emploi des 15-64 ans (%), 2019", "plus faible, défavorable", "Insee", "N ↑", "km", "Denain Centre",
        "médiane des écarts",
    ):  # fmt: skip
        assert attendu in dit
    assert len([g for g in racine.iter(f"{SVG}g") if g.get("class") == "dc-lieu"]) == 13
    assert len([c for c in racine.iter(f"{SVG}circle") if c.get("class") == "dc-anneau"]) == 1


def test_la_carte_de_situation_met_le_lieu_en_avant_parmi_ses_semblables(vraie):
    for code, lieux in (("QP059050", 13), ("COM59172", 47)):
        racine = ET.fromstring(carte_de_situation(vraie, code, "population", largeur=700, hauteur=500))
        assert len([g for g in racine.iter(f"{SVG}g") if g.get("class") == "dc-lieu"]) == lieux
        anneaux = [c for c in racine.iter(f"{SVG}circle") if c.get("class") == "dc-anneau"]
        cernes = [
            p for p in racine.iter(f"{SVG}path") if "dc-zone" in p.get("class", "") and p.get("stroke-width") == "3"
        ]
        assert (len(anneaux), len(cernes)) == ((1, 0) if code.startswith("QP") else (0, 1))
    with pytest.raises(ErreurObservatoire, match="ne se situe pas"):
        carte_de_situation(vraie, "REG32", "population")


def test_secret_et_manquant_ont_chacun_leur_trame(petite):
    territoires = petite.territoires(["QP001001", "QP001002", "QP001003"])
    vue = confronter(petite, petite.catalogue.indicateur("taux_pauvrete"), territoires, [])
    svg = carte_statique(petite, carte(vue))
    racine = ET.fromstring(svg)
    assert {p.get("id") for p in racine.iter(f"{SVG}pattern")} == {
        f"carte-taux_pauvrete-1040-{nom}" for nom in ("secret", "absent", "etendue", "douteux", "autre")
    }
    # Sans position connue : dit, jamais posé au hasard ; la légende a quand même sa trame.
    assert "Sans contour ni position connus" in sans_blancs(" ".join(racine.itertext()))
    assert "url(#carte-taux_pauvrete-1040-secret)" in svg
    assert "non publié : secret statistique (1)" in sans_blancs(" ".join(racine.itertext()))


def test_un_perimetre_importe_remplace_le_symbole_et_se_mesure(dossier):
    lieux = dossier / "territoires.csv"
    commune = "COM01004;commune;;;Ambérieu;Ambérieu;;01004;"
    lieux.write_text(lieux.read_text("utf-8-sig").replace(f"{commune};;;", f"{commune};50,05;2,05;"), "utf-8-sig")
    ranger(lire(fichier(entite({"code_qp": "QP001001"}))).contours, dossier / "contours")
    base = Base(construire(dossier))
    territoires = base.territoires(["QP001001", "QP001002", "QP001003"])
    une = carte(confronter(base, base.catalogue.indicateur("taux_pauvrete"), territoires, []))
    plan = dresser_plan(base, territoires, 780, 600, agglomeration="EPCI200000001")
    assert set(plan.traces) == {"QP001001"}
    assert set(plan.indicatifs) == set(plan.symboles) == {"QP001002", "QP001003"}
    assert plan.points == len(CARRE[0]) - 1
    svg = sans_blancs(carte_statique(base, une))
    assert 'class="dc-zone"' in svg
    assert "Contours simplifiés" in svg
    base.fermer()


@pytest.mark.skipif(
    not PARTAGE.exists(), reason="les données ouvertes (../shared/open-data) ne sont pas sur la machine"
)
def test_les_vrais_contours_de_communes_remplacent_tous_les_points(copie_des_donnees):
    lus = [
        contour
        for nom in ("communes-59-nord.geojson", "communes-62-pas-de-calais.geojson")
        for contour in lire((PARTAGE / "contours" / nom).read_bytes(), nom).contours
    ]
    ranger(lus, copie_des_donnees / "contours")
    base = Base(construire(copie_des_donnees))
    communes = base.territoires(base.communes_de("EPCI200072460"))
    ample = dresser_plan(base, communes, 770, 600, agglomeration="EPCI200072460")
    etroit = dresser_plan(base, communes, 400, 430, agglomeration="EPCI200072460")
    assert set(ample.traces) == {t.territoire for t in communes}
    assert len(communes) == 100
    assert not ample.symboles
    assert not ample.indicatifs
    assert ample.fond, "les communes voisines font le fond, même inconnues de la base"
    assert etroit.points < ample.points < sum(len(g.exterior.coords) for c in lus for g in c.geometrie.geoms)
    # Les quartiers, eux, restent sur leur commune : leur périmètre n'a pas été apporté.
    des_quartiers = quartiers(base, LENS)
    plan = dresser_plan(base, des_quartiers, 770, 600, agglomeration=LENS)
    assert set(plan.indicatifs) == {t.territoire for t in des_quartiers}
    base.fermer()


def luminance(couleur: str) -> float:
    canaux = [int(couleur[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    lineaires = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in canaux]
    return sum(p * c for p, c in zip((0.2126, 0.7152, 0.0722), lineaires, strict=True))


def test_les_classes_se_distinguent_sans_la_teinte():
    clartes = [luminance(c) for c in VIOLETS]
    assert all((a + 0.05) / (b + 0.05) > 1.4 for a, b in itertools.pairwise(clartes))
    for moyen, grand in (CHAUDS, FROIDS):
        assert luminance(PROCHES) > luminance(moyen) > luminance(grand) * 2


# --- l'écran -----------------------------------------------------------------------------------------------


def cartes_de(essai) -> list[str]:
    return [b.value for b in essai.markdown if "cartes-cote-a-cote" in b.value]


@pytest.mark.parametrize(
    ("groupe", "indicateur", "lieux"),
    [
        (f"{HAINAUT}-QPV2015", "taux_emploi_15_64", 13),
        (f"{HAINAUT}-QPV2024", "niveau_vie_median", 13),
        (f"{LENS}-QPV2015", "part_logements_hlm", 22),
        (f"{LENS}-COMMUNES", "population", 36),
        ("DEP62-COMMUNES", "population", 890),
        ("REG32-EPCI", "taux_emploi_15_64", 90),
    ],
)
def test_la_carte_et_son_tableau_sont_la_meme_selection(groupe, indicateur, lieux):
    essai = ouvrir("carte", groupe=groupe, indicateur=indicateur)
    assert essai.selectbox(key="choix_indicateur").value == indicateur
    (dessin,) = cartes_de(essai)
    # Le terrain est aux deux largeurs ; les repères sont à chacune.
    terrain, ample, etroite = re.split('<g class="dc-dessus"', dessin)
    liens, du_telephone = (
        set(re.findall(r'href="portrait\?territoire=([^"]+)"', terrain + dessus)) for dessus in (ample, etroite)
    )
    (tableau,) = [b.value for b in essai.markdown if "tableau-de-la-carte" in b.value and "<table" in b.value]
    lignes = re.findall(r'<th scope="row"><a href="portrait\?territoire=([^"]+)"', tableau)
    assert len(lignes) == len(set(lignes)) == lieux
    assert liens == du_telephone == set(lignes)
    assert "geopf" not in dessin


def test_deux_annees_puis_deux_indicateurs():
    groupe = f"{HAINAUT}-QPV2015"
    annees = ouvrir("carte", groupe=groupe, indicateur="idt", deux="annee", annee="2011", annee2="2019")
    (dessin,) = cartes_de(annees)
    assert re.findall(r"<h2>(.*?)<span>", dessin)[0].endswith("2011 (édition 2023)")
    assert dessin.count("<h2>") == 2
    assert "Les mêmes classes sur les deux cartes" in dessin
    indicateurs = ouvrir("carte", groupe=groupe, deux="indicateur", indicateur="idt", second="taux_emploi_15_64")
    assert "Taux d’emploi" in cartes_de(indicateurs)[0]
    identifiants = re.findall(r' id="([^"]+)"', cartes_de(indicateurs)[0])
    assert len(identifiants) == len(set(identifiants))


def test_une_adresse_abimee_rouvre_l_ecran_par_defaut():
    essai = ouvrir("carte", groupe="x", indicateur="y", methode="z", annee="w", deux="annee", cadrage="COM1")
    assert essai.selectbox(key="choix_deux").value
    assert cartes_de(essai)


def test_trop_de_lieux_pour_une_carte_se_dit_au_lieu_de_se_dessiner(monkeypatch):
    monkeypatch.setattr(choix, "TROP_DE_LIEUX", 889)
    essai = ouvrir("carte", groupe="DEP62-COMMUNES", indicateur="population")
    assert "890 lieux, trop pour une carte" in texte(essai)
    assert not any("<svg" in bloc for bloc in blocs(essai))


def test_le_fond_ne_se_demande_que_si_on_l_allume():
    essai = ouvrir("carte", groupe=f"{HAINAUT}-QPV2015")
    assert "geopf" not in cartes_de(essai)[0]
    essai.toggle(key="fond_ign").set_value(True).run()
    assert 'href="https://data.geopf.fr/wmts?' in cartes_de(essai)[0]
    assert "n’a pas répondu" in cartes_de(essai)[0]
    assert "© IGN" in sans_blancs(texte(essai))
    assert "fond_ign" not in essai.query_params


def test_un_lieu_que_la_carte_ne_dessine_pas_n_est_pas_dit_entoure():
    """L'Oie, rétablie après 2018, n'a pas de contour à elle : la carte dit où elle est dessinée."""
    lu = texte(ouvrir("carte", territoire="COM85165"))
    assert "seulement au tableau : L'Oie, Sainte-Florence (85)." in lu.replace("\xa0", " ")
    assert "rétablie depuis y est dessinée avec celle qu’elle a quittée" in lu
    assert "Entouré" not in lu
    assert "De environ" not in lu


def test_la_carte_se_resserre_sur_une_agglomeration_ou_une_commune(vraie):
    departement = vraie.territoires(par_departement(vraie, Maille.COMMUNE)["DEP62"])
    choix = cadrages(vraie, departement)
    assert {"EPCI200072460", LENS} < set(choix)
    assert all(code == TOUT or code.startswith("EPCI") for code in choix)
    communes = vraie.territoires(vraie.communes_de(LENS))
    assert set(cadrages(vraie, communes)) == {TOUT, *(t.territoire for t in communes)}
    large, etroite = choix[LENS][1], cadrages(vraie, communes)["COM62498"][1]
    assert large is not None
    assert etroite is not None
    assert large.ouest < etroite.ouest < etroite.est < large.est
    assert {c[:3] for c in cadrages(vraie, quartiers(vraie, LENS, 2015))} == {TOUT[:3], "COM"}


def test_une_fenetre_sans_aucune_limite_se_dessine(vraie: Base):
    """Soulom (COM65435) : rien à tracer autour de lui, et sa séance tombait."""
    cadre = cadrer(Emprise(0.1, 42.8, 0.2, 42.9), 400, 300)
    assert trace.tracer_les_bords([], cadre, cadre.emprise) == trace.tracer([], cadre, cadre.emprise) == ({}, 0)
    assert trace.tracer_le_fond({}, [], cadre, cadre.emprise, cadre.emprise) == (trace.Fond(), 0)
    assert carte_du_lieu(vraie, vraie.fiche("COM65435"))[0]
