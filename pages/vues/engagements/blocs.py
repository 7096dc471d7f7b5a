"""Les engagements et l'évaluation à l'écran : filtres dans l'adresse, tableaux, arbre, orientations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

import streamlit as st

from indicators.analyse.engagements import Situation
from indicators.base.engagements import IndicateurEvaluation, Noeud, Orientation
from indicators.recit.engagements import cible_en_mots, depart_en_mots, nommer_theme, situation_en_mots
from indicators.socle import nombres
from indicators.socle.catalogue import Catalogue
from indicators.socle.engagements import Engagement
from indicators.socle.nombres import INSECABLE
from indicators.socle.projets import grouper
from indicators.socle.territoires import Territoire
from pages.commun import adresse, choix
from pages.commun.blocs import cadre, lien
from pages.ecrans import ENGAGEMENT_MOTS, ENGAGEMENTS
from pages.vues.portrait.projet import citer, compte, replie

_ABIMEE = '<span class="drapeau">lecture abîmée</span>'
_QUESTIONS = {
    "partenaire": ("Partenaire", "Tous les partenaires"),
    "theme": ("Thème", "Tous les thèmes"),
    "echeance": ("Échéance", "Toutes les échéances"),
    "territoire": ("Territoire de l’engagement", "Tous les territoires"),
    "suivi": ("Ce qu’on en sait", "Tous"),
}


def choisir(
    noms: Mapping[str, Mapping[str, str]],
    compter: Callable[[str, Mapping[str, str | None], str], Mapping[str, int]],
) -> tuple[dict[str, str | None], str, str]:
    """Les filtres, chacun dans l'adresse, leurs comptes à jour ; rend les codes choisis, les mots tapés et la phrase.

    `noms` : les codes de chaque facette ; `compter` : ce que chacun compterait, selon la facette, les choix et les
    mots. Un code d'adresse inconnu est dit.
    """
    lus = {f: adresse.lire(p) for f, p in ENGAGEMENTS.items()}
    choisis = {f: code if code in noms[f] else None for f, code in lus.items()}
    mots = (adresse.lire(ENGAGEMENT_MOTS) or "")[:200]
    colonnes = st.columns(3, gap="medium") + st.columns(3, gap="medium")
    for colonne, (facette, (question, invite)) in zip(colonnes, _QUESTIONS.items(), strict=False):
        comptes = compter(facette, choisis, mots)
        proposes = noms[facette]
        with colonne:
            choisis[facette] = choix.choix_unique(
                ENGAGEMENTS[facette],
                question,
                list(proposes),
                nommer=lambda c, proposes=proposes, comptes=comptes: f"{proposes[c]}{INSECABLE}· {comptes[c]}",
                invite=invite,
            )
    with colonnes[-1]:
        mots = choix.texte_libre(ENGAGEMENT_MOTS, "Mots", invite="crèche, RSA, vélo, rénovation…", au_plus=200)
    retenus = [f"{_QUESTIONS[f][0]}{INSECABLE}: {noms[f][code]}" for f, code in choisis.items() if code]
    retenus += [f"Mots{INSECABLE}: {mots.strip()}"] if mots.strip() else []
    return choisis, mots, f"{'. '.join(retenus)}." if retenus else "Aucun filtre."


def bilan(montres: Sequence[Engagement], total: int, situations: Mapping[str, Sequence[Situation]]) -> str:
    """Les comptes de ce qui est montré : cibles, départs, échéances, ce que la base mesure, lectures abîmées."""
    n = len(montres)
    if not n:
        return cadre(
            '<p class="chapeau">Aucun engagement ne répond à ces filtres.</p>'
            "<p>Retirez-en un, ou des mots : les comptes, dans les listes, disent ce qui existe.</p>"
        )
    mesures = [e for e in montres if e.id in situations]
    chiffres = [e for e in mesures if any(s.chiffre is not None for s in situations[e.id])]
    distances = [e for e in mesures if any(s.comparaison is not None for s in situations[e.id])]
    sur = f" sur {nombres.nombre(total)}" if n < total else ""
    lecture = "Ce sont des intentions imprimées, pas des résultats."
    if mesures:
        lecture += (
            f" La base peut suivre {compte(len(mesures), 'engagement')}{INSECABLE}: {len(chiffres)} avec un chiffre "
            f"pour leur territoire, {len(distances)} avec une distance à la cible."
        )
    if abimees := sum(e.abimee for e in montres):
        lecture += f" {compte(abimees, 'ligne')} à la lecture abîmée, à vérifier sur l’original."
    return cadre(
        f'<p class="chapeau"><b>{compte(n, "engagement")}</b>{sur}, dont {sum(e.cible is not None for e in montres)} '
        f"avec une cible chiffrée, {sum(bool(e.depart) for e in montres)} avec une situation de départ, "
        f"{sum(bool(e.echeance) for e in montres)} avec une échéance.</p>",
        f'<p class="lecture"><b>Lecture.</b> {lecture}</p>',
    )


def mesures(
    montres: Sequence[Engagement],
    situations: Mapping[str, Sequence[Situation]],
    territoires: Mapping[str, Territoire],
    catalogue: Catalogue,
) -> str:
    """Les engagements que la base peut suivre, avec le chiffre d'aujourd'hui et sa distance à la cible."""
    suivis = [e for e in montres if e.id in situations]
    if not suivis:
        return ""
    return cadre("<h2>Où en est-on ? Ceux que la base peut suivre</h2>") + cadre(
        _tableau(suivis, "Engagements suivis", territoires, catalogue, situations)
    )


def par_partenaire(
    montres: Sequence[Engagement],
    situations: Mapping[str, Sequence[Situation]],
    territoires: Mapping[str, Territoire],
    catalogue: Catalogue,
) -> str:
    """Les autres engagements, un groupe replié par partenaire ; ouverts quand il y en a peu."""
    autres = [e for e in montres if e.id not in situations]
    if not autres:
        return ""
    groupes = sorted(grouper(autres, lambda e: e.partenaire), key=lambda g: -len(g[1]))
    corps = "".join(
        replie(
            f"{citer(nom)}{INSECABLE}· {compte(len(siens), 'engagement')}, "
            f"{sum(e.cible is not None for e in siens)} avec une cible",
            _tableau(siens, nom, territoires, catalogue),
            classe="ample groupe",
            ouvert=len(groupes) == 1 or len(autres) <= 25,
        )
        for nom, siens in groupes
    )
    titre = "Les autres engagements" if len(autres) < len(montres) else "Les engagements"
    return cadre(f"<h2>{titre}, par partenaire</h2>", f'<div class="boite">{corps}</div>')


def _tableau(
    engagements: Sequence[Engagement],
    titre: str,
    territoires: Mapping[str, Territoire],
    catalogue: Catalogue,
    situations: Mapping[str, Sequence[Situation]] | None = None,
) -> str:
    derniere = '<th scope="col">Aujourd’hui</th>' if situations is not None else ""
    corps = ""
    for e in engagements:
        territoire = territoires[e.territoire]
        detail = replie("source et passage", _detail(e, catalogue))
        partenaire = f"{citer(e.partenaire)}{INSECABLE}· " if situations is not None else ""
        objectif = f'<span class="petit">{citer(e.objectif)}</span><br>' if e.objectif else ""
        abimee = f'{_ABIMEE}<br><span class="petit">{citer(e.note)}</span>' if e.abimee else ""
        absent = '<span class="gris">non imprimé</span>'
        depart = escape(depart_en_mots(e)) or absent
        operateur = f'<br><span class="petit">{citer(e.operateur)}</span>' if e.operateur else ""
        cible = f"<b>{escape(cible_en_mots(e))}</b>" if e.cible is not None else '<span class="gris">sans cible</span>'
        corps += (
            f'<tr><th scope="row">{objectif}{citer(nombres.capitale(e.action))}{abimee}<br>'
            f'<span class="petit">{partenaire}{lien("portrait", territoire.nom, territoire=e.territoire)}{INSECABLE}· '
            f"{escape(nommer_theme(e.theme, catalogue))}</span>{detail}</th>"
            f'<td data-nom="cible">{cible}</td><td data-nom="départ">{depart}</td>'
            f'<td data-nom="échéance">{citer(e.echeance) or absent}{operateur}</td>'
        )
        if situations is not None:
            dites = "".join(
                f'<p><span class="petit">{escape(s.indicateur.libelle_court)}</span><br>'
                f"{escape(nombres.capitale(situation_en_mots(s, territoire)))}</p>"
                for s in situations[e.id]
            )
            corps += f'<td class="suivi" data-nom="aujourd’hui">{dites}</td>'
        corps += "</tr>"
    return (
        f'<table class="souple engagements"><caption class="sr">{escape(titre)}</caption><thead><tr>'
        '<th scope="col">Engagement</th><th scope="col">Cible</th><th scope="col">Départ</th>'
        f'<th scope="col">Échéance, opérateur</th>{derniere}</tr></thead><tbody>{corps}</tbody></table>'
    )


def _detail(e: Engagement, catalogue: Catalogue) -> str:
    raison = f"<p><b>Pourquoi la base ne le mesure pas.</b> {citer(e.raison)}</p>" if e.raison else ""
    # La note d'une lecture abîmée est déjà écrite dans la ligne, à côté de sa marque.
    note = f"<p><b>Note.</b> {citer(e.note)}</p>" if e.note and not e.abimee else ""
    return raison + note + _piece(e.source, e.ligne, e.passage, catalogue)


def _piece(source: str, ligne: int | None, passage: str, catalogue: Catalogue) -> str:
    lieu = f", l.{INSECABLE}{ligne}" if ligne else ""
    citation = f"<blockquote>{escape(passage)}</blockquote>" if passage else ""
    return f"<p><b>Source.</b> {escape(catalogue.sources[source].titre)}{lieu}.</p>{citation}"


# --- l'évaluation ------------------------------------------------------------------------------------------


def evaluation(
    indicateurs: Sequence[IndicateurEvaluation],
    arbre: Sequence[Noeud],
    adresses: Mapping[str, str],
    catalogue: Catalogue,
) -> str:
    """Ce à quoi la base répond, puis tout l'arbre, replié. `adresses` : un lien tout fait par indicateur mesuré."""
    total = len(indicateurs)
    oui = [i for i in indicateurs if i.mesurable == "oui"]
    partie = [i for i in indicateurs if i.mesurable == "en partie"]
    hauts = replie(
        f"Les {len(oui) + len(partie)} indicateurs auxquels elle répond, et où les voir",
        _liste((*oui, *partie), adresses, catalogue),
    )
    hors = "".join(
        replie(f"{citer(nombres.capitale(groupe))}{INSECABLE}· {_reponses(siens)}", _liste(siens, adresses, catalogue))
        for groupe, siens in grouper([i for i in indicateurs if not i.objectif], lambda i: i.groupe)
    )
    enjeux = "".join(_noeud(n, indicateurs, adresses, catalogue) for n in arbre)
    return cadre(
        "<h2>L’évaluation du contrat de Lens-Liévin</h2>",
        f'<p class="chapeau">La base répond aujourd’hui à <b>{len(oui)} indicateurs sur {total}</b>, et à '
        f"{len(partie)} autres en partie.</p>",
        '<p class="petit">« Mesurable » parle de ce que la base sait définir et compter, pas de la présence d’un '
        "chiffre pour chaque quartier. La plupart des autres sont des suivis d’actions que seuls leurs porteurs "
        "tiennent.</p>",
        f'<div class="boite arbre">{hauts}</div>',
        f'<h3>L’arbre{INSECABLE}: enjeux, axes, objectifs et leurs indicateurs</h3>',
        f'<div class="boite arbre">{enjeux}{hors}</div>',
    )  # fmt: skip


