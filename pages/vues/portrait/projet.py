"""Le bloc « projet du quartier » : ce que les documents en disent, replié par groupe, avec sa ligne."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from indicators.recit import phrases
from indicators.socle import nombres
from indicators.socle.catalogue import Catalogue
from indicators.socle.nombres import INSECABLE
from indicators.socle.projets import Branche, Element, Operation, Projet, grouper, ramifier
from indicators.socle.territoires import Maille
from pages.commun.blocs import cadre, lien

_SIMPLES = (("irritant", "irritant"), ("opportunite", "opportunité"), ("enjeu", "enjeu"))
_TRIO = (("atout", "atout"), ("faiblesse", "faiblesse"), ("perspective", "perspective"))
_OBJECTIFS = ("objectif_strategique", "objectif_operationnel")
_ABIMEE = '<span class="drapeau">lecture abîmée</span>'


def citer(texte: str) -> str:
    """Le texte d'un document, échappé, typographie mise au propre ; les passages, eux, restent exacts."""
    return escape(phrases.typographie(texte), quote=False)


def compte(n: int, mot: str) -> str:
    """« 3 irritants », « 1 enjeu »."""
    accorde = f"{mot}x" if mot.endswith("eu") and n > 1 else (f"{mot}s" if n > 1 else mot)
    return f"{nombres.nombre(n)}{INSECABLE}{accorde}"


def projet(projets: Sequence[Projet], catalogue: Catalogue) -> str:
    """Le projet d'un territoire et de ses autres périmètres ; chaîne vide quand aucun document n'en parle."""
    if not projets:
        return ""
    quartier = projets[0].territoire.maille is Maille.QUARTIER
    titre = "Le projet du quartier" if quartier else "Les opérations de renouvellement prévues"
    return cadre(f"<h2>{titre}</h2>", *(_perimetre(p, catalogue) for p in projets))


def _perimetre(p: Projet, catalogue: Catalogue) -> str:
    ici = p.territoire
    parle = ""
    if ici.maille is Maille.QUARTIER:
        nom = lien("portrait", ici.nom, territoire=ici.territoire) if p.autre_perimetre else escape(ici.nom)
        autre = ", et non du périmètre affiché ci-dessus" if p.autre_perimetre else ""
        parle = f'<p class="petit">Ce qui suit parle de {nom}, <b>{escape(ici.perimetre)}</b>{autre}.</p>'
    groupes = ""
    for communes, elements in p.par_communes():
        noms = " et ".join(escape(p.lieux[c].nom) for c in communes if c in p.lieux)
        qui = "de la commune" if len(communes) == 1 else "des communes"
        groupes += f"<h3>Les mots {qui}{INSECABLE}: {noms}</h3>" if noms else ""
        groupes += _elements(elements, catalogue)
    suite = (_equipements(p, catalogue) if p.equipements else "") + (_operations(p, catalogue) if p.operations else "")
    if suite and p.elements:
        groupes += "<h3>Équipements et opérations</h3>"
    groupes += suite
    return f'<div class="boite projet">{parle}{groupes}</div>'


def replie(titre: str, corps: str, marque: str = "", *, classe: str = "", ouvert: bool = False) -> str:
    """Un groupe replié ; `classe` « ample » pour un tableau, « branche » pour un niveau d'arbre."""
    attributs = (f' class="{classe}"' if classe else "") + (" open" if ouvert else "")
    return f"<details{attributs}><summary>{titre}{marque}</summary><div>{corps}</div></details>"


def _elements(elements: Sequence[Element], catalogue: Catalogue) -> str:
    morceaux = []
    for nature, mot in _SIMPLES:
        siens = [e for e in elements if e.nature == nature]
        if siens:
            corps = f"<ul>{''.join(_item(e) for e in siens)}</ul>{_source(siens, catalogue)}"
            morceaux.append(replie(compte(len(siens), mot), corps, _marque(siens)))
    objectifs = [e for e in elements if e.nature in _OBJECTIFS]
    for enjeu, siens in grouper(objectifs, lambda e: e.enjeu):
        titre = citer(enjeu.capitalize() if enjeu.isupper() else enjeu) or "Objectifs"
        corps = f"{_branches(ramifier(siens))}{_source(siens, catalogue)}"
        morceaux.append(replie(f"{titre}{INSECABLE}· {compte(len(siens), 'objectif')}", corps, _marque(siens)))
    trio = [e for e in elements if e.nature in {nature for nature, _ in _TRIO}]
    for pilier, siens in grouper(trio, lambda e: e.pilier):
        parts, comptes = "", []
        for nature, mot in _TRIO:
            liste = [e for e in siens if e.nature == nature]
            if liste:
                comptes.append(compte(len(liste), mot))
                parts += f"<section><h4>{nombres.capitale(mot)}s</h4>{_par_axe(liste)}</section>"
        titre = f"{citer(pilier) or 'Pilier illisible'}{INSECABLE}· {', '.join(comptes)}"
        morceaux.append(replie(titre, f'<div class="trio">{parts}</div>{_source(siens, catalogue)}', _marque(siens)))
    return "".join(morceaux)


