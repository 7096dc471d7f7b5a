"""L'écran Évolution, les mots et les tableaux : la réponse, les écarts, chaque année, les autres indicateurs suivis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from indicators.analyse.comparaison import Comparaison, Jugement
from indicators.analyse.evolution import Evolution, EvolutionEcart
from indicators.analyse.series import Serie, Suivi, SuiviReference
from indicators.base.base import Base
from indicators.recit import phrases
from indicators.socle import nombres
from indicators.socle.catalogue import Catalogue, Indicateur
from indicators.socle.nombres import INSECABLE
from indicators.socle.observations import Observation, Origine
from indicators.socle.territoires import Fiche, Territoire
from pages.commun.blocs import cadre, drapeau, lien

_TITRES = {
    Jugement.FAVORABLE: "Ce qui évolue dans le bon sens",
    Jugement.DEFAVORABLE: "Ce qui évolue dans le mauvais sens",
    Jugement.PROCHE: "Ce qui n’a presque pas changé",
    Jugement.NEUTRE: "Ce qui change sans être bon ni mauvais en soi",
}


def libelle(serie: Serie, indicateur: Indicateur) -> str:
    """« Indice de développement territorial · 2011, 2019 » : ce qui existe est dit avant le clic."""
    return f"{indicateur.libelle}{INSECABLE}· {', '.join(str(o.annee) for o in serie.points)}"


def libelle_reference(territoire: Territoire, annees: Sequence[int]) -> str:
    """« CA de la Porte du Hainaut · 2011, 2019 »."""
    return f"{territoire.nom}{INSECABLE}· {', '.join(map(str, annees))}"


def lecture(suivi: Suivi) -> str:
    """La valeur à chaque date et ce qu'elle est devenue : la phrase sous le titre, et l'équivalent du dessin."""
    unite = suivi.indicateur.unite
    valeurs = ", ".join(f"{phrases.chiffre(o, unite)} en {o.annee}" for o in suivi.serie.points)
    nom = f"«{INSECABLE}{suivi.serie.territoire.nom_court}{INSECABLE}»"
    quoi = nombres.minuscule(suivi.indicateur.libelle_court)
    return f"{nom}, {quoi}{INSECABLE}: {valeurs}, soit {_change(suivi.evolution)}."


def _change(resultat: Evolution) -> str:
    """« −58 personnes depuis 2016 (−19,8 %) » ; le taux seulement pour un nombre absolu."""
    texte = phrases.evolution(resultat)
    if resultat.indicateur.est_effectif and resultat.taux is not None:
        texte += f" ({_taux(resultat)})"
    return texte


def _taux(resultat: Evolution) -> str:
    return f"{nombres.signe(100 * (resultat.taux or 0.0), 1)}{INSECABLE}%"


def reponse(suivi: Suivi) -> str:
    """La réponse en une phrase, puis celle des autres références, puis ce qui demande de la prudence."""
    principale = suivi.principale
    tete = escape(f"{nombres.capitale(_change(suivi.evolution))}.") + _marque(*suivi.serie.points)
    suite: list[str] = []
    if suivi.indicateur.est_effectif:
        suite = _taux_des_references(suivi)
    elif principale is None:
        suite = ["Aucune référence choisie n’a de chiffre à comparer."]
    else:
        tete, *suite = (
            escape(phrases.evolution_ecart(r.ecart, r.territoire)) + _marque(*r.douteux)
            for r in sorted(suivi.references, key=lambda r: r is not principale)
        )
    titre = f"{suivi.indicateur.libelle}, {suivi.serie.territoire.nom_court}"
    liste = f"<ul>{''.join(f'<li>{morceau}</li>' for morceau in suite)}</ul>" if suite else ""
    return cadre(
        f'<h2>{escape(titre)}</h2><p class="chapeau">{tete}</p>{liste}',
        f'<p class="lecture"><b>Lecture.</b> {escape(lecture(suivi))}</p>',
        _notes(suivi),
    )


def _taux_des_references(suivi: Suivi) -> list[str]:
    """Un nombre absolu ne se compare pas, son rythme si : le pourcentage de chaque référence aux mêmes années."""
    textes = [
        f"{escape(r.territoire.nom)}{INSECABLE}: {_taux(r.evolution)} entre {r.evolution.depart.annee} et "
        f"{r.evolution.arrivee.annee}" + _marque(r.evolution.depart, r.evolution.arrivee)
        for r in suivi.references
        if r.evolution.taux is not None and r.evolution.depart is not None and r.evolution.arrivee is not None
    ]
    absolu = next((c for r in suivi.references for c in r.comparaisons.values()), None)
    return [*textes, escape(f"Pas d’écart{INSECABLE}: {phrases.motif(absolu)}.")] if absolu is not None else textes


def _marque(*chiffres: Observation | None) -> str:
    return next((drapeau(o) for o in chiffres if o is not None and o.douteuse), "")


def _notes(suivi: Suivi) -> str:
    """Chiffres douteux et leur raison, sources différentes : dits sous la réponse, pas au bas de la page."""
    series = (suivi.serie, *(r.serie for r in suivi.references))
    items = [
        f"<b>{escape(s.territoire.nom_court)}, {o.annee}</b>{INSECABLE}: "
        f"{escape(phrases.chiffre(o, suivi.indicateur.unite))} est douteux. {escape(o.note)}"
        for s in series
        for o in s.points
        if o.douteuse
    ]
    if len({o.source for o in suivi.serie.points}) > 1:
        items.append("Les années ne viennent pas toutes de la même source : le changement peut tenir à la méthode.")
    corps = "".join(f"<li>{item}</li>" for item in items)
    return f'<div class="doute"><ul>{corps}</ul></div>' if items else ""


def perimetres(suivi: Suivi) -> str:
    """L'autre périmètre du quartier : ses chiffres sont dits, jamais reliés aux siens."""
    items = ""
    for autre in suivi.autres_perimetres:
        valeurs = ", ".join(
            f"{phrases.chiffre(o, suivi.indicateur.unite)} en {o.annee}" for o in (*autre.points, *autre.hors_courbe)
        )
        adresse = lien(
            "evolution",
            f"{autre.territoire.nom}, {autre.territoire.perimetre}",
            territoire=autre.territoire.territoire,
            indicateur=suivi.indicateur.indicateur,
        )
        items += f"<li>{adresse}{INSECABLE}: {escape(valeurs or 'aucun chiffre daté de cet indicateur')}.</li>"
    if not items:
        return ""
    return cadre(
        f'<p class="petit">Ces chiffres sont ceux du {escape(suivi.serie.territoire.perimetre)}. Aucune ligne ne les '
        f'relie à ceux d’un autre périmètre du quartier{INSECABLE}:</p><ul class="petit">{items}</ul>'
    )


