"""Le tableau croisé : ses chiffres, ses mots, ses ordres et ses fichiers, recomptés sur la base."""

from __future__ import annotations

import csv
import io

import ecrans
import openpyxl
import pytest
from ecrans import texte

from indicators.analyse.comparaison import Jugement
from indicators.analyse.comparatif import confronter, croiser
from indicators.publications.croise import classeur_du_croise, csv_du_croise
from indicators.recit.tableau_croise import NOM, ecrire, tris
from pages.commun import groupes
from pages.vues import tableau_croise as vue

LENS = "EPCI246200364"


@pytest.fixture(scope="module")
def grand(vraie):
    """Le plus grand tableau que l'écran montre : quarante communes, vingt indicateurs, trois références."""
    groupe = groupes.groupes(vraie, ("EPCI200072460",))["EPCI200072460-COMMUNES"]
    membres = vraie.territoires(groupe.membres)[:40]
    connus = vraie.indicateurs_connus([t.territoire for t in membres])
    codes = sorted(connus, key=lambda c: -connus[c])[: vue.COLONNES_AU_PLUS]
    return membres, [vraie.catalogue.indicateur(c) for c in codes], groupes.references(vraie, groupe)[:3]


def test_chaque_colonne_est_celle_que_rend_la_comparaison_seule(vraie, grand):
    membres, indicateurs, references = grand
    for colonne, indicateur in zip(croiser(vraie, indicateurs, membres, references), indicateurs, strict=True):
        seule = confronter(vraie, indicateur, membres, references)
        assert colonne.periode == seule.periode
        assert {c: (li.chiffre, li.comparaisons) for c, li in colonne.cases.items()} == {
            li.territoire.territoire: (li.chiffre, li.comparaisons) for li in seule.lignes
        }
        assert colonne.references == seule.references


def test_les_questions_ne_se_multiplient_pas_avec_les_territoires(vraie, grand, monkeypatch):
    membres, indicateurs, references = grand
    questions, poser = [], vraie._demander
    monkeypatch.setattr(vraie, "_demander", lambda *arguments: questions.append(arguments) or poser(*arguments))
    croiser(vraie, indicateurs, membres[:2], references)
    peu = len(questions)
    questions.clear()
    croiser(vraie, indicateurs, membres, references)
    assert 0 < len(questions) <= peu + 1


def test_une_date_demandee_ne_se_remplace_pas(vraie):
    quartiers = [t for t in vraie.fiche(LENS).quartiers if t.geographie == 2015 and t.statut == "QPV"]
    indicateurs = [vraie.catalogue.indicateur(c) for c in ("taux_pauvrete", "taux_emploi_15_64")]
    agglomeration = vraie.territoires([LENS])
    pauvrete, emploi = croiser(vraie, indicateurs, quartiers, agglomeration, "2016")
    assert {li.chiffre.annee for li in pauvrete.cases.values()} == {2016}
    assert (emploi.cases, emploi.periode) == ({}, "")
    assert {"2015", "2017", "2018"} <= set(emploi.periodes)
    tableau = ecrire([pauvrete, emploi], quartiers, agglomeration)
    assert "pas à cette date" in tableau.colonnes[1].date
    assert "2018" in tableau.colonnes[1].date
    assert all(r.cases[1].manque for r in tableau.rangees)


def test_les_references_viennent_d_abord_et_le_jugement_se_lit_sans_couleur(vraie):
    quartiers = [t for t in vraie.fiche(LENS).quartiers if t.geographie == 2015 and t.statut == "QPV"]
    references = vraie.territoires([LENS, "REG32"])
    references.sort(key=lambda t: t.territoire != LENS)
    tableau = ecrire(
        croiser(vraie, [vraie.catalogue.indicateur("taux_pauvrete")], quartiers, references), quartiers, references
    )
    assert [r.territoire.territoire for r in tableau.references] == [LENS, "REG32"]
    juges = 0
    for rangee in tableau.rangees:
        (case,) = rangee.cases
        if case.valeur is None:
            assert (case.texte, case.manque) == ("secret", True)
            continue
        attendu = case.valeur - tableau.references[0].cases[0].valeur
        assert (case.jugement is Jugement.DEFAVORABLE) == (attendu > 1)
        if case.jugement is Jugement.DEFAVORABLE:
            juges += 1
            assert case.marque == "◆"
            assert case.fait == "plus élevé, défavorable"
            assert case.rang.endswith(f"sur {22 - 3}")  # trois quartiers secrets
    assert juges == 22 - 3


