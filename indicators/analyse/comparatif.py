"""Un indicateur sur plusieurs territoires, ou plusieurs indicateurs côte à côte : ce que montre l'écran Comparer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indicators.analyse.comparaison import Comparaison, comparer, reference_de, trop_petit
from indicators.analyse.population import INDICATEURS as POPULATIONS
from indicators.analyse.population import populations
from indicators.analyse.rangs import Classement, ranger
from indicators.base.base import Base
from indicators.socle.catalogue import Catalogue, Indicateur, Rupture, Sens
from indicators.socle.observations import Observation, par_indicateur, par_territoire, retenue
from indicators.socle.repartition import SEUIL_REPARTITION
from indicators.socle.territoires import Territoire


@dataclass(frozen=True)
class LigneComparee:
    """Un territoire du classement, son chiffre, et sa comparaison avec chaque référence.

    `petit` : vrai si trop peu d'habitants y vivent pour que l'indicateur s'y juge.
    """

    territoire: Territoire
    chiffre: Observation
    comparaisons: tuple[Comparaison, ...]
    petit: bool = False


@dataclass(frozen=True)
class Comparatif:
    """Un indicateur, une période, des territoires.

    `lignes` : de la plus élevée à la plus faible, puis seuils et intervalles ; `secretes`, `absentes`,
    `autre_periode`, `autre_perimetre` (le chiffre mesure un périmètre que le lieu n'a plus) et `sans_chiffre` : ceux
    que le classement ne peut pas placer, jamais comptés comme des zéros. `demandee` : la
    période demandée quand aucun de ces territoires ne l'a ; chaîne vide sinon.
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
    autre_perimetre: tuple[Territoire, ...] = ()
    demandee: str = ""

    @property
    def separees(self) -> tuple[tuple[Territoire, Comparaison], ...]:
        """Les références qu'une rupture sépare de tous les chiffres rangés, et pourquoi : aucun trait pour elles."""
        faces = zip(*(ligne.comparaisons for ligne in self.lignes), strict=True)
        return tuple(
            (reference, siennes[0])
            for (reference, _), siennes in zip(self.references, faces, strict=False)
            if all(c.rupture is not None for c in siennes)
        )


def cle_de_periode(observation: Observation) -> str:
    """La période sous une forme qui tient dans une adresse : « 2018 », « 2011-2019 », « ed2022 », « nd »."""
    if observation.annee_debut is not None:
        fin = observation.annee or f"ed{observation.millesime or ''}"
        return f"{observation.annee_debut}-{fin}"
    if observation.annee is not None:
        return str(observation.annee)
    return f"ed{observation.millesime}" if observation.millesime else "nd"


def ordonner_periodes(chiffres: Iterable[Observation], references: Sequence[Iterable[Observation]]) -> list[str]:
    """Les périodes de ces chiffres, celle à montrer d'abord : LA règle de tous les écrans.

    Parmi celles que connaissent plus de la moitié des territoires de la période la mieux connue : la plus récente que
    la première référence a aussi, sûre ; à défaut la suivante ; à défaut la plus récente. Puis les autres.
    `references` : les chiffres de chaque référence, la première d'abord.
    """
    connus: dict[str, dict[str, Observation]] = {}
    for o in chiffres:
        if o.a_une_valeur:
            connus.setdefault(cle_de_periode(o), {})[o.territoire] = o
    eclairees = [{cle_de_periode(o) for o in siens if o.a_une_valeur and not o.douteuse} for siens in references]
    plus = max(map(len, connus.values()), default=0)

    def preference(cle: str) -> tuple[object, ...]:
        siens = connus[cle]
        en_face = next((len(eclairees) - place for place, cles in enumerate(eclairees) if cle in cles), 0)
        datee = any(o.annee is not None for o in siens.values())
        return 2 * len(siens) > plus, en_face, datee, max(o.recence for o in siens.values()), len(siens), cle

    return sorted(connus, key=preference, reverse=True)


def confronter(
    base: Base,
    indicateur: Indicateur,
    territoires: Sequence[Territoire],
    references: Sequence[Territoire],
    periode: str | None = None,
    ouvert: str | None = None,
) -> Comparatif:
    """Range ces territoires pour un indicateur, à la période demandée ou à celle qu'`ordonner_periodes` met devant.

    `ouvert` : le territoire dont le portrait est ouvert ; s'il est du groupe, la période est celle de son portrait.
    Une période que personne n'a est remplacée par celle-là, et dite dans `demandee`.
    """
    codes = [t.territoire for t in territoires]
    return _confronter(
        base.catalogue,
        indicateur,
        territoires,
        references,
        par_territoire(base.observations_indicateur(indicateur.indicateur, codes)),
        par_territoire(base.observations_indicateur(indicateur.indicateur, [t.territoire for t in references])),
        populations(base, codes, indicateur),
        periode,
        ouvert,
    )


def _confronter(
    catalogue: Catalogue,
    indicateur: Indicateur,
    territoires: Sequence[Territoire],
    references: Sequence[Territoire],
    chiffres: Mapping[str, list[Observation]],
    des_references: Mapping[str, list[Observation]],
    habitants: Mapping[str, float],
    periode: str | None,
    ouvert: str | None = None,
) -> Comparatif:
    """La même chose, de chiffres déjà lus : `chiffres`, `des_references` et `habitants` sont par territoire."""
    en_face = [des_references.get(t.territoire, []) for t in references]
    rangees = ordonner_periodes((o for liste in chiffres.values() for o in liste), en_face)
    choisie = rangees[0] if rangees else ""
    if ouvert is not None and ouvert in chiffres and (sien := retenue(chiffres[ouvert], en_face)) and sien.a_une_valeur:
        choisie = cle_de_periode(sien)
    demandee = periode if periode and periode not in rangees else ""
    choisie = periode if periode and not demandee else choisie
    retenues: dict[str, Observation] = {}
    for code, liste in chiffres.items():
        montree = retenue(o for o in liste if cle_de_periode(o) == choisie)
        if montree is not None:
            retenues[code] = montree
    anciennes = {code for code, o in retenues.items() if o.perimetre is not None}
    retenues = {code: o for code, o in retenues.items() if code not in anciennes}
    classement = ranger(list(retenues.values()), indicateur)
    temoin = classement.classees[0] if classement.classees else next(iter(retenues.values()), None)
    par_code = {t.territoire: t for t in territoires}

    def entre(territoire: Territoire, reference: Territoire) -> tuple[Rupture, ...]:
        return catalogue.ruptures_entre(indicateur.indicateur, territoire, reference)

    candidates = [
        (reference, reference_de(temoin, siens, entre(par_code[temoin.territoire], reference)))
        for reference, siens in zip(references, en_face, strict=True)
        if temoin is not None
    ]
    trouvees = tuple((reference, choisie) for reference, choisie in candidates if choisie and choisie.a_une_valeur)

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
                    population=habitants.get(territoire.territoire),
                    ruptures=entre(territoire, reference),
                )
                for reference, valeur in trouvees
            ),
            trop_petit(indicateur, habitants.get(territoire.territoire)),
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
        tuple(t for t in territoires if t.territoire in chiffres and t.territoire not in {*retenues, *anciennes}),
        tuple(t for t in territoires if t.territoire not in chiffres),
        tuple(t for t in territoires if t.territoire in anciennes),
        demandee,
    )