def ecarts(suivi: Suivi) -> str:
    """L'écart à la première et à la dernière date de chaque paire d'années communes, et ce qu'il est devenu."""
    corps = ""
    for reference in suivi.references:
        paires = [p for p in reference.paires if p.variation is not None] or [reference.ecart]
        corps += "".join(_paire(reference, paire) for paire in paires)
    if suivi.indicateur.est_effectif or not corps:
        return ""
    return cadre(
        "<h2>L’écart, d’une date à l’autre</h2>",
        '<table class="souple"><caption class="sr">L’écart avec chaque référence</caption><thead><tr>'
        '<th scope="col">Face à</th><th scope="col">Au départ</th><th scope="col">À l’arrivée</th>'
        f'<th scope="col">L’écart</th></tr></thead><tbody>{corps}</tbody></table>',
    )


def _paire(reference: SuiviReference, paire: EvolutionEcart) -> str:
    territoire = reference.territoire
    nom = lien("portrait", territoire.nom, territoire=territoire.territoire)
    if paire.depart is None or paire.arrivee is None or paire.variation is None:
        connues = ", ".join(str(o.annee) for o in reference.serie.points) or "aucune année"
        return (
            f'<tr><th scope="row">{nom}</th><td class="vide"></td><td class="vide"></td>'
            f'<td class="gris">{escape(nombres.capitale(phrases.motif_evolution(paire.motif)))} '
            f"(connue{INSECABLE}: {escape(connues)})</td></tr>"
        )
    return (
        f'<tr><th scope="row">{nom}</th>{_ecart(paire.depart, "au départ")}{_ecart(paire.arrivee, "à l’arrivée")}'
        f'<td data-nom="l’écart">{escape(phrases.evolution_ecart(paire, territoire))}</td></tr>'
    )