def test_chaque_ordre_range_sa_colonne(vraie, grand):
    membres, indicateurs, references = grand
    croisees = croiser(vraie, indicateurs, membres, references)
    codes = [i.indicateur for i in indicateurs]
    for tri in tris(codes):
        rangees = ecrire(croisees, membres, references, tri).rangees
        assert len(rangees) == len(membres)
        if tri == NOM:
            continue
        valeurs = [r.cases[codes.index(tri.removeprefix("-"))].valeur for r in rangees]
        connues = [v for v in valeurs if v is not None]
        assert connues == sorted(connues, reverse=not tri.startswith("-"))
        assert valeurs[: len(connues)] == connues


def test_les_fichiers_disent_ce_qui_est_a_l_ecran(vraie, grand):
    membres, indicateurs, references = grand
    tableau = ecrire(
        croiser(vraie, indicateurs, membres, references), membres, references, f"-{indicateurs[0].indicateur}"
    )
    lignes = list(
        csv.reader(io.StringIO(csv_du_croise(tableau, "Titre", ["Insee"]).decode("utf-8-sig")), delimiter=";")
    )
    debut = next(n for n, li in enumerate(lignes) if li[:2] == ["code", "territoire"])
    octets = classeur_du_croise(tableau, "Titre", vraie.catalogue, {"insee"}, "http://ici")
    feuille = list(openpyxl.load_workbook(io.BytesIO(octets))["Tableau"].iter_rows(values_only=True))
    toutes = (*tableau.references, *tableau.rangees)
    assert [li[0] for li in feuille[1:]] == [r.territoire.territoire for r in toutes]
    for n, rangee in enumerate(toutes, start=1):
        assert lignes[debut + n][0] == rangee.territoire.territoire
        for m, case in enumerate(rangee.cases):
            ecrite = lignes[debut + n][2 + 2 * m]
            if case.valeur is None:
                assert feuille[n][2 + m] == ecrite == case.texte
            else:
                assert feuille[n][2 + m] == pytest.approx(case.valeur)
                assert float(ecrite.replace(",", ".")) == pytest.approx(round(case.valeur, case.decimales))
            assert case.fait in lignes[debut + n][3 + 2 * m]


def test_ecran_les_colonnes_s_ajoutent_une_a_une_et_se_cherchent_par_theme_et_pilier():
    essai = ecrans.ouvrir("comparer", territoire=LENS, vue="tableau", indicateurs="taux_pauvrete")
    ajout = next(s for s in essai.selectbox if s.label == "Ajouter une colonne")
    emploi = next(o for o in ajout.options if o.startswith("Taux d’emploi des 15-64 ans"))
    assert "Emploi et insertion" in emploi
    assert "Développement économique et emploi" in emploi
    ajout.select(emploi).run()
    assert not essai.exception
    assert essai.query_params["indicateurs"] in ("taux_pauvrete,taux_emploi_15_64", ["taux_pauvrete,taux_emploi_15_64"])
    assert "Taux d’emploi" in texte(essai)
    essai.selectbox(key="choix_hauban").select("logement").run()
    assert not essai.exception
    ajout = next(s for s in essai.selectbox if s.label == "Ajouter une colonne")
    assert ajout.options
    assert all("Logement et cadre de vie" in o for o in ajout.options)


def test_ecran_un_ordre_une_date_un_pilier_inconnus_sont_dits():
    essai = ecrans.ouvrir("comparer", territoire=LENS, vue="tableau", tri="zz", annee="1850", hauban="zz")
    assert all(mot in ecrans.avis(essai) for mot in ("zz", "1850"))
