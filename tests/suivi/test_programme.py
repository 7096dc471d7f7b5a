"""La programmation : reprise d'un tableur aux colonnes désignées une fois ; les besoins à côté de l'argent."""

from __future__ import annotations

import pytest

from indicators.socle.territoires import cle_de_recherche
from indicators.suivi import besoins, programme, programme_import
from indicators.suivi.magasin import Magasin
from indicators.suivi.programme import EtatProgramme, Financement, SaisieProgramme
from indicators.suivi.programme_import import Contexte
from indicators.suivi.refus import ErreurSuivi
from tests.suivi.conftest import ANIMATRICE

AGGLO = "EPCI200000001"
NOMS = {"la gare": "QP001001", "l epinette": "QP001002", "qp001001": "QP001001"}
CONTEXTE = Contexte(
    2026, AGGLO, lambda mot: NOMS.get(cle_de_recherche(mot)), {"Santé": "sante", "Emploi": "emploi"}.get
)
TABLEAU = (
    "Intitulé de l'action;Structure porteuse;Thématique;QPV;Financeur;Montant sollicité;Montant accordé;Avis\n"
    "Aller vers;Asso A;Santé;La Gare;État;12 000 €;10 000,50;Favorable\n"
    "Aller vers;Asso A;Santé;L’Épinette;CAF;3000;0;Favorable\n"
    "Se lancer;Asso B;Emploi;La Gare, L'Épinette;État;5000;;Refus\n"
    ";;;;;20 000;10 000,50;\n"
).encode()


def lire(octets: bytes = TABLEAU) -> programme_import.Tableau:
    return programme_import.tableau_de(octets, "programme.csv")


def test_les_colonnes_sont_proposees_puis_retenues(magasin: Magasin) -> None:
    tableau = lire()
    proposees, vue = programme_import.correspondance(magasin, tableau.entete)
    assert vue == 0
    assert proposees == {
        "titre": "Intitulé de l'action", "porteur": "Structure porteuse", "theme": "Thématique", "quartiers": "QPV",
        "financeur": "Financeur", "demande": "Montant sollicité", "accorde": "Montant accordé", "etat": "Avis",
    }  # fmt: skip
    choisies = {"titre": "Structure porteuse", "accorde": "Montant accordé"}
    programme_import.retenir(magasin, ANIMATRICE, tableau.entete, choisies, vue)
    # L'année suivante, les mêmes en-têtes dans un autre ordre et une autre casse.
    autre = lire(b";".join(reversed(TABLEAU.split(b"\n")[0].upper().split(b";"))) + b"\n1;2;3;4;5;6;7;8\n")
    retenues, vue = programme_import.correspondance(magasin, autre.entete)
    assert {champ: cle_de_recherche(mot) for champ, mot in retenues.items()} == {
        champ: cle_de_recherche(mot) for champ, mot in choisies.items()
    }
    assert vue == 1


def test_le_tableau_devient_des_actions(magasin: Magasin) -> None:
    tableau = lire()
    colonnes, _ = programme_import.correspondance(magasin, tableau.entete)
    lues = programme_import.actions_du_tableau(tableau, colonnes, CONTEXTE, "programme.csv")
    programme.programmer_tout(magasin, ANIMATRICE, [(i, dite, 0) for i, dite in lues])
    aller, lancer = programme.programmation(magasin, 2026, AGGLO)
    assert aller.saisie.quartiers == ("QP001001", "QP001002")
    assert aller.saisie.financements == (
        Financement("État", 1_200_000, 1_000_050), Financement("CAF", 300_000, 0),
    )  # fmt: skip
    assert (aller.montant("accorde"), aller.montant("depense")) == (1_000_050 + 0, None)
    assert (lancer.saisie.etat, lancer.montant("accorde")) == (EtatProgramme.REFUSEE, None)
    # Repris une seconde fois, il ne double rien.
    encore = programme_import.actions_du_tableau(tableau, colonnes, CONTEXTE, "programme.csv")
    programme.programmer_tout(magasin, ANIMATRICE, [(i, dite, 0) for i, dite in encore])
    assert len(programme.programmation(magasin)) == 2


