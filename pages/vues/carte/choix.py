"""Ce que la carte peut montrer : les groupes de Comparer, les communes d'un département, les EPCI d'une région."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indicators.analyse.comparaison import Motif
from indicators.analyse.comparatif import Comparatif
from indicators.base import carte as questions
from indicators.base.base import Base
from indicators.carte.plan import de_pres
from indicators.socle.codes import METROPOLE
from indicators.socle.emprise import Emprise, reunir
from indicators.socle.nombres import INSECABLE
from indicators.socle.territoires import Maille, Territoire
from pages.commun import groupes
from pages.commun.groupes import Groupe
from pages.commun.memoire import garder

TROP_DE_LIEUX = 2000
"""Au-delà, ni la carte ni le tableau ne se lisent : on choisit un département ou une agglomération."""
TOUT = "tout"
_MARGE = 0.1
"""Ce que la carte d'un regroupement montre autour de lui, en part de son côté."""


@garder(120)
def groupes_de_carte(base: Base, ouvert: str | None, autour: Sequence[str] = ()) -> dict[str, Groupe]:
    """Les groupes de Comparer, puis les communes de chaque département et les agglomérations de chaque région."""
    return groupes.groupes_pour(base, ouvert, autour) | grands_groupes(base)


@garder(2)
def grands_groupes(base: Base) -> dict[str, Groupe]:
    """Les communes de chaque département, les agglomérations de chaque région."""
    tous: dict[str, Groupe] = {}
    for membres_de, suffixe, mot in (
        (questions.par_departement(base, Maille.COMMUNE), "COMMUNES", "communes connues"),
        (questions.par_region(base, Maille.EPCI), "EPCI", "agglomérations connues"),
    ):
        for parent in base.territoires(membres_de):
            membres = membres_de[parent.territoire]
            if len(membres) > 2:
                code = f"{parent.territoire}-{suffixe}"
                libelle = f"{parent.nom_court}{INSECABLE}: les {len(membres)} {mot}"
                tous[code] = Groupe(code, libelle, tuple(membres), parent)
    return tous


def repere(groupe: Groupe) -> str | None:
    """L'agglomération dont les communes servent de repères, si le groupe en est une ou un regroupement qui y est."""
    code = groupe.agglomeration.territoire
    siens = groupe.code.startswith(code) or groupes.est_de_membres(groupe)
    return code if groupe.agglomeration.maille is Maille.EPCI and siens else None


def references_comparables(vue: Comparatif) -> list[Territoire]:
    """Les références auxquelles au moins un chiffre se compare, dans l'ordre proposé."""
    return [
        reference
        for rang, (reference, _) in enumerate(vue.references)
        if any(ligne.comparaisons[rang].motif is Motif.AUCUN for ligne in vue.lignes)
    ]


def sans_reference(principale: Territoire) -> str:
    """Pourquoi la carte ne se lit pas face à la référence du portrait."""
    quoi = f"{principale.nom} n’a pas de chiffre sûr de cette année pour cet indicateur"
    return f"{quoi}{INSECABLE}: les classes sont celles des valeurs, sans jugement. Une autre référence se choisit."


def face_a(vue: Comparatif, reference: Territoire | None) -> Comparatif:
    """La même vue devant cette seule référence, ou aucune."""
    rangs = [rang for rang, (territoire, _) in enumerate(vue.references) if territoire == reference]
    return replace(
        vue,
        references=tuple(vue.references[rang] for rang in rangs),
        lignes=tuple(
            replace(ligne, comparaisons=tuple(ligne.comparaisons[rang] for rang in rangs)) for ligne in vue.lignes
        ),
    )


@garder(100)
def cadrages(
    base: Base, territoires: Sequence[Territoire], *, serre: bool = False
) -> dict[str, tuple[str, Emprise | None]]:
    """Ce sur quoi la carte peut se resserrer : tout, ou un lieu dont un contour est connu.

    `serre` : tout, mais sans le reste de l'agglomération.
    Des quartiers : leurs communes. Des communes : leurs agglomérations quand elles en ont plusieurs, sinon elles-mêmes.
    Des agglomérations : elles-mêmes.
    """
    tout = de_pres(base, territoires, _MARGE) if serre else None
    choix: dict[str, tuple[str, Emprise | None]] = {TOUT: ("Tout le groupe", tout)}
    if territoires[0].maille in {Maille.REGION, Maille.DEPARTEMENT}:
        france = base.territoires([METROPOLE])
        dedans = [t for t in territoires if set(france) & set(base.fiche(t.territoire).references)]
        if 0 < len(dedans) < len(territoires):
            choix = {TOUT: ("La métropole (l’outre-mer est au tableau)", de_pres(base, dedans, 0.02))}
    codes = [t.territoire for t in territoires]
    par_lieu = questions.par_parent(base, codes, "commune")
    if not par_lieu:
        par_lieu = questions.par_parent(base, codes, "epci")
    if len(par_lieu) < 2 and territoires[0].maille is not Maille.QUARTIER:
        par_lieu = {code: [] for code in codes}
    emprises = questions.emprises(base, {*par_lieu, *codes})
    for lieu in base.territoires(par_lieu) if emprises else []:
        code = lieu.territoire
        emprise = emprises.get(code) if lieu.maille is Maille.EPCI else None
        emprise = emprise or reunir(emprises.get(c) for c in (code, *par_lieu[code]))
        if emprise is not None:
            choix[code] = (lieu.nom, emprise)
    return choix
