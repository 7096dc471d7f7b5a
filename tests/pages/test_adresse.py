"""L'adresse, sans navigateur : un paramètre a un sens, un ancien nom s'ouvre encore, ce qui n'existe pas est dit."""

from __future__ import annotations

import itertools

import pytest
from ecrans import PUBLICS, avis, choisir_territoire, ouvrir, par_le_menu, territoire_choisi

from indicators.base import exploration
from indicators.socle import engagements
from pages.ecrans import ANCIENS_CHEMINS, ECRANS, PAR_CODE
from pages.parametres import ENGAGEMENTS, FACETTES

QUARTIER, GROUPE = "QP059050", "EPCI200042190-QPV2015"


def test_un_nom_de_parametre_n_a_qu_un_sens():
    tous = {p for ecran in ECRANS for p in ecran.parametres}
    noms = [p.nom for p in tous]
    assert sorted(noms) == sorted(set(noms))


def test_ce_que_declare_un_ecran_existe():
    codes, chemins = [e.code for e in ECRANS], [e.url for e in ECRANS]
    assert len(set(codes)) == len(codes)
    assert not set(ANCIENS_CHEMINS) & set(chemins)
    for ecran in ECRANS:
        noms = list(ecran.par_nom)
        assert len(set(noms)) == len(ecran.parametres), ecran.code
        assert set(ecran.anciens_parametres.values()) <= set(noms), ecran.code
        assert not set(ecran.anciens_parametres) & set(noms), ecran.code
        assert set(itertools.chain(ecran.oublis, *ecran.oublis.values())) <= set(noms), ecran.code


def test_chaque_facette_a_son_parametre():
    assert tuple(FACETTES) == exploration.FACETTES
    assert list(ENGAGEMENTS) == list(engagements.FACETTES)


@pytest.mark.parametrize("ecran", PUBLICS, ids=lambda e: e.code)
def test_ouvrir_un_lien_ne_reecrit_rien(ecran):
    """Un lien collé reste tel quel : aucune étape de plus dans l'historique, aucun défaut écrit."""
    parametres = {"territoire": QUARTIER} if "territoire" in ecran.par_nom else {}
    essai = ouvrir(ecran.url or None, **parametres)
    assert dict(essai.query_params) == parametres
    assert avis(essai) == ""


