"""Les mots de l’écran Explorer : facettes et leurs valeurs, la demande en clair, ce qui manque à une comparaison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from indicators.analyse.comparaison import Comparaison, Position
from indicators.analyse.exploration import Exploration, LigneExploree, Niveau
from indicators.base.base import Base
from indicators.base.exploration import FACETTES, Filtre, compter
from indicators.recit import phrases
from indicators.socle.catalogue import Source
from indicators.socle.nombres import INSECABLE, accord, nombre
from indicators.socle.observations import Fiabilite, Observation, Statut
from indicators.socle.territoires import Maille

LIBELLES_FACETTES = {
    "pilier": "Pilier",
    "theme": "Thème",
    "indicateur": "Indicateur",
    "bailleur": "Bailleur",
    "agglomeration": "Agglomération",
    "type": "Type de quartier",
    "perimetre": "Périmètre des quartiers",
    "fiabilite": "Fiabilité",
    "maille": "Maille",
    "date": "Année ou édition",
    "statut": "Statut du chiffre",
    "source": "Source",
    "texte": "Texte cherché",
}


_STATUTS = {
    Statut.EXACT: "nombre exact",
    Statut.ENVIRON: "environ",
    Statut.AU_MOINS: "au moins (seuil)",
    Statut.AU_PLUS: "au plus (seuil)",
    Statut.INTERVALLE: "intervalle",
    Statut.SECRET: "secret statistique",
    Statut.NON_DISPONIBLE: "non disponible",
    Statut.SANS_OBJET: "sans objet",
}


_FIABILITES = {Fiabilite.SURE: "sûre", Fiabilite.DOUTEUSE: "douteuse"}


_SANS_REFERENCE = {
    Niveau.AGGLOMERATION: "pas d’agglomération au-dessus de ce territoire",
    Niveau.DEPARTEMENT: "pas de département au-dessus de ce territoire",
    Niveau.REGION: "pas de région au-dessus de ce territoire",
    Niveau.FRANCE: "ce territoire est la référence, ou la base ne l’a pas",
    Niveau.AUCUNE: "",
}


def options_de(base: Base) -> dict[str, dict[str, str]]:
    """Pour chaque facette, ses valeurs présentes dans la base et leur libellé, dans un ordre qui ne change pas."""
    presentes = compter(base, Filtre())
    catalogue = base.catalogue
    # Une grande base ne compte pas ses agglomérations : elle propose celles qui ont un contrat de ville.
    connues = presentes.setdefault("agglomeration", {t.territoire: 1 for t in base.agglomerations()})
    agglomerations = {t.territoire: t.nom for t in base.territoires(connues)}
    dates = sorted(presentes["date"], key=lambda cle: (not cle.isdigit(), cle == "nd", -_annee(cle)))
    toutes: dict[str, dict[str, str]] = {
        "pilier": {i.pilier: i.pilier for i in catalogue.indicateurs.values() if i.pilier},
        "theme": {t.theme: t.libelle for t, _ in catalogue.par_theme()},
        "indicateur": {i.indicateur: i.libelle for _, liste in catalogue.par_theme() for i in liste},
        "bailleur": {b.bailleur: b.nom for b in catalogue.bailleurs.values()},
        "agglomeration": agglomerations,
        "type": {t: t for t in sorted(presentes["type"], key=lambda t: -presentes["type"][t])},
        "perimetre": {
            "2015": "2015 (2015-2023)",
            "2024": "2024 (2024-2030)",
            "sans": "sans objet (autres territoires)",
        },
        "fiabilite": {str(f): libelle for f, libelle in _FIABILITES.items()},
        "maille": {str(m): m.libelle for m in Maille},
        "date": {cle: libelle_de_date(cle) for cle in dates},
        "statut": {str(s): libelle for s, libelle in _STATUTS.items()},
        "source": _sources(catalogue.sources.values()),
    }
    return {f: {v: libelle for v, libelle in toutes[f].items() if v in presentes[f]} for f in FACETTES}


def _sources(sources: Collection[Source]) -> dict[str, str]:
    """Le titre et le producteur ; deux éditions d'un même titre disent la leur, à défaut leur identifiant."""
    noms = {s.source: f"{s.titre} ({s.producteur})" for s in sources}
    for complement in ({s.source: s.edition for s in sources}, {s.source: s.source for s in sources}):
        portes = Counter(noms.values())
        noms |= {s: f"{nom}, {complement[s]}" for s, nom in noms.items() if portes[nom] > 1 and complement[s]}
    return noms


