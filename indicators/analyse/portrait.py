"""Le portrait d'un territoire : chaque indicateur, sa valeur, ses comparaisons, sa place, ce qui manque.

Assemblé une fois, montré tel quel à l'écran comme sur le papier : aucun écran ne refait une comparaison.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indicators.analyse.comparaison import Comparaison, Jugement, comparer, reference_de
from indicators.analyse.evolution import Evolution, EvolutionEcart
from indicators.analyse.population import population_de
from indicators.analyse.rangs import Place, placer
from indicators.analyse.references import references_distinctes
from indicators.analyse.regroupements import Etendue, etendues
from indicators.analyse.trajectoire import Trajectoire, tracer, tracer_l_ecart
from indicators.base.base import Base
from indicators.base.regroupements import SANS_MEMBRE, Composition
from indicators.socle.catalogue import Catalogue, ChoixDeFamille, Famille, Indicateur, Theme
from indicators.socle.observations import (
    Observation,
    desaccords,
    meme_periode,
    par_indicateur,
    par_territoire,
    retenue,
)
from indicators.socle.repartition import Repartition
from indicators.socle.territoires import Fiche, Maille, Territoire


@dataclass(frozen=True)
class Ligne:
    """Un indicateur d'un territoire : le chiffre montré, ses comparaisons (une par référence), sa place, son évolution.

    `chiffre` est None quand la base n'a rien pour ce territoire ; `absence` dit alors ce qui existe ailleurs.
    `famille` : celle dont cette ligne est le chiffre, None pour les autres ; `note` : ce que cet indicateur
    n'est pas (« 15-24 ans, et non 16-25 »). `trajectoire` : sa série et sa tendance, None sans chiffre ou pour une
    variation.
    `plus_recent` : un chiffre plus récent que celui qui est montré, qui ne se compare pas encore. `autres` : les
    chiffres d'autres années ou d'autres sources ; `recoupements` : les sources qui se contredisent. `etendue` : ce que
    disent ses membres, pour un ensemble sans chiffre à lui.
    """

    indicateur: Indicateur
    chiffre: Observation | None
    comparaisons: tuple[Comparaison, ...] = ()
    place: Place | None = None
    famille: Famille | None = None
    note: str = ""
    trajectoire: Trajectoire | None = None
    plus_recent: Observation | None = None
    evolution_ecart: EvolutionEcart | None = None
    variations: tuple[tuple[Indicateur, Observation], ...] = ()
    autres: tuple[Observation, ...] = ()
    recoupements: tuple[tuple[Observation, Observation], ...] = ()
    absence: str = ""
    etendue: Etendue | None = None

    @property
    def evolution(self) -> Evolution | None:
        """La variation jusqu'au chiffre montré ; None quand elle ne peut pas être dite (`trajectoire` dit pourquoi)."""
        if self.trajectoire is None or self.trajectoire.evolution.variation is None:
            return None
        return self.trajectoire.evolution


@dataclass(frozen=True)
class Portrait:
    """Tout ce qui s'écrit d'un territoire, dans l'ordre de lecture. `references[0]` est celle du premier verdict.

    `tete` : une ligne par famille, avec le meilleur indicateur connu de ce territoire. `composition`, `etendues` : les
    membres d'un ensemble, et ce qu'ils disent des indicateurs dont il n'a pas de chiffre à lui ; vides ailleurs.
    """

    fiche: Fiche
    references: tuple[Territoire, ...]
    tete: tuple[Ligne, ...]
    themes: tuple[tuple[Theme, tuple[Ligne, ...]], ...]
    manquants: tuple[Indicateur, ...]
    composition: Composition = SANS_MEMBRE
    etendues: tuple[Etendue, ...] = ()

    @property
    def territoire(self) -> Territoire:
        """Le territoire dont c'est le portrait."""
        return self.fiche.territoire

    @property
    def lignes(self) -> tuple[Ligne, ...]:
        """Toutes les lignes qui portent un chiffre."""
        suite = (ligne for _, lignes in self.themes for ligne in lignes)
        return tuple(ligne for ligne in (*self.tete, *suite) if ligne.chiffre is not None)

    def jugees(self, jugement: Jugement) -> tuple[Ligne, ...]:
        """Les lignes que la première référence juge ainsi."""
        return tuple(
            ligne for ligne in self.lignes if ligne.comparaisons and ligne.comparaisons[0].jugement is jugement
        )


def references_par_defaut(fiche: Fiche) -> tuple[Territoire, ...]:
    """L'agglomération puis la région ; pour un grand territoire, les deux plus proches au-dessus de lui."""
    siennes = references_distinctes(fiche)
    region = [t for t in siennes[1:] if t.maille.value == "region"]
    autres = [t for t in siennes[1:] if t.maille.value in {"departement", "pays"}]
    return (*siennes[:1], *(region or autres)[:1])


