"""Les sommes des regroupements que l'on fait soi-même, ajoutées aux chiffres à la construction.

Un nombre absolu s'additionne quand chaque membre a le sien, à la même date et de la même source ; un rapport se refait
de deux sommes quand `controles/formules.csv` dit de quoi il est fait et que les deux sont là. Rien d'autre n'est
calculé : ni taux, ni médiane. Ce que dit l'étendue des membres se lit ensuite (`analyse/regroupements.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import duckdb
import pandas as pd

from indicators.donnees.lignes import Donnees
from indicators.socle.nombres import INSECABLE, et_autres, nombre
from indicators.socle.observations import PONCTUELS, Fiabilite, Origine, Statut
from indicators.socle.territoires import PREFIXE_A_SOI
from indicators.socle.unites import table

LIEN = "regroupement"
"""La nature du lien d'un membre vers son ensemble."""
_DITS = 8
"""Combien de termes d'une somme s'écrivent dans sa note."""


class _Cle(NamedTuple):
    """Ce qui fait d'un chiffre le même chez chaque membre ; `i` et `s` : les clés de l'indicateur et de la source."""

    i: int
    s: int
    annee_debut: int | None
    annee: int | None
    millesime: int | None


@dataclass(frozen=True)
class _Terme:
    """Le chiffre d'un membre."""

    t: int
    valeur: float
    environ: bool
    douteux: bool
    decimales: int


def ecrire_les_manquants(connexion: duckdb.DuckDBPyConnection, donnees: Donnees) -> None:
    """La table `membres_manquants` : le code de chaque membre que ces données n'ont plus, et son regroupement."""
    connexion.execute("CREATE TABLE membres_manquants (territoire VARCHAR, membre VARCHAR)")
    for regroupement, membres in donnees.incomplets.items():
        for membre in membres:
            connexion.execute("INSERT INTO membres_manquants VALUES (?, ?)", [regroupement, membre])


def additionner(connexion: duckdb.DuckDBPyConnection, donnees: Donnees, colonnes: Sequence[str]) -> None:
    """Ajoute à la table temporaire `lues` les chiffres des regroupements faits ici, s'il y en a.

    `colonnes` : celles d'une mesure. Un regroupement dont un membre manque n'a aucune somme.
    """
    cles = {ligne["territoire"]: cle for cle, ligne in enumerate(donnees["territoires"])}
    membres: dict[str, list[str]] = defaultdict(list)
    for lien in donnees["appartenances"]:
        if lien["nature"] == LIEN and lien["jusqu_a"] is None and lien["parent"].startswith(PREFIXE_A_SOI):
            membres[lien["parent"]].append(lien["territoire"])
    entiers = {code: siens for code, siens in membres.items() if code not in donnees.incomplets}
    if not entiers:
        return
    calcul = _Calcul(donnees)
    lus = _lire(connexion, sorted({cles[m] for siens in entiers.values() for m in siens}))
    mesures = [
        {"t": cles[code]} | mesure
        for code, siens in entiers.items()
        for mesure in calcul.du_regroupement({cles[m] for m in siens}, lus)
    ]
    if not mesures:
        return
    cadre = pd.DataFrame(mesures, columns=list(colonnes))
    entieres = ("t", "i", "s", "annee_debut", "annee", "millesime", "ligne", "decimales")
    connexion.register("sommes", cadre.astype(dict.fromkeys(entieres, "Int64")))
    connexion.execute("INSERT INTO lues BY NAME FROM sommes")
    connexion.unregister("sommes")


_Lus = Mapping[_Cle, Mapping[int, _Terme]]


def _lire(connexion: duckdb.DuckDBPyConnection, territoires: Sequence[int]) -> _Lus:
    """Les chiffres ponctuels et datés de ces territoires, par ce qui les rend pareils puis par territoire."""
    lus: dict[_Cle, dict[int, _Terme]] = defaultdict(dict)
    for t, i, s, debut, annee, millesime, valeur, statut, fiabilite, decimales in connexion.execute(
        "SELECT t, i, s, annee_debut, annee, millesime, valeur, statut::VARCHAR, fiabilite::VARCHAR, decimales"
        " FROM lues WHERE t IN (SELECT unnest(?::INTEGER[])) AND statut::VARCHAR IN (SELECT unnest(?))"
        " AND coalesce(annee, millesime) IS NOT NULL",
        [list(territoires), sorted(PONCTUELS)],
    ).fetchall():
        terme = _Terme(t, valeur, statut == Statut.ENVIRON, fiabilite == Fiabilite.DOUTEUSE, decimales)
        lus[_Cle(i, s, debut, annee, millesime)][t] = terme
    return lus


