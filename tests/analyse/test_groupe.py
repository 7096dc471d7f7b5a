"""Tout un groupe dans le temps : les cases, la tendance, l'écart, et les trois fichiers, recomptés sur la base."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from statistics import median

import ecrans
import openpyxl
import pytest
from ecrans import texte

from indicators.analyse.comparaison import Jugement
from indicators.analyse.evolution import MotifEvolution, Tendance
from indicators.analyse.groupe import MEDIANE, Place, jugement_de_la_place, suivre_le_groupe
from indicators.base.annees import annees_connues
from indicators.base.base import Base
from indicators.publications.groupe import classeur_du_groupe, csv_du_groupe, image_du_groupe
from indicators.recit import groupe as mots
from indicators.recit.tableau_du_groupe import ECARTS, VALEURS, ecrire, tris
from indicators.socle.catalogue import Sens, coupure
from pages.commun import groupes

LENS = "EPCI246200364"
TROIS = (LENS, "EPCI200042190", "EPCI200072460")


def suivi_de(base: Base, groupe: str, indicateur: str, avec: str | None = None):
    retenu = groupes.groupes(base, TROIS)[groupe]
    references = groupes.references(base, retenu)
    return suivre_le_groupe(
        base, base.catalogue.indicateur(indicateur), base.territoires(retenu.membres), references, avec
    )


def lues(base: Base, indicateur: str) -> dict[str, dict[int, float]]:
    """La valeur de chaque territoire et de chaque année, relue de la base sans passer par l'analyse."""
    trouvees: dict[str, dict[int, float]] = defaultdict(dict)
    for t, annee, valeur in base._toutes(
        "SELECT territoire, annee, valeur FROM observations WHERE indicateur = ? AND annee IS NOT NULL"
        " AND annee_debut IS NULL AND valeur IS NOT NULL AND fiabilite = 'sure'"
        " ORDER BY rang DESC, decimales, source DESC",
        [indicateur],
    ):
        trouvees[t][annee] = valeur
    return trouvees


@pytest.fixture(scope="module")
def pauvrete(vraie):
    return suivi_de(vraie, f"{LENS}-QPV2015", "taux_pauvrete")


def test_les_cases_la_tendance_et_la_mediane_sont_celles_de_la_base(vraie, pauvrete):
    relues = lues(vraie, "taux_pauvrete")
    assert len(pauvrete.lignes) == 22
    assert pauvrete.annees == tuple(range(2012, 2022))
    debut, fin = pauvrete.tendance
    assert (debut, fin) == (2012, 2017)  # 2018 et 2019 sont d'autres calculs
    for ligne in pauvrete.lignes:
        siennes = relues[ligne.territoire.territoire]
        assert {a: c.chiffre.valeur for a, c in ligne.cases.items() if c.chiffre.est_ponctuelle} == siennes
        assert ligne.evolution.variation == pytest.approx(siennes[fin] - siennes[debut])
    for annee, (valeur, combien) in pauvrete.medianes.items():
        connues = [
            relues[li.territoire.territoire][annee]
            for li in pauvrete.lignes
            if annee in relues[li.territoire.territoire]
        ]
        assert (valeur, combien) == (pytest.approx(median(connues)), len(connues))
    assert pauvrete.medianes[2021][1] == 22 - 3  # trois quartiers secrets en 2021


def test_l_ecart_est_la_valeur_moins_celle_de_la_reference_nommee(vraie, pauvrete):
    relues = lues(vraie, "taux_pauvrete")
    assert pauvrete.reference.territoire.territoire == LENS
    assert pauvrete.annee_ecart == 2021
    for ligne in pauvrete.lignes:
        comparaison = ligne.cases[2021].comparaison
        if ligne.cases[2021].chiffre.est_ponctuelle:
            attendu = relues[ligne.territoire.territoire][2021] - relues[LENS][2021]
            assert comparaison.ecart == pytest.approx(attendu)
    # L'agglomération n'est connue qu'une année : l'écart suivi est celui avec la médiane, et la phrase le dit.
    assert pauvrete.repere.territoire.territoire == MEDIANE
    creuses = 0
    for ligne in pauvrete.lignes:
        siennes = relues[ligne.territoire.territoire]
        avant, apres = (siennes[a] - round(pauvrete.medianes[a][0], 9) for a in pauvrete.suivi)
        assert ligne.ecart.variation == pytest.approx(abs(apres) - abs(avant))
        creuses += abs(apres) - abs(avant) > 1
    assert creuses == sum(li.ecart.tendance is Tendance.SE_CREUSE for li in pauvrete.lignes)
    phrases = " ".join(mots.reponse(pauvrete))
    assert "elle n’est connue qu’en 2021" in phrases
    assert f"se creuse dans {creuses}\u00a0quartiers" in phrases


