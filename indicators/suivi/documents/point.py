"""Où en sont les engagements, pour le comité technique : un classeur et un diaporama à retoucher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from indicators.publications.diaporama import diaporama_pptx
from indicators.recit.page.diapositives import Diapositive, Seance, Tableau, Texte
from indicators.socle.engagements import Engagement
from indicators.socle.nombres import capitale
from indicators.socle.territoires import Territoire
from indicators.suivi import tableaux
from indicators.suivi.engagements import MOTS, Etat, Saisie, SituationDite, phrase, repartir

_ENTETE = (
    "identifiant", "partenaire", "territoire", "thème", "objectif", "action", "cible", "unité", "échéance", "état",
    "en retard", "revue", "valeur atteinte", "unité atteinte", "date du constat", "commentaire", "preuve", "écrit par",
)  # fmt: skip
_PAR_PAGE = 7


def classeur(
    engagements: Sequence[Engagement], situations: Mapping[str, SituationDite], noms: Mapping[str, str]
) -> bytes:
    """Le point en XLSX : une ligne par engagement, dans leur ordre ; sa cible, son état, ce qui en est publié.

    `situations`, `noms` (celui de son territoire) : par identifiant d'engagement. Ce qui n'est pas publié laisse ses
    cases vides ; « en retard » est vide quand l'échéance ne se lit pas.
    """
    lignes = [_ligne(e, situations[e.id], noms[e.id]) for e in engagements]
    return tableaux.classeur([("Engagements", _ENTETE, lignes, frozenset())])


def _ligne(e: Engagement, s: SituationDite, territoire: str) -> tuple[object, ...]:
    dite = s.point.publiee if s.point else None
    dite = dite or Saisie(Etat.SANS_NOUVELLES)
    retard = "" if s.en_retard is None else "oui" if s.en_retard else "non"
    par = s.point.trace.en_mots if s.point else ""
    return (
        e.id, e.partenaire, territoire, e.theme, e.objectif, e.action, e.cible, e.unite, e.echeance, MOTS[s.etat],
        retard, s.annee, dite.valeur, dite.unite, f"{dite.jour:%d/%m/%Y}" if dite.jour else "", dite.commentaire,
        dite.preuve, par,
    )  # fmt: skip


def diaporama(
    engagements: Sequence[Engagement],
    situations: Mapping[str, SituationDite],
    filtre: str,
    territoire: Territoire,
    jour: date,
) -> bytes:
    """La phrase et les comptes, puis ceux qui sont en retard, puis ce qui a été dit des autres."""
    repartition = repartir(engagements, situations, "partenaire")
    noms = {e.partenaire_code: e.partenaire for e in engagements}
    etats = [e for e in Etat if repartition.total[e]]
    groupes = sorted(repartition.par_groupe.items(), key=lambda g: -g[1].total())[:10]
    comptes = Tableau(
        ("Partenaire", *(capitale(MOTS[e]) for e in etats), "En retard"),
        tuple((noms[code], *(str(c[e]) for e in etats), str(repartition.retards[code])) for code, c in groupes),
    )
    pied = f"Suivi au {jour:%d/%m/%Y}. {filtre}"
    pages = [Diapositive("point", "Engagements", phrase(repartition), (comptes,), pied)]
    en_retard = [e for e in engagements if situations[e.id].en_retard]
    dits = [e for e in engagements if situations[e.id].point is not None and not situations[e.id].en_retard]
    for cle, titre, choisis in (("retard", "Échéance passée, non close", en_retard), ("dits", "Les autres", dits)):
        for n in range(0, len(choisis), _PAR_PAGE):
            bloc = _table(choisis[n : n + _PAR_PAGE], situations)
            pages.append(Diapositive(f"{cle}-{n}", "Engagements", f"{titre} ({len(choisis)})", (bloc,), pied))
    if not engagements:
        pages = [Diapositive("point", "Engagements", phrase(repartition), (Texte(filtre),), pied)]
    return diaporama_pptx(Seance(territoire, "Suivi des engagements", tuple(pages)), jour=jour)


def _table(engagements: Sequence[Engagement], situations: Mapping[str, SituationDite]) -> Tableau:
    lignes = []
    for e in engagements:
        s = situations[e.id]
        dite = s.point.publiee if s.point else None
        lignes.append((_court(capitale(e.action), 110), e.partenaire, e.echeance or "non imprimée", MOTS[s.etat],
                       _court(dite.commentaire if dite else "", 90)))  # fmt: skip
    return Tableau(("Engagement", "Partenaire", "Échéance", "État", "Commentaire"), tuple(lignes))


def _court(texte: str, maximum: int) -> str:
    return texte if len(texte) <= maximum else f"{texte[: maximum - 1].rstrip()}…"
