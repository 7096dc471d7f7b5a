"""Les engagements et l'évaluation : filtres, distance à la cible, fichier, écran."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from functools import partial

import ecrans
import pytest
from ecrans import texte

from indicators.analyse.comparaison import Position
from indicators.analyse.engagements import Rapprochement, situations, situer
from indicators.analyse.regroupements import etendre
from indicators.base import engagements as dossier
from indicators.publications.engagements import csv_engagements
from indicators.recit.engagements import cible_en_mots, depart_en_mots, situation_en_mots
from indicators.socle.engagements import FACETTES, Engagement, compter, filtrer
from pages.vues.engagements import blocs as vue
from pages.vues.engagements import ecran

VELO = Engagement(
    "x-1", "La Ville", "QP001001", "Se déplacer", "Passer de 46,7 % à 30 %", 30.0, "exact", "% des habitants", "valeur",
    "46,7", "2018", "5 ans (contrat 2015-2020)", "la ville", "mobilite", ("taux_pauvrete",), "", False, "", "insee", 3,
    "de 46,7 % à 30 %",
)  # fmt: skip


@pytest.fixture(scope="module")
def tous(vraie):
    return dossier.engagements(vraie)


def test_la_distance_vient_de_la_comparaison(indicateur, chiffre):
    situation = situer(VELO, indicateur, [chiffre(46.7, annee=2018), chiffre(41.0, annee=2021)])
    assert situation.rapprochement is Rapprochement.DISTANCE
    assert situation.comparaison.ecart == pytest.approx(41.0 - 30)
    assert situation.comparaison.position is Position.PLUS_ELEVE


def test_le_depart_seul_connu_n_est_pas_un_chemin_parcouru(indicateur, chiffre, petite):
    situation = situer(VELO, indicateur, [chiffre(46.7)])
    assert situation.rapprochement is Rapprochement.DEPART
    texte = situation_en_mots(situation, petite.territoire("QP001001"))
    assert "16,7\xa0points de plus que la cible" in texte  # 46,7 − 30
    assert "(2018)" in texte and "ne peut pas encore être dit" in texte


@pytest.mark.parametrize(
    ("engagement", "attendu"),
    [
        (replace(VELO, depart=""), Rapprochement.AUTRE_QUANTITE),
        (replace(VELO, depart="12"), Rapprochement.AUTRE_QUANTITE),
        (replace(VELO, type="evolution"), Rapprochement.VARIATION),
        (replace(VELO, cible=None, type="aucune"), Rapprochement.SANS_CIBLE),
    ],
)
def test_ce_qui_ne_se_compare_pas_n_a_pas_de_distance(engagement, attendu, indicateur, chiffre, petite):
    situation = situer(engagement, indicateur, [chiffre(46.7)])
    assert situation.rapprochement is attendu
    assert situation.comparaison is None
    assert "que la cible" not in situation_en_mots(situation, petite.territoire("QP001001"))


def test_sans_chiffre_dit_ou_il_existe(indicateur, petite):
    situation = situer(VELO, indicateur, [], ["Ailleurs"])
    assert situation_en_mots(situation, petite.territoire("QP001001")) == (
        "aucun chiffre pour «\xa0La Gare\xa0»\xa0; connu pour Ailleurs."
    )


def test_zero_est_une_cible_et_un_secret_n_est_pas_un_zero(indicateur, chiffre, petite):
    assert cible_en_mots(replace(VELO, cible=0.0)) == "0\xa0% des habitants"
    situation = situer(replace(VELO, cible=0.0), indicateur, [chiffre(46.7)])
    assert situation.comparaison.ecart == pytest.approx(46.7)
    secret = situer(VELO, indicateur, [chiffre(statut="secret")])
    assert "secret statistique" in situation_en_mots(secret, petite.territoire("QP001001"))


def test_les_precisions_de_la_cible_et_l_annee_du_depart():
    assert cible_en_mots(replace(VELO, cible=15.0, cible_statut="au_moins", unite="QPV")) == "au moins 15\xa0QPV"
    assert cible_en_mots(replace(VELO, cible=None)) == "sans cible chiffrée"
    assert depart_en_mots(VELO) == "46,7\xa0% (2018)"
    assert depart_en_mots(replace(VELO, depart_annee="")) == "46,7\xa0% (année non imprimée)"
    assert depart_en_mots(replace(VELO, depart="")) == "valeur non imprimée (2018)"
    assert depart_en_mots(replace(VELO, depart="", depart_annee="")) == ""


@pytest.mark.parametrize(
    ("echeance", "code"),
    [("2016-2018", "2018"), ("5 ans (contrat 2015-2020)", "2020"), ("10 ans", "duree"), ("", "aucune")],
)
def test_l_echeance_se_range_a_sa_derniere_annee(echeance, code):
    assert replace(VELO, echeance=echeance).echeance_code == code


@pytest.mark.parametrize("facette", FACETTES)
def test_les_comptes_suivent_les_filtres(facette, tous):
    choix = {"suivi": "cible"}
    comptes = compter(tous, facette, choix)
    assert comptes
    for code, n in comptes.items():
        assert len(filtrer(tous, {**choix, facette: code})) == n


def test_le_texte_se_cherche_sans_accents(tous):
    trouves = filtrer(tous, {}, "VELO quotidien")
    assert [e.id for e in trouves] == ["caph-05"]
    assert filtrer(tous, {"partenaire": "departement-du-nord"}, "velo") == []


def test_aucun_engagement_n_est_perdu(tous, vraie):
    assert len(tous) == len({e.id for e in tous}) == 187
    assert all(e.indicateurs or e.raison for e in tous)
    assert set(situations(vraie, tous)) == {e.id for e in tous if e.indicateurs}


def test_le_velo_de_la_porte_du_hainaut(tous, vraie):
    (situation,) = situations(vraie, tous)["caph-05"]
    assert situation.comparaison.ecart == pytest.approx(1.5 - 9)


def test_le_fichier_se_relit_sans_formule(vraie):
    piege = replace(VELO, territoire="DEP59", action="=HYPERLINK(1)", operateur="@moi", source="contrat_caph_2024")
    octets = csv_engagements(
        [piege], vraie.catalogue, {"DEP59": vraie.territoire("DEP59")}, {}, vraie.catalogue.sources, "Aucun filtre."
    )
    assert octets.startswith(b"\xef\xbb\xbf")
    titre, entete, ligne = csv.reader(io.StringIO(octets.decode("utf-8-sig")), delimiter=";")
    lu = dict(zip(entete, ligne, strict=True))
    assert "Aucun filtre" in titre[0]
    assert (lu["action"], lu["opérateur"]) == ("'=HYPERLINK(1)", "'@moi")
    assert (lu["cible"], lu["départ"], lu["échéance"]) == ("30", "46,7", "5 ans (contrat 2015-2020)")


def test_l_arbre_tient_tous_les_indicateurs_du_plan(vraie):
    indicateurs = dossier.indicateurs_evaluation(vraie)
    arbre = dossier.arbre(vraie)
    objectifs = {o.id for enjeu in arbre for axe in enjeu.enfants for o in axe.enfants}
    assert [n.niveau for n in arbre] == ["enjeu"] * 4
    assert {i.objectif for i in indicateurs if i.objectif} <= objectifs
    assert all(i.codes for i in indicateurs if i.mesurable != "non")


def test_chaque_indicateur_connu_a_un_lien_qui_le_montre(vraie):
    liens = vue.adresses(
        {"taux_pauvrete": ["a", "b"], "idh4": ["EPCI1"], "part_velo_quotidien_caph": []},
        {"petit": ["a"], "grand": ["a", "b"]},
        vraie.catalogue,
    )
    assert "comparer?groupe=grand&amp;indicateur=taux_pauvrete" in liens["taux_pauvrete"]
    assert "portrait?territoire=EPCI1" in liens["idh4"]
    assert "part_velo_quotidien_caph" not in liens


ouvrir = partial(ecrans.ouvrir, "suivi")


def test_l_ecran_entier():
    ecran = texte(ouvrir())
    for attendu in (
        "187 engagements", "7,5 points de moins que la cible", "lecture abîmée", "2 indicateurs sur 161",
        "Améliorer la santé des habitants", "Baromètre de la Cohésion Sociale", "Mesurable aujourd’hui : non",
    ):  # fmt: skip
        assert attendu in ecran, attendu


def test_le_filtre_vit_dans_l_adresse():
    essai = ouvrir(engagement_partenaire="departement-du-nord", engagement_mots="rsa")
    assert essai.selectbox(key="choix_engagement_partenaire").value == "departement-du-nord"
    assert "allocataires du RSA" in texte(essai)
    assert "SIA Habitat · " not in texte(essai)
    essai.text_input(key="choix_engagement_mots").set_value("introuvable-ici").run()
    assert essai.query_params["engagement_mots"] in ("introuvable-ici", ["introuvable-ici"])
    assert "Aucun engagement ne répond à ces filtres" in texte(essai)


def test_une_lecture_abimee_porte_sa_note_dans_la_ligne():
    essai = ouvrir(engagement_suivi="abimee")
    html = " ".join(bloc.value for bloc in essai.markdown)
    assert html.count("lecture abîmée</span><br>") == 16
    assert "«\xa0passeroles\xa0»\xa0: lire «\xa0passoires\xa0»" in html


def test_des_parametres_absurdes_laissent_tout():
    essai = ouvrir(engagement_partenaire="<script>", engagement_echeance="1789", engagement_mots=" ")
    assert "187 engagements" in texte(essai)
    assert "<script>" not in " ".join(bloc.value for bloc in essai.markdown)


def test_un_regroupement_sans_chiffre_dit_l_etendue_de_ses_membres(vraie):
    (engagement,) = [e for e in dossier.engagements(vraie) if e.id == "etat62-01"]
    (situation,) = situations(vraie, [engagement])["etat62-01"]
    etendue = situation.etendue
    assert situation.rapprochement is Rapprochement.MEMBRES and etendue is not None
    assert (len(etendue.connues), etendue.membres, etendue.somme) == (21, 21, None), "un taux ne s'additionne pas"
    siens = {
        o.territoire: o.valeur
        for o in vraie.observations_indicateur("taux_emploi_15_64")
        if o.territoire in vraie.codes(vraie.cles_des_membres("QPV-EPCI246200364", {"regroupement"}))
        and o.annee == etendue.bas.annee
    }
    assert (etendue.bas.valeur, etendue.haut.valeur) == (min(siens.values()), max(siens.values()))
    lu = situation_en_mots(situation, vraie.territoire("QPV-EPCI246200364"))
    assert lu.startswith("de 30,8\u00a0% à 47,3\u00a0% selon ses membres (2018, 21 membres connus sur 21)")
    assert "aucun chiffre" not in lu


def test_un_nombre_absolu_de_tous_les_membres_s_additionne(vraie):
    population = vraie.catalogue.indicateur("population")
    etendue = etendre(vraie, "QPV-EPCI246200364", population)
    assert etendue is not None and len(etendue.connues) == etendue.membres == 21
    valeurs = {
        o.territoire: o.valeur
        for o in vraie.observations_indicateur(
            "population", vraie.codes(vraie.cles_des_membres("QPV-EPCI246200364", {"regroupement"}))
        )
        if (o.annee, o.millesime) == (etendue.bas.annee, etendue.bas.millesime) and o.territoire.startswith("QP0")
    }
    assert etendue.somme == sum(valeurs.values())
    assert etendre(vraie, "QP062001", population) is None, "un quartier n'a pas de membres"


@pytest.mark.parametrize(
    ("ouvert", "dit"),
    [
        # Les seuls qui y touchent sont pris pour la France ou le Nord, dans le contrat d'une autre agglomération.
        ("QP006012", "pour «\u00a0Centre (Nice)\u00a0», ni pour son agglomération (Métropole Nice Côte d'Azur)."),
        ("IRIS592680101", "ni pour son agglomération (CC Flandre Lys)."),
        ("EPCI200072460", "Artois-Lys Romane\u00a0»."), ("DEP64", "pour «\u00a0Pyrénées-Atlantiques\u00a0»."),
    ],
)  # fmt: skip
def test_sans_document_on_ne_montre_pas_les_engagements_d_une_autre(vraie, ouvert, dit):
    assert ecran.qui_concernent(vraie, ouvert) == frozenset()
    assert ecran.sans_engagement(vraie, ouvert).endswith(dit)


@pytest.mark.parametrize("ouvert", ["FR", "DEP59", "REG31", "BASSIN-MINIER"])
def test_un_lieu_ouvert_montre_les_engagements_pris_pour_lui(vraie, ouvert):
    siens = {e.territoire for e in ecran.tous(vraie) if e.id in ecran.qui_concernent(vraie, ouvert)}
    assert siens == {ouvert}


def test_un_contrat_garde_ce_qu_il_prend_plus_largement(vraie):
    siens = ecran.qui_concernent(vraie, "EPCI200042190")
    assert siens <= ecran.qui_concernent(vraie, "COM59172"), "une commune a ceux de son agglomération"
    assert {"FR", "DEP59", "EPCI200042190"} <= {e.territoire for e in ecran.tous(vraie) if e.id in siens}
