"""La carte : classes exactes et dites, secrets et manques à part, dessin qui dit la même chose que le tableau."""

from __future__ import annotations

import itertools
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from ecrans import ouvrir, texte
from hypothesis import given
from hypothesis import strategies as st
from test_perimetres import CARRE, PARTAGE, entite, fichier

from indicators import classes, fond_ign
from indicators.carte import Carte, Etat, dresser
from indicators.comparatif import Comparatif, confronter
from indicators.construction import construire
from indicators.decoupage import Methode, decouper, methodes
from indicators.dessins_carte import carte_de_situation, carte_statique, dire
from indicators.dessins_legende import CHAUDS, FROIDS, PROCHES, VIOLETS
from indicators.entrepot import Entrepot
from indicators.erreurs import ErreurObservatoire
from indicators.imports.perimetres import lire, ranger
from indicators.observations import Fiabilite
from indicators.plan import dresser_plan, ecarter
from indicators.projection import RAYON, Cadre, Emprise, cadrer, mercator

SVG = "{http://www.w3.org/2000/svg}"
HAINAUT, LENS = "EPCI200042190", "EPCI246200364"


def sans_blancs(texte: str) -> str:
    return re.sub(r"\s", " ", texte)


def quartiers(base: Entrepot, agglomeration: str, geographie: int = 2015) -> list:
    return [t for t in base.fiche(agglomeration).quartiers if (t.statut, t.geographie) == ("QPV", geographie)]


def comparer_quartiers(base: Entrepot, agglomeration: str, indicateur: str, periode: str | None = None) -> Comparatif:
    territoires = quartiers(base, agglomeration)
    reference = base.territoire(agglomeration)
    return confronter(base, base.catalogue.indicateur(indicateur), territoires, [reference], periode)


def carte(vue: Comparatif, methode: Methode = Methode.QUANTILES) -> Carte:
    return dresser(vue, decouper(methode, vue))


def par_code(une: Carte) -> dict:
    return {lieu.territoire.territoire: lieu for lieu in une.lieux}


# --- les classes -------------------------------------------------------------------------------------------


def dispersion(valeurs, bornes):
    groupes = {}
    for v in valeurs:
        groupes.setdefault(classes.classe_de(v, bornes), []).append(v)
    return sum(sum((v - sum(g) / len(g)) ** 2 for v in g) for g in groupes.values())


def test_quantiles_effectifs_egaux_et_ex_aequo_ensemble():
    assert classes.quantiles([1, 2, 3, 4, 5, 6], 3) == (2, 4, 6)
    assert classes.quantiles([5, 1, 4, 2, 3], 2) == (3, 5)
    assert classes.quantiles([1, 1, 1, 1, 9], 3) == (1, 9)
    assert classes.quantiles([], 3) == ()


def test_ruptures_la_ou_les_valeurs_se_separent():
    assert classes.ruptures([1, 2, 3, 50, 51, 52, 90], 3) == (3, 52, 90)
    assert classes.ruptures([4, 4, 4], 3) == (4,)
    assert classes.ruptures([], 3) == ()


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=9), st.integers(2, 4))
def test_propriete_les_ruptures_sont_les_meilleures_de_toutes(valeurs, k):
    distinctes = sorted(set(valeurs))
    k = min(k, len(distinctes))
    trouvees = classes.ruptures(valeurs, k)
    toutes = ((*coupes, distinctes[-1]) for coupes in itertools.combinations(distinctes[:-1], k - 1))
    assert len(trouvees) == k
    assert dispersion(valeurs, trouvees) == pytest.approx(min(dispersion(valeurs, b) for b in toutes), abs=1e-9)


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=60), st.sampled_from([classes.quantiles, classes.ruptures]))
def test_propriete_chaque_valeur_a_une_classe_et_l_ordre_est_garde(valeurs, methode):
    bornes = methode(valeurs, classes.combien(valeurs))
    assert list(bornes) == sorted(set(bornes))
    assert bornes[-1] == max(valeurs)
    rangs = [classes.classe_de(v, bornes) for v in sorted(valeurs)]
    assert rangs == sorted(rangs)
    assert set(rangs) == set(range(len(bornes)))


