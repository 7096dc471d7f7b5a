"""L'évaluation : une réponse par an, et le questionnaire qui part et revient."""

from __future__ import annotations

import io

import openpyxl
import pytest

from indicators.suivi import evaluation, questionnaire
from indicators.suivi.evaluation import AEcrire, Avancement, Fiabilite, Reponse
from indicators.suivi.magasin import Magasin
from indicators.suivi.questionnaire import Question
from indicators.suivi.refus import EcritureCroisee, EcritureRefusee, ErreurSuivi
from tests.suivi.conftest import ANIMATRICE, CAF

AGGLO = "EPCI200000001"
QUESTIONS = [Question(f"pre-{n:02}", f"Indicateur {n}", AGGLO, "CA des Essais") for n in range(1, 15)]


def test_une_serie_se_construit_annee_par_annee(magasin: Magasin) -> None:
    for annee, valeur in ((2024, 0.0), (2025, 12.5), (2026, 14.0)):
        evaluation.repondre(magasin, ANIMATRICE, AEcrire("pre-01", AGGLO, annee, Reponse(valeur, unite="%"), 0))
    assert [(v.annee, v.reponse.valeur) for v in evaluation.valeurs(magasin, territoire=AGGLO)] == [
        (2024, 0.0), (2025, 12.5), (2026, 14.0),
    ]  # fmt: skip
    assert [v.annee for v in evaluation.valeurs(magasin, annee=2025)] == [2025]


def test_repondu_en_partie_ou_a_renseigner(magasin_sqlite: Magasin) -> None:
    for indicateur, territoire, fiabilite in (
        ("pre-01", "A", Fiabilite.SURE), ("pre-01", "B", Fiabilite.SURE), ("pre-02", "A", Fiabilite.SURE),
        ("pre-03", "A", Fiabilite.SURE), ("pre-03", "B", Fiabilite.DOUTEUSE),
    ):  # fmt: skip
        dite = AEcrire(indicateur, territoire, 2026, Reponse(1.0, fiabilite=fiabilite), 0)
        evaluation.repondre(magasin_sqlite, ANIMATRICE, dite)
    vus = evaluation.avancements(
        ["pre-01", "pre-02", "pre-03", "pre-04"], evaluation.valeurs(magasin_sqlite), {"A", "B"}, 2026
    )
    assert vus == {
        "pre-01": Avancement.REPONDU,
        "pre-02": Avancement.EN_PARTIE,
        "pre-03": Avancement.EN_PARTIE,
        "pre-04": Avancement.A_RENSEIGNER,
    }
    precedente = evaluation.avancements(["pre-01"], evaluation.valeurs(magasin_sqlite), {"A", "B"}, 2025)
    assert precedente == {"pre-01": Avancement.A_RENSEIGNER}


def remplir(octets: bytes, cases: dict[int, dict[str, object]]) -> bytes:
    """Le classeur, ces cases remplies ; numéro de ligne de question (dès 1) → colonne → valeur."""
    livre = openpyxl.load_workbook(io.BytesIO(octets))
    feuille = livre["Questionnaire"]
    places = {case.value: case.column for case in feuille[1]}
    for ligne, valeurs in cases.items():
        for colonne, valeur in valeurs.items():
            feuille.cell(ligne + 1, places[colonne]).value = valeur
    sortie = io.BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


