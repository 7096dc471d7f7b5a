"""Les lieux de la base, lus une fois à l'ouverture : 36 000 territoires tiennent en mémoire, leurs chiffres non.

Leurs liens se parcourent donc sans question à la base ; seule la recherche d'un nom la relit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from indicators.base import homonymes
from indicators.socle.erreurs import TerritoireInconnu
from indicators.socle.territoires import Fiche, Filiation, Maille, Territoire, cle_de_recherche

_TERRITOIRE = (
    "territoire, maille, geographie, statut, nom, nom_court, variantes, code_officiel,"
    " superficie_ha, latitude, longitude, famille"
)
_MAILLES = {str(m): m for m in Maille}
_RANG_MAILLE = {m: n for n, m in enumerate(Maille)}
_MOT_LE_PLUS_COURT, _MOT_LE_PLUS_LONG = 4, 40
PROFONDEUR = 6
"""Un quartier, sa commune, son agglomération, son département, sa région, son pays : au plus six liens."""

_VERS_L_AGGLOMERATION = ("contrat", "contrat_secondaire", "ept", "epci")
"""Du lien qui l'emporte au dernier : au Grand Paris, l'établissement public territorial porte le contrat de ville, la
métropole le contient."""

_DEDANS = {Maille.DEPARTEMENT: Maille.COMMUNE, Maille.REGION: Maille.DEPARTEMENT}
"""Ce dont un département et une région sont faits."""

ACTUELLES = "(SELECT *, rowid AS rang FROM appartenances WHERE jusqu_a IS NULL)"
"""Les appartenances qui valent encore : ce que montrent les écrans."""

_COMPOSENT = {
    "pays": {Maille.PAYS, Maille.REGION},
    "region": {Maille.DEPARTEMENT},
    "departement": {Maille.EPCI, Maille.COMMUNE, Maille.QUARTIER},
}
"""Par lien, ce qui compose un pays, une région, un département ; une ancienne région n'est pas une part d'une autre."""

_HORS_CONTENU = frozenset({"regroupement", "fusion"})
"""Les liens qui ne font pas entrer un lieu dans un autre : un ensemble, une commune qui n'existe plus."""

Lire = Callable[..., list[tuple[Any, ...]]]


