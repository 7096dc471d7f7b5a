"""Les besoins à côté de l'argent : ce que la programmation accorde à chaque quartier, par habitant, et par thème.

Une action menée dans plusieurs quartiers ne se divise pas : rien ne dit quelle part va à chacun. Le montant d'un
quartier est donc un intervalle, de ce qui n'est que pour lui à ce qu'il pourrait recevoir au plus. Une action sans
quartier désigné, ou sans montant connu, est comptée à part : son montant n'est ni zéro ni réparti.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indicators.socle.nombres import compter
from indicators.suivi.programme import ActionProgrammee, EtatProgramme

SANS_SUITE = frozenset({EtatProgramme.REFUSEE, EtatProgramme.ABANDONNEE})


@dataclass(frozen=True)
class Part:
    """Ce qu'un quartier reçoit (clé : `quartier`, `theme` ; thème vide : tous).

    `propre` : centimes des actions menées là seulement ; `partage` : centimes des actions menées là et ailleurs ;
    `sans_montant` : actions dont le montant n'est pas connu ; `habitants` : null si la base ne le sait pas.
    """

    quartier: str
    theme: str
    actions: int
    propre: int
    partage: int
    sans_montant: int
    habitants: float | None

    @property
    def par_habitant(self) -> tuple[float, float] | None:
        """Euros par habitant, au moins et au plus ; None si la population n'est pas connue."""
        if not self.habitants:
            return None
        return (self.propre / 100 / self.habitants, (self.propre + self.partage) / 100 / self.habitants)


@dataclass(frozen=True)
class Partage:
    """La programmation répartie : une part par quartier et thème, et ce qui ne se répartit pas.

    `hors_quartier` : centimes des actions sans quartier désigné, ou d'un quartier qui n'est pas de la liste.
    """

    parts: tuple[Part, ...]
    hors_quartier: int
    actions_hors_quartier: int
    sans_montant: int
    quoi: str

    def part(self, quartier: str, theme: str = "") -> Part | None:
        """La part d'un quartier, tous thèmes ou pour un seul ; None s'il n'en reçoit pas."""
        return next((p for p in self.parts if (p.quartier, p.theme) == (quartier, theme)), None)

    @property
    def reserves(self) -> tuple[str, ...]:
        """Ce qu'il faut savoir avant de lire ces montants."""
        dites = [
            "Une action menée dans plusieurs quartiers ne se divise pas : le montant d’un quartier va de ce qui n’est "
            "que pour lui à ce qu’il pourrait au plus recevoir.",
            "Seuls les crédits saisis ici sont comptés : ni le droit commun, ni l’investissement, ni la rénovation "
            "urbaine.",
        ]
        if self.actions_hors_quartier:
            euros = f"{self.hors_quartier / 100:,.0f}".replace(",", "\u202f")
            dites.append(
                f"{compter(self.actions_hors_quartier, 'action')} sans quartier désigné, pour {euros}\u00a0€ : "
                "non réparti."
            )
        if self.sans_montant:
            dites.append(f"{compter(self.sans_montant, 'action')} sans montant connu : ce n’est pas zéro.")
        return tuple(dites)


def partager(
    actions: Iterable[ActionProgrammee], habitants: Mapping[str, float | None], quoi: str = "accorde"
) -> Partage:
    """Répartit une programmation entre ces quartiers (code → habitants) ; `quoi` : demande, accorde ou depense.

    Une action refusée ou abandonnée ne compte pas, sauf pour « demande ». Tous les quartiers donnés ont leur ligne,
    ceux qui ne reçoivent rien aussi : zéro est alors une valeur.
    """
    comptees = [a for a in actions if quoi == "demande" or a.saisie.etat not in SANS_SUITE]
    placees = [a for a in comptees if set(a.saisie.quartiers) & set(habitants)]
    ailleurs = [a for a in comptees if not set(a.saisie.quartiers) & set(habitants)]
    themes = sorted({a.saisie.theme for a in placees if a.saisie.theme})
    parts: list[Part] = []
    for quartier, population in habitants.items():
        siennes = [a for a in placees if quartier in a.saisie.quartiers]
        parts.append(_part(quartier, "", siennes, population, quoi))
        parts += [
            _part(quartier, theme, du_theme, population, quoi)
            for theme in themes
            if (du_theme := [a for a in siennes if a.saisie.theme == theme])
        ]
    return Partage(
        tuple(parts),
        sum(a.montant(quoi) or 0 for a in ailleurs),
        len(ailleurs),
        sum(a.montant(quoi) is None for a in comptees),
        quoi,
    )


def _part(quartier: str, theme: str, actions: Sequence[ActionProgrammee], habitants: float | None, quoi: str) -> Part:
    connus = [(a, m) for a in actions if (m := a.montant(quoi)) is not None]
    return Part(
        quartier,
        theme,
        len(actions),
        sum(m for a, m in connus if len(a.saisie.quartiers) == 1),
        sum(m for a, m in connus if len(a.saisie.quartiers) > 1),
        len(actions) - len(connus),
        habitants,
    )
