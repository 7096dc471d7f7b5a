"""Le reste de la commune, hors quartiers prioritaires : refait des fichiers bruts par un autre chemin, et ses refus."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from depots import OUVERTES, exige_donnees_ouvertes

from indicators.analyse.reste import RAPPORTS, Empechement, Obstacle, Reste, impossibles, restes
from indicators.base.base import Base
from indicators.publications import reste as ecrit
from indicators.recit import reste as recit
from pages.vues.portrait.reste import bloc

LOGEMENTS, VARIATION = (r.indicateur for r in RAPPORTS)


def de_la_commune(base: Base, quartier: str, indicateur: str) -> Reste:
    (trouve,) = (r for r in restes(base, quartier) if r.indicateur.indicateur == indicateur and not r.agglomeration)
    return trouve


def lire(fichier: Path, cle: str, colonne: str, separateur: str) -> dict[str, float]:
    """Une colonne d'un fichier brut, sans passer par l'import : espaces de milliers ôtés, vides sautés."""
    with fichier.open(encoding="utf-8-sig", newline="") as lu:
        lignes = list(csv.reader(lu, delimiter=separateur))
    c, v = lignes[0].index(cle), lignes[0].index(colonne)
    return {li[c]: float(li[v].replace("\u202f", "").replace(" ", "")) for li in lignes[1:] if li[v]}


@exige_donnees_ouvertes
def test_la_soustraction_est_celle_des_fichiers_bruts(vraie: Base):
    """L'Insee imprime lui-même le cumul des quartiers et la population des communes : deux colonnes, rien à relier."""
    demo = OUVERTES / "qpv-indicateurs" / "DEMO_2022.csv"
    populations, des_quartiers, des_communes = (
        lire(demo, "CODGEO", colonne, ";") for colonne in ("POP_MUN", "POP_COM_QP", "POP_COM")
    )
    logements = lire(OUVERTES / "qpv-rpls-2022" / "rpls_qpv.csv", "CodGeo", "nbLsPls", ",")
    verifies = 0
    for quartier in ("QP062007", "QP062018", "QP062057", "QP062016", "QP062023", "QP062032", "QP062035"):
        reste = de_la_commune(vraie, quartier, LOGEMENTS)
        assert reste.comparaison is not None and reste.haut is not None and reste.bas is not None and not reste.elargi
        assert (reste.bas.total, reste.bas.retire) == (des_communes[quartier], des_quartiers[quartier])
        assert reste.haut.retire == sum(logements[q.territoire] for q in reste.quartiers)
        assert reste.comparaison.observation.valeur == round(100 * logements[quartier] / populations[quartier], 1)
        du_reste = 100 * (reste.haut.total - reste.haut.retire) / (des_communes[quartier] - des_quartiers[quartier])
        assert reste.comparaison.reference is not None and reste.comparaison.reference.valeur == round(du_reste, 1)
        verifies += 1
    assert verifies == 7


def test_le_quartier_y_vaut_ce_qu_il_vaut_ailleurs(vraie: Base):
    (publie,) = (o for o in vraie.observations(["QP062018"], [LOGEMENTS]) if o.annee == 2022)
    comparee = de_la_commune(vraie, "QP062018", LOGEMENTS).comparaison
    assert comparee is not None and comparee.observation.valeur == pytest.approx(publie.valeur, abs=0.05)
    assert comparee.reference is not None
    assert comparee.reference.valeur == round(100 * (2407 - 618) / (11813 - 1590), 1)


def test_une_variation_est_une_somme_sur_une_somme(vraie: Base):
    comparee = de_la_commune(vraie, "QP062007", VARIATION).comparaison
    assert comparee is not None and comparee.reference is not None
    assert (comparee.observation.annee_debut, comparee.observation.annee) == (2013, 2018)
    assert comparee.observation.valeur == round(100 * 2022 / 2396 - 100, 1)
    assert comparee.reference.valeur == round(100 * (13866 - 2022) / (13692 - 2396) - 100, 1)


