"""Le tableau croisé, écrit une fois : territoires × indicateurs ; l'écran, le classeur et le CSV le rendent tous."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indicators.analyse.comparaison import Comparaison, Jugement, Motif, Position
from indicators.analyse.comparatif import IndicateurCroise
from indicators.recit import phrases
from indicators.socle.catalogue import Indicateur
from indicators.socle.nombres import INSECABLE, ordinal
from indicators.socle.observations import Observation
from indicators.socle.territoires import Territoire, cle_de_recherche

NOM = "nom"
"""L'ordre alphabétique, celui d'abord."""
MARQUES = {Jugement.DEFAVORABLE: "◆", Jugement.FAVORABLE: "●", Jugement.PROCHE: "="}
SANS_JUGEMENT = "■"
"""La forme d'un fait qui ne se juge pas ; la raison est dans `fait`."""


@dataclass(frozen=True)
class ColonneCroisee:
    """Un indicateur : son nom, sa date ou pourquoi il n'en a pas, et les dates qu'il connaît."""

    indicateur: Indicateur
    date: str


@dataclass(frozen=True)
class CaseCroisee:
    """Une case : `texte` tel qu'il se lit ; `fait` : « plus élevé, défavorable » ; `rang` : « 3e sur 21 ».

    `position` : le fait en deux mots, « plus élevé » ; `marque` : la forme du jugement, ◆ ● = ou ■.

    `part` : la force de la teinte, de 0 à 1, None sans rang ; `valeur` None quand ce n'est pas un nombre ; `manque` :
    vrai quand le chiffre n'existe pas à cette date, ou qu'il est secret.
    """

    texte: str
    valeur: float | None = None
    decimales: int = 0
    jugement: Jugement = Jugement.INDETERMINE
    marque: str = ""
    position: str = ""
    fait: str = ""
    rang: str = ""
    part: float | None = None
    douteuse: bool = False
    manque: bool = False


@dataclass(frozen=True)
class RangeeCroisee:
    """Un territoire ou une référence, et ses cases dans l'ordre des colonnes."""

    territoire: Territoire
    cases: tuple[CaseCroisee, ...]


@dataclass(frozen=True)
class TableauCroise:
    """Le tableau : les références d'abord, puis les territoires dans l'ordre demandé (`tri`, `-` devant : croissant).

    `principale` : la référence à laquelle les faits et les jugements se rapportent, None s'il n'y en a pas. `notes` :
    pourquoi une référence ne se compare à aucun chiffre d'une colonne.
    """

    colonnes: tuple[ColonneCroisee, ...]
    references: tuple[RangeeCroisee, ...]
    rangees: tuple[RangeeCroisee, ...]
    principale: Territoire | None
    tri: str
    notes: tuple[str, ...] = ()


def ecrire(
    croisees: Sequence[IndicateurCroise],
    territoires: Sequence[Territoire],
    references: Sequence[Territoire],
    tri: str = NOM,
) -> TableauCroise:
    """Le tableau écrit ; ceux qui n'ont pas de nombre à ranger viennent à la fin, par nom."""
    rangees = [RangeeCroisee(t, tuple(_case(c, t.territoire) for c in croisees)) for t in territoires]
    return TableauCroise(
        tuple(ColonneCroisee(c.indicateur, _date(c)) for c in croisees),
        tuple(RangeeCroisee(r, tuple(_de_reference(c, r.territoire) for c in croisees)) for r in references),
        _ranger(rangees, [c.indicateur.indicateur for c in croisees], tri),
        references[0] if references else None,
        tri,
        tuple(
            f"{c.indicateur.libelle_court}, {phrases.motif_long(separee, reference)}."
            for c in croisees
            for reference, separee in c.separees
        ),
    )


def tris(indicateurs: Sequence[str]) -> list[str]:
    """Les ordres proposés : par nom, puis chaque colonne, décroissante et croissante."""
    return [NOM, *(tri for code in indicateurs for tri in (code, f"-{code}"))]


def nommer_le_tri(tri: str, indicateurs: Callable[[str], Indicateur]) -> str:
    """« Taux de pauvreté, du plus élevé au plus faible »."""
    if tri == NOM:
        return "le nom"
    sens = "du plus faible au plus élevé" if tri.startswith("-") else "du plus élevé au plus faible"
    return f"{indicateurs(tri.removeprefix('-')).libelle_court}, {sens}"


