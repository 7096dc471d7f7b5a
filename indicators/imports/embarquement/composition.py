"""D'un dossier de fichiers de producteurs aux chiffres nationaux : reconnaître, rattacher, dater, ranger par source.

L'ordre des fichiers ne compte pas : tous sont lus une première fois pour les lieux, et ceux qui en ont besoin le sont
une seconde fois quand la France est connue. Rien n'est deviné : ce qui n'entre pas est compté et dit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indicators.base.base import Base
from indicators.base.imports import Connues, valeurs_connues
from indicators.imports.embarquement import lacunes, services
from indicators.imports.embarquement.calculs import calculer
from indicators.imports.embarquement.depot import Depose, deposes
from indicators.imports.embarquement.lieux import France, Source, referentiel, reunir
from indicators.imports.embarquement.vie import Vie, observer
from indicators.imports.moteur.annees import Dates, Demande, dater, edition_du_nom
from indicators.imports.moteur.cellules import en_nombre
from indicators.imports.moteur.lot import connue_du_lot
from indicators.imports.moteur.reconnaissance import Fichier, reconnaitre
from indicators.imports.moteur.releve import Chiffre, Referentiel, Releve, mots
from indicators.socle.erreurs import ErreurImport
from indicators.socle.observations import SANS_VALEUR

ECARTES = {
    "derive_filo20_qp2015_4colonnes.csv": "transformé à la main du panel des quartiers, qui est lu",
    "derive_filo21_qp2015_4colonnes.csv": "transformé à la main du panel des quartiers, qui est lu",
    "menj.parquet": "moyennes de communes des établissements, qui sont lus un à un",
    "filosofi_2021_commune.parquet": "reprise de la base communale Filosofi 2021 de l’Insee, qui est lue",
}
"""Les fichiers que l'on sait ne pas devoir embarquer, et pourquoi."""

CALCULS = "(calcul)"
"""Le « fichier » des chiffres que l'observatoire calcule de deux autres."""
Avancer = Callable[[str], None]
_SANS_BASE = Referentiel(frozenset(), {}, {}, {}, {})


@dataclass
class Composition:
    """Ce qui sera écrit : les lignes de chaque source, ses fichiers, les lieux ; et tout ce qui n'est pas entré."""

    chiffres: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(list))
    sources: dict[str, dict[str, str]] = field(default_factory=dict)
    fichiers: list[dict[str, str]] = field(default_factory=list)
    france: France = field(default_factory=France)
    laisses: list[tuple[str, str]] = field(default_factory=list)
    colonnes_laissees: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)
    hors_liste: Counter[str] = field(default_factory=Counter)
    hors_bornes: Counter[str] = field(default_factory=Counter)
    hors_catalogue: Counter[str] = field(default_factory=Counter)
    doubles: Counter[str] = field(default_factory=Counter)
    reprises: Counter[str] = field(default_factory=Counter)
    agrandies: Counter[str] = field(default_factory=Counter)
    lacunes: Counter[str] = field(default_factory=Counter)
    contradictions: list[str] = field(default_factory=list)
    vie: Vie = field(default_factory=Vie)
    services: list[dict[str, str]] = field(default_factory=list)


def composer(dossier: Path, base: Base, avancer: Avancer = lambda _quoi: None) -> Composition:
    """Lit le dossier ; `base` : celle des CSV seuls, pour son catalogue, ses lieux et les valeurs qu'elle date."""
    composition = Composition()
    embarques = {t.territoire: t.nom for t in base.territoires()}
    indicateurs = {
        mots(cle.replace("_", " ")): i.indicateur
        for i in base.catalogue.indicateurs.values()
        for cle in (i.libelle, i.indicateur)
    }
    lus = _reconnus(dossier, composition, avancer)
    sources = [Source(depose.nom, edition(depose, releve), releve) for depose, releve in lus]
    su = referentiel(France(), sources, embarques, indicateurs)  # les noms des communes, pour les quartiers
    sources, lus = _relus(lus, su, avancer, ("insee_qpv_demo",))
    composition.france = reunir(sources, embarques)
    su = referentiel(composition.france, sources, embarques, indicateurs)
    sources, lus = _relus(lus, su, avancer)
    recents = {
        s.nom for s in sources if s.edition == max(o.edition for o in sources if o.releve.format == s.releve.format)
    }
    composition.france.constats += [
        f"{nom} : {constat.message}" for nom, _, r in ((s.nom, s, s.releve) for s in sources) if nom in recents
        for constat in r.constats if constat.colonne == "LIB_COM"
    ]  # fmt: skip
    _sans_les_agrandies(composition, lus, sources, su)
    composition.lacunes = lacunes.retirer([releve for _, releve in lus], su)
    calcules = [(Depose(CALCULS, b"", "", 0), releve) for releve in calculer([r for _, r in lus], su)]
    _ranger(composition, [*lus, *calcules], base, su, avancer)
    _sans_reprises(composition)
    noms = embarques | {t: lieu.nom for t, lieu in composition.france.lieux.items()}
    composition.vie = observer(composition.france, sources, _sources_des_releves(composition, [*lus, *calcules]), noms)
    composition.services = services.reunir([releve for _, releve in lus], embarques)
    return composition