def _par_axe(elements: Sequence[Element]) -> str:
    return "".join(
        (f'<p class="petit"><b>{citer(axe)}</b></p>' if axe else "") + f"<ul>{''.join(_item(e) for e in siens)}</ul>"
        for axe, siens in grouper(elements, lambda e: e.axe)
    )


def _item(e: Element, suite: str = "") -> str:
    return (
        f'<li>{citer(e.texte)}{_ABIMEE if e.abimee else ""} <span class="petit nowrap">l. {e.ligne}</span>{suite}</li>'
    )


def _branches(branches: Sequence[Branche]) -> str:
    items = "".join(_item(b.element, _branches(b.enfants)) for b in branches)
    return f"<ul>{items}</ul>" if items else ""


def _marque(elements: Sequence[Element]) -> str:
    return _ABIMEE if any(e.abimee for e in elements) else ""


def _source(elements: Sequence, catalogue: Catalogue) -> str:
    """Le document, ses lignes, et les notes : une seule fois par groupe, elles se répètent souvent."""
    notes = "".join(f'<p class="petit">{citer(note)}</p>' for note in dict.fromkeys(e.note for e in elements) if note)
    sources = ""
    for code, siens in grouper(elements, lambda e: e.source):
        source = catalogue.sources[code]
        lignes = [e.ligne for e in siens]
        etendue = f"l.{INSECABLE}{min(lignes)}" + (f" à {max(lignes)}" if max(lignes) > min(lignes) else "")
        sources += f'<p class="petit">Source{INSECABLE}: {escape(source.titre)}, {etendue}.</p>'
    return notes + sources


def _equipements(p: Projet, catalogue: Catalogue) -> str:
    corps = ""
    for (communes, rubrique), siens in grouper(p.equipements, lambda e: (e.communes, e.rubrique)):
        noms = " et ".join(p.lieux[c].nom for c in communes if c in p.lieux)
        titre = " – ".join(morceau for morceau in (noms, rubrique) if morceau)
        items = "".join(
            f"<li>{citer(e.equipement)}{f', {citer(e.adresse)}' if e.adresse else ''}"
            f' <span class="petit nowrap">l. {e.ligne}</span></li>'
            for e in siens
        )
        corps += (f'<p class="petit"><b>{citer(titre)}</b></p>' if titre else "") + f'<ul class="liste">{items}</ul>'
    n = len(p.equipements)
    titre = f"{compte(n, 'équipement')} rattaché{'s' if n > 1 else ''}"
    return replie(titre, corps + _source(p.equipements, catalogue))


def _operations(p: Projet, catalogue: Catalogue) -> str:
    n = len(p.operations)
    titre = (
        f"{compte(n, 'opération')} de renouvellement prévue{'s' if n > 1 else ''}"
        if p.territoire.maille is Maille.QUARTIER
        else compte(n, "opération")
    )
    entetes = "".join(
        f'<th scope="col"{classe}>{nom}</th>'
        for nom, classe in (
            ("Opération", ""), ("Nature", ""), ("Logements", ' class="n"'), ("Montant", ' class="n"'), ("Année", ""),
            ("Maître d’ouvrage", ""),
        )
    )  # fmt: skip
    corps = "".join(_operation(o, p, catalogue) for o in p.operations)
    return replie(
        titre,
        '<p class="petit">Des projets imprimés, pas des travaux constatés. Une même cité peut avoir plusieurs lignes : '
        "ne les additionnez pas.</p>"
        f'<table class="souple"><caption class="sr">Opérations, {escape(p.territoire.nom)}</caption>'
        f"<thead><tr>{entetes}</tr></thead><tbody>{corps}</tbody></table>",
        classe="ample",
    )


def _operation(o: Operation, p: Projet, catalogue: Catalogue) -> str:
    absent = '<span class="gris">non imprimé</span>'
    lieu = ""
    if o.territoire != p.territoire.territoire and o.territoire in p.lieux:
        quartier = p.lieux[o.territoire]
        lieu = f'<br><span class="petit">{lien("portrait", quartier.nom, territoire=quartier.territoire)}</span>'
    doute = '<span class="drapeau">douteux</span>' if o.douteuse else ""
    logements = nombres.nombre(o.logements) if o.logements is not None else absent
    montant = nombres.avec_unite(nombres.nombre(o.montant), "€") if o.montant is not None else absent
    note = f"<p>{citer(o.note)}</p>" if o.note else ""
    source = catalogue.sources[o.source]
    details = replie(
        "note et source",
        f"{note}<p><b>Source.</b> {escape(source.titre)}, l.{INSECABLE}{o.ligne}.</p>"
        f"<blockquote>{escape(o.passage)}</blockquote>",
    )
    return (
        f'<tr><th scope="row">{citer(o.libelle)}{doute}{lieu}{details}</th>'
        f'<td data-nom="nature">{citer(o.nature)}</td>'
        f'<td class="n" data-nom="logements">{logements}</td><td class="n" data-nom="montant">{montant}</td>'
        f'<td data-nom="année">{escape(o.annee) or absent}</td>'
        f'<td data-nom="maître d’ouvrage">{citer(o.bailleur) or absent}</td></tr>'
    )
