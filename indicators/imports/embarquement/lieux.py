"""Les lieux de France et leurs liens, tirés des listes officielles du dossier : jamais d'un nom qui ressemble.

Un quartier est dans ses communes, par elles dans leur EPCI, leur département, leur région. Un arrondissement de Paris,
Lyon ou Marseille est une partie de sa commune. Un nom que deux communes portent montre son département.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from indicators.imports.moteur.releve import Etablissement, Lieu, Referentiel, Releve, mots
from indicators.socle.codes import METROPOLE, METROPOLITAINES, REGION_DE, commune_entiere, departement_de
from indicators.socle.territoires import Maille

FRANCE = "FR"
_LISTES = {
    Maille.COMMUNE: ("cog_communes",),
    Maille.EPCI: ("dgcl_epci", "insee_appartenance"),
    Maille.DEPARTEMENT: ("cog_departements",),
    Maille.REGION: ("cog_regions",),
}
"""Les formats qui font autorité pour chaque maille : la plus récente de leurs éditions donne la liste."""
_LISTE_IRIS = "insee_iris"
_LISTE_2015, _LISTE_2024 = "insee_qpv_demo", "anct_liste_qpv"

_COLLECTIVITES = frozenset({"DEP978", "DEP987"})

Lien = tuple[str, str, str]


@dataclass(frozen=True)
class Source:
    """Un relevé, le nom de son fichier et son édition."""

    nom: str
    edition: int
    releve: Releve


@dataclass
class France:
    """Les lieux et leurs liens, chacun avec le fichier qui le donne ; `constats` : ce qui n'a pas pu être rattaché."""

    lieux: dict[str, Lieu] = field(default_factory=dict)
    liens: dict[Lien, str] = field(default_factory=dict)
    filiations: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    constats: list[str] = field(default_factory=list)

    def parents(self, nature: str) -> dict[str, list[str]]:
        """Pour chaque territoire, ses parents de cette nature."""
        trouves: dict[str, list[str]] = defaultdict(list)
        for territoire, parent, sienne in self.liens:
            if sienne == nature:
                trouves[territoire].append(parent)
        return trouves


def reunir(sources: Sequence[Source], embarques: Mapping[str, str]) -> France:
    """Les lieux de ces fichiers ; `embarques` : les territoires que les CSV décrivent déjà, et leur nom."""
    france = France()
    for maille, formats in _LISTES.items():
        if liste := _plus_recente(sources, formats):
            france.lieux |= {t: lieu for t, lieu in liste.releve.lieux.items() if lieu.maille is maille}
    for source in sources:
        if source.releve.format == _LISTE_IRIS:
            france.lieux |= source.releve.lieux
    for source in sources:
        if source.releve.format == "etalab_ept":
            france.lieux |= source.releve.lieux
        if source.releve.format == "etalab_communes":  # Saint-Martin, la Polynésie : le COG ne liste pas leurs communes
            communes = source.releve.lieux.items()
            france.lieux |= {t: lieu for t, lieu in communes if departement_de(t) in _COLLECTIVITES}
    for format_qpv in (_LISTE_2015, _LISTE_2024):
        listes = [s for s in sources if s.releve.format == format_qpv]
        derniere = max((s.edition for s in listes), default=0)
        for liste in listes:
            if liste.edition == derniere:
                for t, lieu in liste.releve.lieux.items():
                    if lieu.maille is Maille.QUARTIER:
                        france.lieux.setdefault(t, lieu)
    connus = set(france.lieux) | set(embarques)
    _liens_des_communes(france, sources, connus)
    _liens_des_quartiers(france, sources, connus)
    _liens_des_iris(france, sources, connus)
    for source in sources:
        for ancien, nouveau, nature, origine in source.releve.filiations:
            if all(code in france.lieux and code not in embarques for code in (ancien, nouveau) if code):
                france.filiations.setdefault((ancien, nouveau), (nature, origine))
    return france


def _plus_recente(sources: Iterable[Source], formats: tuple[str, ...]) -> Source | None:
    siennes = [s for s in sources if s.releve.format in formats]
    return max(siennes, key=lambda s: (s.edition, -formats.index(s.releve.format), s.nom), default=None)