def _reponses(indicateurs: Sequence[IndicateurEvaluation]) -> str:
    n = sum(i.mesurable != "non" for i in indicateurs)
    if not indicateurs:
        return "aucun indicateur"
    return f"{compte(len(indicateurs), 'indicateur')}, {f'réponse à {n}' if n else 'sans réponse'}"


def _sous(noeud: Noeud) -> set[str]:
    return {noeud.id}.union(*(_sous(enfant) for enfant in noeud.enfants))


def _noeud(
    noeud: Noeud, indicateurs: Sequence[IndicateurEvaluation], adresses: Mapping[str, str], catalogue: Catalogue
) -> str:
    dessous = _sous(noeud)
    siens = [i for i in indicateurs if i.objectif in dessous]
    note = f'<p class="petit">{citer(noeud.note)}</p>' if noeud.note else ""
    source = f'<p class="petit">{escape(catalogue.sources[noeud.source].titre)}, l.{INSECABLE}{noeud.ligne}.</p>'
    corps = "".join(_noeud(enfant, indicateurs, adresses, catalogue) for enfant in noeud.enfants)
    corps += _liste([i for i in siens if i.objectif == noeud.id], adresses, catalogue)
    titre = f"<b>{noeud.niveau.capitalize()}</b> {citer(noeud.libelle.rstrip(','))}{INSECABLE}· {_reponses(siens)}"
    return replie(titre, note + corps + source, classe="branche")


