"""Le bloc « projet du quartier » : ce que les documents en disent, replié par groupe, avec sa ligne."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indicators.socle.catalogue import Catalogue
from indicators.socle.nombres import INSECABLE, accord, compter
from indicators.socle.projets import Branche, Element, Equipement, Projet, grouper, ramifier
from indicators.socle.territoires import Maille
from pages.commun.gabarits import rendre

_SIMPLES = (("irritant", "irritant"), ("opportunite", "opportunité"), ("enjeu", "enjeu"))
_TRIO = (("atout", "atout"), ("faiblesse", "faiblesse"), ("perspective", "perspective"))
_OBJECTIFS = ("objectif_strategique", "objectif_operationnel")


@dataclass(frozen=True)
class Sources:
    """Les notes d'un groupe, une fois chacune, et ses documents : (titre, « l. 12 à 40 »)."""

    notes: tuple[str, ...]
    documents: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Groupe:
    """Un groupe replié : des éléments, des branches d'objectifs, un trio, ou des équipements ; un seul est rempli."""

    titre: str
    sources: Sources
    abime: bool = False
    elements: tuple[Element, ...] = ()
    branches: tuple[Branche, ...] = ()
    trio: tuple[tuple[str, tuple[tuple[str, tuple[Element, ...]], ...]], ...] = ()
    equipements: tuple[tuple[str, tuple[Equipement, ...]], ...] = ()


@dataclass(frozen=True)
class Perimetre:
    """Le projet d'un territoire : les mots de chaque commune, puis ses équipements et ses opérations."""

    projet: Projet
    quartier: bool
    communes: tuple[tuple[str, tuple[Groupe, ...]], ...]
    equipements: tuple[Groupe, ...]
    titre_operations: str

    @property
    def intertitre(self) -> bool:
        """Vrai s'il faut séparer les mots du reste."""
        return bool(self.projet.elements and (self.projet.equipements or self.projet.operations))


def projet(projets: Sequence[Projet], catalogue: Catalogue) -> str:
    """Le projet d'un territoire et de ses autres périmètres ; chaîne vide quand aucun document n'en parle."""
    if not projets:
        return ""
    quartier = projets[0].territoire.maille is Maille.QUARTIER
    titre = "Le projet du quartier" if quartier else "Les opérations de renouvellement prévues"
    perimetres = [_perimetre(p, catalogue) for p in projets]
    return str(rendre("projet.html", titre=titre, perimetres=perimetres, catalogue=catalogue))


def compte(n: int, mot: str) -> str:
    """« 3 irritants », « 1 enjeu »."""
    return compter(n, mot, f"{mot}x" if mot.endswith("eu") else "")


def _perimetre(p: Projet, catalogue: Catalogue) -> Perimetre:
    quartier = p.territoire.maille is Maille.QUARTIER
    n = len(p.operations)
    suite = accord(n, " de renouvellement prévue", " de renouvellement prévues") if quartier else ""
    return Perimetre(
        p,
        quartier,
        tuple((_mots(communes, p), tuple(_groupes(elements, catalogue))) for communes, elements in p.par_communes()),
        (_equipements(p, catalogue),) if p.equipements else (),
        compte(n, "opération") + suite,
    )


def _mots(communes: Sequence[str], p: Projet) -> str:
    noms = " et ".join(p.lieux[c].nom for c in communes if c in p.lieux)
    qui = "de la commune" if len(communes) == 1 else "des communes"
    return f"Les mots {qui}{INSECABLE}: {noms}" if noms else ""


def _groupes(elements: Sequence[Element], catalogue: Catalogue) -> Iterator[Groupe]:
    for nature, mot in _SIMPLES:
        siens = tuple(e for e in elements if e.nature == nature)
        if siens:
            yield Groupe(compte(len(siens), mot), _sources(siens, catalogue), _abime(siens), elements=siens)
    objectifs = [e for e in elements if e.nature in _OBJECTIFS]
    for enjeu, du_groupe in grouper(objectifs, lambda e: e.enjeu):
        titre = (enjeu.capitalize() if enjeu.isupper() else enjeu) or "Objectifs"
        yield Groupe(
            f"{titre}{INSECABLE}· {compte(len(du_groupe), 'objectif')}",
            _sources(du_groupe, catalogue),
            _abime(du_groupe),
            branches=tuple(ramifier(du_groupe)),
        )
    trio = [e for e in elements if e.nature in {nature for nature, _ in _TRIO}]
    for pilier, du_pilier in grouper(trio, lambda e: e.pilier):
        listes = [(mot, [e for e in du_pilier if e.nature == nature]) for nature, mot in _TRIO]
        yield Groupe(
            f"{pilier or 'Pilier illisible'}{INSECABLE}· {', '.join(compte(len(li), mot) for mot, li in listes if li)}",
            _sources(du_pilier, catalogue),
            _abime(du_pilier),
            trio=tuple(
                (mot, tuple((axe, tuple(siens)) for axe, siens in grouper(liste, lambda e: e.axe)))
                for mot, liste in listes
                if liste
            ),
        )


def _equipements(p: Projet, catalogue: Catalogue) -> Groupe:
    n = len(p.equipements)
    return Groupe(
        compter(n, "équipement rattaché", "équipements rattachés"),
        _sources(p.equipements, catalogue),
        equipements=tuple(
            (" – ".join(m for m in (" et ".join(p.lieux[c].nom for c in communes if c in p.lieux), rubrique) if m),
             tuple(siens))
            for (communes, rubrique), siens in grouper(p.equipements, lambda e: (e.communes, e.rubrique))
        ),
    )  # fmt: skip


def _abime(elements: Sequence[Element]) -> bool:
    return any(e.abimee for e in elements)


def _sources(elements: Sequence[Element | Equipement], catalogue: Catalogue) -> Sources:
    """Le document, ses lignes, et les notes : une seule fois par groupe, elles se répètent souvent."""
    documents = []
    for code, siens in grouper(elements, lambda e: e.source):
        lignes = [e.ligne for e in siens]
        etendue = f"l.{INSECABLE}{min(lignes)}" + (f" à {max(lignes)}" if max(lignes) > min(lignes) else "")
        documents.append((catalogue.sources[code].titre, etendue))
    return Sources(tuple(dict.fromkeys(e.note for e in elements if e.note)), tuple(documents))
