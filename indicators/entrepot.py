"""Toutes les questions posées à la base DuckDB, et sa lecture ; aucune autre partie ne connaît le SQL.

Une connexion en lecture seule par base, un curseur par question : une même connexion partagée entre fils
d'exécution donne des résultats faux (mesuré, `../shared/stack.md`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from . import entrepot_schema
from .catalogue import Catalogue, Indicateur, Sens, Source, Theme
from .erreurs import BaseIndisponible, TerritoireInconnu
from .observations import Fiabilite, Observation, Origine, Statut
from .territoires import Fiche, Filiation, Maille, Territoire, cle_de_recherche

_TERRITOIRE = (
    "territoire, maille, geographie, statut, nom, nom_court, variantes, code_officiel,"
    " superficie_ha, latitude, longitude"
)
_OBSERVATION = (
    "territoire, indicateur, annee_debut, annee, millesime, valeur, borne_inf, borne_sup, statut, fiabilite,"
    " note, source, ligne, passage, imprime, origine, decimales, rang"
)
_ANCETRES = """
WITH RECURSIVE ancetres(territoire, profondeur) AS (
    SELECT parent, 1 FROM appartenances WHERE territoire = ? AND nature <> 'regroupement'
    UNION ALL
    SELECT a.parent, ancetres.profondeur + 1
    FROM ancetres JOIN appartenances AS a ON a.territoire = ancetres.territoire
    WHERE a.nature <> 'regroupement' AND ancetres.profondeur < 6
)
SELECT territoire FROM ancetres GROUP BY territoire ORDER BY min(profondeur)
"""
# Un dictionnaire plutôt que `Statut(texte)` : trois fois plus rapide, sur des centaines de milliers de lignes.
_STATUTS, _FIABILITES, _ORIGINES = ({str(m): m for m in choix} for choix in (Statut, Fiabilite, Origine))
_RANG_MAILLE = {m: n for n, m in enumerate(Maille)}


class Entrepot:
    """Une base ouverte en lecture seule. Les méthodes rendent des objets du domaine, jamais des lignes SQL."""

    def __init__(self, chemin: Path) -> None:
        """Ouvre la base ; lève `BaseIndisponible` si elle est absente, abîmée ou d'une autre version."""
        self.chemin = chemin
        try:
            self._connexion = duckdb.connect(str(chemin), read_only=True, config={"threads": 1})
            version = self._une("SELECT version FROM schema")[0]
        except duckdb.Error as erreur:
            raise BaseIndisponible(
                f"La base « {chemin.name} » ne peut pas être lue ({str(erreur).splitlines()[0]}). "
                "Supprimez ce fichier : il sera refait à partir des CSV au prochain démarrage."
            ) from erreur
        if version != entrepot_schema.VERSION:
            raise BaseIndisponible(
                f"La base « {chemin.name} » est au schéma {version}, le programme attend le schéma "
                f"{entrepot_schema.VERSION}. Supprimez-la : elle sera refaite au prochain démarrage."
            )
        self.catalogue = self._lire_catalogue()
        self._cles = dict(self._toutes("SELECT territoire, cle FROM territoires"))
        self._cles_indicateurs = dict(self._toutes("SELECT indicateur, cle FROM indicateurs"))

    def fermer(self) -> None:
        """Ferme la base ; sans effet si elle l'est déjà."""
        self._connexion.close()

    # --- territoires ---------------------------------------------------------------------------------------

    def territoire(self, code: str) -> Territoire:
        """Le territoire de ce code (sans égard à la casse), ou `TerritoireInconnu`."""
        lignes = self._toutes(f"SELECT {_TERRITOIRE} FROM territoires WHERE territoire = ?", [code.strip().upper()])
        if not lignes:
            raise TerritoireInconnu(code, self._cles)
        return _territoire(lignes[0])

    def territoires(self, codes: Iterable[str] | None = None) -> list[Territoire]:
        """Tous les territoires, ou ceux de ces codes, du plus petit au plus grand puis par nom."""
        if codes is None:
            lignes = self._toutes(f"SELECT {_TERRITOIRE} FROM territoires")
        else:
            lignes = self._toutes(
                f"SELECT {_TERRITOIRE} FROM territoires WHERE territoire IN (SELECT unnest(?))", [list(codes)]
            )
        trouves = [_territoire(ligne) for ligne in lignes]
        return sorted(trouves, key=lambda t: (_RANG_MAILLE[t.maille], cle_de_recherche(t.nom), t.territoire))

    def chercher(self, texte: str, limite: int = 20) -> list[Territoire]:
        """Les territoires dont le nom, une variante, le code ou une commune contient tous les mots tapés."""
        mots = cle_de_recherche(texte).split()
        if not mots:
            return []
        condition = " AND ".join("contains(recherche, ?)" for _ in mots)
        lignes = self._toutes(f"SELECT {_TERRITOIRE} FROM territoires WHERE {condition} LIMIT 500", mots)
        phrase = " ".join(mots)

        def pertinence(t: Territoire) -> tuple[object, ...]:
            nom = cle_de_recherche(t.nom)
            return (not nom.startswith(phrase), phrase not in nom, _RANG_MAILLE[t.maille], -(t.geographie or 0), nom)

        return sorted((_territoire(ligne) for ligne in lignes), key=pertinence)[:limite]

    def communes_par_quartier(self) -> dict[str, tuple[str, ...]]:
        """Pour chaque quartier, le nom de ses communes, dans l'ordre alphabétique."""
        lignes = self._toutes(
            "SELECT a.territoire, list(c.nom ORDER BY c.nom) FROM appartenances AS a"
            " JOIN territoires AS c ON c.territoire = a.parent WHERE a.nature = 'commune' GROUP BY a.territoire"
        )
        return {code: tuple(noms) for code, noms in lignes}

    def communes_de(self, agglomeration: str) -> list[str]:
        """Les codes des communes d'une agglomération, par ordre alphabétique de nom."""
        lignes = self._toutes(
            "SELECT a.territoire FROM appartenances AS a JOIN territoires AS t ON t.territoire = a.territoire"
            " WHERE a.nature = 'epci' AND t.maille = 'commune' AND a.parent = ? ORDER BY t.recherche",
            [agglomeration],
        )
        return [code for (code,) in lignes]

    def nombres_de_chiffres(self) -> dict[str, int]:
        """Le nombre d'indicateurs connus (valeur, seuil ou intervalle) de chaque territoire qui en a."""
        return dict(
            self._toutes(
                "SELECT territoires.territoire, count(DISTINCT m.i) FROM mesures_par_territoire AS m"
                " JOIN territoires ON territoires.cle = m.t"
                " WHERE m.statut NOT IN ('secret', 'non_disponible', 'sans_objet') GROUP BY ALL"
            )
        )

    def fiche(self, code: str) -> Fiche:
        """Un territoire avec ses communes, son agglomération, ses quartiers, ses références et ses filiations."""
        territoire = self.territoire(code)
        liens: dict[str, list[str]] = {}
        for parent, nature in self._toutes(
            "SELECT parent, nature FROM appartenances WHERE territoire = ?", [territoire.territoire]
        ):
            liens.setdefault(nature, []).append(parent)
        enfants = [
            code
            for (code,) in self._toutes(
                "SELECT DISTINCT a.territoire FROM appartenances AS a JOIN territoires AS t"
                " ON t.territoire = a.territoire WHERE a.parent = ? AND t.maille = 'quartier'"
                " AND (t.statut <> 'partie de quartier' OR a.nature = 'partie_de')",
                [territoire.territoire],
            )
        ]
        principales = liens.get("contrat", []) + liens.get("contrat_secondaire", [])
        agglomerations = self._dans_l_ordre(principales + liens.get("epci", []))
        return Fiche(
            territoire,
            communes=tuple(self.territoires(liens.get("commune", []))),
            agglomerations=agglomerations,
            quartiers=tuple(self.territoires(enfants)),
            references=self._references(territoire, agglomerations),
            filiations=tuple(
                Filiation(*ligne)
                for ligne in self._toutes(
                    "SELECT ancien, nouveau, nature, source, note FROM filiations WHERE ? IN (ancien, nouveau)"
                    " ORDER BY ancien, nouveau",
                    [territoire.territoire],
                )
            ),
        )

    def _references(self, territoire: Territoire, agglomerations: tuple[Territoire, ...]) -> tuple[Territoire, ...]:
        """Les territoires qui le contiennent, agglomération d'abord, puis les ensembles de même périmètre."""
        ancetres = [code for (code,) in self._toutes(_ANCETRES, [territoire.territoire])]
        directes = [
            t
            for t in sorted(self._dans_l_ordre(ancetres), key=lambda t: _RANG_MAILLE[t.maille])
            if t.maille not in {Maille.COMMUNE, Maille.REGROUPEMENT} and t not in agglomerations
        ]
        ensembles = [
            code
            for (code,) in self._toutes(
                "SELECT DISTINCT a.territoire FROM appartenances AS a JOIN territoires AS t"
                " ON t.territoire = a.territoire WHERE t.maille = 'regroupement' AND a.parent IN (SELECT unnest(?))"
                " AND (t.geographie IS NULL OR ?::INTEGER IS NULL OR t.geographie = ?)",
                [ancetres, territoire.geographie, territoire.geographie],
            )
        ]
        regroupements = [t for t in self.territoires(ensembles) if t.territoire != territoire.territoire]
        return (*agglomerations, *directes, *regroupements)

    def semblables(self, territoire: Territoire) -> list[Territoire]:
        """Ceux auxquels le comparer : même maille, périmètre et statut ; pour une commune, même agglomération."""
        if territoire.maille is Maille.COMMUNE:
            lignes = self._toutes(
                f"SELECT {_TERRITOIRE} FROM territoires WHERE maille = 'commune' AND territoire IN"
                " (SELECT territoire FROM appartenances WHERE nature = 'epci' AND parent IN"
                " (SELECT parent FROM appartenances WHERE nature = 'epci' AND territoire = ?))",
                [territoire.territoire],
            )
        else:
            lignes = self._toutes(
                f"SELECT {_TERRITOIRE} FROM territoires WHERE maille = ? AND statut = ?"
                " AND geographie IS NOT DISTINCT FROM ?",
                [str(territoire.maille), territoire.statut, territoire.geographie],
            )
        return [_territoire(ligne) for ligne in lignes]

    def _dans_l_ordre(self, codes: Sequence[str]) -> tuple[Territoire, ...]:
        par_code = {t.territoire: t for t in self.territoires(codes)}
        return tuple(par_code[code] for code in dict.fromkeys(codes) if code in par_code)

    # --- observations --------------------------------------------------------------------------------------

    def observations(self, territoires: Sequence[str], indicateurs: Sequence[str] | None = None) -> list[Observation]:
        """Toutes les observations de ces territoires, par territoire, indicateur puis date."""
        condition = "t IN (SELECT unnest(?))"
        valeurs: list[Any] = [[self._cles[code] for code in territoires if code in self._cles]]
        if indicateurs is not None:
            condition += " AND i IN (SELECT unnest(?))"
            valeurs.append([self._cles_indicateurs[code] for code in indicateurs])
        return self._observations("observations", condition, valeurs)

    def observations_de_meme_periode(
        self, territoires: Sequence[str], chiffres: Iterable[Observation]
    ) -> list[Observation]:
        """Les observations de ces territoires qui datent du même moment que l'un de ces chiffres, sans leurs textes.

        De quoi classer un portrait parmi ses semblables : une période par indicateur, ni passage ni note à lire.
        """
        periodes = {(self._cles_indicateurs[c.indicateur], *c.periode, c.source) for c in chiffres}
        colonnes: list[list[Any]] = [list(colonne) for colonne in zip(*periodes, strict=True)] or [[]] * 5
        sans_texte = _OBSERVATION
        for texte in ("note", "passage", "imprime"):
            sans_texte = sans_texte.replace(f" {texte},", f" '' AS {texte},")
        lignes = self._toutes(
            f"SELECT {sans_texte} FROM observations_par_indicateur AS o JOIN (SELECT unnest(?::INTEGER[]) AS vi,"
            " unnest(?::SMALLINT[]) AS vdebut, unnest(?::SMALLINT[]) AS vannee, unnest(?::SMALLINT[]) AS vmillesime,"
            " unnest(?::VARCHAR[]) AS vsource) AS v ON v.vi = o.i AND v.vannee IS NOT DISTINCT FROM o.annee"
            " AND v.vdebut IS NOT DISTINCT FROM o.annee_debut"
            " AND (o.annee IS NOT NULL OR v.vmillesime IS NOT DISTINCT FROM o.millesime)"
            " AND (o.annee IS NOT NULL OR o.millesime IS NOT NULL OR o.source = v.vsource)"
            " WHERE o.t IN (SELECT unnest(?)) ORDER BY o.t, o.i, o.rang, o.source",
            [*colonnes, [self._cles[code] for code in territoires if code in self._cles]],
        )
        return [_observation(ligne) for ligne in lignes]

    def observations_indicateur(self, indicateur: str, territoires: Sequence[str] | None = None) -> list[Observation]:
        """Toutes les observations d'un indicateur, pour ces territoires ou pour tous."""
        condition = "i = ?"
        valeurs: list[Any] = [self._cles_indicateurs[self.catalogue.indicateur(indicateur).indicateur]]
        if territoires is not None:
            condition += " AND t IN (SELECT unnest(?))"
            valeurs.append([self._cles[code] for code in territoires if code in self._cles])
        return self._observations("observations_par_indicateur", condition, valeurs)

    def indicateurs_connus(self, territoires: Sequence[str]) -> dict[str, int]:
        """Pour chaque indicateur, le nombre de ces territoires qui ont une valeur, un seuil ou un intervalle."""
        return dict(
            self._toutes(
                "SELECT indicateurs.indicateur, count(DISTINCT m.t) FROM mesures_par_territoire AS m"
                " JOIN indicateurs ON indicateurs.cle = m.i WHERE m.t IN (SELECT unnest(?))"
                " AND m.statut NOT IN ('secret', 'non_disponible', 'sans_objet') GROUP BY ALL",
                [[self._cles[code] for code in territoires if code in self._cles]],
            )
        )

    def _observations(self, vue: str, condition: str, valeurs: list[Any]) -> list[Observation]:
        lignes = self._toutes(
            f"SELECT {_OBSERVATION} FROM {vue} WHERE {condition}"
            " ORDER BY t, i, coalesce(annee, millesime, 0), coalesce(annee_debut, 0), rang, source",
            valeurs,
        )
        return [_observation(ligne) for ligne in lignes]

    # --- catalogue -----------------------------------------------------------------------------------------

    def _lire_catalogue(self) -> Catalogue:
        themes = [Theme(*ligne) for ligne in self._toutes("SELECT theme, libelle, ordre FROM themes")]
        indicateurs = [
            _indicateur(ligne)
            for ligne in self._toutes(
                "SELECT indicateur, libelle, libelle_court, theme, pilier, unite, decimales, sens, bande_proche,"
                " mini, maxi, definition, numerateur, denominateur, precautions, tete, evolution_de, voisins"
                " FROM indicateurs ORDER BY cle"
            )
        ]
        sources = [
            Source(*ligne)
            for ligne in self._toutes(
                "SELECT source, producteur, titre, edition, date_publication, url, licence, rang, document"
                " FROM sources ORDER BY cle"
            )
        ]
        return Catalogue(
            {t.theme: t for t in themes},
            {i.indicateur: i for i in indicateurs},
            {s.source: s for s in sources},
        )

    def _toutes(self, requete: str, valeurs: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._connexion.cursor() as curseur:
            try:
                return curseur.execute(requete, valeurs).fetchall()
            except duckdb.Error as erreur:
                # Un bloc abîmé ne se découvre qu'à sa lecture ; toute autre faute reste bruyante.
                if isinstance(erreur, duckdb.IOException) or "Corrupt" in str(erreur):
                    raise BaseIndisponible(
                        f"La base « {self.chemin.name} » est abîmée. Supprimez ce fichier : il sera refait des "
                        "CSV au prochain démarrage."
                    ) from erreur
                raise

    def _une(self, requete: str) -> tuple[Any, ...]:
        return self._toutes(requete)[0]


def liste(texte: str, separateur: str) -> tuple[str, ...]:
    """Les morceaux d’une cellule qui en porte plusieurs, sans les vides."""
    return tuple(morceau.strip() for morceau in texte.split(separateur) if morceau.strip())


def _territoire(ligne: tuple[Any, ...]) -> Territoire:
    code, maille, geographie, statut, nom, court, variantes, officiel, *mesures = ligne
    return Territoire(code, Maille(maille), geographie, statut, nom, court, liste(variantes, "|"), officiel, *mesures)


def _indicateur(ligne: tuple[Any, ...]) -> Indicateur:
    *debut, sens, bande, mini, maxi, definition, numerateur, denominateur, precautions, tete, evolution, voisins = ligne
    return Indicateur(
        *debut,
        Sens(sens),
        bande or 0.0,
        mini,
        maxi,
        definition,
        numerateur,
        denominateur,
        precautions,
        tete,
        evolution,
        liste(voisins, ","),
    )


def _observation(ligne: tuple[Any, ...]) -> Observation:
    *debut, statut, fiabilite, note, source, numero, passage, imprime, origine, decimales, rang = ligne
    return Observation(
        *debut,
        _STATUTS[statut],
        _FIABILITES[fiabilite],
        note,
        source,
        numero,
        passage,
        imprime,
        _ORIGINES[origine],
        decimales,
        rang,
    )