def _ranger(rangees: Sequence[RangeeCroisee], codes: Sequence[str], tri: str) -> tuple[RangeeCroisee, ...]:
    def nom(rangee: RangeeCroisee) -> str:
        return cle_de_recherche(rangee.territoire.nom_court)

    code = tri.removeprefix("-")
    if code not in codes:
        return tuple(sorted(rangees, key=nom))
    rang, signe = codes.index(code), 1 if tri.startswith("-") else -1

    def cle(rangee: RangeeCroisee) -> tuple[object, ...]:
        valeur = rangee.cases[rang].valeur
        return valeur is None, signe * (valeur or 0.0), nom(rangee)

    return tuple(sorted(rangees, key=cle))


def _date(colonne: IndicateurCroise) -> str:
    """La date des chiffres de la colonne ; sinon celles où l'indicateur est connu."""
    ligne = next(iter(colonne.cases.values()), None)
    if ligne is not None:
        return phrases.periode(ligne.chiffre)
    if colonne.periodes:
        return f"pas à cette date (connu{INSECABLE}: {', '.join(sorted(map(_en_clair, colonne.periodes)))})"
    return "non disponible"


def _en_clair(periode: str) -> str:
    return periode.replace("ed", "édition ") if periode != "nd" else "sans année"


def _case(colonne: IndicateurCroise, code: str) -> CaseCroisee:
    ligne = colonne.cases.get(code)
    if ligne is None:
        return CaseCroisee("secret" if code in colonne.secretes else "n. d.", manque=True)
    place, gravite = colonne.classement.rang(code), colonne.gravite(code)
    rang = f"{ordinal(place.rang)} sur {place.effectif}" if place and not colonne.indicateur.est_effectif else ""
    comparaison = ligne.comparaisons[0] if ligne.comparaisons else None
    juge = comparaison.jugement if comparaison is not None else Jugement.INDETERMINE
    part = None
    if gravite is not None:
        # La teinte est d'autant plus forte que le territoire est loin de l'autre bout de la colonne.
        part = 1 - gravite if juge is Jugement.FAVORABLE else gravite
    o = ligne.chiffre
    position = _position(comparaison)
    return CaseCroisee(
        phrases.chiffre(o, colonne.indicateur.unite),
        o.valeur if o.est_ponctuelle else None,
        o.decimales,
        juge,
        MARQUES.get(juge, SANS_JUGEMENT) if position else "",
        position,
        _fait(comparaison),
        rang,
        part,
        o.douteuse,
    )


def _position(comparaison: Comparaison | None) -> str:
    """« plus élevé », « proche » ; vide quand rien ne se situe."""
    if comparaison is not None and comparaison.motif is Motif.RUPTURE:
        return "non comparé"
    if comparaison is None or comparaison.position is Position.INDETERMINE:
        return ""
    return phrases.MOTS_POSITION[comparaison.position]


def _fait(comparaison: Comparaison | None) -> str:
    """« plus élevé, défavorable », « proche » ; le fait seul et la raison quand rien ne se juge."""
    if comparaison is None or comparaison.motif is Motif.EFFECTIF:
        return ""
    if comparaison.position is Position.INDETERMINE:
        return phrases.motif(comparaison)
    if comparaison.motif is Motif.AUCUN:
        return phrases.position(comparaison)
    return f"{phrases.MOTS_POSITION[comparaison.position]}, {phrases.verdict(comparaison)}"


def _de_reference(colonne: IndicateurCroise, code: str) -> CaseCroisee:
    trouve: Observation | None = next((o for t, o in colonne.references if t.territoire == code), None)
    if trouve is None:
        return CaseCroisee("n. d.", manque=True)
    temoin = next(iter(colonne.cases.values()), None)
    date = phrases.periode(trouve)
    autre = "" if temoin is not None and phrases.periode(temoin.chiffre) == date else date
    separee = next((phrases.motif_entier(c) for t, c in colonne.separees if t.territoire == code), "")
    return CaseCroisee(
        phrases.chiffre(trouve, colonne.indicateur.unite),
        trouve.valeur if trouve.est_ponctuelle else None,
        trouve.decimales,
        position=autre if separee else "",
        fait=separee or autre,
        douteuse=trouve.douteuse,
    )
