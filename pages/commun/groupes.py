"""Les groupes de territoires que l'on compare d'un geste, et ce qui est proposé par défaut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

import streamlit as st

from indicators.analyse.comparatif import PROCHES_AU_PLUS, de_population_proche
from indicators.analyse.portrait import references_par_defaut
from indicators.analyse.profil import de_profil_proche
from indicators.base.base import Base
from indicators.base.construction import dossier_locales
from indicators.base.regroupements import composition
from indicators.recit import phrases
from indicators.socle.catalogue import Catalogue, Indicateur, Sens
from indicators.socle.erreurs import TerritoireInconnu
from indicators.socle.nombres import INSECABLE, compter
from indicators.socle.reglages import agglomerations_d_accueil
from indicators.socle.territoires import Maille, Territoire
from pages.commun.choix import choix_unique
from pages.commun.gabarits import rendre
from pages.commun.memoire import garder
from pages.parametres import Parametre


@dataclass(frozen=True)
class Groupe:
    """Des territoires qui se comparent : leur libellé, leurs codes, l'agglomération qui sert de référence."""

    code: str
    libelle: str
    membres: tuple[str, ...]
    agglomeration: Territoire
    explication: str = ""


TROP_D_AGGLOMERATIONS = 40
"""Au-delà, une liste de tous leurs groupes ne se lit plus : seuls ceux de l'agglomération du territoire ouvert."""
_MEMBRES = "MEMBRES-"
TROP_DE_MEMBRES = 200
"""Au-delà, un groupe ne se compare plus à l'œil."""


@garder(400)
def autour(base: Base, ouvert: str | None, groupe: str | None = None) -> tuple[str, ...]:
    """Les agglomérations auxquelles s'en tenir : celles du territoire ouvert et du groupe demandé.

    Vide quand on peut les montrer toutes, ou quand rien de connu n'est demandé.
    """
    if base.combien_de(Maille.EPCI) <= TROP_D_AGGLOMERATIONS:
        return ()
    trouvees: list[str] = []
    for demande in base.territoires(code for code in (ouvert, (groupe or "").partition("-")[0]) if code):
        fiche = base.fiche(demande.territoire)
        siennes = (*fiche.agglomerations, fiche.territoire)
        trouvees += [t.territoire for t in siennes if t.maille is Maille.EPCI and t.territoire not in trouvees]
    return tuple(trouvees)


def _agglomerations(base: Base, autour: Sequence[str]) -> list[Territoire]:
    if autour:
        return base.territoires(autour)
    toutes = base.de_maille(Maille.EPCI)
    # Trop nombreuses, et rien de demandé : celles qui ont un contrat de ville, les premières.
    return toutes if len(toutes) <= TROP_D_AGGLOMERATIONS else base.agglomerations()[:TROP_D_AGGLOMERATIONS]


@garder(200)
def groupes(base: Base, autour: Sequence[str] = ()) -> dict[str, Groupe]:
    """Pour chaque agglomération : ses quartiers par statut et par périmètre, et ses communes ; aucun groupe vide.

    `autour` : celles auxquelles s'en tenir (voir la fonction de ce nom) ; vide, toutes.
    """
    nombres = base.nombres_de_chiffres()
    trouves: dict[str, Groupe] = {}
    for agglomeration in _agglomerations(base, autour):
        sienne = base.fiche(agglomeration.territoire)
        familles: dict[tuple[str, int | None], list[Territoire]] = {}
        for quartier in sienne.quartiers:
            familles.setdefault((quartier.statut, quartier.geographie), []).append(quartier)
        for (statut, geographie), membres in sorted(familles.items(), key=lambda f: (f[0][0] != "QPV", f[0][1] or 0)):
            if any(t.territoire in nombres for t in membres):
                code = f"{agglomeration.territoire}-{statut.split()[0].upper()}{geographie}"
                libelle = f"{agglomeration.nom_court}{INSECABLE}: {_famille(statut)}, périmètre {geographie}"
                trouves[code] = Groupe(code, libelle, tuple(t.territoire for t in membres), agglomeration)
        communes = base.communes_de(agglomeration.territoire)
        if len(communes) > 1:
            code = f"{agglomeration.territoire}-COMMUNES"
            libelle = f"{agglomeration.nom_court}{INSECABLE}: les {len(communes)} communes"
            trouves[code] = Groupe(code, libelle, tuple(communes), agglomeration)
    return trouves


