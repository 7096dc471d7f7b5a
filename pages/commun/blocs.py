"""Les blocs HTML des écrans : identité, cartes, doutes, listes. Du texte échappé, aucune règle de comparaison."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from indicators.analyse.comparaison import Comparaison, Jugement
from indicators.analyse.comparatif import Comparatif
from indicators.analyse.portrait import Ligne, Portrait
from indicators.recit import phrases, resume
from indicators.recit.dessins import bandes as dessins
from indicators.recit.methode import Parution
from indicators.socle import nombres
from indicators.socle.catalogue import Catalogue, Indicateur
from indicators.socle.nombres import INSECABLE
from indicators.socle.observations import Observation
from indicators.socle.territoires import Fiche, Maille, Territoire
from pages.commun.details import details, drapeau


def lien(page: str, texte: str, **parametres: str) -> str:
    """Un lien vers un écran, son état dans l'adresse."""
    return f'<a href="{page}?{escape(urlencode(parametres))}" target="_self">{escape(texte)}</a>'


def cadre(*morceaux: str) -> str:
    """Le conteneur qui porte la feuille de style de l'observatoire ; vide s'il n'y a rien à montrer."""
    contenu = "".join(morceaux)
    return f'<div class="oq">{contenu}</div>' if contenu else ""


def titre_accueil() -> str:
    """Ce qu'est l'observatoire, en deux phrases."""
    return cadre(
        "<h1>Observatoire des quartiers</h1>",
        '<p class="chapeau">Où en est un quartier, face à son agglomération, à la région et à la France ? '
        "Chaque chiffre porte son année, sa source et la ligne du document où il a été lu.</p>",
    )


def agglomeration(
    fiche: Fiche, communes: dict[str, tuple[str, ...]], connaissances: dict[str, int], vues: Sequence[Comparatif]
) -> str:
    """Une agglomération : ses quartiers qui ressortent sur les chiffres clés, puis tous ceux qui ont des chiffres."""
    connus = [t for t in fiche.quartiers if t.territoire in connaissances]
    items = "".join(
        f"<li>{lien('portrait', t.nom, territoire=t.territoire)} "
        f'<span class="petit">{escape(", ".join(communes.get(t.territoire, ())))}{INSECABLE}· '
        f"{escape(t.statut)} {t.geographie}{INSECABLE}· {_combien(connaissances[t.territoire])}</span></li>"
        for t in sorted(connus, key=lambda t: (-connaissances[t.territoire], t.nom))
    )
    sans = len(fiche.quartiers) - len(connus)
    reste = ""
    if sans:
        s = "s" if sans > 1 else ""
        reste = f'<p class="petit">{sans} autre{s} périmètre{s} de quartier sans chiffre dans les documents lus.</p>'
    territoire = fiche.territoire
    return cadre(
        f"<h2>{lien('portrait', territoire.nom, territoire=territoire.territoire)}</h2>",
        f'<div class="boite">{_ressort(fiche, vues)}<ul class="liste">{items}</ul>{reste}</div>',
    )


def _ressort(fiche: Fiche, vues: Sequence[Comparatif]) -> str:
    """Pour chaque chiffre clé connu d'au moins trois quartiers : le plus élevé et le plus faible, et le lien."""
    items = ""
    for vue in vues:
        if len(vue.classement.classees) < 3:
            continue
        texte = phrases.lecture_classement(vue.classement, [ligne.territoire for ligne in vue.lignes])
        titre = lien(
            "comparer",
            vue.indicateur.libelle_court,
            groupe=f"{fiche.territoire.territoire}-QPV2015",
            indicateur=vue.indicateur.indicateur,
        )
        date = phrases.periode(vue.lignes[0].chiffre)
        items += f"<li>{titre} ({escape(date)}){INSECABLE}: {escape(nombres.minuscule(texte))}</li>"
    if not items:
        return (
            '<p class="petit">Aucun des cinq chiffres clés n’est connu de trois de ses quartiers dans les documents '
            f"lus{INSECABLE}: {lien('explorer', 'tout ce qui l’est', agglomeration=fiche.territoire.territoire)}.</p>"
        )
    return f'<p><b>Ce qui ressort</b></p><ul class="nue">{items}</ul>'