@dataclass(frozen=True)
class IndicateurCroise:
    """Un indicateur du tableau croisé : ses références, et une case par territoire qui a un chiffre à sa période.

    `periode` : celle de la colonne, vide si aucun de ces territoires n'a celle qui est demandée ; `periodes` : toutes
    celles qui existent. `secretes` : les territoires dont le chiffre est secret. `separees` : comme dans `Comparatif`.
    """

    indicateur: Indicateur
    periode: str
    periodes: tuple[str, ...]
    references: tuple[tuple[Territoire, Observation], ...]
    cases: dict[str, LigneComparee]
    secretes: frozenset[str]
    classement: Classement
    separees: tuple[tuple[Territoire, Comparaison], ...] = ()

    def gravite(self, territoire: str) -> float | None:
        """La place parmi ceux du tableau : 0 le mieux placé, 1 le moins bien.

        None sans rang, sous huit valeurs, si l'indicateur n'est ni bon ni mauvais en soi, ou si rien ne s'y juge :
        chiffre douteux, petit territoire.
        """
        case = self.cases.get(territoire)
        if case is None or case.chiffre.douteuse or case.petit:
            return None
        place = self.classement.rang(territoire)
        if place is None or place.effectif < SEUIL_REPARTITION or self.indicateur.sens is Sens.NEUTRE:
            return None
        meilleurs = place.rang - 1 if self.indicateur.sens is Sens.HAUSSE else place.depuis_le_bas - 1
        return meilleurs / (place.effectif - 1)