def _liens_des_communes(france: France, sources: Sequence[Source], connus: set[str]) -> None:
    epci = _plus_recente(sources, _LISTES[Maille.EPCI])
    for territoire, parent, nature in epci.releve.liens if epci else ():
        if nature in {"epci", "departement"} and territoire in connus and parent in connus and epci:
            france.liens[territoire, parent, nature] = epci.nom
    epcis = france.parents("epci")
    absorbees = defaultdict(list)  # la liste des EPT est plus récente que celle des communes
    for source in sources:
        for ancienne, actuelle in source.releve.fusions.items():
            absorbees[actuelle].append(ancienne)
    for source in sources:
        if source.releve.format == "etalab_ept":
            for reunie, ept, nature in source.releve.liens:
                for commune in (reunie, *absorbees[reunie]):
                    if commune in connus:
                        france.liens[commune, ept, nature] = source.nom
                        for metropole in epcis.get(commune, ()):
                            france.liens.setdefault((ept, metropole, "epci"), source.nom)
        if source.releve.format in {"cog_communes", "cog_departements", "cog_regions"}:
            for lien in source.releve.liens:
                if lien[0] in connus and lien[1] in connus:
                    france.liens.setdefault(lien, source.nom)
    for departement, region in REGION_DE.items():
        if departement in connus and region in connus:
            france.liens.setdefault((departement, region, "region"), "code officiel géographique")
    for territoire in france.lieux:
        if territoire.startswith("REG"):
            pays = METROPOLE if territoire in METROPOLITAINES else FRANCE
            if pays in connus:
                france.liens.setdefault((territoire, pays, "pays"), "code officiel géographique")


def _liens_des_quartiers(france: France, sources: Sequence[Source], connus: set[str]) -> None:
    """Un quartier est dans chacune de ses communes, et par elles dans leurs EPCI, qu'ils portent ou non son contrat.

    Une liste plus ancienne complète les communes d'un quartier, mais dans son département seulement.

    Celle de 2017 imprime « Douai, Argenteuil » pour un quartier d'Argenteuil, et le nom d'une commune renommée depuis
    (« Évry ») n'est plus porté que par une autre, ailleurs.
    """
    epci_de, ept_de, anciennes = france.parents("epci"), france.parents("ept"), _anciennes(sources)
    places: set[str] = set()
    for source in sorted(sources, key=lambda s: (-s.edition, s.nom)):
        if source.releve.format not in {_LISTE_2015, _LISTE_2024}:
            continue
        siens = set()
        for territoire, parent, nature in source.releve.liens:
            commune = anciennes.get(parent, commune_entiere(parent))
            ici = territoire not in places or departement_de(commune) == departement_de(territoire)
            if nature == "commune" and territoire in connus and commune in connus and ici:
                france.liens.setdefault((territoire, commune, "commune"), source.nom)
                siens.add(territoire)
        places |= siens
    dans = france.parents("commune")
    for quartier, communes in dans.items():
        _departement(france, quartier, connus)
        epcis = dict.fromkeys(e for commune in communes for e in epci_de.get(commune, ()))
        for ept in dict.fromkeys(e for commune in communes for e in ept_de.get(commune, ())):
            france.liens.setdefault((quartier, ept, "ept"), "EPT de ses communes")
        for epci in epcis:
            france.liens.setdefault((quartier, epci, "epci"), "EPCI de ses communes")
    seuls = sorted(t for t, lieu in france.lieux.items() if lieu.maille is Maille.QUARTIER and t not in dans)
    for quartier in seuls:
        _departement(france, quartier, connus)
        france.constats.append(
            f"{quartier} « {france.lieux[quartier].nom} » : aucune commune reconnue, laissé sans elle"
        )