def test_toutes_les_lignes_fautives_se_disent_ensemble(magasin_sqlite: Magasin) -> None:
    fautif = TABLEAU.replace("La Gare;État".encode(), "Le Port;État".encode()).replace(b"3000", b"trois mille")
    tableau = lire(fautif.replace(b"Refus", b"bof"))
    colonnes, _ = programme_import.correspondance(magasin_sqlite, tableau.entete)
    with pytest.raises(ErreurSuivi, match="3 lignes à corriger") as refus:
        programme_import.actions_du_tableau(tableau, colonnes, CONTEXTE, "programme.csv")
    for mot in ("ligne 2 : quartier « Le Port »", "ligne 3 : montant « trois mille »", "ligne 4 : état « bof »"):
        assert mot in str(refus.value)


def test_une_colonne_absente_ou_un_titre_manquant_se_disent(magasin_sqlite: Magasin) -> None:
    entete = lire().entete
    with pytest.raises(ErreurSuivi, match="pas de colonne « Autre »"):
        programme_import.retenir(magasin_sqlite, ANIMATRICE, entete, {"titre": "Autre"}, 0)
    with pytest.raises(ErreurSuivi, match="colonne du titre"):
        programme_import.retenir(magasin_sqlite, ANIMATRICE, entete, {"accorde": "Montant accordé"}, 0)


def action(n: int, quartiers: tuple[str, ...], euros: float | None, etat: EtatProgramme, theme: str = "sante"):
    montant = None if euros is None else round(euros * 100)
    dite = SaisieProgramme(
        2026, AGGLO, f"Action {n}", theme=theme, quartiers=quartiers, etat=etat,
        financements=(Financement("État", montant, montant),),
    )  # fmt: skip
    return programme.ActionProgrammee(str(n), dite, None)  # type: ignore[arg-type]


ACTIONS = [
    action(1, ("A",), 10_000, EtatProgramme.EN_COURS),
    action(2, ("A", "B"), 6_000, EtatProgramme.ACCORDEE, "emploi"),
    action(3, ("A",), None, EtatProgramme.EN_COURS),
    action(4, ("A",), 99_000, EtatProgramme.REFUSEE),
    action(5, (), 4_000, EtatProgramme.TERMINEE),
]


def test_ce_qu_un_quartier_recoit_est_un_intervalle() -> None:
    partage = besoins.partager(ACTIONS, {"A": 2000, "B": 1000, "C": 500, "D": None})
    a, b, c, d = (partage.part(q) for q in "ABCD")
    assert a and b and c and d
    assert (a.actions, a.propre, a.partage, a.sans_montant) == (3, 10_000_00, 6_000_00, 1)
    assert a.par_habitant == (10_000 / 2000, (10_000 + 6_000) / 2000)
    assert b.par_habitant == (0 / 1000, 6_000 / 1000)
    assert c.par_habitant == (0.0, 0.0), "rien reçu est une valeur"
    assert d.par_habitant is None
    emploi = partage.part("A", "emploi")
    assert emploi and (emploi.propre, emploi.partage) == (0, 6_000_00)
    assert (partage.hors_quartier, partage.actions_hors_quartier, partage.sans_montant) == (4_000_00, 1, 1)
    assert any("4\u202f000\u00a0€" in r for r in partage.reserves)
    assert any("1\u00a0action sans montant connu" in r for r in partage.reserves)


def test_ce_qui_est_demande_compte_aussi_ce_qui_est_refuse() -> None:
    part = besoins.partager(ACTIONS, {"A": 2000}, "demande").part("A")
    assert part and part.propre == 10_000_00 + 99_000_00
