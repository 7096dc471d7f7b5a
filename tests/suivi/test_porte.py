"""La porte de « Mettre à jour » : ses échecs sont au magasin, par adresse et au total ; on attend, sans être exclu."""

from __future__ import annotations

import pytest

from indicators.socle.acces_reserve import AccesRefuse, hacher
from indicators.suivi import acces, porte
from indicators.suivi.magasin import Magasin
from indicators.suivi.refus import ErreurSuivi, TropDEssais
from tests.suivi.conftest import Heure

MOT = "un mot de passe assez long"


@pytest.fixture(scope="module")
def condense() -> str:
    return hacher(MOT)


def essayer(magasin: Magasin, condense: str, mot: str, adresse: str) -> str:
    try:
        porte.essayer(magasin, mot, condense, adresse)
    except TropDEssais as refus:
        return f"attendre {refus.attendre}"
    except AccesRefuse:
        return "faux"
    return "entré"


def test_des_echecs_anonymes_ne_ferment_pas_la_porte_a_la_bonne_personne(
    magasin: Magasin, heure: Heure, condense: str
) -> None:
    dits = [essayer(magasin, condense, "faux", "192.0.2.1") for _ in range(6)]
    assert dits == ["faux"] * 4 + ["attendre 1"] * 2
    assert essayer(magasin, condense, MOT, "198.51.100.7") == "entré", "d'ailleurs, aussitôt"
    assert essayer(magasin, condense, MOT, "192.0.2.1") == "attendre 1", "de la même adresse, le bon mot attend"
    heure.avancer(seconds=1)
    assert essayer(magasin, condense, MOT, "192.0.2.1") == "entré"


def test_une_attaque_de_partout_ralentit_sans_fermer(magasin: Magasin, heure: Heure, condense: str) -> None:
    for rang in range(60):
        heure.avancer(seconds=5)
        assert essayer(magasin, condense, "faux", f"192.0.2.{rang}") == "faux"
    assert essayer(magasin, condense, MOT, "198.51.100.7") == "attendre 5"
    heure.avancer(seconds=5)
    assert essayer(magasin, condense, MOT, "198.51.100.7") == "entré"


def test_la_porte_et_les_liens_ne_se_comptent_pas_ensemble(magasin: Magasin, condense: str) -> None:
    for _ in range(4):
        essayer(magasin, condense, "faux", "a")
    with pytest.raises(ErreurSuivi, match="n’est pas reconnu"):
        acces.reconnaitre(magasin, "x" * 43, "a")
    assert essayer(magasin, condense, MOT, "a").startswith("attendre")
