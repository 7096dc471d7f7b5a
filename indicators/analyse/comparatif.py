"""Un indicateur sur plusieurs territoires, ou plusieurs indicateurs côte à côte : ce que montre l'écran Comparer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indicators.analyse.comparaison import Classement, Comparaison, comparer, ranger
from indicators.base.base import Base
from indicators.socle.catalogue import Indicateur, Sens
from indicators.socle.observations import Observation, par_territoire, reference_de, retenue
from indicators.socle.repartition import SEUIL_REPARTITION
from indicators.socle.territoires import Territoire


@dataclass(frozen=True)
class LigneComparee:
    """Un territoire du classement, son chiffre, et sa comparaison avec chaque référence."""

    territoire: Territoire
    chiffre: Observation
    comparaisons: tuple[Comparaison, ...]


@dataclass(frozen=True)
class Comparatif:
    """Un indicateur, une période, des territoires.

    `lignes` : de la plus élevée à la plus faible, puis seuils et intervalles ; `secretes`, `absentes`, `autre_periode`
    et `sans_chiffre` : ceux que le classement ne peut pas placer, jamais comptés comme des zéros.
    """

    indicateur: Indicateur
    periodes: tuple[str, ...]
    periode: str
    references: tuple[tuple[Territoire, Observation], ...]
    classement: Classement
    lignes: tuple[LigneComparee, ...]
    secretes: tuple[Territoire, ...]
    absentes: tuple[Territoire, ...]
    autre_periode: tuple[Territoire, ...]
    sans_chiffre: tuple[Territoire, ...]


def cle_de_periode(observation: Observation) -> str:
    """La période sous une forme qui tient dans une adresse : « 2018 », « 2011-2019 », « ed2022 », « nd »."""
    if observation.annee_debut is not None:
        fin = observation.annee or f"ed{observation.millesime or ''}"
        return f"{observation.annee_debut}-{fin}"
    if observation.annee is not None:
        return str(observation.annee)
    return f"ed{observation.millesime}" if observation.millesime else "nd"


def confronter(
    base: Base,
    indicateur: Indicateur,
    territoires: Sequence[Territoire],
    references: Sequence[Territoire],
    periode: str | None = None,
) -> Comparatif:
    """Range ces territoires pour un indicateur, à la période demandée ou à celle que le plus de territoires ont.

    À égalité, celle qu'une référence a aussi, puis la plus récente.

    Une période inconnue est remplacée par celle-là.
    """
    codes = [t.territoire for t in territoires]
    chiffres = par_territoire(base.observations_indicateur(indicateur.indicateur, codes))
    periodes = Counter(
        cle for liste in chiffres.values() for cle in {cle_de_periode(o) for o in liste if o.a_une_valeur}
    )
    des_references = par_territoire(
        base.observations_indicateur(indicateur.indicateur, [t.territoire for t in references])
    )
    eclairees = {cle_de_periode(o) for liste in des_references.values() for o in liste if o.a_une_valeur}
    rangees = sorted(periodes, key=lambda cle: (periodes[cle], cle in eclairees, cle.removeprefix("ed")), reverse=True)
    choisie = periode if periode in periodes else (rangees[0] if rangees else "")
    retenues: dict[str, Observation] = {}
    for code, liste in chiffres.items():
        montree = retenue(o for o in liste if cle_de_periode(o) == choisie)
        if montree is not None:
            retenues[code] = montree
    classement = ranger(list(retenues.values()), indicateur)
    temoin = classement.classees[0] if classement.classees else next(iter(retenues.values()), None)
    trouvees = _references(references, des_references, temoin)
    par_code = {t.territoire: t for t in territoires}

    def ligne(chiffre: Observation) -> LigneComparee:
        territoire = par_code[chiffre.territoire]
        return LigneComparee(
            territoire,
            chiffre,
            tuple(
                comparer(
                    chiffre,
                    valeur,
                    indicateur,
                    geographies=(territoire.geographie, reference.geographie),
                    meme_maille=territoire.maille is reference.maille,
                )
                for reference, valeur in trouvees
            ),
        )

    def lieux(observations: Iterable[Observation]) -> tuple[Territoire, ...]:
        return tuple(par_code[o.territoire] for o in observations)

    return Comparatif(
        indicateur,
        tuple(rangees),
        choisie,
        trouvees,
        classement,
        tuple(ligne(o) for o in (*classement.classees, *classement.a_part)),
        lieux(classement.secretes),
        lieux(classement.absentes),
        tuple(t for t in territoires if t.territoire in chiffres and t.territoire not in retenues),
        tuple(t for t in territoires if t.territoire not in chiffres),
    )


def _references(
    references: Sequence[Territoire], chiffres: dict[str, list[Observation]], temoin: Observation | None
) -> tuple[tuple[Territoire, Observation], ...]:
    """Le chiffre de chaque référence, à la période du classement si elle l'a ; celles qui n'ont rien sont omises."""
    if temoin is None:
        return ()
    paires = ((reference, reference_de(temoin, chiffres.get(reference.territoire, []))) for reference in references)
    return tuple((reference, choisie) for reference, choisie in paires if choisie and choisie.a_une_valeur)


@dataclass(frozen=True)
class Colonne:
    """Un indicateur du tableau croisé : sa période, sa référence, et une case par territoire qui a un chiffre."""

    indicateur: Indicateur
    reference: tuple[Territoire, Observation] | None
    cases: dict[str, LigneComparee]
    classement: Classement

    def gravite(self, territoire: str) -> float | None:
        """La place parmi ceux du tableau : 0 le mieux placé, 1 le moins bien.

        None sans rang, sous huit valeurs, ou si l'indicateur n'est ni bon ni mauvais en soi.
        """
        place = self.classement.rang(territoire)
        if place is None or place.effectif < SEUIL_REPARTITION or self.indicateur.sens is Sens.NEUTRE:
            return None
        meilleurs = place.rang - 1 if self.indicateur.sens is Sens.HAUSSE else place.depuis_le_bas - 1
        return meilleurs / (place.effectif - 1)


def croiser(
    base: Base, indicateurs: Sequence[Indicateur], territoires: Sequence[Territoire], reference: Territoire
) -> list[Colonne]:
    """Plusieurs indicateurs pour plusieurs territoires, chacun à sa période la plus répandue, face à une référence."""
    colonnes = []
    for indicateur in indicateurs:
        vue = confronter(base, indicateur, territoires, [reference])
        cases = {ligne.territoire.territoire: ligne for ligne in vue.lignes}
        colonnes.append(Colonne(indicateur, vue.references[0] if vue.references else None, cases, vue.classement))
    return colonnes


def de_population_proche(base: Base, territoire: Territoire, tolerance: float = 0.25) -> list[Territoire]:
    """Les semblables (même maille, périmètre, statut) dont la population est à `tolerance` près la sienne.

    Même indicateur de population et même période ; liste vide si la sienne n'est pas connue.
    """
    semblables = {t.territoire: t for t in base.semblables(territoire)}
    for indicateur in ("population", "population_fiscale"):
        sien = retenue(base.observations([territoire.territoire], [indicateur]))
        if sien is None or not sien.valeur:
            continue
        du_moment = par_territoire(base.observations_de_meme_periode(list(semblables), [sien]))
        autres = {code: reference_de(sien, chiffres) for code, chiffres in du_moment.items()}
        proches = [
            semblables[code]
            for code, autre in autres.items()
            if autre is not None
            and autre.est_ponctuelle
            and abs((autre.valeur or 0.0) - sien.valeur) <= tolerance * sien.valeur
        ]
        if len(proches) > 1:
            return proches
    return []


def couples(une: Comparatif, autre: Comparatif) -> list[tuple[Territoire, Observation, Observation]]:
    """Les territoires qui ont une valeur ponctuelle pour les deux indicateurs."""
    seconds = {ligne.territoire.territoire: ligne.chiffre for ligne in autre.lignes}
    return [
        (ligne.territoire, ligne.chiffre, seconds[ligne.territoire.territoire])
        for ligne in une.lignes
        if ligne.chiffre.est_ponctuelle
        and ligne.territoire.territoire in seconds
        and seconds[ligne.territoire.territoire].est_ponctuelle
    ]
