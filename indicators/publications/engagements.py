"""Les engagements montrés à l’écran, en CSV pour Excel en français."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indicators.analyse.engagements import SituationMesuree
from indicators.recit.engagements import nommer_theme, situation_en_mots
from indicators.socle.catalogue import Catalogue, Source
from indicators.socle.engagements import Engagement
from indicators.socle.nombres import INSECABLE, ecrire
from indicators.socle.tableur import cellule, octets_csv
from indicators.socle.territoires import Territoire

_ENTETE = (
    "identifiant;partenaire;code du territoire;territoire;thème;objectif;action;cible;précision de la cible;unité;"
    "type de cible;départ;année du départ;échéance;opérateur;indicateurs;situation connue;pourquoi non mesuré;"
    "lecture;note;source;ligne;passage"
)


def csv_engagements(
    engagements: Sequence[Engagement],
    catalogue: Catalogue,
    territoires: Mapping[str, Territoire],
    situations: Mapping[str, Sequence[SituationMesuree]],
    sources: Mapping[str, Source],
    filtre: str,
) -> bytes:
    """Les engagements montrés, leur filtre en première ligne ; CSV pour Excel en français, sans formule possible."""
    lignes: list[Sequence[object]] = []
    lignes.append([cellule(f"Engagements des partenaires. {filtre}")])
    lignes.append(_ENTETE.split(";"))
    for e in engagements:
        territoire = territoires.get(e.territoire)
        connues = situations.get(e.id, ())
        dites = [
            f"{s.indicateur.libelle}{INSECABLE}: {situation_en_mots(s, territoire)}" for s in connues if territoire
        ]
        cible = "" if e.cible is None else ecrire(e.cible)
        valeurs = (
            e.id, e.partenaire, e.territoire, territoire.nom if territoire else "", nommer_theme(e.theme, catalogue),
            e.objectif, e.action, cible, e.cible_statut, e.unite, e.type, e.depart, e.depart_annee, e.echeance,
            e.operateur, ", ".join(catalogue.indicateur(i).libelle for i in e.indicateurs), " ".join(dites), e.raison,
            "abîmée" if e.abimee else "lisible", e.note, sources[e.source].titre, str(e.ligne or ""), e.passage,
        )  # fmt: skip
        lignes.append([cellule(v) for v in valeurs])
    return octets_csv(lignes)