class _Calcul:
    """Les sommes et les rapports que ces données permettent."""

    def __init__(self, donnees: Donnees) -> None:
        unites = table(ligne.valeurs for ligne in donnees["unites"])
        self.noms = [ligne["nom_court"] for ligne in donnees["territoires"]]
        self.additifs = {n for n, ligne in enumerate(donnees["indicateurs"]) if unites[ligne["unite"]].additive}
        self.decimales = [ligne["decimales"] for ligne in donnees["indicateurs"]]
        indicateurs = {ligne["indicateur"]: n for n, ligne in enumerate(donnees["indicateurs"])}
        sources = {ligne["source"]: n for n, ligne in enumerate(donnees["sources"])}
        self.formules = [
            (
                indicateurs[f["resultat"]],
                [indicateurs[code] for code in _codes(f["termes"])],
                [indicateurs[code] for code in _codes(f["diviseurs"])],
                sources.get(f["source_diviseurs"] or ""),
                f["multiplicateur"],
            )
            for f in donnees["formules"]
            if f["sorte"] == "rapport" and indicateurs.keys() >= {f["resultat"], *_codes(f["termes"])}
            and indicateurs.keys() >= set(_codes(f["diviseurs"]))
        ]  # fmt: skip

    def du_regroupement(self, membres: set[int], lus: _Lus) -> Iterator[dict[str, Any]]:
        """Les mesures d'un regroupement, sans son territoire : une somme par chiffre que tous ses membres ont."""
        entiers: dict[_Cle, list[_Terme]] = {}
        for cle, termes in lus.items():
            if cle.i in self.additifs and membres <= termes.keys():
                entiers[cle] = [termes[t] for t in sorted(membres)]
                yield self._somme(cle, entiers[cle])
        for resultat, hauts, bas, source, multiplicateur in self.formules:
            for cle in [c for c in entiers if c.i == hauts[0] and c.annee is not None and c.annee_debut is None]:
                parties = [_trouver(entiers, i, cle.s, cle) for i in hauts]
                parties_bas = [_trouver(entiers, i, cle.s if source is None else source, cle) for i in bas]
                if all(parties) and all(parties_bas):
                    produit = cle._replace(i=resultat)
                    yield from self._rapport(produit, parties, parties_bas, multiplicateur, lus)

    def _somme(self, cle: _Cle, termes: Sequence[_Terme]) -> dict[str, Any]:
        decimales = max(terme.decimales for terme in termes)
        detail = " + ".join(f"{self.noms[x.t]} ({nombre(x.valeur, x.decimales)})" for x in termes[:_DITS])
        note = f"Somme des {len(termes)} membres{INSECABLE}: {detail}{et_autres(len(termes) - _DITS)}."
        return self._mesure(cle, sum(x.valeur for x in termes), decimales, note, termes)

    def _rapport(
        self,
        cle: _Cle,
        hauts: Sequence[Sequence[_Terme]],
        bas: Sequence[Sequence[_Terme]],
        multiplicateur: float,
        lus: _Lus,
    ) -> Iterator[dict[str, Any]]:
        haut, diviseur = _par_membre(hauts), _par_membre(bas)
        total, sous = sum(haut.values()), sum(diviseur.values())
        decimales = self.decimales[cle.i]
        publies = lus.get(cle, {})
        refaits = (
            diviseur[t] and abs(multiplicateur * haut[t] / diviseur[t] - terme.valeur) <= 0.51 * 10.0**-terme.decimales
            for t, terme in publies.items()
            if t in haut
        )
        # Le quotient doit redonner ce que chaque membre publie : sinon ce n'est pas ce rapport-là.
        if not sous or not all(refaits):
            return
        fois = f"{nombre(multiplicateur)} × " if multiplicateur != 1 else ""
        note = (
            f"Somme sur somme des {len(haut)} membres{INSECABLE}: {fois}{nombre(total)} ÷ {nombre(sous)}. Ce n’est pas "
            "une moyenne de leurs valeurs."
        )
        termes = [terme for partie in (*hauts, *bas) for terme in partie]
        yield self._mesure(cle, multiplicateur * total / sous, decimales, note, termes)

    def _mesure(self, cle: _Cle, valeur: float, decimales: int, note: str, termes: Sequence[_Terme]) -> dict[str, Any]:
        douteux = any(terme.douteux for terme in termes)
        return cle._asdict() | {
            "valeur": round(valeur, decimales),
            "statut": str(Statut.ENVIRON if any(terme.environ for terme in termes) else Statut.EXACT),
            "fiabilite": str(Fiabilite.DOUTEUSE if douteux else Fiabilite.SURE),
            "note": f"Le chiffre d’un membre au moins est douteux. {note}" if douteux else note,
            "passage": "",
            "imprime": "",
            "origine": str(Origine.CALCULEE),
            "decimales": decimales,
        }


def _trouver(entiers: Mapping[_Cle, list[_Terme]], i: int, s: int, cle: _Cle) -> list[_Terme]:
    """La somme de cet indicateur, de cette source et de la même année ; vide si elle manque."""
    pareilles = (c for c in entiers if (c.i, c.s, c.annee, c.annee_debut) == (i, s, cle.annee, None))
    return entiers[trouvee] if (trouvee := next(pareilles, None)) is not None else []


def _par_membre(parties: Sequence[Sequence[_Terme]]) -> dict[int, float]:
    sommes: dict[int, float] = defaultdict(float)
    for partie in parties:
        for terme in partie:
            sommes[terme.t] += terme.valeur
    return dict(sommes)


def _codes(texte: str | None) -> list[str]:
    return [code.strip() for code in (texte or "").split(",") if code.strip()]
