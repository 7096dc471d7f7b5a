"""Les cohortes : ce qui part ne permet, par aucune soustraction, de retrouver un effectif de moins de cinq."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.suivi import cohortes, export
from indicators.suivi.cohortes import SaisieCohorte
from indicators.suivi.magasin import Magasin
from indicators.suivi.masquage import SEUIL, VaguePubliee, publier_vague
from indicators.suivi.refus import EcritureRefusee, ErreurSuivi
from tests.suivi.conftest import ANIMATRICE, CAF

JOUR = date(2026, 1, 15)


@st.composite
def vagues(tirer: st.DrawFn) -> tuple[int, int, int, tuple[int, ...]]:
    """(effectif, suivis, perdus, issues) : les issues font les suivis, suivis et perdus font l'effectif."""
    issues = tuple(tirer(st.lists(st.integers(0, 12), max_size=5)))
    suivis = sum(issues) if issues else tirer(st.integers(0, 30))
    perdus = tirer(st.integers(0, 12))
    return suivis + perdus, suivis, perdus, issues


def mondes(effectif: int | None, v: VaguePubliee, case: int, valeur: int) -> bool:
    """Vrai s'il existe une vague qui se publierait avec ces chiffres, et dont cette case vaut `valeur`.

    `case` : 0 les suivis, 1 les perdus, 2 et suivantes les issues. C'est ce que cherche qui veut retrouver l'effectif.
    """
    if effectif is None:
        return valeur < SEUIL  # l'effectif d'entrée n'est pas dit : tout ce qui est moindre est possible
    for suivis in range(effectif + 1):
        perdus = effectif - suivis
        if v.suivis not in (None, suivis) or v.perdus not in (None, perdus):
            continue
        if case < 2 and (suivis, perdus)[case] != valeur:
            continue
        if not v.issues:
            return True
        fixees = {k: n for k, n in enumerate(v.issues) if n is not None}
        if case >= 2:
            if fixees.get(case - 2, valeur) != valeur:
                continue
            fixees[case - 2] = valeur
        reste = suivis - sum(fixees.values())
        if reste == 0 or (reste > 0 and len(fixees) < len(v.issues)):
            return True
    return False


@given(vagues())
def test_aucune_soustraction_ne_rend_un_petit_effectif(vague: tuple[int, int, int, tuple[int, ...]]) -> None:
    effectif, suivis, perdus, issues = vague
    v = publier_vague(effectif, suivis, perdus, issues)
    dit = effectif if effectif >= SEUIL else None
    for case, vrai in enumerate((suivis, perdus, *issues)):
        publie = (v.suivis, v.perdus, *v.issues)[case]
        assert publie in (None, vrai)
        if vrai < SEUIL:
            assert publie is None
            possibles = [n for n in range(SEUIL) if mondes(dit, v, case, n)]
            assert possibles == list(range(SEUIL)), f"case {case} : seuls {possibles} restent possibles"


@given(vagues())
def test_ce_qui_n_a_rien_a_cacher_se_dit(vague: tuple[int, int, int, tuple[int, ...]]) -> None:
    effectif, suivis, perdus, issues = vague
    if min(effectif, suivis, perdus, *issues) >= SEUIL:
        assert publier_vague(effectif, suivis, perdus, issues) == VaguePubliee(suivis, perdus, issues)


@pytest.mark.parametrize(
    ("vague", "publiee"),
    [
        ((60, 45, 15, (20, 14, 11)), VaguePubliee(45, 15, (20, 14, 11))),
        # Une issue de 3 : la masquer seule la rendrait (38 − 24 − 11), une autre l'est donc aussi.
        ((60, 38, 22, (24, 11, 3)), VaguePubliee(38, 22, (None, 11, None))),
        # Deux issues masquées de somme 4 : 38 − 34 = 4 les bornerait trop, une autre les protège.
        ((60, 38, 22, (34, 1, 3)), VaguePubliee(38, 22, (None, None, None))),
        # Deux zéros : leur somme, zéro, les rendrait tous deux.
        ((60, 38, 22, (38, 0, 0)), VaguePubliee(38, 22, (None, None, None))),
        # Quatre perdus : 60 − 4 les rendrait, les suivis sont masqués, et une issue avec eux.
        ((60, 56, 4, (20, 20, 16)), VaguePubliee(None, None, (None, 20, 16))),
        ((4, 4, 0, (4,)), VaguePubliee(None, None, (None,))),
    ],
)
def test_le_secret_complementaire(vague: tuple[int, int, int, tuple[int, ...]], publiee: VaguePubliee) -> None:
    assert publier_vague(*vague) == publiee