def _liste(indicateurs: Sequence[IndicateurEvaluation], adresses: Mapping[str, str], catalogue: Catalogue) -> str:
    items = "".join(_evalue(i, adresses, catalogue) for i in indicateurs)
    return f'<ul class="nue evalues">{items}</ul>' if items else ""


def _evalue(i: IndicateurEvaluation, adresses: Mapping[str, str], catalogue: Catalogue) -> str:
    liens = ", ".join(adresses[code] for code in i.codes if code in adresses)
    voir = f'<br><span class="petit">Voir{INSECABLE}: {liens}.</span>' if liens else ""
    piece = replie("source et passage", _piece(i.source, i.ligne, i.passage, catalogue))
    return (
        f"<li>{citer(nombres.capitale(i.libelle.rstrip('.')))}<br><b>Mesurable aujourd’hui{INSECABLE}: "
        f'{i.mesurable}</b> <span class="petit">{citer(i.raison)}</span>{voir}{piece}</li>'
    )


def orientations(liste: Sequence[Orientation], catalogue: Catalogue) -> str:
    """Les orientations, principes et outils de suivi du contrat de La Porte du Hainaut."""
    titres = {
        "orientation": ("orientation", "Les orientations"),
        "principe_transversal": ("principe", "Les principes transversaux"),
        "suivi": ("outil", "Le suivi et l’évaluation prévus"),
    }
    corps = ""
    for genre, siennes in grouper(liste, lambda o: o.type):
        mot, titre = titres[genre]
        items = "".join(_orientation(o) for o in siennes)
        corps += replie(f"{titre}{INSECABLE}· {compte(len(siennes), mot)}", f"<ol>{items}</ol>", classe="branche")
    source = catalogue.sources[liste[0].source].titre if liste else ""
    return cadre(
        "<h2>Le contrat de La Porte du Hainaut</h2>",
        f'<div class="boite arbre">{corps}<p class="petit">Source{INSECABLE}: {escape(source)}.</p></div>',
    )


