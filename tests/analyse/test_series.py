"""Les séries : ce qui se déduit d'une variation imprimée, l'écart suivi, et l'écran Évolution."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from itertools import combinations

import ecrans
import pytest
from ecrans import texte
from unites import UNITES

from indicators.analyse.comparaison import Jugement
from indicators.analyse.datees import deduire
from indicators.analyse.evolution import MotifEvolution, Tendance
from indicators.analyse.series import (
    ORDRE_DES_JUGEMENTS,
    indicateurs_suivis,
    references_connues,
    references_montrees,
    suivre,
)
from indicators.recit import tendances
from indicators.recit.dessins.bandes import ENCRE
from indicators.socle.catalogue import Catalogue, Indicateur, Sens
from indicators.socle.observations import Fiabilite, Origine, Statut
from pages.vues.evolution import blocs as chronologie
from pages.vues.evolution import courbes

VARIATION = {"indicateur": "taux_pauvrete_evolution", "annee": 2020, "debut": 2013}


@pytest.fixture
def catalogue(indicateur) -> Catalogue:
    """Le taux de pauvreté, sa variation en points et sa variation en pourcentage."""
    points = Indicateur(
        "taux_pauvrete_evolution", "Variation", "Variation", "revenus", "", UNITES["points"], 1, Sens.BAISSE,
        evolution_de="taux_pauvrete",
    )  # fmt: skip
    taux = replace(points, indicateur="taux_pauvrete_evolution_pct", unite=UNITES["%"])
    borne = replace(indicateur, mini=0.0, maxi=100.0)
    return Catalogue({}, {i.indicateur: i for i in (borne, points, taux)}, {})


def test_la_valeur_de_depart_est_la_valeur_moins_la_variation(chiffre, catalogue):
    (depart,) = deduire([chiffre(47.0, annee=2020, decimales=0), chiffre(-3.5, **VARIATION)], catalogue)
    assert depart.valeur == 47.0 - -3.5
    assert (depart.annee, depart.annee_debut, depart.indicateur) == (2013, None, "taux_pauvrete")
    assert (depart.origine, depart.statut, depart.fiabilite) == (Origine.CALCULEE, Statut.EXACT, Fiabilite.SURE)
    assert depart.decimales == max(0, 1)
    assert "47 − (−3,5) = 50,5" in depart.note
    assert "2013-2020" in depart.note


def test_une_valeur_ou_une_variation_douteuse_rend_le_depart_douteux(chiffre, catalogue):
    for fin, variation in (("douteuse", "sure"), ("sure", "douteuse")):
        (depart,) = deduire(
            [chiffre(47.0, annee=2020, fiabilite=fin), chiffre(3.0, fiabilite=variation, **VARIATION)], catalogue
        )
        assert depart.douteuse


def test_un_vrai_zero_se_deduit(chiffre, catalogue):
    (depart,) = deduire([chiffre(4.0, annee=2020), chiffre(4.0, **VARIATION)], catalogue)
    assert depart.valeur == 4.0 - 4.0


@pytest.mark.parametrize(
    ("fin", "variation", "depart"),
    [
        ({"statut": "secret", "annee": 2020}, {"valeur": 3.0}, None),
        ({"valeur": 47.0, "annee": 2020}, {"statut": "non_disponible"}, None),
        ({"inf": 40, "annee": 2020}, {"valeur": 3.0}, None),
        ({"valeur": 47.0, "annee": 2019}, {"valeur": 3.0}, None),
        ({"valeur": 47.0, "annee": 2020, "source": "autre"}, {"valeur": 3.0}, None),
        ({"valeur": 47.0, "annee": 2020}, {"valeur": 3.0, "indicateur": "taux_pauvrete_evolution_pct"}, None),
        ({"valeur": 47.0, "annee": 2020}, {"valeur": 3.0, "annee": None}, None),
        # une case existe déjà à l'année de départ : imprimée, elle l'emporte ; secrète, elle le reste
        ({"valeur": 47.0, "annee": 2020}, {"valeur": 3.0}, {"valeur": 44.5, "annee": 2013}),
        ({"valeur": 47.0, "annee": 2020}, {"valeur": 3.0}, {"statut": "secret", "annee": 2013}),
        # 2 % moins 3 points : la part serait négative
        ({"valeur": 2.0, "annee": 2020}, {"valeur": 3.0}, None),
    ],
)
def test_ce_qui_ne_se_deduit_pas(chiffre, catalogue, fin, variation, depart):
    lues = [chiffre(**fin), chiffre(**(VARIATION | variation))]
    assert deduire(lues + ([chiffre(**depart)] if depart else []), catalogue) == []


def test_un_seul_perimetre_par_serie_et_l_autre_est_dit(petite):
    """La Gare (2015) vaut 46,7 en 2018, le quartier né de sa fusion 44,0 en 2021 : deux séries, aucune évolution."""
    suivi = suivre(petite, petite.fiche("QP001001"), petite.catalogue.indicateur("taux_pauvrete"), [])
    assert [(o.annee, o.valeur) for o in suivi.serie.points] == [(2018, 46.7)]
    assert suivi.evolution.motif is MotifEvolution.UNE_SEULE_ANNEE
    (autre,) = suivi.autres_perimetres
    assert (autre.territoire.territoire, autre.points[0].valeur) == ("QN00101M", 44.0)
    assert indicateurs_suivis(petite, ["QP001001", "QN00101M"]) == {}
    html = chronologie.perimetres(suivi)
    assert "territoire=QN00101M" in html
    assert "44,0\u00a0% en 2021" in html


def test_secret_et_intervalle_restent_hors_de_la_courbe(petite):
    indicateur = petite.catalogue.indicateur("taux_pauvrete")
    for code, statut in (("QP001003", Statut.SECRET), ("QP001002", Statut.INTERVALLE)):
        serie = suivre(petite, petite.fiche(code), indicateur, []).serie
        assert (serie.points, [o.statut for o in serie.hors_courbe]) == ((), [statut])


def test_sabatier_l_ecart_avec_le_nord_s_est_creuse(vraie):
    fiche, idt = vraie.fiche("QP059055"), vraie.catalogue.indicateur("idt")
    suivi = suivre(vraie, fiche, idt, vraie.territoires(["DEP59"]))
    (nord,) = suivi.references
    assert nord.ecart.tendance is Tendance.SE_CREUSE
    assert nord.ecart.variation == abs(-263 - -34) - abs(-240 - -33)
    assert "s’est creusé de 22\u00a0points entre 2011 et 2019" in tendances.evolution_ecart(nord.ecart, nord.territoire)


def test_la_reponse_prefere_une_reference_sans_chiffre_douteux(vraie):
    """Le −202 imprimé pour l'agglomération en 2011 est douteux : il est montré, il ne fait pas la réponse."""
    fiche, idt = vraie.fiche("QP059055"), vraie.catalogue.indicateur("idt")
    choix = references_montrees(fiche, references_connues(vraie, fiche, idt))
    assert choix[0] == "EPCI200042190"
    par_code = {t.territoire: t for t in fiche.references}
    suivi = suivre(vraie, fiche, idt, [par_code[c] for c in choix])
    assert suivi.references[0].douteux
    assert suivi.principale is not None
    assert suivi.principale.territoire.territoire == "DEP59"
    seule = suivre(vraie, fiche, idt, [par_code["EPCI200042190"]])
    assert seule.principale is seule.references[0]
    assert "drapeau" in chronologie.reponse(seule)


