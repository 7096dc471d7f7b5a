"""Les défauts vus chez d'autres (`style.md`), un test nommé chacun : de la base jusqu'à l'écran et au fichier."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest
from classements import place
from ecrans import ouvrir, par_le_menu, territoire_choisi
from unites import UNITES

from indicators.analyse.comparaison import Jugement, comparer
from indicators.analyse.comparatif import confronter, croiser
from indicators.analyse.exploration import Filtre, Niveau, explorer
from indicators.analyse.rangs import ranger
from indicators.publications import exports
from indicators.publications.tableur import csv_francais
from indicators.recit import phrases, tableau_croise
from indicators.recit.dessins import bandes as dessins
from indicators.recit.exploration import criteres
from indicators.socle.catalogue import Indicateur, Sens
from pages.commun import graphiques
from pages.vues import comparer as vues_comparer


def essai_d_indicateur(sens: Sens) -> Indicateur:
    return Indicateur("essai", "Essai", "Essai", "revenus", "", UNITES["%"], 1, sens, 1.0)


def lignes_csv(octets: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";"))


def test_un_zero_n_est_pas_montre_comme_un_manque(petite):
    epinette = petite.territoires(["QP001002"])
    population = petite.catalogue.indicateur("population")
    vue = confronter(petite, population, epinette, [])
    assert "0 habitant" in vues_comparer.tableau_du_classement(vue, {}).replace("\u00a0", " ")
    agglomeration = petite.territoires(["EPCI200000001"])
    tableau = tableau_croise.ecrire(croiser(petite, [population], epinette, agglomeration), epinette, agglomeration)
    case = tableau.rangees[0].cases[0]
    assert (case.texte.replace("\u00a0", " "), case.valeur, case.manque) == ("0 habitant", 0.0, False)
    assert graphiques.classement(vue).data[-1].x == (0.0,)


def test_un_secret_ou_un_manque_n_est_ni_zero_ni_classe_ni_dans_une_moyenne(petite, indicateur, chiffre):
    quartiers = petite.territoires(["QP001001", "QP001003", "COM01004"])
    vue = confronter(petite, petite.catalogue.indicateur("taux_pauvrete"), quartiers, [])
    assert graphiques.classement(vue).data[-1].x == (46.7,)
    assert graphiques.essaim(vue).data[0].x == (46.7,)
    par_code = {ligne[1]: ligne for ligne in lignes_csv(csv_francais(vue, petite.catalogue.sources)) if len(ligne) > 3}
    assert par_code["QP001003"][:4] == ["", "QP001003", "Le Port", ""]
    assert par_code["COM01004"][3] == ""
    sept = [chiffre(float(v), territoire=f"QP00100{v}") for v in range(1, 8)]
    avec_un_secret = ranger([*sept, chiffre(statut="secret", territoire="QP001009")], indicateur)
    assert avec_un_secret.repartition is None, "un secret ne fait pas le huitième quartier"
    assert avec_un_secret.rang("QP001009") is None
    huit = ranger([*sept, chiffre(8.0, territoire="QP001008")], indicateur)
    assert huit.repartition is not None
    assert huit.repartition[2] == (4 + 5) / 2


def test_un_indicateur_neutre_n_est_pas_dessine_haut_egale_bien(chiffre):
    neutre = essai_d_indicateur(Sens.NEUTRE)
    haut, bas = chiffre(40.0, indicateur="essai"), chiffre(10.0, indicateur="essai", territoire="QP001002")
    comparaison = comparer(haut, bas, neutre)
    assert comparaison.jugement is Jugement.NEUTRE
    dessin = dessins.rail(
        haut, "La Gare", place(ranger([haut, bas], neutre), haut.territoire), [], comparaison.jugement, oriente=True
    )
    assert not {c for c in dessins.COULEURS.values() if c in dessin}
    assert "dq-favorable" not in dessin
    assert abscisse(dessin) > 110, "le plus élevé reste à droite"


def abscisse(dessin: str) -> float:
    """L'abscisse de la marque du territoire."""
    return float(re.search(r'<path d="M ([\d.]+)', dessin)[1])


@pytest.mark.parametrize(("sens", "cote"), [(Sens.BAISSE, "gauche"), (Sens.HAUSSE, "droite")])
def test_le_haut_n_est_pas_toujours_vert_et_le_moins_bon_est_toujours_a_gauche(chiffre, sens, cote):
    juge = essai_d_indicateur(sens)
    haut, bas = chiffre(40.0, indicateur="essai"), chiffre(10.0, indicateur="essai", territoire="QP001002")
    comparaison = comparer(haut, bas, juge)
    dessin = dessins.rail(
        haut, "La Gare", place(ranger([haut, bas], juge), haut.territoire), [], comparaison.jugement, oriente=True
    )
    assert (abscisse(dessin) < 110) is (cote == "gauche")
    attendu = Jugement.DEFAVORABLE if cote == "gauche" else Jugement.FAVORABLE
    assert comparaison.jugement is attendu
    assert f"dq-{attendu.value}" in dessin