def _orientation(o: Orientation) -> str:
    phrase = note = ""
    if o.description:
        ligne = f'<span class="petit nowrap">l. {o.description_ligne}</span>'
        phrase = f"<br>{citer(nombres.capitale(o.description))} {ligne}"
    if o.note:
        note = f'<br><span class="petit">{citer(o.note)}</span>'
    titre = citer(nombres.capitale(o.libelle.rstrip(",. ")))
    return f'<li><b>{titre}</b> <span class="petit nowrap">l. {o.ligne}</span>{phrase}{note}</li>'


def adresses(
    connus: Mapping[str, Sequence[str]], groupes: Mapping[str, Sequence[str]], catalogue: Catalogue
) -> dict[str, str]:
    """Un lien par indicateur : Comparer là où le plus de territoires d'un même groupe le connaissent, sinon Portrait.

    `groupes` : les membres de chaque groupe de Comparer. Un indicateur que personne ne connaît n'a pas de lien.
    """
    liens = {}
    for code, territoires in connus.items():
        libelle, siens = catalogue.indicateur(code).libelle_court, set(territoires)
        places = {g: len(siens.intersection(membres)) for g, membres in groupes.items()}
        meilleur = max(places, key=places.__getitem__, default=None)
        if meilleur is not None and places[meilleur]:
            liens[code] = lien("comparer", libelle, groupe=meilleur, indicateur=code)
        elif territoires:
            liens[code] = lien("portrait", libelle, territoire=min(territoires))
    return liens


def pied() -> str:
    """La règle de lecture, en bas de l'écran."""
    return cadre(
        "<footer>La distance à une cible n’est dite que si la situation de départ imprimée est un chiffre de "
        "l’indicateur : c’est la preuve que les deux comptent la même chose. Zéro est une cible. Les textes sont ceux "
        "des documents, fautes comprises. Données sous Licence Ouverte 2.0, sources nommées sous chaque ligne."
        "</footer>"
    )