@pytest.mark.parametrize(
    ("ecran", "parametres", "dit"),
    [
        ("comparer", {"indicateur": "inconnu"}, "Indicateur « inconnu » introuvable ici. Disponibles : "),
        ("comparer", {"annee": "1950"}, "Année « 1950 » introuvable ici. Disponibles : 20"),
        ("comparer", {"groupe": "EPCI000-QPV2015"}, "Groupe de territoires « EPCI000-QPV2015 » introuvable ici."),
        ("comparer", {"references": "REG99"}, "Référence « REG99 » introuvable ici. Disponibles : "),
        ("comparer", {"territoires": "QP1,QP2"}, "Territoire « QP1 », « QP2 » introuvables ici."),
        ("comparer", {"vue": "camembert"}, "Vue « camembert » introuvable ici. Disponibles : "),
        ("comparer", {"vue": "nuage", "second": "zz"}, "Second indicateur « zz » introuvable ici."),
        ("comparer", {"vue": "tableau", "indicateurs": "zz"}, "Indicateur « zz » introuvable ici."),
        ("comparer", {"methode": "rang"}, "est celui de « Carte » et de « Baromètre », « Comparer » ne le connaît pas"),
        ("comparer", {"zz": "1"}, "« Comparer » ne connaît pas le réglage « zz » : il est laissé de côté."),
        ("comparer", {"territoire": "QP000000"}, "Aucun territoire ne porte le code « QP000000 »"),
        ("carte", {"indicateur": "inconnu"}, "Indicateur « inconnu » introuvable ici."),
        ("carte", {"annee": "1950"}, "Année « 1950 » introuvable ici."),
        ("carte", {"groupe": "EPCI000-QPV2015"}, "Groupe de territoires « EPCI000-QPV2015 » introuvable ici."),
        ("carte", {"classes": "zz"}, "Méthode de classes « zz » introuvable ici."),
        ("carte", {"cadrage": "COM00000"}, "Cadrage « COM00000 » introuvable ici."),
        ("carte", {"territoire": "QP000000"}, "Aucun territoire ne porte le code « QP000000 »"),
        ("evolution", {"territoire": QUARTIER, "indicateur": "zz"}, "Indicateur « zz » introuvable ici."),
        ("evolution", {"territoire": QUARTIER, "references": "REG99"}, "Référence « REG99 » introuvable ici."),
        ("barometre", {"groupe": "EPCI000-QPV2015"}, "Groupe de territoires « EPCI000-QPV2015 » introuvable ici."),
        ("barometre", {"notation": "zz"}, "Méthode de notation « zz » introuvable ici."),
        ("barometre", {"poids": "zz:2"}, "Poids de thème « zz:2 » introuvable ici."),
        ("barometre", {"territoire": "QP000000"}, "Aucun territoire ne porte le code « QP000000 »"),
        ("explorer", {"indicateurs": "inconnu"}, "Indicateur « inconnu » introuvable ici."),
        ("explorer", {"agglomeration": "EPCI000"}, "Agglomération « EPCI000 » introuvable ici. Disponibles : "),
        ("explorer", {"fiabilite": "moyenne"}, "Fiabilité « moyenne » introuvable ici. Disponibles : "),
        ("explorer", {"face": "lune"}, "Comparaison « lune » introuvable ici."),
        ("explorer", {"territoire": "QP000000"}, "Aucun territoire ne porte le code « QP000000 »"),
        ("suivi", {"engagement_partenaire": "zz"}, "Partenaire « zz » introuvable ici."),
        ("sources", {"indicateur": "inconnu"}, "Indicateur « inconnu » introuvable ici."),
        ("sources", {"rubrique": "douteux", "doutes_de": "EPCI000"}, "Agglomération « EPCI000 » introuvable ici."),
        ("sources", {"rubrique": "couverture", "document": "zz"}, "Document « zz » introuvable ici."),
        ("portrait", {"territoire": QUARTIER, "reference": "REG99"}, "Référence « REG99 » introuvable ici."),
        ("portrait", {"territoire": QUARTIER, "annee": "2018"}, "est celui de « Comparer » et de « Carte »"),
        ("seance", {"territoire": QUARTIER, "diapo": "zz"}, "Diapositive « zz » introuvable ici."),
        ("seance", {"territoire": QUARTIER, "reference": "REG99"}, "Référence « REG99 » introuvable ici."),
        (None, {"territoire": QUARTIER}, "« Accueil » ne le connaît pas"),
    ],
)
def test_demande_et_absent_c_est_dit(ecran, parametres, dit):
    essai = ouvrir(ecran, **parametres)
    assert dit in avis(essai).replace("\u00a0", " ")
    assert dict(essai.query_params) == parametres, "l'adresse garde ce qui a été demandé"


def test_ce_qui_est_montre_a_la_place_est_nomme():
    essai = ouvrir("comparer", territoire=QUARTIER, annee="1950")
    assert avis(essai).endswith(f"Montré à la place : {essai.selectbox(key='choix_annee').value}.")


def test_les_marques_des_messageries_ne_sont_pas_des_reglages():
    assert avis(ouvrir("comparer", territoire=QUARTIER, utm_source="lettre", fbclid="x")) == ""


@pytest.mark.parametrize(
    ("ecran", "ancien", "cle", "valeur"),
    [
        ("carte", {"methode": "quantiles"}, "choix_classes", "quantiles"),
        ("barometre", {"methode": "ecart"}, "choix_notation", "ecart"),
        ("sources", {"rubrique": "douteux", "agglomeration": "EPCI200072460"}, "choix_doutes_de", "EPCI200072460"),
    ],
)
def test_un_ancien_nom_ouvre_le_meme_ecran(ecran, ancien, cle, valeur):
    essai = ouvrir(ecran, **ancien)
    assert essai.selectbox(key=cle).value == valeur
    assert avis(essai) == ""
    assert dict(essai.query_params) == ancien


def test_un_indicateur_renomme_ouvre_celui_d_aujourd_hui():
    essai = ouvrir("sources", indicateur="nb_logements_sia")
    assert essai.selectbox(key="choix_indicateur").value == "nb_logements_bailleur:sia_habitat"
    assert avis(essai) == ""


