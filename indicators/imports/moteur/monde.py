"""Ce que l'on sait des lieux pendant un import : la base, que les fichiers du lot complètent à mesure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from weakref import WeakKeyDictionary

from indicators.base.base import Base
from indicators.base.imports import edition_des_lieux, epci_dates, liens, valeurs_connues
from indicators.donnees.indicateurs_locaux import sans_marque
from indicators.imports.moteur.cellules import en_nombre
from indicators.imports.moteur.releve import Etablissement, Referentiel, Releve, mots
from indicators.socle.catalogue import Indicateur
from indicators.socle.codes import departement_de
from indicators.socle.erreurs import ErreurImport
from indicators.socle.territoires import Maille, Territoire

_NOMS: WeakKeyDictionary[Base, tuple[dict[str, tuple[str, ...]], dict[tuple[str, str], str]]] = WeakKeyDictionary()


def _noms(base: Base) -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, str], str]]:
    """Les identifiants de chaque nom à plat, et la commune de chaque (département, nom) ; faits une fois par base."""
    if base not in _NOMS:
        noms: dict[str, list[str]] = defaultdict(list)
        communes: dict[tuple[str, str], str] = {}
        for t in base.territoires():
            sien = mots(t.nom)
            for nom in {sien, *map(mots, t.variantes)}:
                noms[nom].append(t.territoire)
            if t.maille is Maille.COMMUNE and (departement := departement_de(t.territoire)):
                communes[departement, sien] = t.territoire
        _NOMS[base] = {nom: tuple(codes) for nom, codes in noms.items()}, communes
    return _NOMS[base]


class Monde:
    """Les lieux et les liens connus, que les fichiers du lot complètent à mesure."""

    def __init__(self, base: Base) -> None:
        """Part de ce que la base sait."""
        self.embarques = set(base.codes_connus)
        self.territoires = set(self.embarques)
        self.base = base
        self.edition = edition_des_lieux(base)
        self.liens_embarques = frozenset(liens(base))
        self.epci_embarques = {
            t: p for t, p, nature in self.liens_embarques if nature == "epci" and t.startswith("COM")
        }
        self.passes = epci_dates(base)
        self.liens = set(self.liens_embarques)
        self.noms, communes = _noms(base)
        self.communes = dict(communes)
        self.entieres: dict[str, str] = {}
        self.etablissements: dict[str, Etablissement] = {}
        self.situes: list[tuple[str, str, str]] = []
        self.nombre_de_communes = {
            t: int(max(v, key=lambda c: c.annee or c.millesime or 0).valeur or 0)
            for (t, _), v in valeurs_connues(base, ["nb_communes"]).items()
        }
        self.catalogue = base.catalogue
        self.indicateurs: dict[str, str] = {}
        self._nommer(base.catalogue.indicateurs.values())

    def _nommer(self, indicateurs: Iterable[Indicateur]) -> None:
        """Ce que l'on peut écrire pour un indicateur : son identifiant ou son nom, « (local) » compris ou non."""
        for i in indicateurs:
            for cle in (i.libelle, sans_marque(i.libelle), i.indicateur):
                self.indicateurs[mots(cle.replace("_", " "))] = i.indicateur

    @cached_property
    def communes_actuelles(self) -> dict[str, Territoire]:
        """Les communes de la base qui existent encore."""
        vivantes = (self.base.trouver(code) for code in self.base.codes_connus if code not in self.base.fusionnees)
        return {t.territoire: t for t in vivantes if t is not None and t.maille is Maille.COMMUNE}

    def apprendre(self, releve: Releve) -> None:
        """Retient les lieux et les liens d'un fichier, pour les suivants."""
        self.liens |= set(releve.liens)
        self._nommer(releve.indicateurs.values())
        self.etablissements |= releve.etablissements
        self.situes += releve.situes
        for ancienne, (nom, actuelle) in releve.anciennes.items():
            self.entieres[ancienne] = actuelle
            if departement := departement_de(ancienne):
                self.communes.setdefault((departement, mots(nom)), actuelle)
        for lieu in releve.lieux.values():
            if lieu.maille is Maille.COMMUNE and (departement := departement_de(lieu.territoire)):
                self.communes.setdefault((departement, mots(lieu.nom)), lieu.territoire)
        for chiffre in releve.chiffres:
            if chiffre.indicateur == "nb_communes" and chiffre.lecture.valeur:
                self.nombre_de_communes[chiffre.territoire] = int(en_nombre(chiffre.lecture.valeur))

    def communes_de(self, quartier: str) -> set[str]:
        """Les communes connues d'un quartier ; aucune pour un autre lieu."""
        return {parent for territoire, parent, nature in self.liens if territoire == quartier and nature == "commune"}

    def parents(self, territoires: Collection[str]) -> dict[str, dict[str, set[str]]]:
        """Les lieux qui contiennent chacun de ces territoires, par nature du lien."""
        rangees: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for territoire, parent, nature in self.liens:
            if territoire in territoires and nature in {"commune", "epci", "departement", "region"}:
                rangees[territoire][nature].add(parent)
        return rangees

    def referentiel(self) -> Referentiel:
        """Ce que les lecteurs ont besoin de savoir. Un EPCI dont il manque des communes n'est pas agrégé."""
        membres: dict[str, set[str]] = defaultdict(set)
        for t, p, nature in self.liens:
            if nature == "epci" and t.startswith("COM"):
                membres[p].add(t)
        complets = {e for e, communes in membres.items() if self.nombre_de_communes.get(e) == len(communes)}
        return Referentiel(
            frozenset(self.territoires),
            {commune: epci for epci in complets for commune in membres[epci]},
            self.communes,
            self.noms,
            self.indicateurs,
            dict(self.entieres),
            self.etablissements,
            self.situes,
            catalogue=self.catalogue,
            passes=self.passes,
            entiers=frozenset(complets),
        )

    def portee(self, demande: str) -> Callable[[str], bool]:
        """Quels territoires nouveaux entrent dans la base."""
        if demande == "connus":
            return lambda _code: False
        if demande == "tous":
            return lambda _code: True
        voulus = {code.strip().upper() for code in demande.split(",")}
        if mauvais := [c for c in voulus if not c.startswith(("COM", "EPCI", "DEP", "REG", "QP", "QN", "IRIS"))]:
            raise ErreurImport(
                f"« {', '.join(mauvais)} » n'est pas une portée : écrivez « connus », « tous », ou des codes comme "
                "DEP62, EPCI200072460, COM62119."
            )
        parents: dict[str, set[str]] = defaultdict(set)
        for territoire, parent, _ in self.liens:
            parents[territoire].add(parent)

        def dedans(code: str, profondeur: int = 0) -> bool:
            if code in voulus:
                return True
            suite = parents[code] | {d for d in [departement_de(code)] if d}
            return profondeur < 6 and any(dedans(parent, profondeur + 1) for parent in suite)

        return dedans
