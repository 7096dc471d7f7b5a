"""Quel périmètre suit chaque fichier, pour les communes qui en ont changé : sa liste de communes le montre.

Un fichier qui a encore une ligne pour la commune absorbée mesure l'ancien périmètre de celle où elle est entrée ; un
fichier qui couvre son département et ne l'a plus mesure le nouveau, quelle que soit l'année de ses chiffres.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indicators.base.base import Base
from indicators.base.imports import Connue, Connues
from indicators.imports.moteur.cellules import en_nombre
from indicators.imports.moteur.mouvements import Mouvement, Nature
from indicators.imports.moteur.passages import rupture
from indicators.imports.moteur.releve import Chiffre, Releve
from indicators.socle.codes import departement_de
from indicators.socle.nombres import nombre

COUVERT = 0.5
"""La part des communes connues d'un département qu'un fichier nomme pour qu'une absence y dise quelque chose."""
_CHANGE = 0.10
"""Une commune qui change de nom et d'un dixième de ses habitants n'est sans doute plus la même."""


@dataclass(frozen=True)
class Absorption:
    """Des communes entrées dans une autre ; `depuis` : la première année de son nouveau périmètre."""

    commune: str
    absorbees: frozenset[str]
    depuis: int


def absorptions(base: Base, lignes: Mapping[str, Sequence[Mapping[str, str]]]) -> list[Absorption]:
    """Celles que la base connaît et celles que cet ajout écrit (`lignes`, par feuille), par commune puis par année."""
    entrees: dict[str, dict[str, int]] = defaultdict(dict)
    for ancienne, (actuelle, annee) in base.fusionnees.items():
        entrees[actuelle][ancienne] = annee
    for ligne in lignes.get("appartenances", ()):
        if ligne["nature"] == "fusion" and not ligne.get("jusqu_a"):
            entrees[ligne["parent"]][ligne["territoire"]] = int(ligne["depuis"])
    changements: dict[str, set[int]] = defaultdict(set)
    for r in base.catalogue.ruptures:
        if r.du_lieu and r.depuis is not None:
            for code in r.territoires:
                changements[code].add(r.depuis)
    for ligne in lignes.get("ruptures", ()):
        changements[ligne["territoire"]].add(int(ligne["depuis"]))
    trouvees = []
    for commune, siennes in entrees.items():
        annees = sorted(changements.get(commune, ()))
        for depuis, suivant in pairwise([*annees, 9999]):
            siens = frozenset(code for code, annee in siennes.items() if depuis <= annee < suivant)
            if siens:
                trouvees.append(Absorption(commune, siens, depuis))
    return sorted(trouvees, key=lambda a: (a.commune, a.depuis))


def des_sources(
    lus: Iterable[tuple[str, Releve]],
    base: Base,
    communes: Collection[str],
    lignes: Mapping[str, Sequence[Mapping[str, str]]],
) -> Iterator[dict[str, str]]:
    """Les lignes de `perimetres` de ces fichiers, chacun avec sa source."""
    changees = absorptions(base, lignes)
    nommes: dict[str, set[str]] = defaultdict(set)
    for source, releve in lus if changees else ():
        nommes[source] |= {c.territoire for c in releve.chiffres} | set(releve.lieux)
    for source, siens in nommes.items():
        yield from perimetres(source, siens, communes, changees)


def perimetres(
    source: str, nommes: Collection[str], communes: Collection[str], changees: Iterable[Absorption]
) -> Iterator[dict[str, str]]:
    """Les lignes de `perimetres` de cette source, d'après les communes que son fichier nomme.

    `communes` : celles de la base. Un fichier qui ne couvre pas le département ne dit rien.
    """
    connues = Counter(departement_de(code) for code in communes)
    presentes = Counter(departement_de(code) for code in nommes if code in communes)
    suivis: dict[str, int] = {}
    figes: set[str] = set()
    for a in changees:
        if a.commune not in nommes or a.commune in figes:
            continue
        departement = departement_de(a.commune)
        if a.absorbees & set(nommes):
            suivis.setdefault(a.commune, a.depuis - 1)
            figes.add(a.commune)
        elif presentes[departement] >= COUVERT * connues[departement]:
            suivis[a.commune] = a.depuis
    for commune, perimetre in sorted(suivis.items()):
        yield {"territoire": commune, "source": source, "perimetre": str(perimetre)}


def soupcons(
    mouvements: Iterable[Mouvement],
    chiffres: Iterable[tuple[Chiffre, int | None]],
    connues: Connues,
    deja: Iterable[Mapping[str, str]] = (),
) -> Iterator[dict[str, str]]:
    """Une rupture pour chaque commune que le fichier nomme autrement et dont la population saute : une fusion tue.

    `chiffres` : ceux du lot, chacun avec son année ; `deja` : les ruptures qu'il écrit, un lieu n'en a pas deux.
    """
    sues = {ligne["territoire"] for ligne in deja}
    renommes = {
        m.territoire: m
        for m in mouvements
        if m.nature is Nature.RENOMMAGE and not m.ancien and m.territoire not in sues
    }
    for chiffre, annee in chiffres:
        m = renommes.get(chiffre.territoire)
        if m is None or chiffre.indicateur != "population" or annee is None or not chiffre.lecture.valeur:
            continue
        avant = _precedente(connues.get((chiffre.territoire, "population"), ()), annee)
        valeur = en_nombre(chiffre.lecture.valeur)
        if avant is None or not avant.valeur or abs(valeur / avant.valeur - 1) <= _CHANGE:
            continue
        phrase = (
            f"en {annee} le fichier la nomme « {m.nom} » et lui compte {nombre(valeur)} habitants, "
            f"{nombre(avant.valeur)} en {avant.annee} : son périmètre a sans doute changé"
        )
        yield rupture(chiffre.territoire, annee, phrase, m.source)


def _precedente(connues: Sequence[Connue], annee: int) -> Connue | None:
    anciennes = [c for c in connues if c.annee is not None and c.annee < annee and c.valeur is not None]
    return max(anciennes, key=lambda c: c.annee or 0, default=None)
