"""Chaque écran, joué par Streamlit sans navigateur, depuis le script que sert `app.py`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from ecrans import NAVIGATION, ouvrir, par_le_menu, texte
from streamlit.testing.v1 import AppTest

from indicators.analyse.portrait import dresser
from indicators.base.exploration import PLAFOND
from indicators.publications.exports_suivis import CLASSEUR_AU_PLUS
from pages.ecrans import ECRANS, PAR_CODE

RACINE = Path(__file__).resolve().parents[2]


def test_app_py_sert_bien_ce_script():
    source = (RACINE / "app.py").read_text("utf-8")
    assert '"pages" / "navigation.py"' in source


@pytest.mark.parametrize(
    "script", sorted((RACINE / "pages").rglob("*.py")), ids=lambda s: s.relative_to(RACINE).as_posix()
)
def test_un_choix_multiple_n_ajoute_qu_un_a_la_fois(script: Path):
    """Streamlit propose d'abord « Select all », en anglais, que la touche Entrée prendrait."""
    appels = (n for n in ast.walk(ast.parse(script.read_text("utf-8"))) if isinstance(n, ast.Call))
    for appel in (a for a in appels if isinstance(a.func, ast.Attribute) and a.func.attr == "multiselect"):
        donnes = {m.arg: m.value for m in appel.keywords}
        assert isinstance(valeur := donnes.get("select_all"), ast.Constant), appel.lineno
        assert valeur.value is False, appel.lineno


def test_accueil_les_trois_agglomerations_et_leurs_quartiers():
    accueil = texte(ouvrir())
    for nom in ("Béthune-Bruay", "Porte du Hainaut", "Lens-Liévin", "Le Haut d’Houdain", "Grande Résidence"):
        assert nom in accueil


def test_accueil_trois_entrees_et_les_nouveautes():
    liens = re.findall(r'href="(\w+)(?:\?[^"]*)?" target="_self"', " ".join(b.value for b in ouvrir().markdown))
    assert {"portrait", "barometre", "explorer", "sources", "comparer"} <= set(liens)


def test_portrait_la_recette_du_centre():
    portrait = texte(ouvrir("portrait", territoire="QP062011"))
    for attendu in (
        "44 %", f"environ {44 - 18.6:.0f} points de plus", "(18,6 %)",
        "46,7 % en 2018", "40,7 %", f"{58.8 - 40.7:.1f}".replace(".", ",") + " points de moins", "(58,8 %)",
        f"79 {93 - 79} points de moins", "(93, 2022)", "Référence douteuse. 104", "37,9 %", "(23,5 %)",
        "82,9 %", "(25,6 %)", "2018 (édition 2022)", "périmètre 2015-2023", "Bruay-la-Buissière", "85 ha",
    ):  # fmt: skip
        assert attendu in portrait, attendu


def test_portrait_sans_territoire_invite_a_chercher():
    assert "Tapez le nom d’un quartier" in texte(ouvrir("portrait"))


@pytest.mark.parametrize("code", ["QP999999", "<script>alert(1)</script>", "'; DROP TABLE x; --", "é" * 500])
def test_un_code_inconnu_donne_une_phrase_et_pas_une_trace(code):
    essai = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    essai.switch_page("portrait.py")
    essai.query_params["territoire"] = code
    essai.run()
    assert not essai.exception
    assert "Aucun territoire ne porte le code" in essai.error[0].value


@pytest.mark.parametrize(
    "code",
    [
        "QP062017", "QP059050", "QP059055", "QN05950M", "QP062025", "QIC-HAILLICOURT-OISEAUX", "POCHE-HAVELUY",
        "VEILLE-SAINT-AMAND-LES-EAUX", "COM62400", "COM59172", "COM59606", "EPCI200072460", "EPCI200042190",
        "EPCI246200364", "DEP59", "REG32", "FRM", "FR", "QPV-EPCI200042190", "UU-DOUAI-LENS",
    ],
)  # fmt: skip
def test_tous_les_genres_de_territoires_ont_leur_portrait(vraie, code):
    ecran = texte(ouvrir("portrait", territoire=code))
    assert "Sources" in ecran
    absents = [ligne.indicateur.libelle_court for ligne in dresser(vraie, code).tete if ligne.chiffre is None]
    dit = re.search(r"chiffres? clés? (?:non disponibles?|ne se (?:dit|disent) que par ses membres)(.*)", ecran)
    assert bool(dit) is bool(absents), "un chiffre clé qui manque est nommé, et lui seul"
    assert all(nom in dit[1] for nom in absents)


def test_le_choix_change_l_adresse_et_reste_d_un_ecran_a_l_autre():
    essai = ouvrir("portrait", territoire="QP062011")
    essai.selectbox(key="choix_reference").select("FRM").run()
    assert essai.query_params["reference"] == "FRM"
    assert "France métropolitaine" in texte(essai)
    par_le_menu(essai, "comparer")
    assert essai.selectbox(key="choix_groupe").value == "EPCI200072460-QPV2015"