@garder(200)
def _fins(base: Base, autour: Sequence[str]) -> dict[str, Groupe]:
    """Pour chaque agglomération dont des IRIS sont connus : ses IRIS, et ses communes entières, qui sont le leur."""
    trouves = {}
    for agglomeration in _agglomerations(base, autour):
        if lieux := base.maille_fine(agglomeration.territoire):
            code = code_des_iris(agglomeration.territoire)
            entieres = sum(lieu.maille is Maille.COMMUNE for lieu in lieux)
            libelle = f"{agglomeration.nom_court}{INSECABLE}: les {len(lieux)} IRIS"
            explication = (
                f"Un IRIS est un découpage de l’Insee pour les statistiques, d’environ 2 000 habitants{INSECABLE}: "
                f"ce n’est pas un quartier. {len(lieux) - entieres} sont dans les communes découpées, les {entieres} "
                "autres sont des communes entières."
            )
            trouves[code] = Groupe(code, libelle, tuple(t.territoire for t in lieux), agglomeration, explication)
    return trouves


def du_lieu_ouvert(base: Base, ouvert: str | None, proposes: Mapping[str, Groupe]) -> str:
    """Les IRIS de l'agglomération quand c'est un IRIS qui est ouvert, ses membres pour un regroupement ; sinon vide.

    Pour un pays, une région, un département : ce qui le compose.
    """
    territoire = base.trouver(ouvert or "")
    if territoire is None:
        return ""
    if territoire.est_a_soi:
        return code if (code := code_des_membres(territoire.territoire)) in proposes else ""
    if territoire.maille is not Maille.IRIS:
        return next(iter(_composants(base, territoire)), "")
    siennes = (code_des_iris(t.territoire) for t in base.fiche(territoire.territoire).agglomerations)
    return next((code for code in siennes if code in proposes), "")


def code_des_iris(agglomeration: str) -> str:
    """Le groupe des IRIS d'une agglomération."""
    return f"{agglomeration}-IRIS"


def code_des_membres(regroupement: str) -> str:
    """Le groupe des membres d'un regroupement fait ici."""
    return f"{_MEMBRES}{regroupement}"


def est_de_membres(groupe: Groupe) -> bool:
    """Vrai pour les membres d'un regroupement fait ici."""
    return groupe.code.startswith(_MEMBRES)


def _des_regroupements(base: Base, territoire: Territoire) -> dict[str, Groupe]:
    """Les membres du regroupement ouvert, ou de ceux qui réunissent le lieu ouvert."""
    fiche = base.fiche(territoire.territoire)
    trouves = {}
    for regroupement in (territoire, *fiche.references):
        if not regroupement.est_a_soi:
            continue
        membres = composition(base, regroupement.territoire).membres
        contenants = base.fiche(regroupement.territoire).references
        if len(membres) > 1 and contenants:
            code = code_des_membres(regroupement.territoire)
            libelle = f"{regroupement.nom}{INSECABLE}: ses {len(membres)} membres"
            explication = (
                "Un regroupement fait ici n’a de chiffre à lui que des sommes. Ses taux et ses médianes sont ceux de "
                "ses membres, du plus faible au plus élevé."
            )
            codes = tuple(t.territoire for t in membres)
            trouves[code] = Groupe(code, libelle, codes, contenants[0], explication)
    return trouves


