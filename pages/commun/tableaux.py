"""Les tableaux des écrans qui comparent : classements, matrice, couples. Lisibles au clavier et sur un téléphone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from indicators.analyse.comparaison import Comparaison, Jugement, Motif
from indicators.analyse.comparatif import Colonne, Comparatif, LigneComparee
from indicators.recit import phrases
from indicators.socle import nombres
from indicators.socle.catalogue import Indicateur
from indicators.socle.nombres import INSECABLE
from indicators.socle.observations import Observation
from indicators.socle.territoires import Territoire
from pages.commun.blocs import cadre, drapeau, lien


def titre_comparatif(vue: Comparatif) -> str:
    """Le titre, l'année et la phrase de lecture d'un classement."""
    indicateur = vue.indicateur
    date = f", {phrases.date_complete(vue.lignes[0].chiffre)}" if vue.lignes else ""
    unite = indicateur.unite.entre_parentheses
    lecture = phrases.lecture_classement(vue.classement, [ligne.territoire for ligne in vue.lignes])
    return cadre(
        f"<h2>{escape(indicateur.libelle)}{escape(unite)}{escape(date)}</h2>",
        f'<p class="lecture"><b>Lecture.</b> {escape(lecture)}</p>',
        f'<p class="petit">{escape(indicateur.definition)} {escape(indicateur.precautions)}</p>',
    )


def sans_rang(vue: Comparatif) -> str:
    """Sous le classement : ceux qui n'y sont pas, et pourquoi."""
    groupes = (
        ("Couverts par le secret statistique", vue.secretes),
        ("Non disponibles ou sans objet dans le document", vue.absentes),
        ("Connus à une autre date seulement", vue.autre_periode),
        ("Sans chiffre dans les documents lus", vue.sans_chiffre),
    )
    items = "".join(
        f"<li><b>{titre}</b> ({len(membres)}){INSECABLE}: "
        + ", ".join(lien("portrait", t.nom_court, territoire=t.territoire) for t in membres)
        + ".</li>"
        for titre, membres in groupes
        if membres
    )
    manquantes = f"<ul class='petit'>{items}</ul>" if items else ""
    return cadre(manquantes)


def comparatif(vue: Comparatif, lieux: dict[str, tuple[str, ...]]) -> str:
    """Le tableau derrière le graphique : rang, territoire, valeur, écart avec chaque référence, source."""
    unite = vue.indicateur.unite
    entetes = "".join(f'<th scope="col">Face à {escape(t.nom_court)}</th>' for t, _ in vue.references)
    corps = ""
    for ligne in vue.lignes:
        place = vue.classement.rang(ligne.territoire.territoire)
        ecarts = "".join(
            f'<td data-nom="face à {escape(t.nom_court)}">{_ecart(c)}</td>'
            for (t, _), c in zip(vue.references, ligne.comparaisons, strict=True)
        )
        communes = ", ".join(lieux.get(ligne.territoire.territoire, ()))
        numero = f" (l. {ligne.chiffre.ligne})" if ligne.chiffre.ligne else ""
        corps += (
            f'<tr><td class="n" data-nom="rang">{place.rang if place else "—"}</td><th scope="row">'
            f"{lien('portrait', ligne.territoire.nom, territoire=ligne.territoire.territoire)}{drapeau(ligne.chiffre)}"
            f'<br><span class="petit">{escape(communes)}</span></th>'
            f'<td class="n" data-nom="valeur">{escape(phrases.chiffre(ligne.chiffre, unite))}'
            f'<span class="petit">{escape(phrases.date_complete(ligne.chiffre))}{escape(numero)}</span></td>'
            f"{ecarts}</tr>"
        )
    for territoire, chiffre in vue.references:
        corps += (
            f'<tr><td class="n gris" data-nom="rang">référence</td><th scope="row">'
            f"{lien('portrait', territoire.nom, territoire=territoire.territoire)}</th>"
            f'<td class="n" data-nom="valeur">{escape(phrases.chiffre(chiffre, unite))}'
            f'<span class="petit">{escape(phrases.date_complete(chiffre))}</span></td>'
            + '<td class="vide"></td>' * len(vue.references)
            + "</tr>"
        )
    return cadre(
        f'<table class="souple"><caption class="sr">{escape(vue.indicateur.libelle)}</caption><thead><tr>'
        '<th scope="col" class="n">Rang</th><th scope="col">Territoire</th><th scope="col" class="n">Valeur</th>'
        f"{entetes}</tr></thead><tbody>{corps}</tbody></table>"
    )


def _ecart(comparaison: Comparaison) -> str:
    texte = phrases.ecart(comparaison)
    if not texte:
        return f'<span class="gris">{escape(phrases.motif(comparaison))}</span>'
    return (
        f'<span class="{comparaison.jugement.value}">{escape(texte)}</span>'
        f'<span class="petit">{INSECABLE}· {escape(phrases.verdict(comparaison))}</span>'
    )