def dresser(base: Base, code: str, seconde: str | None = None) -> Portrait:
    """Le portrait de ce territoire, face à son agglomération et à une seconde référence au choix.

    Lève `TerritoireInconnu` ; une seconde référence inconnue aussi.
    """
    fiche = base.fiche(code)
    references = references_par_defaut(fiche)
    if seconde and seconde not in {t.territoire for t in references[:1]}:
        references = (*references[:1], base.territoire(seconde))
    return assembler(base, fiche, references)


def assembler(base: Base, fiche: Fiche, references: Sequence[Territoire]) -> Portrait:
    """Réunit en une passe les chiffres du territoire, de ses références et la répartition de ses semblables."""
    catalogue = base.catalogue
    territoire = fiche.territoire
    lus = par_territoire(base.observations([territoire.territoire, *(r.territoire for r in references)]))
    siens, *autres = (par_indicateur(lus.get(t.territoire, [])) for t in (territoire, *references))
    des_references = {r.territoire: chiffres for r, chiffres in zip(references, autres, strict=True)}
    montres = {
        code: retenue(chiffres, [des_references[r.territoire].get(code, []) for r in references])
        for code, chiffres in siens.items()
    }
    repartitions = base.repartitions(territoire, [c for c in montres.values() if c is not None])
    points = _points(base, montres, repartitions)

    composition, des_membres = etendues(base, territoire, siens)
    population = population_de(o for liste in siens.values() for o in liste)
    parents = fiche.autres_perimetres
    autre_perimetre = base.indicateurs_connus(sorted(parents)) if parents else {}

    def ligne(indicateur: Indicateur, famille: Famille | None = None, note: str = "") -> Ligne:
        chiffres = siens.get(indicateur.indicateur, [])
        chiffre = montres.get(indicateur.indicateur)
        if chiffre is None:
            etendue = des_membres.get(indicateur.indicateur)
            absence = _ailleurs(indicateur, fiche, references, des_references, autre_perimetre)
            return Ligne(indicateur, None, famille=famille, note=note, absence=absence, etendue=etendue)
        ruptures = catalogue.ruptures_de(indicateur.indicateur, territoire)
        comparaisons = tuple(
            comparer_a(
                catalogue, indicateur, chiffre, territoire, reference, des_references[reference.territoire], population
            )
            for reference in references
        )
        pareils = [o for o in chiffres if meme_periode(o, chiffre)]
        premiere = des_references[references[0].territoire] if references else {}
        trajectoire = None
        if not indicateur.evolution_de:
            trajectoire = tracer(chiffre, chiffres, indicateur, ruptures, population)
        ecart = None
        if references and trajectoire and trajectoire.evolution.variation is not None and not indicateur.est_effectif:
            chiffres_en_face = premiere.get(indicateur.indicateur, [])
            ecart = tracer_l_ecart(trajectoire, chiffres_en_face, indicateur, ruptures, population)
        return Ligne(
            indicateur,
            chiffre,
            comparaisons,
            placer(
                chiffre,
                min((o for o in pareils if o.perimetre is None), key=lambda o: (o.rang, o.source), default=None),
                repartitions[indicateur.indicateur],
                points[indicateur.indicateur],
                indicateur,
            ),
            famille=famille,
            note=note,
            trajectoire=trajectoire,
            plus_recent=_plus_recent(chiffre, chiffres),
            evolution_ecart=ecart,
            variations=tuple(
                (variation, montree)
                for variation in catalogue.evolutions_de(indicateur)
                if (montree := retenue(siens.get(variation.indicateur, []))) is not None
            ),
            autres=tuple(o for o in chiffres if o is not chiffre),
            recoupements=tuple(desaccords(chiffres)),
        )

    # Un regroupement fait ici se lit par les chiffres clés de ses membres : il n'en a pas d'autres.
    maille = composition.membres[0].maille if territoire.est_a_soi and composition.membres else territoire.maille
    choisis = [(famille, _choisir(famille, maille, montres, des_membres)) for famille in catalogue.familles]
    tete = tuple(
        ligne(catalogue.indicateur(choix.indicateur), famille, choix.note) for famille, choix in choisis if choix
    )
    cles = {li.indicateur.indicateur for li in tete}
    themes = []
    manquants = []
    for theme, indicateurs in catalogue.par_theme():
        lignes = []
        for indicateur in indicateurs:
            if indicateur.indicateur in cles or _montree_ailleurs(indicateur, siens):
                continue
            if indicateur.indicateur in siens:
                lignes.append(ligne(indicateur))
            elif indicateur.indicateur not in des_membres:
                manquants.append(indicateur)
        if lignes:
            themes.append((theme, tuple(lignes)))
    return Portrait(
        fiche, tuple(references), tete, tuple(themes), tuple(manquants), composition, tuple(des_membres.values())
    )