def test_les_quantiles_du_hainaut_ont_les_valeurs_qu_ils_disent(vraie):
    vue = comparer_quartiers(vraie, HAINAUT, "taux_emploi_15_64")
    une = carte(vue)
    assert une.decoupage.phrase.startswith("4 classes d’effectifs aussi égaux que possible")
    for classe in une.decoupage.classes:
        valeurs = [lieu.chiffre.valeur for lieu in une.lieux if lieu.classe is classe]
        basse, haute = (f"{v:.1f}".replace(".", ",") for v in (min(valeurs), max(valeurs)))
        assert sans_blancs(classe.valeurs) == f"de {basse} % à {haute} %"
    assert sum(une.effectifs.values()) == 13


def test_autour_de_la_reference_le_verdict_est_celui_de_la_comparaison(vraie):
    vue = comparer_quartiers(vraie, HAINAUT, "taux_emploi_15_64")
    assert methodes(vue)[0] is Methode.REFERENCE
    une = carte(vue, Methode.REFERENCE)
    ecarts = sorted(abs(li.comparaisons[0].ecart) for li in vue.lignes)
    assert une.decoupage.seuil == ecarts[6]
    for ligne in vue.lignes:
        lieu = par_code(une)[ligne.territoire.territoire]
        assert lieu.classe.jugement is ligne.comparaisons[0].jugement
        assert lieu.classe.mot.startswith("bien") == (abs(ligne.comparaisons[0].ecart) > une.decoupage.seuil)
        assert "défavorable" in lieu.classe.mot
    assert "médiane des écarts" in une.decoupage.phrase
    assert "54,6" in une.decoupage.phrase


def test_des_classes_imprimees_restent_celles_du_document(vraie):
    vue = comparer_quartiers(vraie, LENS, "part_logements_hlm")
    assert methodes(vue)[0] is Methode.DOCUMENT
    une = carte(vue, Methode.DOCUMENT)
    assert [sans_blancs(c.valeurs) for c in une.decoupage.classes] == [
        "de 0 à 25 %", "de 25 à 45 %", "de 45 à 55 %", "plus de 75 %"
    ]  # fmt: skip
    assert une.effectifs[Etat.CLASSE] == 20
    assert carte(vue).effectifs[Etat.ETENDUE] == 20


def test_des_classes_du_document_qui_ne_tiennent_pas_a_deux_cartes_deviennent_des_quantiles(vraie):
    imprimees = comparer_quartiers(vraie, LENS, "part_logements_hlm")
    exactes = replace(comparer_quartiers(vraie, HAINAUT, "taux_emploi_15_64"), indicateur=imprimees.indicateur)
    commun = decouper(Methode.DOCUMENT, imprimees, exactes)
    assert commun.methode is Methode.QUANTILES
    assert dresser(exactes, commun).effectifs[Etat.CLASSE] == 13


def test_une_reference_douteuse_le_reste_dans_la_phrase(vraie):
    vue = comparer_quartiers(vraie, "EPCI200072460", "ips_etablissements")
    assert vue.references[0][1].douteuse
    assert "chiffre douteux" in decouper(Methode.REFERENCE, vue).phrase


def test_un_nombre_absolu_ne_se_decoupe_pas_autour_d_une_reference(vraie):
    vue = comparer_quartiers(vraie, HAINAUT, "population")
    assert Methode.REFERENCE not in methodes(vue)
    assert all(c.effectif for c in carte(vue).decoupage.classes)


def test_deux_annees_ont_les_memes_classes(vraie):
    indicateur = vraie.catalogue.indicateur("idt")
    territoires, reference = quartiers(vraie, HAINAUT), [vraie.territoire(HAINAUT)]
    avant, apres = (confronter(vraie, indicateur, territoires, reference, a) for a in ("2011", "2019"))
    commun = decouper(Methode.QUANTILES, avant, apres)
    toutes = [li.chiffre.valeur for v in (avant, apres) for li in v.lignes]
    assert commun.bornes == classes.quantiles(toutes, 5)
    assert "Les mêmes classes sur les deux cartes" in commun.phrase
    for vue in (avant, apres):
        for lieu in dresser(vue, commun).lieux:
            assert lieu.classe.rang == classes.classe_de(lieu.chiffre.valeur, commun.bornes)