def matrice(colonnes: Sequence[Colonne], territoires: Sequence[Territoire], reference: Territoire) -> str:
    """Territoires × indicateurs : la valeur, un mot face à la référence, et une teinte qui le redit."""
    if not colonnes or not territoires:
        return cadre('<p class="gris">Choisissez au moins un indicateur et un territoire.</p>')
    entetes = "".join(
        f'<th scope="col" class="n">{escape(c.indicateur.libelle_court)}'
        f'<br><span class="petit">{escape(_date(c))}</span></th>'
        for c in colonnes
    )
    corps = "".join(
        f'<tr><th scope="row">{lien("portrait", t.nom_court, territoire=t.territoire)}</th>'
        + "".join(_case(c, c.cases.get(t.territoire)) for c in colonnes)
        + "</tr>"
        for t in territoires
    )
    pied = "".join(
        f'<td class="n" data-nom="{escape(c.indicateur.libelle_court)}">'
        f"{escape(phrases.chiffre(c.reference[1], c.indicateur.unite)) if c.reference else '—'}"
        f"{drapeau(c.reference[1]) if c.reference else ''}"
        f'<span class="petit">{escape(phrases.periode(c.reference[1])) if c.reference else ""}</span></td>'
        for c in colonnes
    )
    return cadre(
        '<div class="large"><table class="souple"><caption class="sr">Plusieurs indicateurs côte à côte</caption>'
        f'<thead><tr><th scope="col">Territoire</th>{entetes}</tr></thead><tbody>{corps}'
        f'<tr><th scope="row">{escape(reference.nom_court)} (référence)</th>{pied}</tr></tbody></table></div>'
        f'<p class="petit">Mots{INSECABLE}: face à {escape(reference.nom)}, à la même période{INSECABLE}; puis le rang '
        "dans le tableau (1er : la valeur la plus élevée). La teinte est plus forte aux deux bouts de la colonne. "
        "Sans mot, le chiffre ne se compare pas (autre période, nombre absolu, fourchette).</p>"
    )


def _date(colonne: Colonne) -> str:
    premiere = next(iter(colonne.cases.values()), None)
    return phrases.periode(premiere.chiffre) if premiere else "non disponible"


def _case(colonne: Colonne, ligne: LigneComparee | None) -> str:
    nom = escape(colonne.indicateur.libelle_court)
    if ligne is None:
        return f'<td class="n gris manquant" data-nom="{nom}">non disponible</td>'
    comparaison = ligne.comparaisons[0] if ligne.comparaisons else None
    mot, classe = "", ""
    if comparaison is not None and comparaison.motif is Motif.AUCUN:
        mot, classe = phrases.position(comparaison), f" teinte-{comparaison.jugement.value}"
    place = colonne.classement.rang(ligne.territoire.territoire)
    gravite = colonne.gravite(ligne.territoire.territoire)
    force = ""
    if place is not None and gravite is not None:
        # La teinte est d'autant plus forte que le territoire est loin de l'autre bout de la colonne.
        part = 1 - gravite if comparaison is not None and comparaison.jugement is Jugement.FAVORABLE else gravite
        force = f' style="--part:{part:.2f}"'
        mot += f"{f'{INSECABLE}· ' if mot else ''}{nombres.ordinal(place.rang)} sur {place.effectif}"
    valeur = escape(phrases.chiffre(ligne.chiffre, colonne.indicateur.unite))
    return (
        f'<td class="n{classe}"{force} data-nom="{nom}">{valeur}'
        f'{drapeau(ligne.chiffre)}<span class="petit">{escape(mot)}</span></td>'
    )


def titre_nuage(x: Comparatif, y: Comparatif, communs: int, total: int) -> str:
    """Le titre et la lecture de deux indicateurs face à face, avec la période de chacun."""

    def dater(vue: Comparatif) -> str:
        date = phrases.periode(vue.lignes[0].chiffre) if vue.lignes else "non disponible"
        return f"{nombres.minuscule(vue.indicateur.libelle)} ({date})"

    return cadre(
        f"<h2>{escape(x.indicateur.libelle_court)} et {escape(nombres.minuscule(y.indicateur.libelle_court))}</h2>",
        f'<p class="lecture"><b>Lecture.</b> {communs} territoires sur {total} ont les deux chiffres{INSECABLE}: '
        f"{escape(dater(x))} en largeur, {escape(dater(y))} en hauteur. Deux indicateurs qui vont ensemble ne disent "
        "pas que l’un cause l’autre.</p>",
    )


def couples(
    points: Sequence[tuple[Territoire, Observation, Observation]], abscisse: Indicateur, ordonnee: Indicateur
) -> str:
    """Le tableau derrière le nuage."""
    corps = "".join(
        f'<tr><th scope="row">{lien("portrait", t.nom, territoire=t.territoire)}</th>'
        + "".join(
            f'<td class="n" data-nom="{escape(i.libelle_court)}">{escape(phrases.chiffre(o, i.unite))}{drapeau(o)}</td>'
            for i, o in ((abscisse, x), (ordonnee, y))
        )
        + "</tr>"
        for t, x, y in points
    )
    entetes = "".join(f'<th scope="col" class="n">{escape(i.libelle_court)}</th>' for i in (abscisse, ordonnee))
    return cadre(
        '<table class="souple"><caption class="sr">Deux indicateurs par territoire</caption><thead><tr>'
        f'<th scope="col">Territoire</th>{entetes}</tr></thead><tbody>{corps}</tbody></table>'
    )