def test_comparer_ouvre_les_quartiers_de_l_agglomeration():
    essai = ouvrir("comparer", territoire="QP059050")
    assert essai.selectbox(key="choix_groupe").value == "EPCI200042190-QPV2015"
    assert essai.selectbox(key="choix_indicateur").value == "taux_pauvrete"
    assert essai.selectbox(key="choix_annee").value == "2021", "l'année du portrait"
    phrase = "De 49 % (Denain Centre, valeur la plus élevée) à 37 % (Arenberg, la plus faible)"
    assert f"{phrase}, {13 - 4} territoires classés ; 4 couverts par le secret" in texte(essai)
    en_2018 = texte(ouvrir("comparer", territoire="QP059050", annee="2018"))
    phrase = "De 48,9 % (Denain Centre, valeur la plus élevée) à 29,1 % (Elnon, la plus faible), 13 territoires"
    assert phrase in en_2018


def test_comparer_nomme_ceux_qui_n_ont_pas_de_rang():
    ecran = texte(ouvrir("comparer", groupe="EPCI200042190-QPV2015", indicateur="nb_etrangers"))
    assert "Non disponibles ou sans objet dans le document (2)" in ecran
    assert "Sabatier" in ecran


def test_comparer_un_seuil_n_a_pas_de_rang():
    ecran = texte(
        ouvrir(
            "comparer",
            territoires="QIC-HAILLICOURT-OISEAUX",
            groupe="EPCI200072460-QIC2024",
            indicateur="taux_pauvrete",
        )
    )
    assert "plus de 30 %" in ecran
    assert "1 seuil ou intervalle sans rang" in ecran


def test_comparer_des_parametres_absurdes_laissent_les_defauts():
    essai = ouvrir(
        "comparer", groupe="x", indicateur="y", annee="z", territoires="a,b", references="c", indicateurs="d"
    )
    assert essai.selectbox(key="choix_indicateur").value
    assert not essai.error


def test_comparer_changer_de_groupe_oublie_la_liste_faite_a_la_main():
    essai = ouvrir("comparer", groupe="EPCI200042190-QPV2015", territoires="QP059050,QP059058")
    assert len(essai.multiselect(key="choix_territoires").value) == 2
    essai.selectbox(key="choix_groupe").select("EPCI200042190-QPV2024").run()
    assert not essai.exception
    assert "territoires" not in essai.query_params
    assert len(essai.multiselect(key="choix_territoires").value) > 2


def test_aucune_page_n_a_de_sql_ni_de_longueur():
    assert {f.stem for f in (RACINE / "pages").glob("*.py")} - {
        "__init__",
        "navigation",
        "ecrans",
        "parametres",
    } == set(PAR_CODE)
    for chemin in (RACINE / "pages" / ecran.script for ecran in ECRANS):
        source = chemin.read_text("utf-8")
        assert len(source.splitlines()) <= 150, chemin.name
        assert not re.search(r"\bSELECT\b", source), chemin.name
    for chemin in (RACINE / "indicators").rglob("*.py"):
        assert "streamlit" not in re.sub(r'""".*?"""', "", chemin.read_text("utf-8"), flags=re.DOTALL), chemin.name


@pytest.mark.parametrize("vue", ["classement", "essaim", "nuage", "tableau"])
@pytest.mark.parametrize(
    "groupe", ["EPCI200042190-QPV2015", "EPCI246200364-COMMUNES", "POPULATION-QP059059", "PROFIL-QP059059"]
)
def test_comparer_chaque_vue_de_chaque_genre_de_groupe(vue, groupe):
    essai = ouvrir("comparer", territoire="QP059059", groupe=groupe, vue=vue)
    assert essai.selectbox(key="choix_groupe").value == groupe
    assert essai.selectbox(key="choix_vue").value == vue


def test_comparer_le_tableau_dit_avec_un_mot_ce_que_dit_la_teinte():
    essai = ouvrir("comparer", groupe="EPCI200042190-QPV2015", vue="tableau", indicateurs="taux_emploi_15_64")
    cases = [c for b in essai.markdown for c in re.findall(r'<td class="n teinte-\w+".*?</td>', b.value)]
    assert len(cases) == 13
    assert all("plus faible, défavorable" in case for case in cases)
    assert "13e sur 13" in next(c for c in cases if "33,1" in c)
    parts = {re.search(r"(\d\d,\d)", c)[1]: float(re.search(r"--part:([\d.]+)", c)[1]) for c in cases}
    assert (parts["48,7"], parts["33,1"]) == (0.0, 1.0)


def test_explorer_emporte_tout_ce_que_son_filtre_retient():
    """Un filtre de plus de lignes que l'écran n'en montre : des liens vers toutes, et aucun bouton qui couperait."""
    ecran = ouvrir("explorer", fiabilite="sure")
    brut = " ".join(bloc.value for bloc in ecran.markdown)
    liens = re.findall(r'href="[^"]*/api/explorer\.(\w+)\?fiabilite=sure" download="observations\.\w+"', brut)
    trouvees = int(
        re.search(r"Télécharger les ([\d\s]+) lignes", texte(ecran))[1].replace("\u202f", "").replace(" ", "")
    )
    assert trouvees > PLAFOND
    assert liens == ["csv", "parquet"] if trouvees > CLASSEUR_AU_PLUS else ["xlsx", "csv", "parquet"]
    assert "premières sont montrées" in texte(ecran) and not ecran.get("download_button")