def test_le_questionnaire_part_et_revient(magasin: Magasin) -> None:
    evaluation.repondre(magasin, ANIMATRICE, AEcrire("pre-01", AGGLO, 2026, Reponse(12.5, unite="%"), 0))
    parti = questionnaire.questionnaire_xlsx(QUESTIONS, 2026, evaluation.valeurs(magasin))
    assert questionnaire.lire_questionnaire(parti, "q.xlsx", QUESTIONS) == [
        AEcrire("pre-01", AGGLO, 2026, Reponse(12.5, unite="%"), 1)
    ], "rendu tel quel, il ne répète que ce qui était connu"

    revenu = remplir(parti, {
        1: {"valeur": "13,25 %"},
        2: {"valeur": 1250.5, "unité": "€", "source": "CAF"},
        3: {"valeur": "0", "fiabilité": "Douteuse", "commentaire": "à vérifier"},
        4: {"réponse en mots": "Deux conseils citoyens"},
    })  # fmt: skip
    lues = questionnaire.lire_questionnaire(revenu, "q.xlsx", QUESTIONS)
    assert [(d.indicateur, d.reponse.valeur, d.reponse.fiabilite, d.vue) for d in lues] == [
        ("pre-01", 13.25, Fiabilite.SURE, 1),
        ("pre-02", 1250.5, Fiabilite.SURE, 0),
        ("pre-03", 0.0, Fiabilite.DOUTEUSE, 0),
        ("pre-04", None, Fiabilite.SURE, 0),
    ]
    evaluation.repondre_tout(magasin, ANIMATRICE, lues)
    assert [v.reponse.valeur for v in evaluation.valeurs(magasin)] == [13.25, 1250.5, 0.0, None]


def test_un_questionnaire_perime_ne_remplace_pas_ce_qui_a_change(magasin: Magasin) -> None:
    parti = questionnaire.questionnaire_xlsx(QUESTIONS, 2026, [])
    evaluation.repondre(magasin, ANIMATRICE, AEcrire("pre-02", AGGLO, 2026, Reponse(50.0), 0))
    revenu = remplir(parti, {1: {"valeur": "1"}, 2: {"valeur": "2"}})
    lues = questionnaire.lire_questionnaire(revenu, "q.xlsx", QUESTIONS)
    with pytest.raises(EcritureCroisee):
        evaluation.repondre_tout(magasin, ANIMATRICE, lues)
    assert [(v.indicateur, v.reponse.valeur) for v in evaluation.valeurs(magasin)] == [("pre-02", 50.0)], "tout ou rien"


def test_toutes_les_fautes_d_un_questionnaire_se_disent_ensemble() -> None:
    parti = questionnaire.questionnaire_xlsx(QUESTIONS, 2026, [])
    fautes: dict[int, dict[str, object]] = {
        1: {"valeur": "environ dix"},
        2: {"valeur": "1", "indicateur": "pre-99"},
        3: {"valeur": "1", "fiabilité": "bof"},
        4: {"valeur": "1", "année": "26-27"},
        5: {"valeur": "5"},
        6: {"valeur": "6", "indicateur": "pre-05"},
    }
    revenu = remplir(parti, fautes)
    with pytest.raises(ErreurSuivi, match="5 lignes à corriger, rien n’a été écrit") as refus:
        questionnaire.lire_questionnaire(revenu, "q.xlsx", QUESTIONS)
    for mot in ("ligne 2", "environ dix", "pre-99", "« bof »", "ligne 5", "une seconde fois à pre-05"):
        assert mot in str(refus.value)


@pytest.mark.parametrize("octets", [b"", b"n'importe quoi;autre\n1;2\n", b"PK\x03\x04abime"])
def test_ce_qui_n_est_pas_un_questionnaire_se_dit(octets: bytes) -> None:
    with pytest.raises(ErreurSuivi):
        questionnaire.lire_questionnaire(octets, "q.xlsx", QUESTIONS)


def test_une_reponse_vide_ou_d_un_partenaire_est_refusee(magasin_sqlite: Magasin) -> None:
    with pytest.raises(ErreurSuivi, match="La réponse est vide"):
        evaluation.repondre(magasin_sqlite, ANIMATRICE, AEcrire("pre-01", AGGLO, 2026, Reponse(), 0))
    with pytest.raises(EcritureRefusee):
        evaluation.repondre(magasin_sqlite, CAF, AEcrire("pre-01", AGGLO, 2026, Reponse(1.0), 0))