_SORTES = {
    Maille.REGION: ("REGIONS", "régions", ""),
    Maille.DEPARTEMENT: ("DEPARTEMENTS", "départements", ""),
    Maille.EPCI: ("EPCI", "agglomérations", "Une agglomération est ici dans le département de son siège."),
    Maille.COMMUNE: ("COMMUNES", "communes", ""),
}
"""Ce dont se compose un pays, une région, un département : le code du groupe, son nom, ce qu'il faut en savoir."""


@garder(40)
def _composants(base: Base, territoire: Territoire) -> dict[str, Groupe]:
    """Ce qui compose le pays, la région ou le département ouvert, du plus grand au plus petit, tant que cela se lit."""
    siens = base.composants(territoire.territoire)
    nombres = base.nombres_de_chiffres()
    trouves = {}
    for suffixe, mot, explication, membres in (
        *((*_SORTES[m], [t for t in siens if t.maille is m]) for m in _SORTES),
        *(
            (f"QPV{perimetre}", f"quartiers prioritaires, périmètre {perimetre}", "",
             [t for t in siens if t.statut == "QPV" and t.geographie == perimetre])
            for perimetre in (2015, 2024)
        ),
    ):  # fmt: skip
        codes = tuple(t.territoire for t in membres)
        if 1 < len(codes) <= TROP_DE_MEMBRES and any(code in nombres for code in codes):
            code = f"{territoire.territoire}-{suffixe}"
            libelle = f"{territoire.nom_court}{INSECABLE}: les {len(codes)} {mot}"
            trouves[code] = Groupe(code, libelle, codes, territoire, explication)
    return trouves


@garder(400)
def groupes_pour(base: Base, code: str | None, autour: Sequence[str] = ()) -> dict[str, Groupe]:
    """Tous les groupes, plus ceux du lieu ouvert : ses semblables pour un quartier, ce qui le compose s'il est grand.

    Rien de connu autour du lieu ouvert, et trop d'agglomérations pour les montrer toutes : les siens seulement.
    """
    tous = groupes(base, autour) | _fins(base, autour)
    if code is None:
        return tous
    try:
        territoire = base.territoire(code)
    except TerritoireInconnu:
        return tous
    if not autour and base.combien_de(Maille.EPCI) > TROP_D_AGGLOMERATIONS:
        tous = {}
    tous = _composants(base, territoire) | tous | _des_regroupements(base, territoire)
    agglomeration = base.fiche(code).agglomeration
    if territoire.maille is not Maille.QUARTIER or agglomeration is None:
        return tous
    proches = de_population_proche(base, territoire)
    if len(proches) > 1:
        libelle = f"Population à 25{INSECABLE}% près de celle de {territoire.nom_court} ({len(proches)} quartiers)"
        cle = f"POPULATION-{territoire.territoire}"
        explication = (
            "Mêmes statut et périmètre, population de la même source et de la même date, à un quart près ; toute la "
            f"France confondue, les {PROCHES_AU_PLUS} plus proches au plus."
        )
        tous[cle] = Groupe(cle, libelle, tuple(t.territoire for t in proches), agglomeration, explication)
    profil = de_profil_proche(base, territoire)
    if profil is not None:
        libelle = f"Profil proche de celui de {territoire.nom_court} ({len(profil.voisins)} quartiers)"
        cle = f"PROFIL-{territoire.territoire}"
        membres = (territoire.territoire, *(t.territoire for t, _ in profil.voisins))
        tous[cle] = Groupe(cle, libelle, membres, agglomeration, phrases.profil(profil))
    nombres = base.nombres_de_chiffres()
    pareils = [t for t in base.semblables(territoire) if t.territoire in nombres]
    if 1 < len(pareils) <= TROP_DE_MEMBRES:
        libelle = f"Tous les quartiers «{INSECABLE}{territoire.statut}{INSECABLE}» de {territoire.geographie} connus"
        cle = f"SEMBLABLES-{territoire.territoire}"
        tous[cle] = Groupe(
            cle, f"{libelle} ({len(pareils)})", tuple(t.territoire for t in pareils), agglomeration,
            "Mêmes statut et périmètre, toutes agglomérations confondues.",
        )  # fmt: skip
    return tous


