"""Composer la page d'un territoire : celle de l'écran, de la fiche et de l'atlas ; la séance y prend ses pièces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from indicators.analyse.comparaison import Jugement
from indicators.analyse.portrait import Portrait, dresser
from indicators.base.base import Base
from indicators.recit import phrases, resume
from indicators.recit import regroupements as recit
from indicators.recit.page.chiffres import carte, en_phrase, importance, valeur
from indicators.recit.page.modele import (
    AncienPerimetre,
    CarteDeChiffre,
    Encadre,
    Identite,
    LigneDEtendue,
    Manques,
    PagePortrait,
    Regroupement,
    Saillant,
    Saillants,
    SourceCitee,
    Theme,
)
from indicators.socle.catalogue import Catalogue
from indicators.socle.nombres import INSECABLE, accord, nombre
from indicators.socle.territoires import Maille, Territoire


def composer(base: Base, vue: Portrait) -> PagePortrait:
    """La page de ce portrait."""
    catalogue = base.catalogue
    lignes = [*vue.tete, *(li for _, themes in vue.themes for li in themes)]
    ordre = sorted(range(len(lignes)), key=lambda rang: (lignes[rang].chiffre is None, importance(lignes[rang])))
    rangs = {rang: place for place, rang in enumerate(ordre)}
    cartes = [replace(carte(li, vue, catalogue), importance=rangs[k]) for k, li in enumerate(lignes)]
    reste = iter(cartes[len(vue.tete) :])
    themes = [(theme.libelle, tuple(next(reste) for _ in siennes)) for theme, siennes in vue.themes]
    return PagePortrait(
        identite=identite(vue, base.territoires(vue.fiche.autres_perimetres)),
        references=vue.references,
        cles=tuple(cartes[: len(vue.tete)]),
        absents=absents(vue),
        anciens=_anciens(base, vue),
        doutes=doutes(vue, catalogue),
        saillants=saillants(vue, catalogue),
        quartiers=_quartiers(vue, base),
        themes=tuple(Theme(titre, siennes, _utiles(siennes)) for titre, siennes in themes),
        semblables=_SEMBLABLES.get(vue.territoire.maille, "territoires semblables"),
        manques=manques(vue, catalogue),
        sources=sources(vue, catalogue),
        regroupement=regroupement(vue, catalogue),
    )


_SEMBLABLES = {Maille.QUARTIER: "quartiers", Maille.COMMUNE: "communes", Maille.IRIS: "IRIS"}


def _utiles(cartes: Iterable[CarteDeChiffre]) -> tuple[int, ...]:
    return tuple(sorted({rang for c in cartes for rang, face in enumerate(c.faces) if face.valeur is not None}))


def identite(vue: Portrait, autres: Iterable[Territoire] = ()) -> Identite:
    """Ce qui situe le territoire ; `autres` : ses autres périmètres, à nommer dans l'ordre des filiations."""
    territoire, fiche = vue.territoire, vue.fiche
    par_code = {t.territoire: t for t in autres}
    lies = dict.fromkeys(code for f in fiche.filiations for code in (f.ancien, f.nouveau))
    return Identite(
        territoire,
        resume.nature(territoire),
        resume.code_lisible(territoire),
        tuple(par_code[code] for code in lies if code in par_code),
        fiche.communes,
        fiche.agglomerations,
        tuple(resume.taille(vue)),
        resume.chapeau(vue),
        carte=territoire.maille in {Maille.QUARTIER, Maille.COMMUNE, Maille.IRIS},
    )


def absents(vue: Portrait) -> Encadre:
    """Les chiffres clés que la base n'a pas, et où ils existent."""
    sans = [li for li in vue.tete if li.chiffre is None]
    items = tuple((li.indicateur.libelle_court, recit.absence(li)) for li in sans)
    if dites := sum(li.etendue is not None for li in sans):
        return Encadre(resume.titre_cles_en_etendue(dites, len(sans) - dites), items)
    return Encadre(resume.titre_cles_absentes(len(items)), items)


def regroupement(vue: Portrait, catalogue: Catalogue) -> Regroupement | None:
    """Les membres d'un ensemble et l'étendue de leurs chiffres, chiffres clés d'abord ; None sans membre connu."""
    membres = vue.composition.membres
    if not membres:
        return None
    titre = f"Ses {nombre(len(membres))} membres"
    return Regroupement(titre, recit.lecture(vue.composition), membres, etendues(vue, catalogue))


def etendues(vue: Portrait, catalogue: Catalogue) -> tuple[LigneDEtendue, ...]:
    """Ce que disent les membres d'un ensemble, chiffres clés d'abord ; vide pour un autre territoire."""
    cles = [li.indicateur.indicateur for li in vue.tete]
    return tuple(
        LigneDEtendue(
            e.indicateur.libelle_court,
            recit.valeurs(e),
            recit.connus(e),
            catalogue.sources[e.bas.source].nom,
            recit.des_membres(e, vue.composition.membres),
            e.indicateur.indicateur in cles,
        )
        for e in sorted(vue.etendues, key=lambda e: e.indicateur.indicateur not in cles)
    )