def test_une_reference_a_une_seule_date_dit_pourquoi(vraie):
    fiche, part = vraie.fiche("QP059055"), vraie.catalogue.indicateur("part_mono_familles_caf")
    (agglomeration,) = suivre(vraie, fiche, part, vraie.territoires(["EPCI200042190"])).references
    assert [o.annee for o in agglomeration.serie.points] == [2021]
    assert agglomeration.ecart.motif is MotifEvolution.REFERENCE_ABSENTE
    assert agglomeration.paires == ()


def test_toutes_les_paires_d_annees(vraie):
    fiche, taux = vraie.fiche("REG32"), vraie.catalogue.indicateur("taux_pauvrete")
    (france,) = suivre(vraie, fiche, taux, vraie.territoires(["FRM"])).references
    annees = [(p.depart.observation.annee, p.arrivee.observation.annee) for p in france.paires]
    assert annees == list(combinations(sorted(france.comparaisons), 2))
    assert {(2014, 2018), (2014, 2020), (2018, 2020)} <= set(annees)
    # Filosofi change en 2018 et en 2019 : aucune de ces paires ne se suit.
    assert all(p.variation is None for p in france.paires if p.depart.observation.annee < 2018)


def test_les_suivis_sont_ranges_par_jugement_et_ont_deux_annees(vraie, lieux_eprouves):
    suivis = indicateurs_suivis(vraie, [t.territoire for t in lieux_eprouves])
    assert len(suivis["QP059055"]) >= 7
    for liste in suivis.values():
        rangs = [ORDRE_DES_JUGEMENTS.index(e.jugement) for _, e in liste]
        assert rangs == sorted(rangs)
        for serie, evolution in liste:
            annees = [o.annee for o in serie.points]
            assert len(annees) == len(set(annees)) >= 2
            assert annees == sorted(annees)
            sans = {Jugement.NEUTRE, Jugement.INDETERMINE}
            assert evolution.indicateur.sens is not Sens.NEUTRE or evolution.jugement in sans
            assert evolution.motif is MotifEvolution.AUCUN or evolution.jugement is Jugement.INDETERMINE