def _choisir(
    famille: Famille, maille: Maille, montres: Mapping[str, Observation | None], des_membres: Mapping[str, Etendue]
) -> ChoixDeFamille | None:
    """Le meilleur indicateur connu : le premier qui a une valeur sûre, à défaut douteuse, à défaut secrète.

    À défaut, celui dont les membres d'un ensemble donnent l'étendue. Sans aucun, le préféré, dont l'absence sera dite ;
    None si la famille n'existe pas à cette maille.
    """
    siens = famille.pour(maille)

    def connu(choix: ChoixDeFamille) -> int:
        chiffre = montres.get(choix.indicateur)
        if chiffre is None:
            return int(choix.indicateur in des_membres)
        return 1 + chiffre.a_une_valeur + (chiffre.a_une_valeur and not chiffre.douteuse)

    return max(siens, key=connu, default=None)


def _plus_recent(chiffre: Observation, chiffres: Sequence[Observation]) -> Observation | None:
    """Le plus récent des chiffres datés après celui que l'on montre, s'il y en a un."""
    suivants = [
        o
        for o in chiffres
        if o.a_une_valeur and o.annee is not None and o.annee_debut is None and o.recence > chiffre.recence
    ]
    if chiffre.annee is None or not suivants:
        return None
    derniere = max(o.annee or 0 for o in suivants)
    return retenue(o for o in suivants if o.annee == derniere)


def _points(
    base: Base, montres: Mapping[str, Observation | None], repartitions: Mapping[str, Repartition]
) -> dict[str, list[Observation]]:
    """Les chiffres que l'on montre un à un, faute d'être assez nombreux pour une répartition."""
    nommes = {code: r.territoires for code, r in repartitions.items() if r.territoires}
    chiffres = [montre for code in nommes if (montre := montres[code]) is not None]
    territoires = sorted({t for liste in nommes.values() for t in liste})
    return par_indicateur(base.observations_de_meme_periode(territoires, chiffres) if chiffres else ())


def _montree_ailleurs(indicateur: Indicateur, siens: dict[str, list[Observation]]) -> bool:
    """Une variation se lit sur la ligne de son indicateur, sauf si celui-ci n'a pas de chiffre."""
    return bool(indicateur.evolution_de) and indicateur.evolution_de in siens


def comparer_a(
    catalogue: Catalogue,
    indicateur: Indicateur,
    chiffre: Observation,
    territoire: Territoire,
    reference: Territoire,
    chiffres: Mapping[str, list[Observation]],
    population: float | None = None,
) -> Comparaison:
    """Le chiffre face au meilleur de ceux de la référence, rangés par indicateur ; à défaut, un indicateur voisin."""
    candidats = chiffres.get(indicateur.indicateur, [])
    voisines = [retenue(chiffres[v]) for v in indicateur.voisins if v in chiffres]
    ruptures = catalogue.ruptures_entre(indicateur.indicateur, territoire, reference)
    choisie = reference_de(chiffre, candidats, ruptures)
    douteux = [o for o in candidats if o.douteuse and meme_periode(o, chiffre)]
    return comparer(
        chiffre,
        choisie,
        indicateur,
        geographies=(territoire.geographie, reference.geographie),
        meme_maille=territoire.maille is reference.maille,
        voisine=next((v for v in voisines if v is not None and v.a_une_valeur), None),
        ecartee=reference_de(chiffre, douteux) if choisie is not None and not choisie.douteuse else None,
        population=population,
        ruptures=ruptures,
    )


def _ailleurs(
    indicateur: Indicateur,
    fiche: Fiche,
    references: Sequence[Territoire],
    des_references: dict[str, dict[str, list[Observation]]],
    autre_perimetre: dict[str, int],
) -> str:
    """Pourquoi ce chiffre manque : où il existe, plus haut ou sur l'autre périmètre du quartier."""
    connues = [
        t.nom_court
        for t in references
        if any(o.a_une_valeur for o in des_references[t.territoire].get(indicateur.indicateur, []))
    ]
    texte = "absent des documents lus pour ce territoire"
    if connues:
        texte += f" ; connu pour {', '.join(connues)}"
    if indicateur.indicateur in autre_perimetre:
        autre = 2015 if fiche.territoire.geographie == 2024 else 2024
        texte += f" ; connu sur le périmètre {autre} du quartier"
    return f"{texte.removesuffix('.')}."  # « France métro. » finit déjà la phrase
