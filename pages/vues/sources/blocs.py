"""Les blocs de l'écran « Sources et méthode » : fiches, sources, douteux, couverture, règles, glossaire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import streamlit as st

from indicators.recit import methode, phrases
from indicators.recit.phrases import typographie
from indicators.socle.catalogue import Catalogue, Indicateur, Source, Theme
from indicators.socle.methode import Compte, Presence, Section, Terme
from indicators.socle.nombres import INSECABLE, nombre
from indicators.socle.observations import Fiabilite, Observation, Statut
from indicators.socle.territoires import Territoire
from pages.commun import adresse
from pages.commun.blocs import cadre, drapeau, lien
from pages.commun.choix import verifier
from pages.ecrans import RUBRIQUE


def choisir_rubrique(rubriques: Mapping[str, str]) -> str:
    """La rubrique ouverte (code → libellé), portée par l'adresse ; un code inconnu laisse la première."""
    courante = verifier(RUBRIQUE, list(rubriques), RUBRIQUE.defaut, rubriques.__getitem__) or ""
    st.session_state["choix_rubrique"] = courante
    st.segmented_control(
        "Rubrique",
        list(rubriques),
        key="choix_rubrique",
        required=True,
        format_func=rubriques.__getitem__,
        label_visibility="collapsed",
        on_change=lambda: adresse.changer({RUBRIQUE: st.session_state["choix_rubrique"]}),
    )
    return courante


def compter(n: int, mot: str, pluriel: str = "") -> str:
    """« 1 chiffre », « 2 445 chiffres », « aucun chiffre »."""
    if n == 0:
        return f"aucun {mot}"
    return f"{nombre(n)}{INSECABLE}{mot if n == 1 else pluriel or mot + 's'}"


def _texte(brut: str) -> str:
    return escape(typographie(brut))


def _tableau(titre: str, entetes: Sequence[str], corps: str) -> str:
    colonnes = "".join(f'<th scope="col">{escape(nom)}</th>' for nom in entetes)
    return (
        f'<table class="souple"><caption class="sr">{escape(titre)}</caption><thead><tr>{colonnes}</tr></thead>'
        f"<tbody>{corps}</tbody></table>"
    )


def _definitions(paires: Iterable[tuple[str, str]]) -> str:
    """Une liste terme → contenu ; le contenu est déjà du HTML."""
    return (
        '<dl class="fiche">' + "".join(f"<div><dt>{escape(t)}</dt><dd>{c}</dd></div>" for t, c in paires if c) + "</dl>"
    )


def lien_fiche(indicateur: Indicateur, texte: str = "") -> str:
    """Un lien vers la fiche d'un indicateur."""
    return lien("sources", texte or indicateur.libelle, rubrique="indicateurs", indicateur=indicateur.indicateur)


# --- indicateurs ---------------------------------------------------------------------------------------------


def liste_indicateurs(themes: Sequence[tuple[Theme, Sequence[Indicateur]]], connus: Mapping[str, int]) -> str:
    """Tous les indicateurs, par thème, avec le nombre de territoires où chacun est connu."""
    blocs = ""
    for theme, indicateurs in themes:
        items = "".join(
            f'<li>{lien_fiche(i)} <span class="petit">{compter(connus.get(i.indicateur, 0), "territoire")}</span></li>'
            for i in indicateurs
        )
        blocs += (
            f"<details{' open' if len(themes) == 1 else ''}><summary>{escape(theme.libelle)}{INSECABLE}("
            f"{compter(len(indicateurs), 'indicateur')})</summary>"
            f'<div class="tout"><ul class="liste">{items}</ul></div></details>'
        )
    return cadre(f'<div class="boite themes">{blocs}</div>')


