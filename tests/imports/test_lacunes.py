"""Ce qu'une compilation ne compte pas : des communes à zéro, les totaux sans elles, les périmètres d'une autre date."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from depots import RIEN

from indicators.imports.embarquement.lacunes import retirer
from indicators.imports.embarquement.lieux import France, Source
from indicators.imports.embarquement.vie import observer
from indicators.imports.moteur.cellules import CelluleLue
from indicators.imports.moteur.large import lieu
from indicators.imports.moteur.releve import Chiffre, Releve
from indicators.socle.observations import Statut

A, B, C = "COM49001", "COM49002", "COM49003"
ENTIER, INCOMPLET = "EPCI200000001", "EPCI200000002"
SU = replace(RIEN, epci_de={A: ENTIER, B: INCOMPLET, C: INCOMPLET})


def chiffres(indicateur: str, annee: int | None, valeurs: dict[str, int]) -> list[Chiffre]:
    return [
        Chiffre(t, indicateur, "", annee, CelluleLue(Statut.EXACT, str(n)), str(n), "c", 1) for t, n in valeurs.items()
    ]


def compilation(habitants: dict[str, int], logements: dict[str, int]) -> tuple[Releve, Releve, Releve]:
    officielle = Releve("insee_populations", "Insee", chiffres=chiffres("population", None, {A: 1000, B: 900, C: 100}))
    population = Releve("terribot_population", "", chiffres=chiffres("population", 2022, habitants))
    population.quantites = {
        ("PMUN", 2020): {A: Decimal(1), B: Decimal(2), C: Decimal(3)},
        ("PMUN", 2021): {t: Decimal(n) for t, n in habitants.items()},
    }
    rpls = Releve("terribot_rpls", "", chiffres=chiffres("nb_logements_sociaux", 2022, logements))
    rpls.quantites = {("RPLS", 2022): {t: Decimal(n) for t, n in logements.items()}}
    return officielle, population, rpls


def test_une_commune_qui_n_y_est_pas_et_les_totaux_sans_elle_sortent_et_se_disent():
    """Orée d'Anjou y a changé de code : son parc de 0 n'en est pas un, son agglomération et son département non plus
    ne sont entiers. Une commune habitée et sans logement social le reste."""
    lus = compilation(
        {A: 1000, B: 900, ENTIER: 1000, INCOMPLET: 900, "DEP49": 1900},
        {A: 50, B: 0, C: 0, ENTIER: 50, INCOMPLET: 0, "DEP49": 50},
    )
    _, population, rpls = lus
    dits = retirer(lus, SU)
    assert {c.territoire for c in population.chiffres} == {A, B, ENTIER}
    assert {c.territoire for c in rpls.chiffres} == {A, B, ENTIER}
    assert set(rpls.quantites["RPLS", 2022]) == {A, B, ENTIER}
    assert dits["terribot_rpls, COM49003 : 0 toujours, et sans habitants dans la compilation"] == 1
    assert dits["terribot_population, EPCI200000002 : 900 habitants, 1000 dans ses communes"] == 1


def test_un_departement_presque_entier_ne_sert_plus_que_de_rapport():
    habitants = {A: 1000, B: 900, C: 100, ENTIER: 1000, INCOMPLET: 1000, "DEP49": 1990}
    _, population, rpls = lus = compilation(habitants, dict.fromkeys(habitants, 7))
    retirer(lus, SU)
    assert "DEP49" not in {c.territoire for c in (*population.chiffres, *rpls.chiffres)}
    assert {"DEP49", INCOMPLET} <= set(rpls.quantites["RPLS", 2022])


def test_sans_liste_officielle_de_la_meme_annee_rien_ne_sort():
    habitants = {A: 1, B: 2, C: 3, ENTIER: 9, INCOMPLET: 9}
    _, population, _ = lus = compilation(habitants, habitants)
    assert not retirer(lus, SU)
    assert len(population.chiffres) == len(habitants)


@pytest.mark.parametrize(("perdus", "trouvee"), [(400, True), (300, False)])
def test_une_commune_retablie_change_le_perimetre_de_celle_qu_elle_quitte(perdus, trouvee):
    """Rien ne dit laquelle : c'est la seule de son agglomération qui perd autant d'habitants qu'elle en a."""
    epci = "EPCI200000001"
    avant = Releve("insee_appartenance", "Insee", lieux={t: lieu(t, t) for t in (A, B)})
    apres = Releve("dgcl_epci", "DGCL", lieux={t: lieu(t, t) for t in (A, B, C)})
    france = France({t: lieu(t, t) for t in (A, B, C)}, {(t, epci, "epci"): "liste" for t in (A, B, C)})
    fichiers = [
        ("insee_2021", Releve("", "", chiffres=chiffres("population", 2021, {A: 1500, B: 900}))),
        ("insee_2023", Releve("", "", chiffres=chiffres("population", 2023, {A: 1500 - perdus, B: 890, C: 410}))),
    ]
    vie = observer(
        france, [Source("v", 2020, avant), Source("n", 2024, apres)], fichiers, {A: "Mère", B: "B", C: "Fille"}
    )
    assert [(r["territoire"], r["depuis"]) for r in vie.ruptures] == ([(A, "2021")] if trouvee else [])
    if trouvee:
        assert "Fille en est sortie" in vie.ruptures[0]["raison"]
        assert [(p["source"], p["perimetre"]) for p in vie.perimetres] == [
            ("insee_2021", "2020"),
            ("insee_2023", "2021"),
        ]