def _annee(cle: str) -> int:
    chiffres = cle.removeprefix("ed")
    return int(chiffres) if chiffres.isdigit() else 0


def libelle_de_date(cle: str) -> str:
    """« 2019 », « édition 2015 (année non imprimée) », « date non imprimée »."""
    if cle == "nd":
        return "date non imprimée"
    return f"édition {cle[2:]} (année non imprimée)" if cle.startswith("ed") else cle


def mot_du_statut(observation: Observation) -> str:
    """Le statut du chiffre en clair : « nombre exact », « intervalle », « secret statistique »."""
    return _STATUTS[observation.statut]


def mot_de_fiabilite(observation: Observation | None) -> str:
    """« sûre » ou « douteuse » ; chaîne vide sans chiffre."""
    return "" if observation is None else _FIABILITES[observation.fiabilite]


def mot_de_position(comparaison: Comparaison | None) -> str:
    """« plus élevé », « proche », « plus faible » ; chaîne vide quand la position n'est pas déterminée."""
    if comparaison is None or comparaison.position is Position.INDETERMINE:
        return ""
    return phrases.MOTS_POSITION[comparaison.position]


def mot_de_jugement(comparaison: Comparaison | None) -> str:
    """« favorable », « défavorable », « comparable », « sans jugement » ; chaîne vide sans comparaison entière."""
    return "" if comparaison is None else phrases.MOTS_JUGEMENT[comparaison.jugement]


def criteres(filtre: Filtre, niveau: Niveau, options: dict[str, dict[str, str]]) -> tuple[tuple[str, str], ...]:
    """La demande en clair, un couple (facette, valeurs) par filtre actif, puis la référence."""
    lignes = []
    for facette in filtre.actifs:
        if facette == "texte":
            texte = f"«{INSECABLE}{filtre.texte}{INSECABLE}»"
        else:
            texte = ", ".join(options[facette].get(v, v) for v in getattr(filtre, facette))
        lignes.append((LIBELLES_FACETTES[facette], texte))
    return (*lignes, ("Comparaison avec", niveau.libelle))


def annonce(exploration: Exploration, ensemble: int) -> str:
    """« 2 observations sur 2 445 — Thème : Emploi et insertion ; Fiabilité : douteuse. »"""
    n = exploration.total
    texte = f"{nombre(n) if n else 'Aucune'} {accord(n, 'observation')} sur {nombre(ensemble)}"
    filtres = [f"{nom}{INSECABLE}: {valeurs}" for nom, valeurs in exploration.criteres[:-1]]
    texte += f" — {f'{INSECABLE}; '.join(filtres)}." if filtres else ", sans filtre."
    if n > len(exploration.lignes):
        texte += (
            f" Les {nombre(len(exploration.lignes))} premières sont montrées{INSECABLE}; les fichiers les ont toutes."
        )
    return texte


def elargissements(filtre: Filtre, comptes: dict[str, dict[str, int]]) -> list[tuple[str, Filtre, int]]:
    """Quand rien ne passe : les filtres qu'il suffirait de retirer, un à un, et ce que l'on verrait alors."""
    rien: dict[str, Any] = {nom: "" if nom == "texte" else () for nom in filtre.actifs}
    vides: dict[str, Filtre] = {nom: replace(filtre, **{nom: vide}) for nom, vide in rien.items()}
    gains = [(LIBELLES_FACETTES[nom], autre, comptes["total"].get(nom, 0)) for nom, autre in vides.items()]
    return sorted((gain for gain in gains if gain[2]), key=lambda gain: -gain[2])


def motif(ligne: LigneExploree) -> str:
    """Pourquoi cette ligne n'est pas comparée : celui de la comparaison, ou ce qui la prive de référence."""
    return _SANS_REFERENCE[ligne.niveau] if ligne.comparaison is None else phrases.motif_entier(ligne.comparaison)