def fiche(
    indicateur: Indicateur,
    catalogue: Catalogue,
    presences: Sequence[Presence],
    comptes: Mapping[str, Compte],
) -> str:
    """La fiche d'un indicateur : ce qu'il mesure, comment il se lit, où il existe, d'où il vient."""
    quotient = methode.formule(indicateur)
    voisins = "".join(f"<li>{lien_fiche(catalogue.indicateurs[v])}</li>" for v in indicateur.voisins)
    variations = "".join(f"<li>{lien_fiche(v)}</li>" for v in catalogue.evolutions_de(indicateur))
    origine = catalogue.indicateurs.get(indicateur.evolution_de)
    calcul = ""
    if quotient:
        calcul = f'<span class="quotient"><span>{_texte(quotient[0])}</span><span>{_texte(quotient[1])}</span></span>'
    return cadre(
        f"<h2>{escape(typographie(indicateur.libelle))}</h2>",
        f'<p class="identite">{escape(catalogue.themes[indicateur.theme].libelle)}{INSECABLE}· '
        f"{escape(indicateur.pilier)}{INSECABLE}· "
        f"{lien('comparer', 'comparer les territoires', indicateur=indicateur.indicateur)}</p>",
        _definitions(
            (
                ("Définition", _texte(indicateur.definition)),
                ("Calcul", calcul),
                ("Unité", escape(methode.unite(indicateur))),
                ("Sens", escape(methode.sens(indicateur))),
                ("Proximité", escape(methode.bande(indicateur))),
                ("Précautions", _texte(indicateur.precautions)),
                ("Variation de", lien_fiche(origine) if origine else ""),
                ("Ses variations", f'<ul class="nue">{variations}</ul>' if variations else ""),
                ("Ressemble à, sans être comparable", f'<ul class="nue">{voisins}</ul>' if voisins else ""),
            )
        ),
        f"<h2>Où il existe</h2>{_presences(indicateur, presences)}",
        f"<h2>D’où il vient</h2>{_provenance(indicateur, catalogue, comptes)}",
    )


def _presences(indicateur: Indicateur, presences: Sequence[Presence]) -> str:
    familles: dict[str, list[Presence]] = {}
    for presence in presences:
        familles.setdefault(presence.famille, []).append(presence)
    corps = ""
    for famille, lignes in familles.items():
        dates = "".join(
            f"<li><b>{escape(phrases.periode(p))}</b>{INSECABLE}: {compter(p.connus, 'territoire')}"  # type: ignore[arg-type]
            + (f", {nombre(p.sans_valeur)} sans valeur publiée" if p.sans_valeur else "")
            + "</li>"
            for p in lignes
        )
        corps += f'<tr><th scope="row">{escape(famille)}</th><td><ul class="nue enligne">{dates}</ul></td></tr>'
    return _tableau(f"Où existe {indicateur.libelle}", ("Territoires", "Années connues"), corps)


def _provenance(indicateur: Indicateur, catalogue: Catalogue, comptes: Mapping[str, Compte]) -> str:
    corps = "".join(
        f'<tr><th scope="row">{_texte(catalogue.sources[code].titre)}</th>'
        f'<td data-nom="producteur">{_texte(catalogue.sources[code].producteur)}</td>'
        f'<td data-nom="rang">{escape(methode.RANGS[catalogue.sources[code].rang])}</td>'
        f"<td>{_combien(compte)}</td></tr>"
        for code, compte in comptes.items()
    )
    return _tableau(f"Sources de {indicateur.libelle}", ("Source", "Producteur", "Rang", "Chiffres"), corps)


def _combien(compte: Compte) -> str:
    doute = (
        f'<br><span class="petit">dont {compter(compte.douteux, "douteux", "douteux")}</span>' if compte.douteux else ""
    )
    faits = (
        f'<br><span class="petit">{compter(compte.faits, "autre fait", "autres faits")}</span>' if compte.faits else ""
    )
    return compter(compte.chiffres, "chiffre") + doute + faits


# --- sources -------------------------------------------------------------------------------------------------