def _anciens(base: Base, vue: Portrait) -> tuple[AncienPerimetre, ...]:
    """Les périmètres de 2015 dont vient un quartier de 2024, avec leurs chiffres clés ; rien pour les autres."""
    ici = vue.territoire
    codes = [f.ancien for f in vue.fiche.filiations if f.nouveau == ici.territoire and f.ancien]
    trouves = []
    for t in base.territoires(codes):
        ancien = dresser(base, t.territoire, vue.references[1].territoire if len(vue.references) > 1 else None)
        connues = [li for li in ancien.tete if li.chiffre is not None]
        if connues:
            trouves.append(
                AncienPerimetre(
                    t,
                    f"Périmètre 2015 dont il vient ({t.nom}, {t.territoire})",
                    "Ces chiffres décrivent l’ancien périmètre, face à ses références d’alors. Ils situent le quartier"
                    f"{INSECABLE}; ils ne se comparent pas à un chiffre du périmètre 2024, et ne comptent dans aucun "
                    "bilan de cette page.",
                    tuple(carte(li, ancien, base.catalogue) for li in connues),
                    tuple(en_phrase(li, ancien) for li in connues),
                )
            )
    return tuple(trouves)


def doutes(vue: Portrait, catalogue: Catalogue) -> Encadre:
    """Les chiffres douteux et les sources qui se contredisent."""
    items = tuple(resume.doutes(vue, catalogue))
    return Encadre(resume.titre_doutes(len(items)), items)


def saillants(vue: Portrait, catalogue: Catalogue, combien: int = 4) -> tuple[Saillants, ...]:
    """« Ce qui va mieux », puis « ce qui va moins bien » que la première référence ; vide si rien n'est jugé."""
    sens = ((Jugement.FAVORABLE, "Ce qui va mieux"), (Jugement.DEFAVORABLE, "Ce qui va moins bien"))
    if not any(vue.jugees(jugement) for jugement, _ in sens):
        return ()
    que = phrases.que(vue.references[0])
    return tuple(
        Saillants(
            titre,
            que,
            jugement,
            tuple(
                Saillant(
                    ligne.indicateur.libelle_court,
                    valeur(comparaison.observation, ligne.indicateur.unite),
                    phrases.ecart(comparaison),
                    phrases.periode(comparaison.observation),
                )
                for ligne, comparaison in resume.points_saillants(vue, jugement, catalogue, combien)
            ),
        )
        for jugement, titre in sens
    )


def _quartiers(vue: Portrait, base: Base) -> tuple[tuple[Territoire, int], ...]:
    """Les quartiers d'une commune ou d'une agglomération, les mieux connus d'abord ; rien pour les autres."""
    if vue.territoire.maille not in {Maille.COMMUNE, Maille.EPCI, Maille.REGROUPEMENT} or vue.territoire.est_a_soi:
        return ()
    connus = base.nombres_de_chiffres()
    comptes = [(q, connus.get(q.territoire, 0)) for q in vue.fiche.quartiers]
    return tuple(sorted(comptes, key=lambda paire: (-paire[1], paire[0].nom)))


def manques(vue: Portrait, catalogue: Catalogue) -> Manques:
    """Ce que la base ne sait pas de ce territoire : nommé, et compté par thème ; phrase vide s'il ne manque rien."""
    absents = [i for i in vue.manquants if not i.evolution_de]
    n = len(absents)
    if not n:
        return Manques((), "")
    comptes = {t.libelle: sum(i.theme == t.theme for i in absents) for t, _ in catalogue.par_theme()}
    detail = ", ".join(f"{libelle} {nombre(combien)}" for libelle, combien in comptes.items() if combien)
    return Manques(
        tuple(sorted((i.libelle_court for i in absents), key=str.casefold)),
        f"{nombre(n)} {accord(n, 'indicateur du catalogue n’a', 'indicateurs du catalogue n’ont')} pas de chiffre "
        "pour ce territoire dans les documents lus. Un chiffre absent n’est ni un zéro ni un secret"
        f"{INSECABLE}: il n’existe pas dans la base. Par thème{INSECABLE}: {detail}.",
    )


def sources(vue: Portrait, catalogue: Catalogue) -> tuple[SourceCitee, ...]:
    """Les sources des chiffres du territoire et de ses références, une fois chacune, dans l'ordre du catalogue."""
    lues: dict[str, set[int]] = defaultdict(set)
    for ligne in vue.lignes:
        for chiffre in (ligne.chiffre, *(c.reference for c in ligne.comparaisons)):
            if chiffre is not None:
                lues[chiffre.source] |= {chiffre.ligne} if chiffre.ligne else set()
    for etendue in vue.etendues:
        lues[etendue.bas.source] |= set()
    return tuple(
        SourceCitee(
            s.producteur,
            s.titre,
            s.edition,
            s.date_publication,
            s.licence,
            s.document.rpartition("/")[2],
            tuple(sorted(lues[code])),
        )
        for code, s in catalogue.sources.items()
        if code in lues
    )