def une_cohorte(magasin: Magasin) -> None:
    dite = SaisieCohorte("Parcours", "EPCI200000001", "Entrés en 2024", JOUR, 60, ("emploi", "formation", "autre"))
    cohortes.ecrire_cohorte(magasin, ANIMATRICE, "c1", dite, 0)
    cohortes.ecrire_vague(magasin, ANIMATRICE, "c1", date(2026, 6, 1), 38, 22, (24, 11, 3), 0)


def test_une_cohorte_s_ecrit_et_se_publie_masquee(magasin: Magasin) -> None:
    une_cohorte(magasin)
    (cohorte,) = cohortes.cohortes(magasin)
    assert cohorte.vagues[0].issues == (24, 11, 3), "qui saisit voit ce qu'il a saisi"
    publiee = cohortes.publier(cohorte)
    (_, vague) = publiee.vagues[0]
    assert vague.issues == (None, 11, None)
    assert publiee.retention(vague) == pytest.approx(100 * 38 / 60)
    assert publiee.retention(VaguePubliee(None, None, ())) is None


def test_l_export_ne_dit_nulle_part_ce_qui_est_masque(magasin: Magasin) -> None:
    dite = SaisieCohorte("Parcours", "EPCI200000001", "Entrés en 2024", JOUR, 8889, ("emploi", "autre"))
    cohortes.ecrire_cohorte(magasin, ANIMATRICE, "c1", dite, 0)
    vue = cohortes.ecrire_vague(magasin, ANIMATRICE, "c1", date(2026, 6, 1), 8886, 3, (7777, 1109), 0)
    cohortes.ecrire_vague(magasin, ANIMATRICE, "c1", date(2026, 6, 1), 8885, 4, (7776, 1109), vue)
    livre = openpyxl.load_workbook(io.BytesIO(export.classeur_du_suivi(magasin)))
    feuilles = {f.title: [[str(c.value) for c in ligne] for ligne in f.iter_rows()] for f in livre.worksheets}
    assert [ligne[5] for ligne in feuilles["Cohortes"][1:]] == ["8889", "masqué", "masqué", "masqué", "1109"]
    tout = " ".join(mot for lignes in feuilles.values() for ligne in lignes for mot in ligne)
    assert not any(secret in tout for secret in ("8886", "8885", "7777", "7776"))


@pytest.mark.parametrize(
    ("suivis", "perdus", "issues", "motif"),
    [
        (38, 21, (24, 11, 3), "38 suivis et 21 perdus de vue font 59 ; 60 personnes sont entrées"),
        (38, 22, (24, 11), "2 issues comptées ; la cohorte en a 3"),
        (38, 22, (24, 11, 2), "Les issues font 37 personnes pour 38 suivies"),
        (-1, 61, (0, 0, 0), "-1 n’est pas un effectif"),
    ],
)
def test_les_effectifs_doivent_s_additionner(
    magasin_sqlite: Magasin, suivis: int, perdus: int, issues: tuple[int, ...], motif: str
) -> None:
    une_cohorte(magasin_sqlite)
    with pytest.raises(ErreurSuivi, match=motif):
        cohortes.ecrire_vague(magasin_sqlite, ANIMATRICE, "c1", date(2026, 9, 1), suivis, perdus, issues, 0)


def test_une_cohorte_comptee_ne_change_plus_d_effectif(magasin_sqlite: Magasin) -> None:
    une_cohorte(magasin_sqlite)
    dite = SaisieCohorte("Parcours", "EPCI200000001", "Entrés en 2024", JOUR, 61, ("emploi", "formation", "autre"))
    with pytest.raises(ErreurSuivi, match="ne changent plus"):
        cohortes.ecrire_cohorte(magasin_sqlite, ANIMATRICE, "c1", dite, 1)
    with pytest.raises(EcritureRefusee):
        cohortes.ecrire_cohorte(magasin_sqlite, CAF, "c1", dite, 1)