def test_un_ancien_nom_est_remplace_par_le_nouveau_au_premier_choix():
    essai = ouvrir("barometre", methode="ecart")
    essai.number_input(key="choix_poids_emploi").set_value(3).run()
    assert dict(essai.query_params) == {"notation": "ecart", "poids": "emploi:3"}


def test_carte_et_barometre_ne_se_changent_plus_l_un_l_autre():
    essai = ouvrir("barometre", notation="ecart")
    par_le_menu(essai, "carte")
    assert avis(essai) == ""
    assert "notation" not in essai.query_params


def test_un_defaut_ne_s_ecrit_pas_et_revenir_au_defaut_l_efface():
    essai = ouvrir("comparer", territoire=QUARTIER)
    depart = essai.selectbox(key="choix_indicateur").value
    essai.selectbox(key="choix_indicateur").select("taux_emploi_15_64").run()
    assert essai.query_params["indicateur"] == "taux_emploi_15_64"
    essai.selectbox(key="choix_vue").select("essaim").run()
    essai.selectbox(key="choix_indicateur").select(depart).run()
    assert dict(essai.query_params) == {"territoire": QUARTIER, "vue": "essaim"}
    essai.selectbox(key="choix_vue").select("classement").run()
    assert dict(essai.query_params) == {"territoire": QUARTIER}


def test_ce_qui_suit_la_personne_suit_et_le_reste_attend_sur_son_ecran():
    essai = ouvrir("comparer", territoire=QUARTIER, indicateur="taux_emploi_15_64", vue="essaim")
    par_le_menu(essai, "carte")
    assert dict(essai.query_params) == {"territoire": QUARTIER, "indicateur": "taux_emploi_15_64"}
    par_le_menu(essai, "comparer")
    assert dict(essai.query_params) == {"territoire": QUARTIER, "indicateur": "taux_emploi_15_64", "vue": "essaim"}
    par_le_menu(essai, "explorer")
    assert dict(essai.query_params) == {"territoire": QUARTIER}, "Explorer ne se filtre pas tout seul"


def test_changer_de_territoire_oublie_la_liste_faite_pour_l_autre():
    essai = ouvrir("comparer", territoire=QUARTIER, territoires="QP059050,QP059058", references="REG32")
    choisir_territoire(essai, "QP062011")
    assert dict(essai.query_params) == {"territoire": "QP062011"}
    ailleurs = ouvrir("comparer", territoire=QUARTIER, territoires="QP059050,QP059058", references="REG32")
    par_le_menu(ailleurs, "portrait")
    choisir_territoire(ailleurs, "QP062011")
    par_le_menu(ailleurs, "comparer")
    assert dict(ailleurs.query_params) == {"territoire": "QP062011"}


def test_deux_gestes_rapides_le_second_n_annule_pas_le_premier():
    """Le navigateur envoie le second geste avec l'adresse d'avant le premier : sa réponse ne l'avait pas atteint."""
    essai = ouvrir("barometre")
    essai.number_input(key="choix_poids_emploi").set_value(3).run()
    assert essai.query_params["poids"] == "emploi:3"
    del essai.query_params["poids"]
    essai.selectbox(key="choix_notation").select("ecart").run()
    assert dict(essai.query_params) == {"notation": "ecart", "poids": "emploi:3"}


def test_une_adresse_nouvelle_commande_sur_le_meme_ecran():
    essai = ouvrir("comparer", territoire=QUARTIER, vue="essaim")
    essai.query_params["vue"] = "nuage"
    essai.run()
    assert essai.selectbox(key="choix_vue").value == "nuage"


def test_un_code_en_minuscules_est_reconnu():
    essai = ouvrir("portrait", territoire="qp062011")
    assert territoire_choisi(essai) == "QP062011"
    assert avis(essai) == ""


def test_tous_les_ecrans_ont_leur_script_et_leur_chemin():
    assert PAR_CODE["accueil"].url == ""
    assert [e.url for e in ECRANS if e.code != "accueil"] == [e.code for e in ECRANS if e.code != "accueil"]