def test_un_quartier_a_cheval_entraine_les_communes_qu_il_relie(vraie: Base):
    auchel = de_la_commune(vraie, "QP062004", LOGEMENTS)
    assert auchel.elargi and {c.nom for c in auchel.communes} >= {"Auchel", "Calonne-Ricouart", "Bruay-la-Buissière"}
    siennes = {c.territoire for c in auchel.communes}
    assert all(set(vraie.rattachements(q.territoire)[0]) <= siennes for q in auchel.quartiers)
    assert "aucune ne se soustrait seule" in recit.precision(auchel)


def test_a_cheval_sur_deux_agglomerations_le_reste_est_une_fourchette(vraie: Base):
    logements, variation = (r for r in restes(vraie, "QP062018") if r.agglomeration)
    assert [t.nom_court for t in logements.a_cheval] == ["Saint-Élie – Fosse 13"]
    assert logements.haut is not None and logements.bas is not None and logements.comparaison is not None
    du_reste = logements.comparaison.reference
    assert du_reste is not None and du_reste.etendue is not None
    bas, haut = du_reste.etendue
    tout_retire = (
        100
        * (logements.haut.total - logements.haut.retire - logements.haut.partage)
        / (logements.bas.total - logements.bas.retire - logements.bas.partage)
    )
    rien_retire = 100 * (logements.haut.total - logements.haut.retire) / (logements.bas.total - logements.bas.retire)
    assert bas <= min(tout_retire, rien_retire) <= max(tout_retire, rien_retire) <= haut
    assert variation.empechement is Empechement.DEBORDE and variation.comparaison is None


def test_un_secret_a_retirer_empeche_le_calcul_et_se_nomme(vraie: Base):
    for reste in restes(vraie, "QP062045"):
        if reste.indicateur.indicateur == LOGEMENTS:
            assert reste.empechement is Empechement.SECRET and reste.comparaison is None
            assert "Maroc – La Canche" in {t.nom_court for t in reste.en_cause}
            assert "secret statistique" in recit.pourquoi(reste)


@pytest.mark.parametrize("code", ["COM62119", "EPCI200072460", "QN06201M", "VEILLE-DENAIN"])
def test_il_n_y_en_a_que_pour_un_quartier_de_2015(vraie: Base, code: str):
    assert restes(vraie, code) == () and bloc(vraie, code) == ""


def test_l_ecran_le_classeur_et_l_adresse_disent_la_meme_chose(vraie: Base):
    tous = restes(vraie, "QP062007")
    html = bloc(vraie, "QP062007")
    for reste, ligne in zip(tous, ecrit.lignes(tous), strict=True):
        objet = ecrit.en_objet(vraie, reste)
        assert recit.nom(reste) in ligne[1].lower().replace("barlin", "Barlin") or ligne[1][1:] == recit.nom(reste)[1:]
        assert recit.HORS in objet["nom"] and ligne[3] == objet["quartier"] and ligne[4] == objet["reste"]
        assert recit.calcul(reste) in html or reste.comparaison is None
    assert "46,2 pour 100 hab." in html.replace("\xa0", " ") and "hors quartiers prioritaires" in html


def test_chaque_autre_chiffre_du_quartier_dit_pourquoi_il_ne_se_soustrait_pas(vraie: Base):
    """Aucun n'est tu, et aucun n'aurait pu l'être : pas un effectif n'est des deux côtés à la même date."""
    trouves = impossibles(vraie, "QP062018")
    connus = set(vraie.indicateurs_connus(["QP062018"]))
    faits = {code for r in RAPPORTS for code in (r.indicateur, r.haut, r.bas)}
    assert {i.indicateur for siens in trouves.values() for i in siens} == connus - faits
    assert {"taux_pauvrete", "loyer_median_social"} <= {i.indicateur for i in trouves[Obstacle.RAPPORT_SEUL]}
    assert {"nb_defm_abc", "nb_allocataires_caf", "nb_c2s"} <= {i.indicateur for i in trouves[Obstacle.QUARTIER_SEUL]}
    html = bloc(vraie, "QP062018")
    assert all(recit.obstacle(raison) in html for raison in trouves)