def _liens_des_iris(france: France, sources: Sequence[Source], connus: set[str]) -> None:
    """La commune d'un IRIS ; par elle, son EPCI et son département."""
    epci_de, ept_de, anciennes = france.parents("epci"), france.parents("ept"), _anciennes(sources)
    for source in sources:
        if source.releve.format != _LISTE_IRIS:
            continue
        for iris, brute, _ in source.releve.liens:
            commune = anciennes.get(brute, commune_entiere(brute))
            if commune not in connus:
                france.lieux.pop(iris, None)
                france.constats.append(f"{iris} : sa commune {brute} n'est pas au code officiel, IRIS laissé")
                continue
            france.liens[iris, commune, "commune"] = source.nom
            for nature, parents in (("ept", ept_de), ("epci", epci_de)):
                for parent in parents.get(commune, ()):
                    france.liens[iris, parent, nature] = f"{nature.upper()} de sa commune"
            if (departement := departement_de(iris)) in connus:
                france.liens[iris, departement or "", "departement"] = "code de l'IRIS"


def _anciennes(sources: Iterable[Source]) -> dict[str, str]:
    """Communes disparues et arrondissements → la commune actuelle qui les contient."""
    return {code: actuelle for s in sources for code, (_, actuelle) in s.releve.anciennes.items()}


def _departement(france: France, quartier: str, connus: set[str]) -> None:
    """Le département d'un quartier ; une collectivité d'outre-mer (Saint-Martin, Polynésie) n'en est pas un."""
    departement = departement_de(quartier)
    if departement in connus:
        france.liens.setdefault((quartier, departement, "departement"), "code du quartier")


def noms_uniques(lieux: Iterable[Lieu]) -> dict[str, str]:
    """Le nom à montrer de chaque lieu : celui que plusieurs communes portent est suivi de son département."""
    siens = list(lieux)
    porteurs = Counter(mots(lieu.nom) for lieu in siens if lieu.maille is Maille.COMMUNE)
    noms = {}
    for lieu in siens:
        departement = departement_de(lieu.territoire) if lieu.maille is Maille.COMMUNE else None
        double = departement and porteurs[mots(lieu.nom)] > 1
        noms[lieu.territoire] = f"{lieu.nom} ({(departement or '')[3:]})" if double else lieu.nom
    return noms


def referentiel(
    france: France, sources: Sequence[Source], embarques: Mapping[str, str], indicateurs: Mapping[str, str]
) -> Referentiel:
    """Ce que les lecteurs de chiffres ont besoin de savoir des lieux."""
    communes: dict[tuple[str, str], str] = {}
    anciennes = _anciennes(sources)
    for source in sorted(sources, key=lambda s: (-s.edition, s.nom)):
        for lieu in source.releve.lieux.values():
            if lieu.maille is Maille.COMMUNE and (departement := departement_de(lieu.territoire)):
                communes.setdefault((departement, mots(lieu.nom)), anciennes.get(lieu.territoire, lieu.territoire))
        for code, (nom, actuelle) in source.releve.anciennes.items():
            if departement := departement_de(code):
                communes.setdefault((departement, mots(nom)), actuelle)
    epci = {commune: parents[0] for commune, parents in france.parents("epci").items() if commune.startswith("COM")}
    noms: dict[str, list[str]] = defaultdict(list)
    for code, nom in {**{t: lieu.nom for t, lieu in france.lieux.items()}, **embarques}.items():
        noms[mots(nom)].append(code)
    return Referentiel(
        frozenset(france.lieux) | frozenset(embarques),
        epci,
        communes,
        {nom: tuple(codes) for nom, codes in noms.items()},
        indicateurs,
        anciennes,
        _etablissements(sources),
        [situe for source in sources for situe in source.releve.situes],
        {commune: parents[0] for commune, parents in france.parents("ept").items() if commune.startswith("COM")},
    )


def _etablissements(sources: Iterable[Source]) -> dict[str, Etablissement]:
    """La commune de chaque établissement, d'après la plus récente des listes qui le situent.

    Un UAI que deux niveaux se partagent à la même rentrée n'est d'aucun : sa moyenne ne saurait pas où aller.
    """
    trouves: dict[str, tuple[int, Etablissement]] = {}
    partages: set[str] = set()
    for source in sorted(sources, key=lambda s: (-s.edition, s.nom)):
        for uai, etablissement in source.releve.etablissements.items():
            _, deja = trouves.setdefault(uai, (source.edition, etablissement))
            if deja.niveau != etablissement.niveau:
                partages.add(uai)
    return {uai: etablissement for uai, (_, etablissement) in trouves.items() if uai not in partages}