def test_secret_manquant_douteux_et_intervalle_n_ont_pas_de_classe(petite):
    territoires = petite.territoires(["QP001001", "QP001002", "QP001003"])
    vue = confronter(petite, petite.catalogue.indicateur("taux_pauvrete"), territoires, [])
    lieux = par_code(carte(vue))
    assert {c: lieu.etat for c, lieu in lieux.items()} == {
        "QP001001": Etat.CLASSE, "QP001002": Etat.ETENDUE, "QP001003": Etat.SECRET
    }  # fmt: skip
    assert lieux["QP001003"].chiffre is None
    assert "secret" in dire(lieux["QP001003"])


def test_un_chiffre_douteux_ne_compte_pas_dans_les_classes(vraie):
    vue = comparer_quartiers(vraie, "EPCI200072460", "taux_pauvrete")
    haute = vue.lignes[0]
    marquee = replace(haute, chiffre=haute.chiffre._replace(fiabilite=Fiabilite.DOUTEUSE, note="contredite"))
    classees = (marquee.chiffre, *vue.classement.classees[1:])
    classement = replace(vue.classement, classees=classees)
    une = carte(replace(vue, lignes=(marquee, *vue.lignes[1:]), classement=classement))
    douteux = [lieu for lieu in une.lieux if lieu.chiffre is not None and lieu.chiffre.douteuse]
    assert [lieu.territoire for lieu in douteux] == [haute.territoire]
    assert all(lieu.etat is Etat.DOUTEUX and lieu.classe is None for lieu in douteux)
    assert haute.chiffre.valeur not in une.decoupage.bornes


def test_un_intervalle_n_a_de_classe_que_s_il_est_tout_entier_du_meme_cote_du_seuil(petite):
    indicateur, reference = petite.catalogue.indicateur("taux_pauvrete"), [petite.territoire("EPCI200000001")]
    vue = confronter(petite, indicateur, petite.territoires(["QP001001", "QP001002"]), reference)
    decoupage = decouper(Methode.REFERENCE, vue)
    assert decoupage.seuil == pytest.approx(46.7 - 18.8)
    # De 25 − 18,8 = 6,2 à 30 − 18,8 = 11,2 points de plus : sous le seuil, quelle que soit la vraie valeur.
    assert par_code(dresser(vue, decoupage))["QP001002"].classe.mot == "plus élevé, défavorable"
    plus_bas = replace(decoupage, seuil=8.0, classes=tuple(replace(c, rang=4) for c in decoupage.classes))
    assert par_code(dresser(vue, plus_bas))["QP001002"].etat is Etat.ETENDUE


def test_une_carte_ne_mele_pas_deux_mailles_ni_deux_perimetres(petite):
    for codes in (["QP001001", "QN00101M"], ["QP001001", "COM01004"]):
        vue = confronter(petite, petite.catalogue.indicateur("taux_pauvrete"), petite.territoires(codes), [])
        with pytest.raises(ErreurObservatoire, match="ne mêle pas"):
            carte(vue)


# --- la projection et les places ----------------------------------------------------------------------------


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


def test_les_quartiers_sans_perimetre_sont_poses_sur_leur_commune_et_c_est_dit(vraie):
    vue = comparer_quartiers(vraie, HAINAUT, "taux_emploi_15_64")
    territoires = [lieu.territoire for lieu in carte(vue).lieux]
    plan = dresser_plan(vraie, territoires, 780, 600, agglomeration=HAINAUT)
    assert plan.indicatifs == {t.territoire for t in territoires} == set(plan.symboles)
    denain = vraie.territoire("COM59172")
    x, y = plan.cadre.pixels(np.array([[denain.longitude, denain.latitude]]))[0]
    commune = vraie.fiche("QP059021").communes
    milieu = [np.mean([getattr(c, cote) for c in commune]) for cote in ("longitude", "latitude")]
    assert (plan.symboles["QP059021"].x_vrai, plan.symboles["QP059021"].y_vrai) == pytest.approx(
        plan.cadre.pixels(np.array([milieu]))[0], abs=0.1
    )
    assert ("Denain", round(x, 1), round(y, 1)) in plan.reperes
    assert "Position indicative" in sans_blancs(carte_statique(vraie, carte(vue), agglomeration=HAINAUT))


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
        assert len([c for c in racine.iter(f"{SVG}circle") if c.get("class") == "dc-anneau"]) == 1
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
    assert "Sans position connue" in sans_blancs(" ".join(racine.itertext()))
    assert "url(#carte-taux_pauvrete-1040-secret)" in svg
    assert "secret statistique (1)" in sans_blancs(svg)