def _famille(statut: str) -> str:
    return {
        "QPV": "quartiers prioritaires",
        "QIC": "quartiers d’intérêt communautaire",
        "poche de pauvreté": "poches de pauvreté",
        "veille active": "veille active",
    }.get(statut, statut)


@garder(400)
def groupe_du_territoire(base: Base, code: str | None, autour: Sequence[str]) -> str:
    """Le groupe où se trouve le territoire ouvert, sinon un de son agglomération ; vide s'il n'y en a pas.

    Sans territoire ouvert, celui qui a le plus de chiffres : jamais un autre lieu que celui qui est demandé.
    `autour` : les agglomérations dont l'écran propose les groupes ; le groupe rendu est l'un d'eux.
    """
    tous = groupes(base, autour)
    if code is not None:
        try:
            fiche = base.fiche(code)
        except TerritoireInconnu:
            return ""
        rangs = {t.territoire: rang for rang, t in enumerate((fiche.territoire, *fiche.agglomerations))}
        siens = [g for g in tous.values() if g.agglomeration.territoire in rangs]
        # Au Grand Paris, l'établissement public territorial avant la métropole qui le contient.
        return min(
            siens,
            key=lambda g: (code not in g.membres, rangs[g.agglomeration.territoire]),
            default=Groupe("", "", (), fiche.territoire),
        ).code
    nombres = base.nombres_de_chiffres()
    return max(tous, key=lambda c: sum(nombres.get(t, 0) for t in tous[c].membres) / len(tous[c].membres), default="")


def hors_du_groupe(
    base: Base, code: str | None, groupe: Groupe, quoi: str = "n’a pas de chiffre à mettre en regard des autres"
) -> str:
    """Ce qu'il faut dire d'un quartier ou d'une commune que le groupe pris d'office ne montre pas ; vide sinon."""
    t = base.trouver(code) if code else None
    if t is None or t.maille not in {Maille.QUARTIER, Maille.COMMUNE} or t.territoire in groupe.membres:
        return ""
    nom = f"{t.nom} ({t.perimetre})" if t.perimetre else t.nom
    return f"{nom} {quoi}. À la place{INSECABLE}: {groupe.libelle}."


@garder(400)
def references(base: Base, groupe: Groupe) -> list[Territoire]:
    """Les références d'un groupe : son agglomération, la région, la France, puis les autres."""
    sienne = base.fiche(groupe.agglomeration.territoire)
    toutes = [groupe.agglomeration, *references_par_defaut(sienne)[1:], *sienne.references]
    if groupe.agglomeration.maille not in _RANGS:
        toutes += base.fiche(groupe.membres[0]).references
    rangees = sorted(dict.fromkeys(toutes), key=lambda t: _RANGS.get(t.maille, 9))
    return [groupe.agglomeration, *(t for t in rangees if t != groupe.agglomeration)]


_RANGS = {Maille.REGION: 1, Maille.PAYS: 2, Maille.DEPARTEMENT: 3}


def indicateur_par_defaut(options: Sequence[str], connus: dict[str, int]) -> str:
    """Le premier des chiffres clés que la moitié au moins de ces territoires connaissent, sinon le plus répandu."""
    plus = max(connus[c] for c in options)
    return next(c for c in options if 2 * connus[c] >= plus)