def sources(catalogue: Catalogue, comptes: Mapping[str, Compte], documents: Mapping[str, str]) -> str:
    """Les sources par document lu ; `documents` : le nom de chaque document, à défaut « autres publications »."""
    groupes: dict[str, list[Source]] = {}
    for source in catalogue.sources.values():
        groupes.setdefault(documents.get(source.document, "Publications reprises hors des contrats"), []).append(source)
    blocs = ""
    for titre, liste in groupes.items():
        corps = "".join(_source(s, comptes.get(s.source, Compte())) for s in liste)
        total = sum(comptes.get(s.source, Compte()).chiffres for s in liste)
        tableau = _tableau(titre, ("Source", "Producteur", "Édition", "Licence", "Rang", "Ce qu’elle apporte"), corps)
        blocs += (
            f"<details><summary>{_texte(titre)}{INSECABLE}({compter(len(liste), 'source')}, "
            f'{compter(total, "chiffre")})</summary><div class="tout">{tableau}</div></details>'
        )
    licences: dict[str, int] = {}
    for source in catalogue.sources.values():
        licences[source.licence] = licences.get(source.licence, 0) + 1
    items = "".join(f"<li><b>{escape(li)}</b>{INSECABLE}: {compter(n, 'source')}</li>" for li, n in licences.items())
    return cadre(
        f'<div class="boite themes">{blocs}</div>',
        f'<h2>Licences</h2><div class="boite"><ul>{items}</ul><p class="petit">Licence Ouverte 2.0{INSECABLE}: '
        "réutilisation libre, à condition de nommer la source et sa date. Document public : chiffre lu dans un "
        "contrat, une convention ou un rapport publics ; citez le document. Non précisée : à vérifier "
        "avant de réutiliser.</p></div>",
    )


def _source(source: Source, compte: Compte) -> str:
    date = f'<span class="petit">parue en {escape(source.date_publication)}</span>' if source.date_publication else ""
    page = f'<br><a href="{escape(source.url)}">page du producteur</a>' if source.url.startswith("https://") else ""
    return (
        f'<tr><th scope="row">{_texte(source.titre)}{page}</th>'
        f'<td data-nom="producteur">{_texte(source.producteur)}</td>'
        f'<td data-nom="édition">{escape(source.edition) or "non précisée"} {date}</td>'
        f'<td data-nom="licence">{escape(source.licence)}</td>'
        f'<td data-nom="rang">{escape(methode.RANGS[source.rang])}</td><td>{_combien(compte)}</td></tr>'
    )


# --- ce qui est douteux, ce qui manque -----------------------------------------------------------------------


def douteuses(
    chiffres: Sequence[Observation],
    combien: int,
    catalogue: Catalogue,
    territoires: Mapping[str, Territoire],
    communes: Mapping[str, Sequence[str]],
    *,
    fiche: bool = False,
) -> str:
    """Chaque chiffre douteux, sa raison et sa source, et `combien` il y en a en tout.

    `fiche` : sous la fiche de l'indicateur, sans le redire.
    """
    corps = ""
    for o in chiffres:
        indicateur, source = catalogue.indicateurs[o.indicateur], catalogue.sources[o.source]
        nom = lien_fiche(indicateur, indicateur.libelle_court)
        ou = ", ".join(communes.get(o.territoire, ()))
        quoi = "" if fiche else f'<td data-nom="indicateur">{nom}</td>'
        corps += (
            f'<tr><th scope="row">{lien("portrait", territoires[o.territoire].nom, territoire=o.territoire)}'
            f'<br><span class="petit">{escape(ou)}</span></th>{quoi}'
            f'<td data-nom="valeur">{escape(phrases.chiffre(o, indicateur.unite))}{drapeau(o)}'
            f' <span class="petit">{escape(phrases.date_complete(o))}</span></td>'
            f'<td>{_texte(o.note)}<br><span class="petit">{_texte(phrases.provenance(o, source))}</span></td></tr>'
        )
    entetes = ("Territoire", *(() if fiche else ("Indicateur",)), "Imprimé", "Pourquoi il est douteux, et sa source")
    if not corps:
        return ""
    suite = ""
    if combien > len(chiffres):
        tous = lien("explorer", "Explorer les montre tous", fiabilite=str(Fiabilite.DOUTEUSE))
        suite = f"<p>Les {nombre(len(chiffres))} premiers, sur {nombre(combien)}. {tous}, par filtre.</p>"
    return cadre(suite, _tableau("Chiffres douteux", entetes, corps))


