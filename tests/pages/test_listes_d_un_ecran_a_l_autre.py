"""D'un écran à l'autre par le menu, une liste garde sa valeur : le navigateur la reçoit, elle ne reste pas vide."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serveurs import Session, composants, streamlit

MEME = "territoire=EPCI200046977&groupe=EPCI200046977-COMMUNES&indicateur=taux_pauvrete"
PARTAGEES = ("choix_groupe", "choix_indicateur", "choix_annee")


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with streamlit(tmp_path_factory.mktemp("serveur") / "journal.txt") as (_, port):
        yield port


def posees(session: Session, ecran: str) -> dict[str, str]:
    """Ce que le serveur dit au navigateur de mettre dans chaque liste ; une liste dont il ne dit rien n'y est pas."""
    listes = composants(session.messages(ecran, MEME), "selectbox")
    return {e.id.rpartition("-")[2]: e.raw_value for e in listes if e.set_value}


def test_de_comparer_a_carte_et_retour_les_listes_disent_leur_valeur(port):
    session = Session(port)
    comparer = posees(session, "comparer")
    carte = posees(session, "carte")
    retour = posees(session, "comparer")
    for cle in PARTAGEES:
        assert comparer[cle] and carte.get(cle) and retour.get(cle), cle
    assert "58 communes" in carte["choix_groupe"]
    session.fermer()


def test_sur_le_meme_ecran_une_liste_inchangee_n_est_pas_reposee(port):
    """La reposer à chaque passage ferait reculer un choix fait pendant que l'écran se dessine."""
    session = Session(port)
    posees(session, "carte")
    assert not posees(session, "carte").keys() & set(PARTAGEES)
    session.fermer()
