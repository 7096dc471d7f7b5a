"""Les tableaux des écrans : thèmes du portrait, sources, classements. Lisibles au clavier et sur un téléphone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from html import escape

from indicators import dessins, nombres, phrases
from indicators.catalogue import Catalogue, Indicateur, Theme
from indicators.comparaison import Comparaison, Jugement, Motif
from indicators.comparatif import Comparatif, de_la_meme_periode
from indicators.nombres import INSECABLE
from indicators.observations import Observation
from indicators.portrait import Ligne, Portrait
from indicators.territoires import Maille, Territoire

from .blocs import cadre, lien
from .details import details, drapeau


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
        f'{entetes}<th scope="col">Écart</th><th scope="col">Position parmi les {_semblables(vue)}</th></tr></thead>'
        f"<tbody>{corps}</tbody></table>",
    )


def _semblables(vue: Portrait) -> str:
    return {Maille.QUARTIER: "quartiers", Maille.COMMUNE: "communes"}.get(
        vue.territoire.maille, "territoires semblables"
    )


def _ligne(ligne: Ligne, vue: Portrait, utiles: Sequence[int], catalogue: Catalogue) -> str:
    chiffre = ligne.chiffre
    assert chiffre is not None and ligne.classement is not None
    unite = ligne.indicateur.unite
    reperes = [
        r for t, c in zip(vue.references, ligne.comparaisons, strict=True) if (r := dessins.repere_de(c, t.nom_court))
    ]
    jugement = ligne.comparaisons[0].jugement if ligne.comparaisons else Jugement.NEUTRE
    dessin = ""
    if not ligne.indicateur.est_effectif and (reperes or len(ligne.classement.classees) > 1):
        dessin = dessins.rail(chiffre, vue.territoire.nom_court, ligne.classement, reperes, jugement, unite=unite)
    variations = "".join(
        f'<span class="petit">{escape(phrases.chiffre(o, v.unite))} {escape(depuis(o))}</span>'
        for v, o in ligne.variations
        if o.a_une_valeur
    )
    lectures = [
        phrases.lecture(c, vue.territoire, t)
        for t, c in zip(vue.references, ligne.comparaisons, strict=True)
        if c.motif is not Motif.EFFECTIF
    ]
    nom = escape(vue.territoire.nom_court)
    return (
        f'<tr><th scope="row">{escape(ligne.indicateur.libelle_court)}{drapeau(chiffre)}'
        f"{details(lectures, ligne, catalogue)}</th>"
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


def titre_comparatif(vue: Comparatif) -> str:
    """Le titre, l'année et la phrase de lecture d'un classement."""
    indicateur = vue.indicateur
    date = f", {phrases.date_complete(vue.lignes[0].chiffre)}" if vue.lignes else ""
    unite = "" if indicateur.unite in {"indice", "ratio"} else f" ({indicateur.unite})"
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


def cote_a_cote(
    lignes: Sequence[tuple[Indicateur, list[Observation | None]]], territoires: Sequence[Territoire], demandes: int
) -> str:
    """Plusieurs indicateurs pour quelques territoires ; chaque case porte son année si la ligne en mêle plusieurs."""
    if not lignes or not territoires:
        return cadre('<p class="gris">Choisissez au moins un indicateur et un territoire.</p>')
    entetes = "".join(
        f'<th scope="col" class="n">{lien("portrait", t.nom_court, territoire=t.territoire)}</th>' for t in territoires
    )
    corps = ""
    for indicateur, chiffres in lignes:
        ensemble = de_la_meme_periode(chiffres)
        commune = next((o for o in chiffres if o is not None and o.a_une_valeur), None)
        date = phrases.date_complete(commune) if ensemble and commune is not None else "années différentes"
        cases = ""
        for territoire, o in zip(territoires, chiffres, strict=True):
            texte = "non disponible" if o is None else phrases.chiffre(o, indicateur.unite)
            petit = f'<span class="petit">{escape(phrases.periode(o))}</span>' if o is not None and not ensemble else ""
            classe = "n" if o is not None and o.a_une_valeur else "n gris"
            marque = drapeau(o) if o is not None else ""
            nom = escape(territoire.nom_court)
            cases += f'<td class="{classe}" data-nom="{nom}">{escape(texte)}{marque}{petit}</td>'
        corps += (
            f'<tr><th scope="row">{escape(indicateur.libelle_court)}<br><span class="petit">{escape(date)}</span></th>'
            f"{cases}</tr>"
        )
    reste = demandes - 6
    note = (
        f'<p class="petit">Les six premiers territoires sur {demandes} ; retirez-en pour voir les autres.</p>'
        if reste > 0
        else ""
    )
    return cadre(
        '<div class="large"><table class="souple"><caption class="sr">Plusieurs indicateurs côte à côte</caption>'
        f'<thead><tr><th scope="col">Indicateur</th>{entetes}</tr></thead><tbody>{corps}</tbody></table></div>{note}'
    )