def test_la_courbe_ne_trace_une_ligne_qu_entre_deux_annees_et_creuse_le_calcule(vraie):
    fiche, part = vraie.fiche("QP059055"), vraie.catalogue.indicateur("part_mono_familles_caf")
    suivi = suivre(vraie, fiche, part, vraie.territoires(["EPCI200042190", "FRM"]))
    traces = {t.name: t for t in courbes.courbe(suivi).data}
    assert traces["Porte du Hainaut"].mode == "markers"
    assert traces["Sabatier"].mode.startswith("lines+markers")
    assert list(traces["Sabatier"].y) == [pytest.approx(37.1 - 4.1), 37.1]
    assert list(traces["Sabatier"].marker.color) == ["rgba(255,255,255,0.9)", ENCRE]


def test_un_effectif_est_trace_seul_et_sa_reference_suivie_en_pourcentage(vraie):
    fiche, minima = vraie.fiche("QP059055"), vraie.catalogue.indicateur("nb_allocataires_minima")
    suivi = suivre(vraie, fiche, minima, vraie.territoires(["QPV-EPCI200042190"]))
    assert [t.name for t in courbes.courbe(suivi).data] == ["Sabatier"]
    html = chronologie.reponse(suivi)
    assert "−42\u00a0allocataires de 2016 à 2021 (−14,0\u00a0%)" in html  # 258 − 300 = −42, et −42 / 300 = −14 %
    assert "un nombre absolu ne se compare pas" in html
    assert chronologie.ecarts(suivi) == ""


def test_les_noms_ne_se_touchent_pas_et_gardent_leur_ordre():
    posees = courbes.ecarter([100.0, 101.0, 99.0, 300.0], [2, 2, 3, 2], 306)
    assert posees[2] < posees[0] < posees[1] < posees[3]
    assert posees[1] - posees[0] >= 2 * 16