def _combien(n: int) -> str:
    return f"{n or 'aucun'} indicateur{'s' if n > 1 else ''}"


def par_ou_commencer(nouvelle: Parution | None) -> str:
    """Trois publics, trois entrées, et la dernière livraison de chiffres."""
    entrees = (
        ("portrait", "Vous êtes élu·e", "en deux minutes, le portrait d’un quartier : ce qui va mieux, moins bien"),
        (
            "barometre",
            "Vous préparez un comité",
            "le baromètre d’une agglomération : où les besoins sont les plus grands",
        ),
        ("explorer", "Vous évaluez", "toutes les observations : leurs doutes, leurs passages, leurs exports"),
    )
    items = "".join(
        f'<li><a href="{page}" target="_self">{escape(titre)}</a><br><span class="petit">{escape(quoi)}</span></li>'
        for page, titre, quoi in entrees
    )
    if nouvelle is not None:
        items += (
            f"<li>{lien('sources', 'Quoi de neuf dans les chiffres', rubrique='journal')}<br>"
            f'<span class="petit">{escape(nouvelle.titre)}</span></li>'
        )
    return cadre(f'<h2 class="sr">Par où commencer</h2><ul class="liste">{items}</ul>')


def pied_accueil(catalogue: Catalogue) -> str:
    """D'où viennent les données, en une ligne."""
    return cadre(
        f"<footer>{len(catalogue.indicateurs)} indicateurs définis, lus dans les contrats de ville et conventions des "
        "trois agglomérations et dans les publications de l’Insee, de la DEPP et de l’ANCT. "
        "Données sous Licence Ouverte 2.0, sources nommées sous chaque chiffre.</footer>"
    )


def invitation(quoi: str = "son portrait") -> str:
    """L'écran sans territoire choisi ; `quoi` : ce que le choix ouvrira."""
    return cadre(
        f'<p class="chapeau">Tapez le nom d’un quartier, d’une commune ou d’une agglomération pour ouvrir {quoi}.</p>'
    )


def identite(vue: Portrait, tous: dict[str, Territoire]) -> str:
    """Le nom, ce qu'est le territoire, son périmètre et son pendant, et la phrase qui résume."""
    fiche, territoire = vue.fiche, vue.territoire
    morceaux = [escape(f"{resume.nature(territoire)} {resume.code_lisible(territoire)}".strip())]
    if territoire.perimetre:
        autres = [
            lien("portrait", f"voir {tous[c].nom}, {tous[c].perimetre}", territoire=c)
            for f in fiche.filiations
            for c in (f.ancien, f.nouveau)
            if c and c != territoire.territoire and c in tous
        ]
        suite = f" ({', '.join(dict.fromkeys(autres))})" if autres else ""
        morceaux.append(escape(territoire.perimetre) + suite)
    if fiche.communes:
        morceaux.append(", ".join(lien("portrait", c.nom, territoire=c.territoire) for c in fiche.communes))
    if fiche.agglomerations:
        morceaux.append(" et ".join(lien("portrait", a.nom, territoire=a.territoire) for a in fiche.agglomerations))
    morceaux += [escape(texte) for texte in resume.taille(vue)]
    if territoire.maille in {Maille.QUARTIER, Maille.COMMUNE}:
        morceaux.append(lien("carte", "voir sur la carte", territoire=territoire.territoire))
    return cadre(
        f"<h1>{escape(territoire.nom)}</h1>",
        f'<p class="identite">{f"{INSECABLE}· ".join(morceaux)}</p>',
        f'<p class="chapeau">{escape(resume.chapeau(vue))}</p>',
    )


