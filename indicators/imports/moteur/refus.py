"""Ce qu'un ajout refuserait, dit dès l'essai et à sa place dans le fichier de la personne."""

from __future__ import annotations

import itertools
import re
import statistics
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from indicators.base.imports import Connues
from indicators.donnees.controles.structure import statut_et_nombres
from indicators.donnees.indicateurs_locaux import renomme
from indicators.donnees.lignes import Ligne
from indicators.donnees.schema import FEUILLES
from indicators.imports.moteur.cellules import en_nombre
from indicators.imports.moteur.releve import Chiffre, Releve, constat, mots
from indicators.socle.catalogue import Catalogue, Indicateur
from indicators.socle.erreurs import Constat, ErreurImport
from indicators.socle.nombres import accord, ecrire
from indicators.socle.premiers import Premiers
from indicators.socle.territoires import Maille

_DITS = 20
_MILLIERS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_POUR_CENT = 5.0
"""Un indicateur dont les chiffres connus dépassent cette médiane n'a pas toute une colonne sous 1 %."""
_DIX_FOIS = 10.0
"""Une colonne dix fois plus petite que ce que l'on connaît n'est peut-être pas dans son unité."""
_EXTRAIT = 100
"""Jusqu'à ce nombre de valeurs, une colonne se relit d'un bout à l'autre."""


def lever(refus: Sequence[Constat] | Premiers[Constat]) -> None:
    """Lève une seule `ErreurImport` pour tous les refus ; rien s'il n'y en a pas."""
    if refus:
        suite = f"\n  … et {len(refus) - _DITS} autres" if len(refus) > _DITS else ""
        dits = "".join(f"\n  - {constat}" for constat in itertools.islice(refus, _DITS))
        cases = accord(len(refus), "une case", "des cases")
        raise ErreurImport(f"Rien n'est ajouté : {cases} à corriger.{dits}{suite}")


def place(fichier: str, onglet: str) -> str:
    """Le fichier et l'onglet d'une case, tels que la personne les nomme."""
    return f"{fichier}, onglet « {onglet} »" if onglet else fichier


def de_la_ligne(ligne: Mapping[str, str], fichier: str, onglet: str, numero: int | None) -> list[Constat]:
    """Ce qui ne va pas dans cette ligne d'observations, aux fichier, onglet et ligne de la personne."""
    colonnes = FEUILLES["observations"].colonnes
    lue = Ligne(
        place(fichier, onglet),
        numero or 0,
        {colonne.nom: colonne.lire(ligne.get(colonne.nom, "")) for colonne in colonnes},
        {colonne.nom: ligne.get(colonne.nom, "") for colonne in colonnes},
    )
    return list(statut_et_nombres(lue))


def a_eclaircir(chiffre: Chiffre, indicateur: Indicateur) -> str:
    """Ce qu'une case peut vouloir dire de deux façons, et qui ne se devine pas ; vide si elle est claire."""
    for brut in map(str.strip, chiffre.brut.split(" à ")):  # une valeur, ou ses deux bornes
        if brut.endswith("%") and indicateur.unite != "%":
            return f"« {brut} » est un pourcentage, « {indicateur.indicateur} » est en {indicateur.unite}"
        if not indicateur.decimales and _MILLIERS.fullmatch(brut):
            return f"« {brut} » : milliers ou décimales ? écrivez {re.sub('[.,]', '', brut)}, ou un nombre entier"
    return ""