def _ecart(comparaison: Comparaison, nom: str) -> str:
    """L'écart d'une année et son jugement, dans une case."""
    texte = phrases.ecart(comparaison) or phrases.motif(comparaison)
    verdict = phrases.verdict(comparaison) if phrases.ecart(comparaison) else ""
    return (
        f'<td data-nom="{escape(nom)}"><span class="petit">{comparaison.observation.annee}{INSECABLE}: </span>'
        f'<span class="{comparaison.jugement.value}">{escape(texte)}</span>'
        f"{_marque(comparaison.observation, comparaison.reference)}"
        f'<span class="petit">{f"{INSECABLE}· {escape(verdict)}" if verdict else ""}</span></td>'
    )


def toutes_les_annees(suivi: Suivi, catalogue: Catalogue) -> str:
    """Chaque année : la valeur, celle des références, l'écart et son jugement, la source et sa ligne."""
    unite = suivi.indicateur.unite
    references = [r for r in suivi.references if r.serie.points or r.serie.hors_courbe]
    entetes = "".join(f'<th scope="col">{escape(r.territoire.nom_court)}</th>' for r in references)
    corps = ""
    for annee in suivi.annees:
        sien = suivi.serie.en(annee)
        cases = "".join(_case_reference(r, annee, unite) for r in references)
        montres = [(suivi.serie.territoire, sien), *((r.territoire, r.serie.en(annee)) for r in references)]
        corps += (
            f'<tr><th scope="row">{annee}</th>'
            f'<td class="n" data-nom="{escape(suivi.serie.territoire.nom_court)}">{_valeur(sien, unite)}</td>'
            f"{cases}<td>{_sources([(t, o) for t, o in montres if o is not None], catalogue)}</td></tr>"
        )
    return cadre(
        f'<table class="souple"><caption class="sr">{escape(suivi.indicateur.libelle)}, année par année</caption>'
        f'<thead><tr><th scope="col">Année</th><th scope="col" class="n">{escape(suivi.serie.territoire.nom_court)}'
        f'</th>{entetes}<th scope="col">Source</th></tr></thead><tbody>{corps}</tbody></table>'
    )


def _valeur(chiffre: Observation | None, unite: str) -> str:
    if chiffre is None:
        return '<span class="gris">—</span>'
    calcul = ' <span class="petit">calculé</span>' if chiffre.origine is Origine.CALCULEE else ""
    return f"{escape(phrases.chiffre(chiffre, unite))}{drapeau(chiffre)}{calcul}"


def _case_reference(reference: SuiviReference, annee: int, unite: str) -> str:
    valeur = _valeur(reference.serie.en(annee), unite)
    comparaison = reference.comparaisons.get(annee)
    ecart = phrases.ecart(comparaison) if comparaison is not None else ""
    if comparaison is not None and ecart:
        verdict = phrases.verdict(comparaison)
        valeur += (
            f'<br><span class="petit">écart{INSECABLE}: <span class="{comparaison.jugement.value}">{escape(ecart)}'
            f"</span>{f'{INSECABLE}· {escape(verdict)}' if verdict else ''}</span>"
        )
    return f'<td data-nom="{escape(reference.territoire.nom_court)}">{valeur}</td>'


def _sources(montres: Sequence[tuple[Territoire, Observation]], catalogue: Catalogue) -> str:
    """La provenance de chaque chiffre de l'année, la formule d'un calcul, la raison d'un doute."""
    items = "".join(
        f"<p><b>{escape(t.nom_court)}.</b> {escape(phrases.provenance(o, catalogue.sources[o.source]))}."
        f"{f' {escape(o.note)}' if o.note else ''}</p>"
        for t, o in montres
    )
    return f"<details><summary>source et ligne</summary><div>{items}</div></details>" if items else ""