class Lieux:
    """Les territoires d'une base et leurs liens. `_toutes` : de quoi poser une question à la base."""

    _toutes: Lire

    def _charger_les_lieux(self) -> None:
        self._codes: list[str] = []
        self._par_code: dict[str, Territoire] = {}
        self._familles: dict[str, int] = {}
        self._membres: dict[int, list[str]] = defaultdict(list)
        self._par_maille: dict[Maille, list[str]] = {maille: [] for maille in Maille}
        self._parents: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._enfants: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.fusionnees: dict[str, tuple[str, int]] = {}
        """Les communes qui n'existent plus : celle où elles sont entrées, et depuis quelle année."""
        for code, parent, nature, depuis in self._toutes(
            f"SELECT territoire, parent, nature, depuis FROM {ACTUELLES} ORDER BY rang"
        ):
            self._parents[code].append((parent, nature))
            self._enfants[parent].append((code, nature))
            if nature == "fusion":
                self.fusionnees[code] = parent, depuis or 0
        lues = self._toutes(f"SELECT {_TERRITOIRE} FROM territoires ORDER BY cle")
        noms = {code: nom for code, _, _, _, nom, *_ in lues}

        def ou(t: Territoire) -> list[str]:
            liens = self._parents.get(t.territoire, ())
            trouves = ([noms[p] for p, n in liens if n == nature] for nature in ("commune", "departement"))
            return sorted(next(filter(None, trouves), []))

        distingues = homonymes.distinguer((_territoire(ligne) for *ligne, _ in lues), ou)
        for t, (*_, famille) in zip(distingues, lues, strict=True):
            self._codes.append(t.territoire)
            self._par_code[t.territoire] = t
            self._familles[t.territoire] = famille
            self._membres[famille].append(t.territoire)
            self._par_maille[t.maille].append(t.territoire)
        self._cles = {code: cle for cle, code in enumerate(self._codes)}
        self._filiations: dict[str, list[Filiation]] = defaultdict(list)
        for lue in self._toutes(
            "SELECT ancien, nouveau, nature, source, note FROM filiations ORDER BY ancien, nouveau"
        ):
            filiation = Filiation(*lue)
            for code in {filiation.ancien, filiation.nouveau}:
                self._filiations[code].append(filiation)
        self._connus = {
            self._codes[cle]: n for cle, n in self._toutes("SELECT t, indicateurs FROM connus_par_territoire")
        }

    @property
    def combien(self) -> int:
        """Le nombre de territoires."""
        return len(self._codes)

    @property
    def codes_connus(self) -> tuple[str, ...]:
        """Les identifiants de tous les territoires."""
        return tuple(self._codes)

    def territoire(self, code: str) -> Territoire:
        """Le territoire de ce code (sans égard à la casse), ou `TerritoireInconnu`."""
        trouve = self._par_code.get(code.strip().upper())
        if trouve is None:
            raise TerritoireInconnu(code, self._cles)
        return trouve

    def trouver(self, code: str) -> Territoire | None:
        """Le territoire de ce code exact, ou None : pour un code que l'on ne doit pas à un lecteur."""
        return self._par_code.get(code)

    def territoires(self, codes: Iterable[str] | None = None) -> list[Territoire]:
        """Tous les territoires, ou ceux de ces codes, du plus petit au plus grand puis par nom."""
        if codes is None:
            trouves: Iterable[Territoire] = self._par_code.values()
        else:
            trouves = (self._par_code[code] for code in set(codes) if code in self._par_code)
        return sorted(trouves, key=lambda t: (_RANG_MAILLE[t.maille], cle_de_recherche(t.nom), t.territoire))

    def chercher(self, texte: str, limite: int = 20) -> list[Territoire]:
        """Les territoires dont le nom, une variante, le code ou une commune contient tous les mots tapés."""
        mots = cle_de_recherche(texte).split()
        if not mots:
            return []
        condition = " AND ".join("contains(recherche, ?)" for _ in mots)
        lignes = self._toutes(f"SELECT territoire FROM territoires WHERE {condition} LIMIT 500", mots)
        phrase = " ".join(mots)

        def rang(t: Territoire) -> tuple[bool, int]:
            # Un IRIS, qui porte souvent le nom de sa commune, vient après elle et ses quartiers.
            return t.maille is Maille.IRIS, _RANG_MAILLE[t.maille]

        def pertinence(t: Territoire) -> tuple[object, ...]:
            nom = cle_de_recherche(t.nom)
            return (not nom.startswith(phrase), phrase not in nom, rang(t), -(t.geographie or 0), nom)

        return sorted((self._par_code[code] for (code,) in lignes), key=pertinence)[:limite]

    def mots_proches(self, mot: str, limite: int = 5) -> list[str]:
        """Les mots des noms de lieux qui ressemblent à celui-ci, les plus proches d'abord, puis les plus répandus.

        Une lettre de différence jusqu'à sept, deux au-delà ; rien pour un mot de moins de quatre lettres.
        """
        cherche = cle_de_recherche(mot)[:_MOT_LE_PLUS_LONG]
        if len(cherche) < _MOT_LE_PLUS_COURT:
            return []
        ecart = 1 if len(cherche) < 8 else 2
        lignes = self._toutes(
            "SELECT mot FROM (SELECT unnest(string_split(recherche, ' ')) AS mot FROM territoires)"
            " WHERE abs(length(mot) - ?) <= ? GROUP BY mot HAVING damerau_levenshtein(mot, ?) <= ?"
            " ORDER BY damerau_levenshtein(mot, ?), count(*) DESC, mot LIMIT ?",
            [len(cherche), ecart, cherche, ecart, cherche, limite],
        )
        return [mot for (mot,) in lignes]

    def communes_par_quartier(self, quartiers: Iterable[str] | None = None) -> dict[str, tuple[str, ...]]:
        """Pour chacun de ces quartiers (tous par défaut), le nom de ses communes, dans l'ordre alphabétique."""
        noms: dict[str, tuple[str, ...]] = {}
        for code in self._parents if quartiers is None else quartiers:
            communes = [p for p, nature in self._parents.get(code, ()) if nature == "commune"]
            if communes:
                noms[code] = tuple(sorted(self._par_code[p].nom for p in communes))
        return noms

    def communes_de(self, agglomeration: str) -> list[str]:
        """Les codes des communes d'une agglomération, par ordre alphabétique de nom."""
        communes = [code for code, nature in self._enfants.get(agglomeration, ()) if nature in {"epci", "ept"}]
        return [t.territoire for t in self.territoires(communes) if t.maille is Maille.COMMUNE]

    def composants(self, code: str) -> list[Territoire]:
        """Ce qui compose un pays, une région ou un département, de maille en maille ; vide pour un autre lieu.

        Une agglomération est dans le département de son siège, même si d'autres de ses communes sont à côté.
        """
        trouves: set[str] = set()
        derniers = {code}
        while derniers:
            derniers = {
                enfant
                for parent in derniers
                for enfant, nature in self._enfants.get(parent, ())
                if self._par_code[enfant].maille in _COMPOSENT.get(nature, ())
            }
            trouves |= derniers
        return self.territoires(trouves)

    def quartiers_des_communes(
        self, communes: Iterable[str], geographie: int, statut: str
    ) -> dict[str, tuple[str, ...]]:
        """Les quartiers de ce périmètre et de ce statut qui touchent ces communes, et toutes les leurs."""
        touches = {
            code
            for commune in communes
            for code, nature in self._enfants.get(commune, ())
            if nature == "commune" and (t := self._par_code[code]).maille is Maille.QUARTIER
            and (t.geographie, t.statut) == (geographie, statut)
        }  # fmt: skip
        return {
            code: tuple(parent for parent, nature in self._parents[code] if nature == "commune") for code in touches
        }

    def iris_ou_commune(self, commune: Territoire) -> list[Territoire]:
        """Les IRIS d'une commune découpée, par nom ; sinon elle-même, qui est son propre IRIS."""
        enfants = (code for code, nature in self._enfants.get(commune.territoire, ()) if nature == "commune")
        return self.territoires(c for c in enfants if self._par_code[c].maille is Maille.IRIS) or [commune]

    def maille_fine(self, agglomeration: str) -> list[Territoire]:
        """Les IRIS d'une agglomération et ses communes entières ; vide si aucun IRIS n'y est connu."""
        communes = self.territoires(self.communes_de(agglomeration))
        lieux = [lieu for commune in communes for lieu in self.iris_ou_commune(commune)]
        return lieux if any(lieu.maille is Maille.IRIS for lieu in lieux) else []

    def nombres_de_chiffres(self) -> dict[str, int]:
        """Le nombre d'indicateurs connus (valeur, seuil ou intervalle) de chaque territoire qui en a."""
        return self._connus

    def de_maille(self, maille: Maille) -> list[Territoire]:
        """Les territoires de cette maille, par ordre alphabétique."""
        return self.territoires(self._par_maille[maille])

    def combien_de(self, maille: Maille) -> int:
        """Le nombre de territoires de cette maille."""
        return len(self._par_maille[maille])

    def agglomerations(self) -> list[Territoire]:
        """Les agglomérations qui ont un contrat de ville, par ordre alphabétique."""
        return self.territoires(
            parent for parent, liens in self._enfants.items() if any(nature == "contrat" for _, nature in liens)
        )

    def fiche(self, code: str) -> Fiche:
        """Un territoire avec ses communes, son agglomération, ses quartiers, ses références et ses filiations."""
        territoire = self.territoire(code)
        liens: dict[str, list[str]] = defaultdict(list)
        for parent, nature in self._parents.get(territoire.territoire, ()):
            liens[nature].append(parent)
        enfants = {
            enfant
            for enfant, nature in self._enfants.get(territoire.territoire, ())
            if self._par_code[enfant].maille is Maille.QUARTIER
            and (self._par_code[enfant].statut != "partie de quartier" or nature == "partie_de")
        }
        agglomerations = self._dans_l_ordre([p for nature in _VERS_L_AGGLOMERATION for p in liens[nature]])
        suite = self.fusionnees.get(territoire.territoire)
        return Fiche(
            territoire,
            communes=tuple(self.territoires(liens["commune"])),
            agglomerations=agglomerations,
            quartiers=tuple(self.territoires(enfants)),
            references=self._references(territoire, agglomerations),
            filiations=tuple(self._filiations.get(territoire.territoire, ())),
            suite=(self._par_code[suite[0]], suite[1]) if suite is not None else None,
            absorbees=tuple(self.absorbees(territoire.territoire)),
        )

    def absorbees(self, code: str) -> list[tuple[Territoire, int]]:
        """Les communes entrées dans celle-ci, chacune avec l'année depuis laquelle elle y est."""
        siennes = [enfant for enfant, nature in self._enfants.get(code, ()) if nature == "fusion"]
        return [(t, self.fusionnees[t.territoire][1]) for t in self.territoires(siennes)]

    def rattachements(self, code: str) -> tuple[tuple[str, ...], str | None]:
        """Les codes des communes d'un territoire et celui de son agglomération : une fiche, sans le reste."""
        liens: dict[str, list[str]] = defaultdict(list)
        for parent, nature in self._parents.get(code, ()):
            liens[nature].append(parent)
        agglomerations = (parent for nature in _VERS_L_AGGLOMERATION for parent in liens[nature])
        return tuple(t.territoire for t in self.territoires(liens["commune"])), next(agglomerations, None)

    def _references(self, territoire: Territoire, agglomerations: tuple[Territoire, ...]) -> tuple[Territoire, ...]:
        """Les territoires qui le contiennent, agglomération d'abord, puis les ensembles de même périmètre."""
        ancetres = self._ancetres(territoire.territoire)
        # Le département du siège d'un EPCI n'est pas celui de toutes ses communes : le sien l'emporte.
        propres = self._departements(territoire.territoire)
        if not propres and territoire.maille is Maille.EPCI:
            # Un établissement public territorial n'est pas dans le département du siège de sa métropole, Paris.
            propres = {d for commune in self.communes_de(territoire.territoire) for d in self._departements(commune)}
            ancetres += propres if len(propres) == 1 else ()
        if propres:
            tenus = propres | {p for dep in propres for p, _ in self._parents.get(dep, ())}
            ancetres = [
                code
                for code in ancetres
                if code in tenus or self._par_code[code].maille not in {Maille.DEPARTEMENT, Maille.REGION}
            ]
        directes = [
            t
            for t in sorted(self._dans_l_ordre(ancetres), key=lambda t: _RANG_MAILLE[t.maille])
            if t.maille not in {Maille.COMMUNE, Maille.REGROUPEMENT}
            and t not in agglomerations
            and not self._est_une_part(t, territoire)
        ]
        contenus = {enfant for ancetre in ancetres for enfant, _ in self._enfants.get(ancetre, ())}
        ensembles = (code for code in contenus if self._par_code[code].maille is Maille.REGROUPEMENT)
        regroupements = [
            t
            for t in self.territoires(ensembles)
            if t != territoire
            # Un regroupement fait ici n'est une référence que pour ceux qu'il réunit.
            and (not t.est_a_soi or (t.territoire, "regroupement") in self._parents.get(territoire.territoire, ()))
            and (t.geographie is None or territoire.geographie in (None, t.geographie))
        ]
        return (*agglomerations, *directes, *regroupements)

    def _departements(self, code: str) -> set[str]:
        return {parent for parent, nature in self._parents.get(code, ()) if nature == "departement"}

    def _est_une_part(self, reference: Territoire, territoire: Territoire) -> bool:
        """Vrai d'une référence que le lieu contient toute : Paris et sa métropole, La Réunion département et région."""
        dedans = _DEDANS.get(reference.maille)
        if dedans is None or territoire.maille not in {dedans, Maille.EPCI}:
            return False
        morceaux = {e for e, _ in self._enfants.get(reference.territoire, ()) if self._par_code[e].maille is dedans}
        return morceaux <= {territoire.territoire, *self.communes_de(territoire.territoire)}

    def _ancetres(self, code: str) -> list[str]:
        """Tout ce qui contient un territoire, du plus proche au plus lointain ; les regroupements n'en sont pas."""
        trouves: dict[str, None] = {}
        derniers = [code]
        for _ in range(PROFONDEUR):
            derniers = [p for c in derniers for p, nature in self._parents.get(c, ()) if nature != "regroupement"]
            derniers = [p for p in dict.fromkeys(derniers) if p not in trouves]
            trouves |= dict.fromkeys(derniers)
        return list(trouves)

    def cles(self, codes: Iterable[str]) -> list[int]:
        """Les clés entières de ces territoires ; un code inconnu est laissé de côté."""
        return [self._cles[code] for code in codes if code in self._cles]

    def codes(self, cles: Iterable[int]) -> list[str]:
        """Les codes de ces clés, dans leur ordre."""
        return [self._codes[cle] for cle in cles]

    def cles_des_contenus(self, code: str) -> list[int]:
        """Les clés d'un territoire et de tout ce qu'il contient ; les regroupements n'en sont pas."""
        trouves, derniers = {code}, {code}
        while derniers:
            derniers = {e for c in derniers for e, nature in self._enfants.get(c, ()) if nature not in _HORS_CONTENU}
            derniers -= trouves
            trouves |= derniers
        return self.cles(trouves)

    def cles_des_membres(self, code: str, natures: Collection[str]) -> list[int]:
        """Les clés d'un territoire et de ceux qui lui sont rattachés par un lien de l'une de ces natures."""
        return self.cles([code, *(enfant for enfant, nature in self._enfants.get(code, ()) if nature in natures)])

    def semblables(self, territoire: Territoire) -> list[Territoire]:
        """Ceux auxquels le comparer : même maille, périmètre et statut ; pour une commune ou un IRIS, même EPCI."""
        return [self._par_code[code] for code in self._membres[self._familles[territoire.territoire]]]

    def _dans_l_ordre(self, codes: Sequence[str]) -> tuple[Territoire, ...]:
        return tuple(self._par_code[code] for code in dict.fromkeys(codes) if code in self._par_code)


def liste(texte: str, separateur: str) -> tuple[str, ...]:
    """Les morceaux d’une cellule qui en porte plusieurs, sans les vides."""
    return tuple(morceau.strip() for morceau in texte.split(separateur) if morceau.strip())


def _territoire(ligne: Sequence[Any]) -> Territoire:
    code, maille, geographie, statut, nom, court, variantes, officiel, *mesures = ligne
    variantes = liste(variantes, "|") if variantes else ()
    return Territoire(code, _MAILLES[maille], geographie, statut, nom, court, variantes, officiel, *mesures)