def _sources_des_releves(
    composition: Composition, lus: Sequence[tuple[Depose, Releve]]
) -> Iterator[tuple[str, Releve]]:
    """Chaque relevé qui a des chiffres, avec la source sous laquelle ils sont rangés."""
    sources = {(f["fichier"], f["format"]): f["source"] for f in composition.fichiers}
    for depose, releve in lus:
        source = sources.get((depose.nom, releve.format))
        if source in composition.chiffres:
            yield source or "", releve


def _sans_les_agrandies(
    composition: Composition, lus: Sequence[tuple[Depose, Releve]], sources: Sequence[Source], su: Referentiel
) -> None:
    """Retire d'un fichier postérieur aux lieux les communes agrandies ou réduites depuis : ce n'est plus la même.

    Saint-Denis a réuni Pierrefitte en 2025 : sa population de 2022, dans un fichier de 2025, compte les deux. Celles,
    déléguée de Neussargues en Pinatelle, y est de nouveau une commune : la population de 2023 ne la compte plus.
    """
    lieux = composition.france.lieux
    agrandies = {
        actuelle
        for source in sources
        for ancienne, actuelle in source.releve.fusions.items()
        if ancienne in lieux and ancienne != actuelle
    }
    for depose, releve in lus:
        if releve.posterieur:
            reduites = {m for t in releve.lieux if (m := su.entieres.get(t, t)) != t and m in releve.lieux}
            changees = agrandies | reduites
            gardes = [c for c in releve.chiffres if c.territoire not in changees]
            composition.agrandies[depose.nom] += len(releve.chiffres) - len(gardes)
            releve.chiffres = gardes
            releve.quantites = {
                cle: {t: v for t, v in valeurs.items() if t not in changees}
                for cle, valeurs in releve.quantites.items()
            }


def _sans_reprises(composition: Composition) -> None:
    """Retire d'une reprise ce que le fichier du producteur dit déjà, à l'identique : une seule case, une seule fois."""
    rangs = {source: int(ligne["rang"]) for source, ligne in composition.sources.items()}
    dites: dict[tuple[Any, ...], set[tuple[Any, ...]]] = defaultdict(set)
    for source, lignes in composition.chiffres.items():
        if rangs[source] == 1:
            for ligne in lignes:
                if ligne[3] is not None:
                    dites[ligne[:4]].add((ligne[5], ligne[7]))
    for source, lignes in composition.chiffres.items():
        if rangs[source] > 1:
            gardees = [ligne for ligne in lignes if (ligne[5], ligne[7]) not in dites.get(ligne[:4], ())]
            composition.reprises[source] += len(lignes) - len(gardees)
            composition.chiffres[source] = gardees
    composition.chiffres = {source: lignes for source, lignes in composition.chiffres.items() if lignes}


def edition(depose: Depose, releve: Releve) -> int:
    """L'édition d'un fichier : celle que dit son contenu, ou son nom ; 0 si rien ne la dit."""
    return releve.edition or edition_du_nom(Path(depose.nom).name) or 0


def _reconnus(dossier: Path, composition: Composition, avancer: Avancer) -> list[tuple[Depose, Releve]]:
    lus = []
    for depose in deposes(dossier):
        court = Path(depose.nom).name
        if raison := ECARTES.get(court):
            composition.laisses.append((depose.nom, raison))
            continue
        avancer(f"lecture de {depose.nom}")
        try:
            lus += [(depose, releve) for releve in reconnaitre(Fichier(court, depose.octets), _SANS_BASE)]
        except ErreurImport as erreur:
            composition.laisses.append((depose.nom, str(erreur).partition(" Formats admis")[0]))
    return lus


def _relus(
    lus: Sequence[tuple[Depose, Releve]], su: Referentiel, avancer: Avancer, formats: Collection[str] = ()
) -> tuple[list[Source], list[tuple[Depose, Releve]]]:
    """Relit les fichiers dont la lecture dépend des lieux ; `formats` : ceux-là seulement, vide : tous."""
    relus = []
    for depose, releve in lus:
        if releve.relire and (not formats or releve.format in formats):
            avancer(f"relecture de {depose.nom}")
            tous = reconnaitre(Fichier(Path(depose.nom).name, depose.octets), su)
            releve = next(relu for relu in tous if relu.feuille == releve.feuille)
        relus.append((depose, releve))
    return [Source(depose.nom, edition(depose, releve), releve) for depose, releve in relus], relus