def croiser(
    base: Base,
    indicateurs: Sequence[Indicateur],
    territoires: Sequence[Territoire],
    references: Sequence[Territoire],
    periode: str | None = None,
) -> list[IndicateurCroise]:
    """Plusieurs indicateurs pour plusieurs territoires, face à des références ; lus en deux questions.

    Sans `periode`, chaque indicateur est à la sienne, la plus récente qui se compare (`ordonner_periodes`) ; avec une,
    ceux qui ne l'ont pas gardent une colonne sans case.
    """
    if not indicateurs or not territoires:
        return []
    lieux, noms = [t.territoire for t in territoires], [i.indicateur for i in indicateurs]
    siens = par_indicateur(base.observations(lieux, noms))
    des_references = par_indicateur(base.observations([t.territoire for t in references], noms)) if references else {}
    habitants = populations(base, lieux, *indicateurs)
    colonnes = []
    for indicateur in indicateurs:
        code = indicateur.indicateur
        vue = _confronter(
            base.catalogue,
            indicateur,
            territoires,
            references,
            par_territoire(siens.get(code, ())),
            par_territoire(des_references.get(code, ())),
            habitants if indicateur.seuil_population is not None else {},
            periode,
        )
        manque = bool(vue.demandee)
        colonnes.append(
            IndicateurCroise(
                indicateur,
                "" if manque else vue.periode,
                vue.periodes,
                () if manque else vue.references,
                {} if manque else {ligne.territoire.territoire: ligne for ligne in vue.lignes},
                frozenset() if manque else frozenset(t.territoire for t in vue.secretes),
                ranger([], indicateur) if manque else vue.classement,
                () if manque else vue.separees,
            )
        )
    return colonnes


PROCHES_AU_PLUS = 40
"""Combien de quartiers de population proche se comparent d'un regard."""


def de_population_proche(base: Base, territoire: Territoire, tolerance: float = 0.25) -> list[Territoire]:
    """Les semblables (même maille, périmètre, statut) dont la population est à `tolerance` près la sienne, lui compris.

    Même indicateur de population et même période ; les `PROCHES_AU_PLUS` plus proches si la France en a davantage ;
    liste vide si la sienne n'est pas connue.
    """
    semblables = {t.territoire: t for t in base.semblables(territoire)}
    for indicateur in POPULATIONS:
        if indicateur not in base.catalogue.indicateurs:
            continue
        sien = retenue(base.observations([territoire.territoire], [indicateur]))
        if sien is None or not sien.valeur:
            continue
        du_moment = par_territoire(base.observations_de_meme_periode(list(semblables), [sien]))
        autres = {code: reference_de(sien, chiffres) for code, chiffres in du_moment.items()}
        ecarts = {
            code: abs((autre.valeur or 0.0) - sien.valeur)
            for code, autre in autres.items()
            if autre is not None and autre.est_ponctuelle
        }
        retenus = sorted((ecart, code) for code, ecart in ecarts.items() if ecart <= tolerance * sien.valeur)
        proches = [semblables[code] for _, code in retenus[:PROCHES_AU_PLUS]]
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