def test_une_reference_choisie_est_la_seule_et_la_plus_forte(vraie):
    suivi = suivi_de(vraie, f"{LENS}-QPV2015", "taux_pauvrete", MEDIANE)
    assert suivi.reference.territoire.territoire == suivi.repere.territoire.territoire == MEDIANE
    region = suivi_de(vraie, f"{LENS}-QPV2015", "taux_pauvrete", "REG32")
    assert region.reference.territoire.territoire == "REG32"
    assert {c.comparaison.reference.territoire for li in region.lignes for c in li.cases.values() if c.comparaison} == {
        "REG32"
    }


def test_une_reference_que_l_on_suit_n_est_pas_dite_manquante(vraie):
    suivi = suivi_de(vraie, f"{LENS}-COMMUNES", "ips_ecoles_simple")
    assert suivi.repere.territoire.territoire == LENS
    phrases = " ".join(mots.reponse(suivi))
    assert "ne peut pas être suivi" not in phrases
    assert "De 2022 à 2024, l’écart avec l’agglomération se creuse dans" in phrases


def test_aucune_tendance_ne_traverse_une_rupture_ni_ne_juge_un_douteux(vraie):
    for groupe in (f"{a}-{g}" for a in TROIS for g in ("QPV2015", "COMMUNES")):
        membres = groupes.groupes(vraie, TROIS)[groupe].membres
        for code in (c for c, annees in annees_connues(vraie, membres).items() if len(annees) > 1):
            if vraie.catalogue.indicateur(code).evolution_de:
                continue
            suivi = suivi_de(vraie, groupe, code)
            for periode in filter(None, (suivi.tendance, suivi.suivi)):
                assert periode[0] < periode[1]
                assert coupure(*periode, suivi.ruptures) is None, (groupe, code)
            for ligne in suivi.lignes:
                for case in ligne.cases.values():
                    if case.chiffre.douteuse:
                        assert case.place is Place.HORS
                        assert case.comparaison is None or case.comparaison.jugement is Jugement.INDETERMINE
                if ligne.evolution.motif is not MotifEvolution.AUCUN:
                    assert ligne.evolution.jugement is Jugement.INDETERMINE
            assert mots.reponse(suivi), (groupe, code)


def test_sous_huit_valeurs_ni_mediane_ni_place(petite):
    suivi = suivre_le_groupe(
        petite,
        petite.catalogue.indicateur("taux_pauvrete"),
        petite.territoires(["QP001001", "QP001002", "QP001003"]),
        petite.territoires(["EPCI200000001"]),
    )
    assert suivi.medianes == {}
    assert {c.place for li in suivi.lignes for c in li.cases.values()} == {Place.HORS}
    par_code = {li.territoire.territoire: li for li in suivi.lignes}
    assert par_code["QP001001"].cases[2018].comparaison.ecart == pytest.approx(46.7 - 18.8)
    tableau = ecrire(suivi)
    textes = {r.ligne.territoire.territoire: r.cellules[0].texte for r in tableau.rangees}
    assert textes == {"QP001001": "46,7", "QP001002": "de 25 à 30", "QP001003": "secret"}
    assert suivi.tendance is None