def test_l_ecart_de_valeurs_negatives(chiffre):
    idt = Indicateur("essai", "Essai", "Essai", "synthese", "", UNITES["points"], 0, Sens.HAUSSE)
    comparaison = comparer(
        chiffre(-247.0, indicateur="essai", decimales=0),
        chiffre(-106.0, indicateur="essai", decimales=0, territoire="EPCI200000001"),
        idt,
    )
    assert comparaison.ecart == -247 - -106
    assert comparaison.rapport is None
    assert comparaison.jugement is Jugement.DEFAVORABLE
    assert phrases.ecart(comparaison).replace("\u00a0", " ") == "141 points de moins"


def test_un_code_n_est_jamais_un_entier(petite):
    vue = explorer(petite, Filtre(), Niveau.AUCUNE, (("Comparaison avec", "aucune référence"),))
    commune = petite.territoire("COM01004")
    assert (commune.territoire, commune.code_officiel) == ("COM01004", "01004")
    classeur = openpyxl.load_workbook(io.BytesIO(exports.classeur_observations(vue, petite.catalogue, "http://ici")))
    cellules = [c.value for feuille in classeur for ligne in feuille.iter_rows() for c in ligne]
    assert 1004 not in cellules
    assert not re.search(r"(?<![\d0])1004\b", exports.csv_observations(vue, petite.catalogue).decode("utf-8-sig"))


def test_aucun_export_sans_titre_annee_ni_source(petite):
    vue = confronter(petite, petite.catalogue.indicateur("taux_pauvrete"), petite.territoires(["QP001001"]), [])
    brut = csv_francais(vue, petite.catalogue.sources).decode("utf-8-sig")
    assert brut.startswith("Taux de pauvreté (%)")
    assert {"2018", "Fichier"} <= {case for ligne in lignes_csv(brut.encode()) for case in ligne}
    filtre = Filtre(texte="gare")
    exploration = explorer(petite, filtre, Niveau.AUCUNE, criteres(filtre, Niveau.AUCUNE, {}))
    classeur = openpyxl.load_workbook(
        io.BytesIO(exports.classeur_observations(exploration, petite.catalogue, "http://ici/explorer?texte=gare"))
    )
    cellules = {str(c.value) for feuille in classeur for ligne in feuille.iter_rows() for c in ligne}
    assert {"2018", "Fichier", "http://ici/explorer?texte=gare"} <= cellules
    image = graphiques.image("Pauvreté, La Gare, 2018", ["Insee, Fichier"])
    assert 'data-titre="Pauvreté, La Gare, 2018"' in image
    assert "Insee, Fichier" in image
    assert 'data-fichier="pauvrete-la-gare-2018"' in image


@pytest.mark.parametrize("suite", ["comparer", "evolution", "explorer", "suivi", "sources", "barometre"])
def test_le_territoire_choisi_reste_d_un_ecran_a_l_autre(suite):
    essai = ouvrir("portrait", territoire="QP059050")
    par_le_menu(essai, suite)
    assert territoire_choisi(essai) == "QP059050"
    assert essai.query_params["territoire"] == "QP059050"


def papier(essai) -> str:
    """L'en-tête réservé au papier, sans balises ; et rien qui puisse fermer sa chaîne CSS."""
    bloc = next(b.value for b in essai.markdown if 'class="papier"' in b.value)
    feuille = re.search(r"<style>(.*?)</style>", bloc)[1]
    assert feuille.count("'") == 4
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", bloc))


def test_le_papier_porte_ses_filtres_son_annee_et_sa_source():
    explorer_ = papier(ouvrir("explorer", theme="emploi", type="QPV", perimetre="2015", fiabilite="douteuse"))
    for attendu in (
        "Thème : Emploi",
        "Type de quartier : QPV",
        "Périmètre des quartiers : 2015",
        "Fiabilité : douteuse",
    ):
        assert attendu in explorer_, attendu
    for page, parametres, attendus in (
        ("comparer", {"territoire": "QP059050"}, ("Taux de pauvreté", "Année 2021 Filtres", "face à", "Insee")),
        (
            "carte",
            {"groupe": "EPCI200042190-QPV2015"},
            ("Taux de pauvreté", "Année 2021 Filtres", "classes", "Insee"),
        ),
        ("seance", {"territoire": "QP059050"}, ("Denain", "diapositive")),
        ("evolution", {"territoire": "QP059050"}, ("Taux de pauvreté", "2013", "2020", "Insee")),
        ("barometre", {"poids": "emploi:3"}, ("Rang dans le groupe", "poids 3", "2019", "Compas")),
        ("suivi", {"engagement_mots": "vélo"}, ("Mots : vélo", "échéance")),
        ("sources", {"rubrique": "glossaire"}, ("Glossaire",)),
    ):
        imprime = papier(ouvrir(page, **parametres))
        for attendu in attendus:
            assert attendu in imprime, (page, attendu)


@pytest.mark.parametrize("page", ["portrait", "evolution"])
def test_le_papier_porte_le_nom_du_territoire(page):
    imprime = papier(ouvrir(page, territoire="QP062017" if page == "portrait" else "QP059050"))
    assert ("Le Haut d’Houdain" if page == "portrait" else "Douchy-les-Mines") in imprime
    assert ("QP062017" if page == "portrait" else "QP059050") in imprime
    assert "Imprimé le" in imprime


def test_le_papier_de_comparer_nomme_le_groupe():
    assert "Porte du Hainaut : quartiers prioritaires, périmètre 2015" in papier(
        ouvrir("comparer", territoire="QP059050")
    )
