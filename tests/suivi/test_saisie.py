"""Ce qui est tapé : rien de personnel n'entre, et ce qui ressemble à un numéro sans en être un passe."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.suivi import saisie
from indicators.suivi.refus import ErreurSuivi


@pytest.mark.parametrize(
    "tape",
    [
        "contact : prenom.nom@ville.fr", "prenom.nom (at) ville.fr", "PRENOM@VILLE.FR", "0612345678", "06.12.34.56.78",
        "+33 6 12 34 56 78", "0033612345678", "03-21-00-00-00", "Vu avec Mme Durand", "M. Durand suit le dossier",
        "Monsieur Durand", "avec Mlle É. Dupont",
    ],
)  # fmt: skip
def test_ce_qui_est_personnel_est_refuse(tape: str) -> None:
    with pytest.raises(ErreurSuivi, match=r"rien de personnel|nomme une personne"):
        saisie.texte(tape, "commentaire")


@pytest.mark.parametrize(
    "tape",
    [
        "M. le maire et Mme la sous-préfète", "rue Madame Curie", "1 234 567 890 euros", "0,612345678", "QP062017",
        "contrat_caph_2024, l. 3643", "2024-2030", "SIRET 200 072 460 00013", "à 20 % près", "62 % @ 2024",
        "https://exemple.fr/20240612345678", "Réf. 062 345 678 901",
    ],
)  # fmt: skip
def test_ce_qui_ne_l_est_pas_passe(tape: str) -> None:
    assert saisie.texte(tape, "commentaire") == tape


@pytest.mark.parametrize("nom", ["Jeanne Martin", "Jean-Pierre Martin", "Zoé D’Almeida Martin"])
def test_une_fonction_n_est_pas_un_nom(nom: str) -> None:
    with pytest.raises(ErreurSuivi, match="ressemble au nom d’une personne"):
        saisie.fonction(nom)


@pytest.mark.parametrize("fonction", ["référente logement", "Directrice du centre social", "élue"])
def test_une_fonction_passe(fonction: str) -> None:
    assert saisie.fonction(fonction) == fonction


@given(st.text(max_size=300))
def test_ce_qui_est_admis_est_borne_visible_et_stable(tape: str) -> None:
    try:
        propre = saisie.texte(tape, "champ")
    except ErreurSuivi:
        return
    assert len(propre) <= saisie.COURT
    assert "\x00" not in propre and unicodedata.normalize("NFC", propre) == propre
    propre.encode()
    assert saisie.texte(propre, "champ") == propre