def test_un_perimetre_importe_remplace_le_symbole_et_se_mesure(dossier):
    lieux = dossier / "territoires.csv"
    commune = "COM01004;commune;;;Ambérieu;Ambérieu;;01004;"
    lieux.write_text(lieux.read_text("utf-8-sig").replace(f"{commune};;;", f"{commune};50,05;2,05;"), "utf-8-sig")
    ranger(lire(fichier(entite({"code_qp": "QP001001"}))).contours, dossier / "contours")
    base = Entrepot(construire(dossier))
    territoires = base.territoires(["QP001001", "QP001002", "QP001003"])
    une = carte(confronter(base, base.catalogue.indicateur("taux_pauvrete"), territoires, []))
    plan = dresser_plan(base, territoires, 780, 600, agglomeration="EPCI200000001")
    assert set(plan.traces) == {"QP001001"}
    assert plan.indicatifs == set(plan.symboles) == {"QP001002", "QP001003"}
    assert plan.points == len(CARRE[0]) - 1
    svg = sans_blancs(carte_statique(base, une))
    assert 'class="dc-zone"' in svg
    assert "Contours importés" in svg
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
    base = Entrepot(construire(copie_des_donnees))
    communes = base.territoires(base.communes_de("EPCI200072460"))
    ample = dresser_plan(base, communes, 770, 600, agglomeration="EPCI200072460")
    etroit = dresser_plan(base, communes, 400, 430, agglomeration="EPCI200072460")
    assert set(ample.traces) == {t.territoire for t in communes}
    assert len(communes) == 100
    assert not ample.symboles
    assert not ample.indicatifs
    assert ample.fonds, "les communes voisines font le fond, même inconnues de la base"
    assert etroit.points < ample.points < sum(len(g.exterior.coords) for c in lus for g in c.geometrie.geoms)
    # Les quartiers, eux, restent sur leur commune : leur périmètre n'a pas été apporté.
    des_quartiers = quartiers(base, LENS)
    plan = dresser_plan(base, des_quartiers, 770, 600, agglomeration=LENS)
    assert plan.indicatifs == {t.territoire for t in des_quartiers}
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
        (f"{LENS}-QPV2015", "part_logements_hlm", 21),
        (f"{LENS}-COMMUNES", "population", 36),
        ("DEP62-COMMUNES", "population", 141),
        ("REG32-EPCI", "taux_emploi_15_64", 7),
    ],
)
def test_la_carte_et_son_tableau_sont_la_meme_selection(groupe, indicateur, lieux):
    essai = ouvrir("carte", groupe=groupe, indicateur=indicateur)
    assert essai.selectbox(key="choix_indicateur").value == indicateur
    (dessin,) = cartes_de(essai)
    ample = dessin.partition('class="dc-etroite"')[0]
    liens = set(re.findall(r'href="portrait\?territoire=([^"]+)"', ample))
    (tableau,) = [b.value for b in essai.markdown if "tableau-de-la-carte" in b.value and "<table" in b.value]
    lignes = re.findall(r'<th scope="row"><a href="portrait\?territoire=([^"]+)"', tableau)
    assert len(lignes) == len(set(lignes)) == lieux
    assert liens == set(lignes)
    assert "geopf" not in dessin


def test_deux_annees_puis_deux_indicateurs():
    groupe = f"{HAINAUT}-QPV2015"
    annees = ouvrir("carte", groupe=groupe, indicateur="idt", deux="annee", annee="2011", annee2="2019")
    (dessin,) = cartes_de(annees)
    assert re.findall(r"<h2>.*?</h2>", dessin)[0].endswith("2011 (édition 2023)</h2>")
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


def test_le_fond_ne_se_demande_que_si_on_l_allume():
    essai = ouvrir("carte", groupe=f"{HAINAUT}-QPV2015")
    assert "geopf" not in cartes_de(essai)[0]
    essai.toggle(key="fond_ign").set_value(True).run()
    assert 'href="https://data.geopf.fr/wmts?' in cartes_de(essai)[0]
    assert "n’a pas répondu" in cartes_de(essai)[0]
    assert "© IGN" in sans_blancs(texte(essai))
    assert "fond_ign" not in essai.query_params
