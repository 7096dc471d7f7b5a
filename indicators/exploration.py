"""Les observations qui passent un filtre, chacune face à une référence au choix : ce que montre l'écran Explorer.

L'écran, le tableau simple et les fichiers exportés reçoivent la même `Exploration` : ils disent la même chose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from . import phrases
from .catalogue import Catalogue, Indicateur
from .comparaison import Comparaison, Position
from .entrepot import Entrepot
from .entrepot_exploration import FACETTES, PLAFOND, Filtre, chercher_observations, compter, est_grande, parents
from .nombres import INSECABLE, nombre
from .observations import Fiabilite, Observation, Statut, par_indicateur, par_territoire
from .portrait import comparer_a
from .territoires import Maille, Territoire

LIBELLES_FACETTES = {
    "theme": "Thème",
    "indicateur": "Indicateur",
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


class Niveau(StrEnum):
    """La référence à laquelle chaque ligne est comparée : celle qui contient son territoire, ou la France."""

    AGGLOMERATION = "agglomeration"
    DEPARTEMENT = "departement"
    REGION = "region"
    FRANCE = "france"
    AUCUNE = "aucune"

    @property
    def libelle(self) -> str:
        """La référence en toutes lettres."""
        return {
            Niveau.AGGLOMERATION: "l’agglomération de chaque territoire",
            Niveau.DEPARTEMENT: "le département de chaque territoire",
            Niveau.REGION: "la région de chaque territoire",
            Niveau.FRANCE: "la France métropolitaine",
            Niveau.AUCUNE: "aucune référence",
        }[self]


_MAILLES = {Niveau.AGGLOMERATION: Maille.EPCI, Niveau.DEPARTEMENT: Maille.DEPARTEMENT, Niveau.REGION: Maille.REGION}
_SANS_REFERENCE = {
    Niveau.AGGLOMERATION: "pas d’agglomération au-dessus de ce territoire",
    Niveau.DEPARTEMENT: "pas de département au-dessus de ce territoire",
    Niveau.REGION: "pas de région au-dessus de ce territoire",
    Niveau.FRANCE: "ce territoire est la référence, ou la base ne l’a pas",
    Niveau.AUCUNE: "",
}


@dataclass(frozen=True)
class LigneExploree:
    """Une observation, son territoire, son indicateur, et sa comparaison.

    `reference` et `comparaison` sont None quand aucune référence n'est demandée ou quand rien ne contient ce
    territoire ; `motif` dit alors pourquoi.
    """

    chiffre: Observation
    territoire: Territoire
    indicateur: Indicateur
    reference: Territoire | None
    comparaison: Comparaison | None
    motif: str

    @property
    def cle(self) -> str:
        """De quoi retrouver la ligne dans une adresse : territoire, indicateur, dates et source."""
        o = self.chiffre
        dates = "-".join(str(date or "") for date in (o.annee_debut, o.annee, o.millesime))
        return "~".join((o.territoire, o.indicateur, dates, o.source))

    @property
    def chiffre_de_reference(self) -> Observation | None:
        """Le chiffre de la référence, ou None."""
        return self.comparaison.reference if self.comparaison else None


@dataclass(frozen=True)
class Exploration:
    """Les lignes montrées (au plus `PLAFOND`), combien passent le filtre en tout, et la demande en clair."""

    filtre: Filtre
    niveau: Niveau
    lignes: tuple[LigneExploree, ...]
    total: int
    criteres: tuple[tuple[str, str], ...]


def explorer(entrepot: Entrepot, filtre: Filtre, niveau: Niveau, options: dict[str, dict[str, str]]) -> Exploration:
    """Les observations qui passent le filtre, par indicateur puis territoire, chacune comparée à sa référence.

    `options` : les libellés des valeurs, de `options_de`.
    """
    catalogue = entrepot.catalogue
    ordre = {code: rang for rang, code in enumerate(catalogue.indicateurs)}
    trouvees = sorted(chercher_observations(entrepot, filtre), key=lambda o: ordre[o.indicateur])
    montrees = trouvees[:PLAFOND]
    total = compter(entrepot, filtre)["total"]["filtre"] if est_grande(entrepot) else len(trouvees)
    lieux = {t.territoire: t for t in entrepot.territoires({o.territoire for o in montrees})}
    references = _references(entrepot, niveau, lieux)
    chiffres = _chiffres(entrepot, references.values(), {o.indicateur for o in montrees}, catalogue)

    def ligne(observation: Observation) -> LigneExploree:
        territoire, indicateur = lieux[observation.territoire], catalogue.indicateurs[observation.indicateur]
        reference = references.get(observation.territoire)
        if reference is None:
            return LigneExploree(observation, territoire, indicateur, None, None, _SANS_REFERENCE[niveau])
        siens = chiffres.get(reference.territoire, {})
        comparaison = comparer_a(indicateur, observation, territoire, reference, siens)
        return LigneExploree(observation, territoire, indicateur, reference, comparaison, phrases.motif(comparaison))

    return Exploration(filtre, niveau, tuple(ligne(o) for o in montrees), total, criteres(filtre, niveau, options))


def _references(entrepot: Entrepot, niveau: Niveau, lieux: dict[str, Territoire]) -> dict[str, Territoire]:
    """La référence de chaque territoire qui en a une."""
    if niveau is Niveau.AUCUNE:
        return {}
    if niveau is Niveau.FRANCE:
        france = entrepot.territoires(["FRM"])
        return {code: france[0] for code in lieux if france and code != "FRM"}
    choisis = parents(entrepot, list(lieux), _MAILLES[niveau])
    par_code = {t.territoire: t for t in entrepot.territoires(set(choisis.values()))}
    return {code: par_code[parent] for code, parent in choisis.items()}


def _chiffres(
    entrepot: Entrepot, references: Iterable[Territoire], indicateurs: set[str], catalogue: Catalogue
) -> dict[str, dict[str, list[Observation]]]:
    """Les chiffres des références, par territoire puis indicateur ; ceux des indicateurs voisins aussi."""
    voisins = {v for code in indicateurs for v in catalogue.indicateurs[code].voisins if v in catalogue.indicateurs}
    lues = entrepot.observations(sorted({t.territoire for t in references}), sorted(indicateurs | voisins))
    return {code: par_indicateur(siennes) for code, siennes in par_territoire(lues).items()}


def options_de(entrepot: Entrepot) -> dict[str, dict[str, str]]:
    """Pour chaque facette, ses valeurs présentes dans la base et leur libellé, dans un ordre qui ne change pas."""
    presentes = compter(entrepot, Filtre())
    catalogue = entrepot.catalogue
    # Une grande base ne compte pas ses agglomérations : elle propose celles qui ont un contrat de ville.
    connues = presentes.setdefault("agglomeration", {t.territoire: 1 for t in entrepot.agglomerations()})
    agglomerations = {t.territoire: t.nom for t in entrepot.territoires(connues)}
    dates = sorted(presentes["date"], key=lambda cle: (not cle.isdigit(), cle == "nd", -_annee(cle)))
    toutes: dict[str, dict[str, str]] = {
        "theme": {t.theme: t.libelle for t, _ in catalogue.par_theme()},
        "indicateur": {i.indicateur: i.libelle for _, liste in catalogue.par_theme() for i in liste},
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
        "source": {s.source: f"{s.titre} ({s.producteur})" for s in catalogue.sources.values()},
    }
    return {f: {v: libelle for v, libelle in toutes[f].items() if v in presentes[f]} for f in FACETTES}


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
    pluriel = "s" if n > 1 else ""
    texte = f"{nombre(n) if n else 'Aucune'} observation{pluriel} sur {nombre(ensemble)}"
    filtres = [f"{nom}{INSECABLE}: {valeurs}" for nom, valeurs in exploration.criteres[:-1]]
    texte += f" — {f'{INSECABLE}; '.join(filtres)}." if filtres else ", sans filtre."
    if n > len(exploration.lignes):
        texte += (
            f" Les {nombre(len(exploration.lignes))} premières sont montrées et exportées{INSECABLE}; "
            "ajoutez un filtre pour voir les autres."
        )
    return texte


def elargissements(filtre: Filtre, comptes: dict[str, dict[str, int]]) -> list[tuple[str, Filtre, int]]:
    """Quand rien ne passe : les filtres qu'il suffirait de retirer, un à un, et ce que l'on verrait alors."""
    vides: dict[str, Filtre] = {nom: replace(filtre, **{nom: "" if nom == "texte" else ()}) for nom in filtre.actifs}
    gains = [(LIBELLES_FACETTES[nom], autre, comptes["total"].get(nom, 0)) for nom, autre in vides.items()]
    return sorted((gain for gain in gains if gain[2]), key=lambda gain: -gain[2])
