"""Toutes les questions posées à la base DuckDB, et sa lecture ; aucune autre partie ne connaît le SQL.

Une connexion en lecture seule par base, un curseur par question : une même connexion partagée entre fils
d'exécution donne des résultats faux (mesuré).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from indicators.base import catalogue, ecriture, fautes
from indicators.base.lieux import Lieux
from indicators.socle.catalogue import NatureRupture, Rupture
from indicators.socle.erreurs import BaseIndisponible
from indicators.socle.observations import CHAMPS_GARDES, Fiabilite, Observation, Origine, Statut
from indicators.socle.repartition import Repartition
from indicators.socle.territoires import Territoire

_NOMBRES = "t, i, annee_debut, annee, millesime, valeur, borne_inf, borne_sup, statut, fiabilite"
_MESURE = f"{_NOMBRES}, note, s, ligne, passage, imprime, origine, decimales"
_SANS_TEXTE = f"{_NOMBRES}, '', s, ligne, '', '', origine, decimales"
_SANS_PASSAGE = f"{_NOMBRES}, note, s, ligne, '', '', origine, decimales"
_OBSERVATION = ", ".join(CHAMPS_GARDES)
# Même année, ou même édition d'un chiffre que rien ne date, ou même source à défaut : `meme_periode`, pour la base.
_PERIODES = (
    "(SELECT unnest(?::INTEGER[]) AS vi, unnest(?::SMALLINT[]) AS vdebut, unnest(?::SMALLINT[]) AS vannee,"
    " unnest(?::SMALLINT[]) AS vmillesime, unnest(?::INTEGER[]) AS vs) AS v ON v.vi = o.i"
    " AND v.vannee IS NOT DISTINCT FROM o.annee AND v.vdebut IS NOT DISTINCT FROM o.annee_debut"
    " AND (o.annee IS NOT NULL OR v.vmillesime IS NOT DISTINCT FROM o.millesime)"
    " AND (o.annee IS NOT NULL OR o.millesime IS NOT NULL OR o.s = v.vs)"
)
# Un dictionnaire plutôt que `Statut(texte)` : trois fois plus rapide, sur des centaines de milliers de lignes.
_STATUTS, _FIABILITES = {str(m): m for m in Statut}, {str(m): m for m in Fiabilite}
_ORIGINES = {str(m): m for m in Origine}


_TROU = 500
"""Entre deux clés plus éloignées, il y a des blocs entiers à ne pas lire."""

_T = TypeVar("_T")


class Base(Lieux):
    """Une base ouverte en lecture seule. Les méthodes rendent des objets du domaine, jamais des lignes SQL."""

    def __init__(self, chemin: Path) -> None:
        """Ouvre la base ; lève `BaseIndisponible` si elle est absente, abîmée ou d'une autre version."""
        self.chemin = chemin
        try:
            self._connexion = duckdb.connect(str(chemin), read_only=True, config={"threads": 1})
            version = self._une("SELECT version FROM schema")[0]
        except duckdb.Error as erreur:
            if fautes.est_une_panne(erreur) and chemin.exists():
                raise fautes.en_panne(chemin, erreur) from erreur
            raise BaseIndisponible(
                f"La base « {chemin.name} » ne peut pas être lue ({str(erreur).splitlines()[0]}). "
                "Supprimez ce fichier : il sera refait à partir des CSV au prochain démarrage."
            ) from erreur
        if version != ecriture.VERSION:
            raise BaseIndisponible(
                f"La base « {chemin.name} » est au schéma {version}, le programme attend le schéma "
                f"{ecriture.VERSION}. Supprimez-la : elle sera refaite au prochain démarrage."
            )
        self.catalogue = catalogue.lire(self._toutes)
        self._charger_les_lieux()
        self._anciens = self._lire_les_anciens()
        self.combien_de_chiffres: int = self._une("SELECT coalesce(sum(nombre), 0)::BIGINT FROM denombrements")[0]
        self._indicateurs = list(self.catalogue.indicateurs)
        self._cles_indicateurs = {code: cle for cle, code in enumerate(self._indicateurs)}
        self._sources = [(source.source, source.rang) for source in self.catalogue.sources.values()]
        rangees = sorted(range(len(self._sources)), key=lambda cle: self._sources[cle][::-1])
        self._ordre_des_sources = {cle: ordre for ordre, cle in enumerate(rangees)}
        self._cles_sources = {code: cle for cle, (code, _) in enumerate(self._sources)}

    def fermer(self) -> None:
        """Ferme la base ; sans effet si elle l'est déjà."""
        self._connexion.close()

    # --- observations --------------------------------------------------------------------------------------

    def observations(self, territoires: Sequence[str], indicateurs: Sequence[str] | None = None) -> list[Observation]:
        """Toutes les observations de ces territoires, par territoire, indicateur puis date, textes compris.

        Un territoire inconnu n'en a aucune ; `indicateurs` (tous par défaut) : des codes du catalogue.
        """
        condition, valeurs = parmi("t", self.cles(territoires))
        if indicateurs is not None:
            suite, cles = parmi("i", [self._cles_indicateurs[code] for code in indicateurs])
            condition, valeurs = f"{condition} AND {suite}", valeurs + cles
        return self._mesures(f"SELECT {_MESURE}, rowid FROM mesures_par_territoire WHERE {condition}", valeurs)

    def observations_indicateur(self, indicateur: str, territoires: Sequence[str] | None = None) -> list[Observation]:
        """Toutes les observations d'un indicateur, pour ces territoires ou pour tous, par date puis territoire."""
        condition = "i = ?"
        valeurs: list[Any] = [self.cle_indicateur(indicateur)]
        if territoires is not None:
            suite, cles = parmi("t", self.cles(territoires))
            condition, valeurs = f"{condition} AND {suite}", valeurs + cles
        return self._mesures(f"SELECT {_MESURE}, rowid FROM mesures_par_indicateur WHERE {condition}", valeurs)

    def observations_de_meme_periode(
        self, territoires: Sequence[str], chiffres: Sequence[Observation]
    ) -> list[Observation]:
        """Les observations de ces territoires qui datent du même moment que l'un de ces chiffres, sans leurs textes."""
        condition, cles = parmi("o.t", self.cles(territoires))
        if len(chiffres) == 1:
            periode, liees = self._de_la_periode(chiffres[0])
            return self._mesures(
                f"SELECT {_SANS_TEXTE}, rowid FROM mesures_par_indicateur AS o WHERE {periode} AND {condition}",
                [*liees, *cles],
            )
        return self._mesures(
            f"SELECT {_SANS_TEXTE}, o.rowid FROM mesures_par_territoire AS o JOIN {_PERIODES} WHERE {condition}",
            [*self._periodes(chiffres), *cles],
        )

    def valeurs_de_meme_periode(
        self, territoires: Sequence[str], chiffres: Sequence[Observation]
    ) -> list[dict[str, float]]:
        """Pour chacun de ces chiffres, dans leur ordre, ce que valent ces territoires au même moment.

        Une valeur par territoire, celle de sa meilleure source ; ni douteuse, ni secrète, ni seuil, ni intervalle, ni
        d'un périmètre qu'il n'a plus.
        """
        cles = self.cles(territoires)
        if not cles or not chiffres:
            return [{} for _ in chiffres]
        plages = _plages("t", cles)
        parties, valeurs = [], []
        for rang, chiffre in enumerate(chiffres):
            periode, liees = self._de_la_periode(chiffre)
            parties.append(
                f"SELECT {rang} AS n, t, valeur, s FROM mesures_par_indicateur"
                f" WHERE {periode} AND ({plages}) AND fiabilite = 'sure'"
            )
            valeurs += liees
        lues = self._demander(" UNION ALL ".join(parties), valeurs, lambda curseur: curseur.fetchnumpy())
        demandees = set(cles)
        changes = {t for t in demandees if self._codes[t] in self._anciens}
        meilleures: list[dict[int, tuple[int, float | None]]] = [{} for _ in chiffres]
        for n, t, v, s in zip(*(colonne.tolist() for colonne in lues.values()), strict=True):
            if t in changes and self._d_avant(chiffres[n], self._codes[t], self._sources[s][0]):
                continue
            if t in demandees and (t not in meilleures[n] or self._ordre_des_sources[s] < meilleures[n][t][0]):
                meilleures[n][t] = self._ordre_des_sources[s], v
        return [{self._codes[t]: v for t, (_, v) in unes.items() if v is not None} for unes in meilleures]

    def _de_la_periode(self, chiffre: Observation) -> tuple[str, list[Any]]:
        """La condition qui retient l'indicateur et la période d'un chiffre : `meme_periode`, pour la base."""
        annee_debut, annee, millesime = chiffre.periode
        egales = {"i": self._cles_indicateurs[chiffre.indicateur], "annee_debut": annee_debut, "annee": annee}
        if annee is None:
            egales["millesime"] = millesime
            if millesime is None:
                egales["s"] = self._cles_sources[chiffre.source]
        conditions = (f"{nom} IS NULL" if valeur is None else f"{nom} = ?" for nom, valeur in egales.items())
        return " AND ".join(conditions), [valeur for valeur in egales.values() if valeur is not None]

    def repartitions(self, territoire: Territoire, chiffres: Iterable[Observation]) -> dict[str, Repartition]:
        """Pour l'indicateur et la période de chacun de ces chiffres, ce que donnent les semblables de ce territoire."""
        lues = self._demander(
            "SELECT o.i, o.valeurs, coalesce(o.t, []), CASE WHEN o.bas IS NULL THEN [] ELSE [o.bas, o.haut] END"
            f" FROM repartitions AS o JOIN {_PERIODES} WHERE o.famille = ?",
            [*self._periodes(chiffres), self._familles[territoire.territoire]],
            lambda curseur: curseur.fetchnumpy(),
        )
        return {
            self._indicateurs[i]: Repartition(valeurs, tuple(self._codes[cle] for cle in t), tuple(bornes.tolist()))
            for i, valeurs, t, bornes in zip(*lues.values(), strict=True)
        }

    def _periodes(self, chiffres: Iterable[Observation]) -> list[list[Any]]:
        """Les indicateurs et périodes de ces chiffres, en colonnes, pour `_PERIODES`."""
        lignes = {(self._cles_indicateurs[c.indicateur], *c.periode, self._cles_sources[c.source]) for c in chiffres}
        return [list(colonne) for colonne in zip(*lignes, strict=True)] or [[]] * 5

    def chercher_mesures(
        self,
        condition: str,
        valeurs: Sequence[Any],
        limite: int | None,
        territoires: Sequence[int] | None = None,
        *,
        passages: bool = True,
    ) -> list[Observation]:
        """Les premières observations (toutes sans `limite`) qui remplissent cette condition, par territoire.

        `territoires` : les clés de ceux où les chercher, tous par défaut. `passages` : avec leur texte imprimé.
        """
        if territoires is not None:
            suite, cles = parmi("t", territoires)
            condition, valeurs = f"{condition} AND {suite}", [*valeurs, *cles]
        return self._mesures(
            f"SELECT {_MESURE if passages else _SANS_PASSAGE}, rowid FROM mesures_par_territoire WHERE {condition}"
            + ("" if limite is None else f" LIMIT {int(limite)}"),
            valeurs,
        )

    def cle_indicateur(self, code: str) -> int:
        """La clé entière d'un indicateur, ou `IndicateurInconnu`."""
        return self._cles_indicateurs[self.catalogue.indicateur(code).indicateur]

    def indicateurs_connus(self, territoires: Sequence[str]) -> dict[str, int]:
        """Pour chaque indicateur, le nombre de ces territoires qui ont une valeur, un seuil ou un intervalle."""
        condition, valeurs = parmi("t", self.cles(territoires))
        lignes = self._toutes(f"SELECT i, count(*) FROM presences WHERE {condition} GROUP BY i ORDER BY i", valeurs)
        return {self._indicateurs[i]: n for i, n in lignes}

    def _mesures(self, requete: str, valeurs: Sequence[Any]) -> list[Observation]:
        """Les observations que rend cette question, dans l'ordre de leur table ; sa dernière colonne est `rowid`."""
        lignes = self._toutes(requete, valeurs)
        lignes.sort(key=itemgetter(-1))
        codes, indicateurs, sources = self._codes, self._indicateurs, self._sources
        lues = [
            Observation(
                codes[t],
                indicateurs[i],
                debut,
                annee,
                millesime,
                valeur,
                inf,
                sup,
                _STATUTS[statut],
                _FIABILITES[fiabilite],
                note,
                sources[s][0],
                numero,
                passage,
                imprime,
                _ORIGINES[origine],
                decimales,
                sources[s][1],
            )
            for (
                t, i, debut, annee, millesime, valeur, inf, sup, statut, fiabilite,
                note, s, numero, passage, imprime, origine, decimales, _,
            ) in lignes
        ]  # fmt: skip
        return self._situees(lues)

    def _lire_les_anciens(self) -> dict[str, list[Rupture | int]]:
        """Par lieu, ce qui a changé son périmètre, du plus ancien au plus récent ; l'année où il n'existe plus."""
        passages: dict[str, list[Rupture | int]] = defaultdict(list)
        for code, (_, annee) in self.fusionnees.items():
            passages[code].append(annee)
        for rupture in sorted(self.catalogue.ruptures, key=lambda r: r.depuis or 0):
            if rupture.nature is NatureRupture.PERIMETRE and rupture.depuis is not None:
                for code in rupture.territoires:
                    passages[code].append(rupture)
        return dict(passages)

    def _situees(self, lues: list[Observation]) -> list[Observation]:
        """Les mêmes, marquées quand elles mesurent un périmètre que le lieu n'a plus."""
        anciens = self._anciens
        if not anciens or not any(o.territoire in anciens for o in lues):
            return lues
        return [self._situee(o, anciens[o.territoire]) if o.territoire in anciens else o for o in lues]

    def _situee(self, observation: Observation, passages: Sequence[Rupture | int]) -> Observation:
        for passage in passages:
            if isinstance(passage, int):  # le lieu n'existe plus
                return observation._replace(perimetre=passage)
            concerne = not passage.indicateurs or observation.indicateur in passage.indicateurs
            if concerne and passage.est_avant(observation):
                return observation._replace(perimetre=passage.depuis)
        return observation

    def _d_avant(self, chiffre: Observation, territoire: str, source: str) -> bool:
        """Vrai si ce que ce territoire a pour la période de ce chiffre mesure un périmètre qu'il n'a plus."""
        sien = chiffre._replace(territoire=territoire, source=source, perimetre=None)
        return self._situee(sien, self._anciens[territoire]).perimetre is not None

    def observations_d_une_vue(
        self, vue: str, condition: str, valeurs: list[Any], limite: int | None = None
    ) -> list[Observation]:
        """Les observations d'une vue aux noms de colonnes des CSV, par territoire, indicateur puis date.

        Avec une limite, les premières que l'on trouve, sans les trier.
        """
        ordre = " ORDER BY t, i, coalesce(annee, millesime, 0), coalesce(annee_debut, 0), rang, source"
        lignes = self._toutes(
            f"SELECT {_OBSERVATION} FROM {vue} WHERE {condition}"
            + (ordre if limite is None else f" LIMIT {int(limite)}"),
            valeurs,
        )
        return self._situees([_observation(ligne) for ligne in lignes])

    # --- questions ---------------------------------------------------------------------------------------

    def _toutes(self, requete: str, valeurs: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._demander(requete, valeurs, lambda curseur: curseur.fetchall())

    def _demander(self, requete: str, valeurs: Sequence[Any], lire: Callable[[duckdb.DuckDBPyConnection], _T]) -> _T:
        """Pose une question sur un curseur à elle, et rend ce que `lire` en tire."""
        with self._connexion.cursor() as curseur:
            try:
                return lire(curseur.execute(requete, valeurs))
            except duckdb.Error as erreur:
                # Un bloc abîmé ne se découvre qu'à sa lecture ; toute autre faute reste bruyante.
                if fautes.est_abimee(erreur):
                    raise BaseIndisponible(
                        f"La base « {self.chemin.name} » est abîmée. {self._mettre_de_cote()}"
                    ) from erreur
                if fautes.est_une_panne(erreur):
                    raise fautes.en_panne(self.chemin, erreur) from erreur
                raise

    def _mettre_de_cote(self) -> str:
        """Retire le fichier abîmé, pour que la base se refasse des données ; dit ce qu'il reste à faire."""
        try:
            self.chemin.replace(self.chemin.with_suffix(ecriture.ABIMEE))
        except FileNotFoundError:
            pass  # un autre fil l'a fait
        except OSError:
            return "Supprimez ce fichier : il sera refait à partir des CSV au prochain démarrage."
        return "Elle est mise de côté, et se refait des fichiers de données : recommencez."

    def _une(self, requete: str) -> tuple[Any, ...]:
        return self._toutes(requete)[0]


def parmi(colonne: str, cles: Sequence[int]) -> tuple[str, list[Any]]:
    """La condition qui retient ces clés : une seule se cherche par égalité, plusieurs par jointure (mesuré).

    Les plages disent en plus à la base quels blocs ne pas lire : une jointure seule les lit tous.
    """
    if len(cles) == 1:
        return f"{colonne} = ?", list(cles)
    plages = f"({_plages(colonne, cles)}) AND " if cles else ""
    return f"{plages}{colonne} IN (SELECT unnest(?::INTEGER[]))", [list(cles)]


def _plages(colonne: str, cles: Iterable[int]) -> str:
    """Les intervalles qui contiennent ces clés, coupés là où il en manque beaucoup."""
    premiere, *suite = sorted(cles)
    bouts = [[premiere, premiere]]
    for cle in suite:
        if cle - bouts[-1][1] > _TROU:
            bouts.append([cle, cle])
        bouts[-1][1] = cle
    return " OR ".join(f"{colonne} BETWEEN {debut} AND {fin}" for debut, fin in bouts)


def _observation(ligne: tuple[Any, ...]) -> Observation:
    lue = Observation(*ligne)
    return lue._replace(
        statut=_STATUTS[lue.statut], fiabilite=_FIABILITES[lue.fiabilite], origine=_ORIGINES[lue.origine]
    )