def test_la_place_n_est_bonne_ou_mauvaise_que_si_l_indicateur_a_un_sens():
    assert jugement_de_la_place(Place.PLUS_HAUT, Sens.BAISSE) is Jugement.DEFAVORABLE
    assert jugement_de_la_place(Place.PLUS_HAUT, Sens.HAUSSE) is Jugement.FAVORABLE
    assert jugement_de_la_place(Place.PLUS_BAS, Sens.BAISSE) is Jugement.FAVORABLE
    assert jugement_de_la_place(Place.PLUS_BAS, Sens.NEUTRE) is Jugement.NEUTRE
    assert jugement_de_la_place(Place.HORS, Sens.BAISSE) is Jugement.INDETERMINE


def test_chaque_ordre_range_la_colonne_qu_il_nomme(pauvrete):
    for tri in tris(pauvrete):
        tableau = ecrire(pauvrete, VALEURS, tri)
        assert len(tableau.rangees) == 22
        codes = [c.code for c in tableau.colonnes[1:]]
        if tri.removeprefix("-") not in codes:
            continue
        rang = codes.index(tri.removeprefix("-"))
        valeurs = [r.cellules[rang].valeur for r in tableau.rangees]
        connues = [v for v in valeurs if v is not None]
        assert connues == sorted(connues, reverse=not tri.startswith("-"))
        assert valeurs[: len(connues)] == connues, "ce qui manque vient à la fin"


@pytest.mark.parametrize("montrer", [VALEURS, ECARTS])
def test_le_csv_et_le_classeur_disent_le_tableau(vraie, pauvrete, montrer):
    tableau = ecrire(pauvrete, montrer, "-2016")
    lignes = list(
        csv.reader(io.StringIO(csv_du_groupe(tableau, "Titre", vraie.catalogue).decode("utf-8-sig")), delimiter=";")
    )
    debut = next(n for n, li in enumerate(lignes) if li[:2] == ["code", "territoire"])
    classeur = openpyxl.load_workbook(io.BytesIO(classeur_du_groupe(tableau, "Titre", vraie.catalogue, "http://ici")))
    assert classeur.sheetnames == ["Tableau", "Lisez-moi", "Définitions", "Sources"]
    feuille = list(classeur["Tableau"].iter_rows(values_only=True))
    tetes = len(tableau.tetes)
    for n, rangee in enumerate(tableau.rangees, start=1 + tetes):
        assert lignes[debut + n][0] == feuille[n][0] == rangee.ligne.territoire.territoire
        for m, case in enumerate(rangee.cellules, start=2):
            if case.valeur is not None:
                assert feuille[n][m] == pytest.approx(case.valeur)
                assert float(lignes[debut + n][m].replace(",", ".")) == pytest.approx(
                    round(case.valeur, case.decimales)
                )
            else:
                assert (feuille[n][m] or "") == lignes[debut + n][m] == ("" if case.texte == "—" else case.texte)
    lisez = " ".join(str(v) for ligne in classeur["Lisez-moi"].iter_rows(values_only=True) for v in ligne if v)
    assert "Rupture en 2018" in lisez
    assert "http://ici" in lisez


def test_l_image_est_un_png_assez_large(vraie, pauvrete):
    octets = image_du_groupe(ecrire(pauvrete), "Taux de pauvreté, 2012-2021", vraie.catalogue)
    assert octets.startswith(b"\x89PNG")
    assert int.from_bytes(octets[16:20], "big") > 2000


def test_ecran_du_groupe_ses_reglages_sont_dans_l_adresse():
    essai = ecrans.ouvrir("evolution", territoire="QP062017", suivre="groupe")
    assert "Rimbert" in texte(essai)
    assert texte(essai).count("ne peut pas être suivi") == 1  # la raison est dite une fois, pas à chaque quartier
    essai.selectbox(key="choix_montrer").select(ECARTS).run()
    essai.selectbox(key="choix_tri").select("-2016").run()
    assert not essai.exception
    assert essai.query_params["montrer"] in (ECARTS, [ECARTS])
    assert essai.query_params["tri"] in ("-2016", ["-2016"])


def test_ecran_une_reference_ou_un_ordre_inconnus_sont_dits():
    essai = ecrans.ouvrir("evolution", territoire="QP062017", suivre="groupe", tri="1850", ecart_avec="REG99")
    dits = ecrans.avis(essai)
    assert "1850" in dits
    assert "REG99" in dits
