"""Les sources d'un papier : un producteur une fois, une édition une fois."""

from __future__ import annotations

from indicators.recit.page.modele import SourceCitee
from indicators.recit.page.sources import citer_ensemble


def source(producteur: str, titre: str, edition: str = "") -> SourceCitee:
    return SourceCitee(producteur, titre, edition, "", "", "", ())


def test_un_producteur_une_fois_et_ses_editions_ensemble():
    citees = citer_ensemble(
        [
            source("Insee, Cnaf", "Insee, données par thème : Revenus, édition 2022", "2022"),
            source("Insee, Cnaf", "Insee, données par thème : Revenus, édition 2019", "2019"),
            source("DEPP", "DEPP, indice de position sociale, rentrée 2022", "Rentrée 2022"),
            source("Insee, Cnaf", "Insee-Cnaf, Filosofi 2019, base (REG)", "Filosofi 2019"),
            source("Insee, Cnaf", "Insee-Cnaf, Filosofi 2019, base (COM)", "Filosofi 2019"),
            source("SDES", "Le parc, en 2024"),
            source("SDES", "Un autre titre", "2020"),
        ]
    )
    assert [c.replace("\u00a0", " ") for c in citees] == [
        "Insee, Cnaf : données par thème : Revenus, éditions 2019 et 2022 ; Filosofi 2019, base (COM, REG)",
        "DEPP : indice de position sociale, rentrée 2022",
        "SDES : Le parc, en 2024 ; Un autre titre (2020)",
    ]
