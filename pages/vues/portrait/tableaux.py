"""Les tableaux du portrait : un thème, ses références et ses écarts ; les sources et les lignes lues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from html import escape

from indicators.analyse.comparaison import Comparaison, Jugement, Motif
from indicators.analyse.portrait import Ligne, Portrait
from indicators.recit import phrases
from indicators.recit.dessins import bandes as dessins
from indicators.socle import nombres
from indicators.socle.catalogue import Catalogue, Theme
from indicators.socle.nombres import INSECABLE
from indicators.socle.observations import Observation
from indicators.socle.territoires import Maille, Territoire
from pages.commun.blocs import cadre
from pages.commun.details import details, drapeau


def theme(chapitre: Theme, lignes: Sequence[Ligne], vue: Portrait, catalogue: Catalogue) -> str:
    """Un thème du portrait : une ligne un indicateur, ses références, sa place, sa lecture et sa source."""
    utiles = [
        position
        for position in range(len(vue.references))
        if any(ligne.comparaisons[position].reference is not None for ligne in lignes)
    ]
    references = [vue.references[position] for position in utiles]
    entetes = "".join(f'<th scope="col" class="n">{escape(t.nom_court)}</th>' for t in references)
    corps = "".join(_ligne(ligne, vue, utiles, catalogue) for ligne in lignes)
    return cadre(
        f"<h2>{escape(chapitre.libelle)}</h2>",
        f'<table class="souple"><caption class="sr">{escape(chapitre.libelle)}, {escape(vue.territoire.nom)}</caption>'
        f'<thead><tr><th scope="col">Indicateur</th><th scope="col" class="n">{escape(vue.territoire.nom_court)}</th>'
        f'{entetes}<th scope="col">Écart</th><th scope="col">Position parmi les {_semblables(vue)}'
        f'<br><span class="petit">{escape(dessins.ORIENTATION)}</span></th></tr></thead>'
        f"<tbody>{corps}</tbody></table>",
    )


def _semblables(vue: Portrait) -> str:
    return {Maille.QUARTIER: "quartiers", Maille.COMMUNE: "communes"}.get(
        vue.territoire.maille, "territoires semblables"
    )


def _ligne(ligne: Ligne, vue: Portrait, utiles: Sequence[int], catalogue: Catalogue) -> str:
    chiffre = ligne.chiffre
    assert chiffre is not None and ligne.place is not None
    unite = ligne.indicateur.unite
    reperes = [
        r for t, c in zip(vue.references, ligne.comparaisons, strict=True) if (r := dessins.repere_de(c, t.nom_court))
    ]
    jugement = ligne.comparaisons[0].jugement if ligne.comparaisons else Jugement.NEUTRE
    dessin = ""
    if not ligne.indicateur.est_effectif and (reperes or ligne.place.effectif > 1):
        dessin = dessins.rail(
            chiffre, vue.territoire.nom_court, ligne.place, reperes, jugement, unite=unite, oriente=True
        )
    variations = "".join(
        f'<span class="petit">{escape(phrases.chiffre(o, v.unite))} {escape(depuis(o))}</span>'
        for v, o in ligne.variations
        if o.a_une_valeur
    )
    nom = escape(vue.territoire.nom_court)
    return (
        f'<tr><th scope="row">{escape(ligne.indicateur.libelle_court)}{drapeau(chiffre)}'
        f"{details(ligne, vue, catalogue)}</th>"
        f'<td class="n" data-nom="{nom}">{escape(phrases.chiffre(chiffre, unite))}'
        f'<span class="petit">{escape(phrases.date_complete(chiffre))}</span>{variations}</td>'
        + "".join(_reference(ligne.comparaisons[position], vue.references[position], unite) for position in utiles)
        + f"<td{_vide(ligne.comparaisons)}>{_ecarts(ligne.comparaisons, vue.references)}</td>"
        + f'<td class="rail{"" if dessin else " vide"}">{dessin}</td></tr>'
    )


def depuis(variation: Observation) -> str:
    """« depuis 2016 » pour une variation."""
    return f"depuis {variation.annee_debut}" if variation.annee_debut else ""


def _vide(comparaisons: Sequence[Comparaison]) -> str:
    return "" if any(phrases.ecart(c) or c.motif is not Motif.EFFECTIF for c in comparaisons) else ' class="vide"'


def _reference(comparaison: Comparaison, reference: Territoire, unite: str) -> str:
    nom = escape(reference.nom_court)
    if comparaison.reference is None:
        return f'<td class="n gris" data-nom="{nom}">—</td>'
    date = phrases.periode(comparaison.reference) if comparaison.des_annees_differentes else ""
    petit = f'<span class="petit">{escape(date)}</span>' if date else ""
    valeur = escape(phrases.chiffre(comparaison.reference, unite))
    return f'<td class="n" data-nom="{nom}">{valeur}{drapeau(comparaison.reference)}{petit}</td>'


def _ecarts(comparaisons: Sequence[Comparaison], references: Sequence[Territoire]) -> str:
    morceaux = []
    for position, (comparaison, reference) in enumerate(zip(comparaisons, references, strict=True)):
        texte = phrases.ecart(comparaison)
        if comparaison.motif is Motif.EFFECTIF:
            continue
        if not texte:
            if position == 0:
                morceaux.append(f'<span class="gris"><i>{escape(phrases.motif(comparaison))}</i></span>')
            continue
        verdict = phrases.verdict(comparaison)
        if position == 0:
            morceaux.append(
                f'<span class="{comparaison.jugement.value}"><span class="marque"></span>{escape(texte)}</span>'
                f'<span class="petit">{INSECABLE}· {escape(verdict)}</span>'
            )
        else:
            morceaux.append(
                f'<br><span class="petit">{escape(reference.nom_court)}{INSECABLE}: {escape(texte)}'
                f"{f' ({escape(verdict)})' if verdict else ''}</span>"
            )
    return "".join(morceaux)


def provenances(vue: Portrait, catalogue: Catalogue) -> str:
    """Les sources du portrait, avec le document et toutes les lignes lues."""
    lignes: dict[str, set[int]] = defaultdict(set)
    for ligne in vue.lignes:
        for chiffre in (ligne.chiffre, *(c.reference for c in ligne.comparaisons)):
            if chiffre is not None:
                lignes[chiffre.source] |= {chiffre.ligne} if chiffre.ligne else set()
    items = ""
    for code, numeros in lignes.items():
        source = catalogue.sources[code]
        lues = ", ".join(str(n) for n in sorted(numeros))
        document = source.document.rpartition("/")[2]
        lieu = f" — document {document}, l.{INSECABLE}{lues}" if lues else ""
        date = f", {source.date_publication}" if source.date_publication else ""
        items += (
            f"<li>{escape(source.producteur)}, <i>{escape(source.titre)}</i>{escape(date)}{escape(lieu)}. "
            f"{escape(nombres.capitale(source.licence))}.</li>"
        )
    return cadre(f"<h2>Sources</h2><ul class='petit'>{items}</ul>") if items else cadre()