def test_chaque_annee_a_son_etiquette_et_aucun_millier_n_est_abrege(vraie):
    fiche, niveau = vraie.fiche("EPCI246200364"), vraie.catalogue.indicateur("niveau_vie_median")
    suivi = suivre(vraie, fiche, niveau, vraie.territoires(["FRM"]))
    axe = courbes.courbe(suivi).layout
    annees = sorted({o.annee for s in (suivi.serie, *(r.serie for r in suivi.references)) for o in s.points})
    assert list(axe.xaxis.ticktext) == [str(a) for a in annees]
    assert len(annees) > 4
    assert axe.yaxis.tickformat == ",~f"  # ni « 22k », ni « 2M »


ouvrir = partial(ecrans.ouvrir, "evolution")


def test_ecran_la_reponse_le_tableau_et_les_autres_indicateurs():
    essai = ouvrir(territoire="QP059055", indicateur="idt")
    ecran = texte(essai)
    for attendu in (
        "L’écart avec le département s’est creusé de 22 points entre 2011 et 2019.",
        "−240 en 2011, −263 en 2019, soit −23 points de 2011 à 2019",
        "Invraisemblable",
        "207 points de moins",
        "l. 3570",
        "Sabatier, périmètre 2024-2030",
        "−42 allocataires de 2016 à 2021",
    ):
        assert attendu in ecran, attendu
    assert essai.get("plotly_chart")


def test_ecran_les_options_disent_leurs_annees_et_l_adresse_suit():
    essai = ouvrir(territoire="QP059055")
    liste = essai.selectbox(key="choix_indicateur")
    assert all(re.search(r"· \d{4}, \d{4}", option) for option in liste.options)
    liste.select("nb_c2s").run()
    assert not essai.exception
    assert essai.query_params["indicateur"] in ("nb_c2s", ["nb_c2s"])
    assert "816 personnes en 2020" in texte(essai)  # 807 − (−9)


def test_ecran_un_lien_rouvre_les_memes_references():
    essai = ouvrir(territoire="QP059055", indicateur="idt", references="QPV-FRM,inconnue")
    assert essai.multiselect(key="choix_references").value == ["QPV-FRM"]
    assert "QPV France métro. » s’est creusé de 15 points" in texte(essai)


def test_ecran_sans_deux_dates_dit_ce_qui_existe(vraie):
    siens = [q for a in vraie.agglomerations()[:3] for q in vraie.fiche(a.territoire).quartiers if q.geographie == 2024]
    suivis = indicateurs_suivis(vraie, [q.territoire for q in siens])
    seul = next(q for q in siens if q.territoire not in suivis)
    essai = ouvrir(territoire=seul.territoire)
    assert f"Rien ne peut être suivi dans le temps pour « {seul.nom} »" in texte(essai)
    assert not essai.get("plotly_chart")


def test_ecran_un_indicateur_connu_a_une_seule_date_est_annonce():
    assert "n’est pas connu à deux dates" in texte(ouvrir(territoire="QP062011", indicateur="ips_etablissements"))


def test_ecran_sans_territoire_la_reponse_d_abord():
    assert "l’écart avec" in texte(ouvrir())


def test_ecran_une_raison_commune_n_est_dite_qu_une_fois():
    essai = ouvrir(territoire="QP062017", indicateur="niveau_vie_median")
    assert texte(essai).count("ne peut pas être suivi") == 1


@pytest.mark.parametrize("code", ["QP999999", "<script>alert(1)</script>", "'; DROP TABLE x; --"])
def test_ecran_un_code_inconnu_donne_une_phrase(code):
    assert "Aucun territoire ne porte le code" in ouvrir(territoire=code).error[0].value


def test_ecran_tous_les_territoires_suivis_s_ouvrent(vraie):
    for code in ("QP059050", "QP059058", "EPCI200042190", "EPCI246200364", "DEP62", "REG32", "FRM", "QPV-FR"):
        essai = ouvrir(territoire=code)
        assert essai.get("plotly_chart"), code