def absences(
    lignes: Sequence[tuple[str, str, list[str]]],
    statuts: Mapping[Statut, int],
    catalogue: Catalogue,
    territoires: Mapping[str, Territoire],
) -> str:
    """Ce que disent les cases imprimées, puis les lignes que certaines fiches n'impriment pas."""
    cases = "".join(
        f'<tr><th scope="row">{escape(nom)}</th><td data-nom="se lit">{_texte(exemple)}</td>'
        f'<td data-nom="chiffres">{nombre(statuts.get(statut, 0))}</td></tr>'
        for statut, (nom, exemple) in methode.STATUTS.items()
    )
    corps = "".join(
        f'<tr><th scope="row">{lien("portrait", territoires[code].nom, territoire=code)}</th><td>{_texte(motif)}</td>'
        f"<td>{', '.join(lien_fiche(catalogue.indicateurs[i], catalogue.indicateurs[i].libelle_court) for i in codes)}"
        "</td></tr>"
        for code, motif, codes in lignes
    )
    fiches = _tableau("Lignes absentes", ("Territoire", "Pourquoi", "Indicateurs"), corps) if corps else ""
    return cadre(
        "<h2>Ce que disent les cases imprimées</h2><p>Zéro est une valeur. Un secret, une case vide ou un sans objet "
        "ne sont jamais montrés comme un zéro, ni rangés, ni moyennés.</p>",
        _tableau("Cases imprimées", ("La case donne", "On y lit", "Combien de chiffres"), cases),
        f"<h2>Ce que certaines fiches n’impriment pas</h2>{fiches}" if fiches else "",
    )


# --- ce qui a été lu -----------------------------------------------------------------------------------------


def couverture(sections: Sequence[Section]) -> str:
    """Un document, section par section : ce qui a été lu, et chaque passage laissé avec sa raison."""
    passages = [p for s in sections for p in s.ecartes]
    raisons = "".join(f"<li>{_texte(nom)} ({n})</li>" for nom, n in methode.categories(passages))
    corps = "".join(
        f'<tr><th scope="row">{_texte(s.titre)}<br><span class="petit">lignes {nombre(s.ligne_debut)} à '
        f"{nombre(s.ligne_fin)}</span></th><td>{_combien(s.compte)}"
        + (f'<br><span class="petit">{nombre(s.sans_valeur)} sans valeur imprimée</span>' if s.sans_valeur else "")
        + f"</td>{_passages(s)}</tr>"
        for s in sections
    )
    laisses = compter(len(passages), "passage n’est pas repris", "passages ne sont pas repris")
    return cadre(
        f'<p class="lecture"><b>Lecture.</b> {compter(sum(s.compte.chiffres for s in sections), "chiffre")} et '
        f"{compter(sum(s.compte.faits for s in sections), 'autre fait', 'autres faits')} lus dans ce document. "
        f"{laisses.capitalize()}, chacun avec sa raison.</p>",
        f"<details><summary>Pourquoi, du plus fréquent au plus rare</summary><div><ul>{raisons}</ul></div></details>"
        if raisons
        else "",
        _tableau("Sections du document", ("Section", "Ce qui y a été lu", "Passages laissés"), corps),
    )


def _passages(section: Section) -> str:
    if not section.ecartes:
        return '<td class="gris" data-nom="passages laissés">aucun</td>'
    items = "".join(
        f'<li><span class="petit">l.{INSECABLE}{p.ligne_debut}'
        + (f"-{p.ligne_fin}" if p.ligne_fin != p.ligne_debut else "")
        + f"</span> {_texte(p.raison)}"
        + (f"<blockquote>{escape(p.extrait)}</blockquote>" if p.extrait else "")
        + "</li>"
        for p in section.ecartes
    )
    n = compter(len(section.ecartes), "passage laissé", "passages laissés")
    return f'<td><details><summary>{n}</summary><div><ul class="nue">{items}</ul></div></details></td>'


# --- règles, glossaire ---------------------------------------------------------------------------------------


def regles() -> str:
    """Ce que veulent dire les mots de la comparaison, en français courant."""
    chapitres = [*methode.REGLES.items(), ("Quand il n’y a pas de comparaison", tuple(methode.MOTIFS.values()))]
    return cadre(
        '<p class="chapeau">L’observatoire sépare le fait (plus élevé, plus faible, proche) du jugement (favorable, '
        "défavorable). Une même règle sert à tous les écrans et à tous les documents.</p>",
        *(
            f"<h2>{escape(titre)}</h2>{_definitions((typographie(f'« {mot} »'), _texte(sens)) for mot, sens in paires)}"
            for titre, paires in chapitres
        ),
    )


def glossaire(termes: Sequence[Terme]) -> str:
    """Les mots employés, définis en une ou deux phrases."""
    paires = ((t.terme, f'{_texte(t.definition)} <span class="petit">{_texte(t.source)}</span>') for t in termes)
    return cadre(_definitions(paires)) if termes else ""