def _ranger(
    composition: Composition, lus: Sequence[tuple[Depose, Releve]], base: Base, su: Referentiel, avancer: Avancer
) -> None:
    """Date chaque fichier et range ses chiffres ; ceux que leur contenu date passent d'abord, ils datent les autres."""
    a_dater = {c.indicateur for _, r in lus if r.groupes for c in r.chiffres}
    datees: Connues = defaultdict(list, {c: list(v) for c, v in valeurs_connues(base, sorted(a_dater)).items()})
    bornes = {i.indicateur: (i.mini, i.maxi) for i in base.catalogue.indicateurs.values()}
    vues: dict[tuple[Any, ...], float | None] = {}
    for depose, releve in sorted(lus, key=lambda lu: (bool(lu[1].groupes), lu[0].nom)):
        if not releve.chiffres or releve.source is None:
            continue
        avancer(f"rangement de {depose.nom}")
        try:
            fichier = Fichier(Path(depose.nom).name, depose.octets)
            dates = dater(releve, datees, Demande(sans_annee=True), fichier.nom, fichier.empreinte)
        except ErreurImport as erreur:
            composition.laisses.append((depose.nom, str(erreur)))
            continue
        for chiffre in releve.chiffres:
            if chiffre.annee and chiffre.indicateur in a_dater and chiffre.lecture.valeur:
                datees[chiffre.territoire, chiffre.indicateur].append(connue_du_lot(chiffre))
        source = _source(composition, releve, dates)
        compte = 0
        for chiffre in releve.chiffres:
            compte += _chiffre(composition, chiffre, releve, dates, source, depose.nom, su, bornes, vues)
        composition.fichiers.append(
            {"fichier": depose.nom, "empreinte": depose.empreinte, "octets": str(depose.taille),
             "format": releve.format, "source": source, "edition": str(dates.edition or ""),
             "lignes": str(releve.lignes), "chiffres": str(compte)}
        )  # fmt: skip
        composition.colonnes_laissees.append((depose.nom, releve.inconnues, releve.laissees))


def _source(composition: Composition, releve: Releve, dates: Dates) -> str:
    lue, parue = releve.source, str(dates.edition or "")
    assert lue is not None
    identifiant = lue.source.replace("{edition}", parue)
    composition.sources.setdefault(
        identifiant,
        {"source": identifiant, "producteur": lue.producteur, "titre": lue.titre.replace("{edition}", parue),
         "edition": parue, "url": lue.url, "licence": lue.licence, "rang": str(lue.rang)},
    )  # fmt: skip
    return identifiant


def _qui(territoire: str) -> str:
    """Qui est laissé : son code, ou tous les IRIS ensemble, que leur fichier donne pour la France entière."""
    return "IRIS hors du référentiel" if territoire.startswith("IRIS") else territoire


def _chiffre(
    composition: Composition, chiffre: Chiffre, releve: Releve, dates: Dates, source: str, fichier: str,
    su: Referentiel, bornes: dict[str, tuple[float | None, float | None]], vues: dict[tuple[Any, ...], float | None],
) -> bool:  # fmt: skip
    """Range un chiffre ; faux s'il n'entre pas, la raison étant comptée."""
    if chiffre.groupe in dates.laisses:
        return False
    if chiffre.indicateur not in bornes:
        composition.hors_catalogue[chiffre.indicateur] += 1
        return False
    if chiffre.territoire not in su.territoires:
        composition.hors_liste[_qui(chiffre.territoire)] += 1
        return False
    sans = chiffre.lecture.statut in SANS_VALEUR
    valeur = None if sans else en_nombre(chiffre.lecture.valeur)
    mini, maxi = bornes[chiffre.indicateur]
    if valeur is not None and ((mini is not None and valeur < mini) or (maxi is not None and valeur > maxi)):
        composition.hors_bornes[f"{fichier}, {chiffre.indicateur}"] += 1
        return False
    annee = dates.annees.get(chiffre.groupe) if chiffre.groupe else chiffre.annee
    millesime = dates.edition if releve.par_millesime else None
    cle = (chiffre.territoire, chiffre.indicateur, chiffre.annee_debut, annee, millesime, source)
    if cle in vues:
        if vues[cle] != valeur and None not in (vues[cle], valeur):
            composition.contradictions.append(
                f"{fichier}, ligne {chiffre.ligne} : {cle} {vues[cle]} gardé, {valeur} laissé"
            )
        composition.doubles[fichier] += 1
        return False
    vues[cle] = valeur
    note = " ".join(filter(None, (chiffre.note, dates.notes.get(chiffre.groupe, "") if chiffre.groupe else "")))
    composition.chiffres[source].append(
        (
            chiffre.territoire, chiffre.indicateur, chiffre.annee_debut, annee, millesime, valeur,
            0 if sans else len(chiffre.lecture.valeur.partition(",")[2]), str(chiffre.lecture.statut), note, source,
            fichier, chiffre.ligne, chiffre.colonne, chiffre.brut or None, chiffre.passage, str(chiffre.origine),
        )
    )  # fmt: skip
    return True