def cartes(vue: Portrait, catalogue: Catalogue) -> str:
    """Les chiffres clés connus, une carte chacun ; ceux qui manquent, réunis, avec leur raison."""
    connues = [ligne for ligne in vue.tete if ligne.chiffre is not None]
    manquantes = [ligne for ligne in vue.tete if ligne.chiffre is None]
    blocs = ""
    if connues:
        blocs += '<h2 class="sr">Chiffres clés</h2>'
        blocs += f'<div class="cartes n{len(connues)}">{"".join(_carte(li, vue, catalogue) for li in connues)}</div>'
    if manquantes:
        items = "".join(
            f"<li><b>{escape(li.indicateur.libelle_court)}</b>{INSECABLE}: {escape(li.absence)}</li>"
            for li in manquantes
        )
        titre = resume.titre_cles_absentes(len(manquantes))
        blocs += f'<div class="boite manque"><p><b>{titre}</b></p><ul class="petit">{items}</ul></div>'
    return cadre(blocs)


def _carte(ligne: Ligne, vue: Portrait, catalogue: Catalogue) -> str:
    titre = f"<h3>{escape(ligne.indicateur.libelle_court)}</h3>"
    chiffre = ligne.chiffre
    assert chiffre is not None
    assert ligne.place is not None
    nom = vue.territoire.nom_court
    premiere = ligne.comparaisons[0] if ligne.comparaisons else None
    reperes = [
        r for t, c in zip(vue.references, ligne.comparaisons, strict=True) if (r := dessins.repere_de(c, t.nom_court))
    ]
    jugement = premiere.jugement if premiere else Jugement.NEUTRE
    place = phrases.rang(ligne.place.rang, vue.territoire)
    source = catalogue.sources[chiffre.source]
    return "".join(
        (
            f'<article class="carte">{titre}{valeur(chiffre, ligne.indicateur)}',
            *(
                _ecart(c, t, second=position > 0)
                for position, (t, c) in enumerate(zip(vue.references, ligne.comparaisons, strict=True))
            ),
            dessins.bandeau(chiffre, nom, ligne.place, reperes, jugement, unite=ligne.indicateur.unite),
            f'<p class="petit">{escape(nombres.capitale(place))}.</p>' if place else "",
            f'<p class="petit bas">{escape(phrases.date_complete(chiffre))}{INSECABLE}· {escape(source.producteur)}'
            f"{f', l.{INSECABLE}{chiffre.ligne}' if chiffre.ligne else ''}</p>",
            details(ligne, vue, catalogue),
            "</article>",
        )
    )


def valeur(chiffre: Observation, indicateur: Indicateur) -> str:
    """Le grand nombre d'une carte, son unité en plus petit, et le drapeau d'un chiffre douteux."""
    texte = phrases.chiffre(chiffre, indicateur.unite)
    if not chiffre.est_ponctuelle or texte.startswith("environ"):
        return f'<p class="valeur mots">{escape(texte)}{drapeau(chiffre)}</p>'
    nombre, separateur, unite = texte.partition(INSECABLE)
    petite = f"<small>{separateur}{escape(unite)}</small>" if unite else ""
    return f'<p class="valeur">{escape(nombre)}{petite}{drapeau(chiffre)}</p>'


def _ecart(comparaison: Comparaison, reference: Territoire, *, second: bool) -> str:
    classe = "ecart second" if second else "ecart"
    face = resume.face(comparaison, reference, signe=not second)
    if face.raison or comparaison.reference is None:
        return f'<p class="{classe}"><span class="gris">{escape(face.raison)}</span></p>'
    return (
        f'<p class="{classe}"><span class="{comparaison.jugement.value}"><span class="marque"></span></span>'
        f"<b>{escape(face.fait)}</b> {escape(face.liaison)} "
        f'<span class="gris">({escape(face.reference)})</span>{drapeau(comparaison.reference)}<br>'
        f'<span class="{comparaison.jugement.value}">{escape(f"{INSECABLE}· ".join(face.mots))}</span></p>'
    )