def autres_indicateurs(suivis: Iterable[tuple[Serie, Evolution]], courant: str) -> str:
    """Les autres indicateurs connus à deux dates, ce qu'ils sont devenus, rangés du meilleur au moins bon."""
    boites = ""
    restants = [p for p in suivis if p[1].indicateur.indicateur != courant]
    for jugement, groupe in groupby(restants, key=lambda p: p[1].jugement):
        juge = jugement in {Jugement.FAVORABLE, Jugement.DEFAVORABLE}
        marque = f'<span class="{jugement.value}"><span class="marque"></span></span>' if juge else ""
        items = "".join(
            f"<li>{marque}"
            + lien(
                "evolution",
                e.indicateur.libelle_court,
                territoire=s.territoire.territoire,
                indicateur=e.indicateur.indicateur,
            )
            + f"{INSECABLE}: {escape(_change(e))}{_marque(e.depart, e.arrivee)} "
            f'<span class="petit">({", ".join(str(o.annee) for o in s.points)})</span></li>'
            for s, e in groupe
        )
        boites += f'<section class="boite"><h3>{_TITRES[jugement]}</h3><ul class="nue">{items}</ul></section>'
    if not boites:
        return ""
    return cadre(f'<h2>Les autres indicateurs qui ont plusieurs années</h2><div class="deux">{boites}</div>')


def rien_a_suivre(fiche: Fiche, connus: int, ailleurs: Sequence[tuple[Territoire, int]]) -> str:
    """L'écran d'un territoire connu à une seule date : ce qui existe à la place."""
    nom = fiche.territoire.nom
    portrait = lien("portrait", "ouvrir le portrait", territoire=fiche.territoire.territoire)
    existe = (
        f"{nombres.capitale(nombres.cardinal(connus))}{INSECABLE}indicateur{'s' if connus > 1 else ''} "
        f"{'sont connus' if connus > 1 else 'est connu'}, mais pas à deux dates{INSECABLE}: {portrait}."
        if connus
        else "Les documents lus ne donnent aucun chiffre pour ce territoire."
    )
    suite = liste_des_suivis("Suivis dans le temps, autour de lui", ailleurs)
    return (
        cadre(
            f'<h1>Évolution</h1><p class="chapeau">Rien ne peut être suivi dans le temps pour «{INSECABLE}{escape(nom)}'
            f"{INSECABLE}».</p><p>Il faut le même indicateur à deux dates au moins, sur le même périmètre. {existe}</p>"
        )
        + suite
    )


def liste_des_suivis(titre: str, suivis: Sequence[tuple[Territoire, int]]) -> str:
    """Des territoires et leur nombre d'indicateurs suivis, un lien chacun ; rien si la liste est vide."""
    items = "".join(
        f"<li>{lien('evolution', t.nom, territoire=t.territoire)} "
        f'<span class="petit">{escape(f"{t.perimetre}{INSECABLE}· ") if t.perimetre else ""}'
        f"{n}{INSECABLE}indicateur{'s' if n > 1 else ''}</span></li>"
        for t, n in suivis
    )
    return cadre(f'<h2>{escape(titre)}</h2><div class="boite"><ul class="liste">{items}</ul></div>') if items else ""


def compter(
    territoires: Iterable[Territoire], suivis: dict[str, tuple[tuple[Serie, Evolution], ...]]
) -> list[tuple[Territoire, int]]:
    """Ceux qui ont au moins un indicateur suivi, et combien, dans l'ordre reçu."""
    return [(t, len(suivis[t.territoire])) for t in territoires if t.territoire in suivis]


def autour(fiche: Fiche, base: Base) -> list[Territoire]:
    """Où chercher quand rien n'est suivi ici : l'autre périmètre, l'agglomération, ses références, ses quartiers."""
    freres = {c for f in fiche.filiations for c in (f.ancien, f.nouveau) if c} - {fiche.territoire.territoire}
    return list(dict.fromkeys([*base.territoires(freres), *fiche.references, *fiche.quartiers]))


def invitation() -> str:
    """L'écran sans territoire choisi."""
    return cadre(
        "<h1>Évolution</h1>",
        '<p class="chapeau">Choisissez un territoire pour voir si l’écart avec son agglomération se creuse.</p>',
    )


def pas_suivi(indicateur: Indicateur, fiche: Fiche) -> str:
    """L'indicateur demandé par l'adresse n'a pas deux dates ici : dit avant d'en montrer un autre."""
    return cadre(
        f'<p class="doute">«{INSECABLE}{escape(indicateur.libelle)}{INSECABLE}» n’est pas connu à deux dates pour '
        f"«{INSECABLE}{escape(fiche.territoire.nom)}{INSECABLE}»{INSECABLE}: voici un indicateur qui l’est.</p>"
    )