def fractions(
    chiffres: Sequence[tuple[str, Chiffre]], connus: Connues, catalogue: Catalogue, definis: Collection[str] = ()
) -> tuple[list[Constat], Premiers[str]]:
    """Un pourcentage écrit en fraction (« 0,467 »), que rien ne dit dans un CSV : les refus, et les soupçons.

    Les chiffres connus le montrent : c'est un refus. Sans aucun chiffre connu de cet indicateur, ou s'il est lui-même
    petit, une colonne dont aucune valeur ne dépasse 1 est un soupçon : elle entre, et le rapport le dit ; de même une
    fraction parmi des pourcentages, et une valeur hors de 0 à 100 d'un indicateur local, que rien ne borne.
    `chiffres` : chacun avec le nom de son fichier ; `definis` : ceux que le lot définit.
    """
    par_colonne: dict[tuple[str, str], list[tuple[Chiffre, float]]] = defaultdict(list)
    for nom, chiffre in chiffres:
        if catalogue.indicateurs[chiffre.indicateur].unite == "%":
            ecrites = filter(None, (chiffre.lecture.valeur, *chiffre.bornes))
            par_colonne[nom, chiffre.indicateur] += [(chiffre, en_nombre(ecrite)) for ecrite in ecrites]
    petites = {
        cle: lus
        for cle, lus in par_colonne.items()
        if all(0 <= valeur <= 1 for _, valeur in lus) and not all(valeur in (0, 1) for _, valeur in lus)
    }
    connues: dict[str, list[float]] = defaultdict(list)
    for (_, indicateur), siennes in connus.items():
        connues[indicateur] += [connue.valeur for connue in siennes if connue.valeur is not None]
    trouvees: list[Constat] = []
    soupcons: Premiers[str] = Premiers()
    for (nom, indicateur), lus in petites.items():
        connue = statistics.median(connues[indicateur]) if connues[indicateur] else None
        premier, valeur = next(paire for paire in lus if paire[1] not in (0, 1))
        cent_fois = ecrire(valeur * 100, 1)
        if connue is not None and connue >= _POUR_CENT:
            phrase = f"« {premier.brut} » est une fraction, « {indicateur} » est en pour cent : écrivez {cent_fois}"
            trouvees.append(Constat(nom, premier.ligne or 0, premier.colonne, phrase))
        elif connue is None or _DIX_FOIS * statistics.median(v for _, v in lus) < connue:
            soupcons.append(
                f"{nom}, {indicateur} : {accord(len(lus), 'la valeur est', 'toutes les valeurs sont')} entre 0 et 1 "
                f"(« {premier.brut} ») ; si c’est une fraction, écrivez {cent_fois}"
            )
    for cle, lus in par_colonne.items():
        if cle not in petites:
            soupcons += (
                f"{cle[0]}, ligne {chiffre.ligne}, {chiffre.territoire}, {cle[1]} : « {chiffre.brut} » parmi des "
                f"pourcentages ; si c’est une fraction, écrivez {ecrire(valeur * 100, 1)}"
                for chiffre, valeur in _fractions_parmi(lus)
                if all(connue.valeur is None for connue in connus.get((chiffre.territoire, cle[1]), ()))
            )
    for (nom, indicateur), lus in par_colonne.items():
        if indicateur in definis or catalogue.indicateurs[indicateur].est_local:
            soupcons += (
                f"{nom}, ligne {chiffre.ligne}, {indicateur} : « {chiffre.brut} » n’est pas entre 0 et 100"
                for chiffre, valeur in lus
                if not 0 <= valeur <= 100
            )
    return trouvees, soupcons


def _fractions_parmi(lus: Sequence[tuple[Chiffre, float]]) -> list[tuple[Chiffre, float]]:
    """Les valeurs d'une colonne qui, multipliées par cent, ressemblent aux autres mieux que telles quelles.

    Dans un extrait, toutes ; dans un fichier national, où de vraies petites parts abondent, celles qu'on a écrites avec
    plus de décimales que les autres.
    """
    autres = sorted(valeur for _, valeur in lus if valeur > 1)
    if not autres or statistics.median(autres) < _POUR_CENT:
        return []
    precision = max(_decimales(chiffre) for chiffre, valeur in lus if valeur > 1)
    return [
        (chiffre, valeur)
        for chiffre, valeur in lus
        if 0 < valeur < 1
        and autres[0] / 2 <= 100 * valeur <= autres[-1] * 1.5
        and (len(lus) <= _EXTRAIT or _decimales(chiffre) > precision)
    ]


def _decimales(chiffre: Chiffre) -> int:
    return len(chiffre.lecture.valeur.partition(",")[2])


def noms_d_un_autre(releve: Releve, noms: Mapping[str, Sequence[str]]) -> list[Constat]:
    """Les codes que ce fichier appelle du nom d'un autre, qu'il appelle autrement : une colonne triée sans les autres.

    Un homonyme, ou une commune renommée depuis, n'échange son nom avec personne. `noms` : nom plat → identifiants.
    """
    trouves = []
    for lieu in releve.lieux.values() if releve.chiffres else ():
        nom = mots(lieu.nom)
        autres = [] if lieu.maille in {Maille.QUARTIER, Maille.IRIS} else noms.get(nom, ())
        appeles = [mots(releve.lieux[code].nom) for code in autres if code in releve.lieux]
        if lieu.territoire not in autres and appeles and nom not in appeles:
            phrase = f"{lieu.territoire} y porte le nom de {autres[0]}, « {lieu.nom} » : ses codes sont-ils décalés ?"
            trouves.append(constat(0, "", phrase))
    return trouves


def homonymes(cites: set[str], catalogue: Catalogue) -> list[Constat]:
    """Un identifiant que le catalogue a pris à un indicateur local : le chiffre va au catalogue, il faut le dire."""
    return [
        constat(0, "", f"« {code} » est ici « {catalogue.indicateurs[code].libelle} », du catalogue ; "
                f"pour votre indicateur local, écrivez « {renomme(code)} »")
        for code in sorted(cites & set(catalogue.indicateurs))
        if (local := catalogue.indicateurs.get(renomme(code))) is not None and local.est_local
    ]  # fmt: skip