def indicateurs_du_tableau(catalogue: Catalogue, connus: Mapping[str, int], combien: int = 6) -> list[str]:
    """Ce que montre d'abord le tableau croisé : les chiffres clés connus de plusieurs, puis les plus répandus.

    Seulement des indicateurs qui se comparent : ni effectifs, ni variations.
    """
    comparables = [c for c, i in catalogue.indicateurs.items() if c in connus and not i.est_effectif]
    comparables = [c for c in comparables if not catalogue.indicateurs[c].evolution_de]
    plus = max((connus[c] for c in comparables), default=0)
    cles = [i.indicateur for i in catalogue.cles() if 2 * connus.get(i.indicateur, 0) >= plus > 0]
    juges = [c for c in comparables if catalogue.indicateurs[c].sens is not Sens.NEUTRE]
    autres = sorted((c for c in juges if c not in cles), key=lambda c: -connus[c])
    return [*cles, *autres][:combien] or [c for c in catalogue.indicateurs if c in connus][:combien]


def choisir_indicateur(
    catalogue: Catalogue,
    connus: Mapping[str, int],
    options: Sequence[str],
    parametre: Parametre,
    libelle: str,
    defaut: str,
    *,
    etiquette_visible: bool = True,
) -> str:
    """Un indicateur connu d'au moins un des territoires ; le nombre de territoires est dit avant le clic."""
    choisi = choix_unique(
        parametre,
        libelle,
        options,
        defaut=defaut,
        nommer=lambda c: libelle_indicateur(catalogue.indicateurs[c], connus[c]),
        etiquette_visible=etiquette_visible,
    )
    return choisi or defaut


def sans_groupe(base: Base, ouvert: str, ecran: str, quoi: str) -> str:
    """L'écran d'un territoire que rien ne permet de comparer ici : dit, avec des liens vers ce qui le peut.

    Ce sont les lieux qui le composent (les régions d'un pays, les agglomérations d'une région), sinon ceux qui le
    contiennent : jamais des lieux d'ailleurs.
    """
    territoire = base.trouver(ouvert)
    dedans = base.composants(ouvert)
    regions = [t for t in dedans if t.maille is Maille.REGION]
    avec = [t for t in dedans if t.maille is Maille.EPCI and base.fiche(t.territoire).quartiers] if not regions else []
    autour = [t for t in base.fiche(ouvert).references if t.maille in _RANGS] if territoire else []
    return str(
        rendre(
            "sans_groupe.html",
            nom=territoire.nom if territoire else ouvert,
            quoi=quoi,
            ecran=ecran,
            dedans=regions or avec,
            autour=autour,
            territoire=ouvert,
        )
    )


def proposees(base: Base) -> tuple[str, ...]:
    """Les agglomérations vers lesquelles renvoyer : celles de l'accueil, que l'installation a choisies."""
    return tuple(t.territoire for t in map(base.trouver, agglomerations_d_accueil(dossier_locales())) if t is not None)


def par_defaut(references: Sequence[Territoire], combien: int = 3) -> list[str]:
    """Les références montrées d'abord ; un ensemble de quartiers se choisit, il n'est jamais pris d'office."""
    return [t.territoire for t in references if t.maille is not Maille.REGROUPEMENT][:combien]


def arreter_sans_groupe() -> NoReturn:
    """L'écran d'une base dont aucun groupe de territoires n'a de chiffre."""
    st.info("Aucun groupe de territoires n’a de chiffre dans la base.")
    st.stop()


def arreter_sans_indicateur() -> NoReturn:
    """L'écran de territoires dont rien n'est connu : à choisir autrement."""
    st.info("Aucun indicateur n’est connu pour ces territoires. Choisissez-en d’autres, ou un autre périmètre.")
    st.stop()


def libelle_indicateur(indicateur: Indicateur, combien: int) -> str:
    """« Taux d’emploi · 13 territoires » : ce qui existe est dit avant le clic."""
    return f"{indicateur.libelle}{INSECABLE}· {compter(combien, 'territoire')}"


def libelle_periode(cle: str) -> str:
    """La période d'une adresse en clair : « ed2022 » → « édition 2022 »."""
    if cle == "nd":
        return "année non imprimée"
    return cle.replace("-ed", " à l’édition ").replace("ed", "édition ") if "ed" in cle else cle