def saillants(vue: Portrait) -> str:
    """Ce qui va mieux, puis ce qui va moins bien que la première référence ; des faits comparés, rien d'autre."""
    if not vue.jugees(Jugement.FAVORABLE) and not vue.jugees(Jugement.DEFAVORABLE):
        return ""
    boites = ""
    for jugement, titre in (
        (Jugement.FAVORABLE, f"Ce qui va mieux {phrases.que(vue.references[0])}"),
        (Jugement.DEFAVORABLE, f"Ce qui va moins bien {phrases.que(vue.references[0])}"),
    ):
        items = "".join(
            f'<li><span class="{jugement.value}"><span class="marque"></span>'
            f"{escape(ligne.indicateur.libelle_court)}</span>{INSECABLE}: "
            f"{escape(phrases.chiffre(comparaison.observation, ligne.indicateur.unite))}, "
            f"{escape(phrases.ecart(comparaison))} "
            f'<span class="petit">({escape(phrases.periode(ligne.chiffre))})</span></li>'
            for ligne, comparaison in resume.points_saillants(vue, jugement)
            if ligne.chiffre is not None
        )
        vide = '<p class="gris">Aucun indicateur jugé dans ce sens parmi ceux qui se comparent.</p>'
        boites += f'<section class="boite"><h2>{titre}</h2>{f"<ul class=nue>{items}</ul>" if items else vide}</section>'
    return cadre(f'<div class="deux">{boites}</div>')


def doutes(vue: Portrait, catalogue: Catalogue) -> str:
    """Les chiffres douteux et les sources qui se contredisent, dits sur place."""
    trouves = resume.doutes(vue, catalogue)
    if not trouves:
        return cadre()
    items = [f"<li><b>{escape(nom)}</b>{INSECABLE}: {escape(texte)}</li>" for nom, texte in trouves]
    n = len(items)
    titre = resume.titre_doutes(n)
    corps = f"<ul>{''.join(items)}</ul>"
    if n > 3:
        return cadre(f'<div class="doute"><details><summary>{titre}</summary><div>{corps}</div></details></div>')
    return cadre(f'<div class="doute"><p><b>{titre}</b></p>{corps}</div>')


def quartiers_du_territoire(vue: Portrait, connaissances: dict[str, int]) -> str:
    """Les quartiers d'une commune ou d'une agglomération ; rien pour les autres."""
    if vue.territoire.maille not in {Maille.COMMUNE, Maille.EPCI, Maille.REGROUPEMENT} or not vue.fiche.quartiers:
        return cadre()
    items = "".join(
        f"<li>{lien('portrait', q.nom, territoire=q.territoire)} <span class='petit'>{escape(q.statut)} {q.geographie}"
        f"{INSECABLE}· {_combien(connaissances.get(q.territoire, 0))}</span></li>"
        for q in sorted(vue.fiche.quartiers, key=lambda q: (-connaissances.get(q.territoire, 0), q.nom))
    )
    return cadre(f'<h2>Ses quartiers</h2><div class="boite"><ul class="liste">{items}</ul></div>')


def manquants(vue: Portrait) -> str:
    """Ce que la base ne sait pas de ce territoire, et pourquoi."""
    if not vue.manquants:
        return cadre()
    noms = ", ".join(sorted((i.libelle_court for i in vue.manquants if not i.evolution_de), key=str.casefold))
    return cadre(
        f"<details><summary>Ce qui manque pour ce territoire ({len(vue.manquants)} indicateurs)</summary><div>"
        "<p>Aucun des documents lus n’imprime ces chiffres pour ce territoire. Un chiffre absent n’est ni un zéro ni "
        f"un secret : il n’existe pas dans la base.</p><p>{escape(noms)}.</p></div></details>"
    )


def pied() -> str:
    """La licence et la règle de lecture, en bas de chaque écran."""
    return cadre(
        "<footer>Sous huit territoires comparables, les valeurs sont montrées une à une, sans répartition. Le jugement "
        "(favorable, défavorable) ne dit que la position face à la référence ; un écart plus petit que la bande de "
        "proximité de l’indicateur est dit comparable. Sources et licences : voir l’écran « Sources et méthode »."
        "</footer>"
    )
