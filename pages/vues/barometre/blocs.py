"""Les blocs de l'écran Baromètre : tableau de chaleur, étendue des besoins, solidité de l'ordre, méthode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

from indicators.analyse.barometre import MINI_QUARTIERS, MINI_THEMES, Barometre, Chapitre, Mesure
from indicators.analyse.comparaison import Motif
from indicators.analyse.notes import PLACES_TOLEREES, Etendue, Note, Sensibilite, niveau, repartir
from indicators.base.base import Base
from indicators.recit import phrases
from indicators.socle import nombres
from indicators.socle.catalogue import Catalogue, Sens
from indicators.socle.nombres import INSECABLE
from pages.commun import groupes
from pages.commun.blocs import cadre, lien
from pages.vues.barometre.choix import barometres

MANQUE = "trop peu de données"


def introduction(barometre: Barometre, catalogue: Catalogue) -> str:
    """L'IDH-4 d'abord, ou la phrase qui dit qu'il n'est pas imprimé."""
    nom = barometre.agglomeration.nom
    if barometre.idh is None:
        return cadre(
            f'<p class="petit">L’indice de développement humain (IDH-4), par lequel le Baromètre commence, '
            f"n’est imprimé dans aucun document lu pour {escape(nom)}.</p>"
        )
    chiffre, comparaison, reference = barometre.idh
    indicateur = catalogue.indicateur("idh4")
    nom_court = barometre.agglomeration.nom_court
    texte = f"IDH-4, {nom_court} ({phrases.periode(chiffre)}){INSECABLE}: "
    texte += phrases.chiffre(chiffre, indicateur.unite)
    if reference is not None and comparaison.reference is not None and comparaison.motif is Motif.AUCUN:
        texte += (
            f", face à {phrases.chiffre(comparaison.reference, indicateur.unite)} pour {phrases.nommer(reference)} "
            f"({phrases.verdict(comparaison)})"
        )
    source = catalogue.sources[chiffre.source]
    return cadre(
        f'<div class="boite b-bloc"><p><b>{escape(texte)}.</b></p><p class="petit">{escape(indicateur.definition)} '
        f"Il n’existe pas par quartier. {escape(phrases.provenance(chiffre, source))}.</p></div>"
    )


def lecture(barometre: Barometre, notes: Sequence[Note], sensibilite: Sensibilite) -> str:
    """La phrase du tableau : qui est en tête, de quoi, et si l'ordre tient."""
    classes = [n for n in notes if n.rang is not None]
    if not classes:
        return cadre(
            '<p class="lecture"><b>Pas de total.</b> Tous les poids valent 0, ou trop peu de thèmes sont connus.</p>'
        )
    premiers = _liste([n.territoire.nom_court for n in classes[:3]])
    dernier = classes[-1].territoire.nom_court
    return cadre(
        f'<p class="lecture"><b>Lecture.</b> Des {len(classes)} quartiers classés, les besoins sont les plus grands à '
        f"{escape(premiers)}{INSECABLE}; les moins grands à {escape(dernier)}. "
        f"{escape(solidite(notes, sensibilite))}</p>"
        f'<p class="petit">Une note situe un quartier parmi les autres du groupe{INSECABLE}: '
        f"«{INSECABLE}faible{INSECABLE}» veut dire moins de besoin qu’eux, pas peu de besoin. "
        f"{escape(_non_utilises(barometre))}</p>"
    )


def _non_utilises(barometre: Barometre) -> str:
    comptes: Counter[str] = Counter()
    for chapitre in barometre.connus:
        for mesure in chapitre.utiles:
            comptes.update(mesure.ecartes)
    total = ", ".join(f"{n} {_raison(raison, n)}" for raison, n in sorted(comptes.items()))
    return f"Chiffres écartés de ces indicateurs{INSECABLE}: {total or 'aucun'}."


def _raison(raison: str, n: int) -> str:
    """La raison d'un chiffre écarté, accordée : « 2 secrets », « 14 seuils ou intervalles »."""
    return (
        {"secret": "secrets", "seuil ou intervalle": "seuils ou intervalles"}.get(raison, raison) if n > 1 else raison
    )


def solidite(notes: Sequence[Note], sensibilite: Sensibilite) -> str:
    """« L’ordre tient » ou non, en une ou deux phrases."""
    n = len(sensibilite.variantes)
    if sensibilite.tient:
        return (
            f"L’ordre tient{INSECABLE}: sous {n} autres réglages, aucun quartier ne bouge de plus de "
            f"{nombres.cardinal(PLACES_TOLEREES)} places."
        )
    noms = {note.territoire.territoire: note.territoire.nom_court for note in notes}
    mobiles = [code for code, places in sensibilite.deplacements.items() if places > PLACES_TOLEREES]
    pire = max(mobiles, key=lambda code: sensibilite.deplacements[code])
    basse, haute = sensibilite.etendues[pire]
    moitie = len(noms) // 2
    fermes = [noms[c] for c in noms if c in sensibilite.toujours_parmi(moitie)]
    bougent = f"{len(mobiles)} quartiers bougent" if len(mobiles) > 1 else "un quartier bouge"
    texte = (
        f"L’ordre ne tient {'qu’en partie' if fermes else 'pas'}{INSECABLE}: sous {n} autres réglages, {bougent} "
        f"de plus de {nombres.cardinal(PLACES_TOLEREES)} places, surtout {noms[pire]} "
        f"(du {_e(basse)} au {_e(haute)} rang)."
    )
    if fermes:
        reste = "reste" if len(fermes) == 1 else "restent"
        texte += f" {_liste(fermes)} {reste} toujours parmi les {nombres.cardinal(moitie)} premiers."
    return texte


def _e(rang: int) -> str:
    return nombres.ordinal(rang)


def _liste(noms: Sequence[str]) -> str:
    return noms[0] if len(noms) == 1 else f"{', '.join(noms[:-1])} et {noms[-1]}"


def chaleur(
    barometre: Barometre,
    notes: Sequence[Note],
    sensibilite: Sensibilite,
    poids: Mapping[str, int],
    communes: Mapping[str, Sequence[str]],
) -> str:
    """Le tableau quartiers × thèmes : un mot et un nombre par case, la couleur en plus ; dans l'ordre du total."""
    themes = [c.thematique for c in barometre.connus]
    entetes = "".join(
        f'<th scope="col" class="n">{escape(nombres.capitale(c.thematique.libelle))}<br>'
        f"<span>{escape(_dates(c))}<br>{f'poids {poids[c.thematique.code]}' if poids[c.thematique.code] else 'retiré'}"
        "</span></th>"
        for c in barometre.connus
    )
    corps = ""
    for note in notes:
        code = note.territoire.territoire
        rang = _e(note.rang) if note.rang else "—"
        places = "—"
        if code in sensibilite.etendues:
            basse, haute = sensibilite.etendues[code]
            places = f"toujours {_e(basse)}" if basse == haute else f"du {_e(basse)} au {_e(haute)}"
        cases = "".join(_case(note.themes.get(t.code), t.libelle) for t in themes)
        total = f"{nombres.nombre(note.total)}" if note.total is not None else MANQUE
        corps += (
            f'<tr><td class="n" data-nom="rang">{rang}</td><th scope="row">'
            f"{lien('portrait', note.territoire.nom_court, territoire=code)}<br>"
            f'<span class="petit">{escape(", ".join(communes.get(code, ())))}</span></th>'
            f'<td class="n" data-nom="total">{total}</td>{cases}'
            f'<td data-nom="selon le réglage" class="nowrap">{places}</td></tr>'
        )
    return cadre(
        '<div class="large"><table class="souple barometre b-bloc"><caption class="sr">Besoins par thème, note de '
        '0 à 100</caption><thead><tr><th scope="col" class="n">Rang</th><th scope="col">Quartier</th>'
        f'<th scope="col" class="n">Total sur 100</th>{entetes}<th scope="col">Rang selon le réglage</th></tr></thead>'
        f"<tbody>{corps}</tbody></table></div>"
    )


def _dates(chapitre: Chapitre) -> str:
    return ", ".join(sorted({groupes.libelle_periode(m.periode) for m in chapitre.utiles if m.periode}))


def _case(note: float | None, theme: str) -> str:
    if note is None:
        return f'<td class="n gris" data-nom="{escape(theme)}">{MANQUE}</td>'
    mot = niveau(note)
    return f'<td class="n b-{mot}" data-nom="{escape(theme)}">{mot} <b>{nombres.nombre(note)}</b></td>'


_ORDRE = list(Etendue)


def etendues(barometre: Barometre, notes: Sequence[Note] = ()) -> str:
    """Thème par thème : besoin général, répandu ou concentré face à l'agglomération, ou pourquoi on ne sait pas.

    Avec les notes, dit aussi où le thème est le plus marqué ; sans elles, le titre dit ce qui manque.
    """
    noms = {q.territoire: q.nom_court for q in barometre.quartiers}
    lignes = [(c, repartir(c)) for c in barometre.chapitres]
    lignes.sort(key=lambda li: (_ORDRE.index(li[1].etendue), not li[0].utiles, li[0].thematique.ordre))
    corps = ""
    for chapitre, repartition in lignes:
        if not chapitre.utiles:
            mot, texte = MANQUE, _manque(chapitre)
        elif repartition.etendue is Etendue.INCONNU:
            mot, texte = repartition.etendue, "L’agglomération n’a pas de chiffre de la même date à comparer."
        else:
            mot = repartition.etendue
            position = "moins bien placés que l’agglomération" if repartition.juge else "au-delà de l’agglomération"
            texte = f"{len(repartition.touches)} quartiers sur {repartition.situes} {position}"
            texte += "." if repartition.juge else " (un fait, sans jugement : l’indicateur est neutre)."
            saufs = [noms[c] for c in noms if c not in repartition.touches]
            if mot is Etendue.CONCENTRE:
                texte += f" Ce sont {_liste([noms[c] for c in repartition.touches])}."
            elif saufs and len(repartition.touches) + len(saufs) == repartition.situes:
                texte += f" Tous sauf {_liste(saufs)}."
        code = chapitre.thematique.code
        notees = sorted((n for n in notes if code in n.themes), key=lambda n: -n.themes[code])
        if notees:
            texte += f" Le plus marqué{INSECABLE}: {_liste([n.territoire.nom_court for n in notees[:3]])}."
        corps += (
            f'<tr><th scope="row">{escape(nombres.capitale(chapitre.thematique.libelle))}<br>'
            f'<span class="petit">{escape(_dates(chapitre))}</span></th>'
            f'<td data-nom="besoin" class="nowrap"><b>{escape(mot)}</b></td><td>{escape(texte)}</td></tr>'
        )
    return cadre(
        f"<h2>{f'Besoin général ou concentré{INSECABLE}?' if notes else 'Ce qui est connu, thème par thème'}</h2>",
        '<table class="souple b-bloc"><caption class="sr">Étendue du besoin par thème</caption><thead><tr>'
        '<th scope="col">Thème</th><th scope="col">Besoin</th><th scope="col">Face à l’agglomération</th></tr></thead>'
        f"<tbody>{corps}</tbody></table>",
    )


def _manque(chapitre: Chapitre) -> str:
    if not chapitre.mesures:
        return "Le catalogue n’a aucun indicateur de ce thème par quartier."
    absents = [m.indicateur.libelle_court for m in chapitre.mesures if m.ecartes.get("sans chiffre") == m.effectif]
    phrases_lues = [
        f"{m.indicateur.libelle_court}{INSECABLE}: {len(m.classement.classees)} "
        f"{nombres.pluriel('quartiers', len(m.classement.classees))} sur {m.effectif}"
        f"{f' ({_ecartes(m)})' if m.ecartes else ''}."
        for m in chapitre.mesures
        if m.indicateur.libelle_court not in absents
    ]
    if absents:
        noms = f"{INSECABLE}; ".join(absents)
        phrases_lues.append(f"Aucun quartier n’a de chiffre dans les documents lus{INSECABLE}: {noms}.")
    return " ".join(phrases_lues)


def _ecartes(mesure: Mesure) -> str:
    return ", ".join(f"{n} {_raison(raison, n)}" for raison, n in sorted(mesure.ecartes.items()))


def manquant(base: Base, autour: Sequence[str], barometre: Barometre) -> str:
    """L'écran d'un groupe sans baromètre : ce qu'il faudrait, ce qui existe, et où le baromètre existe."""
    connus = barometre.connus
    ont = f"{len(connus)} ({_liste([c.thematique.libelle for c in connus])})" if connus else "aucun"
    libelles = {code: groupe.libelle for code, groupe in groupes.groupes(base, autour).items()}
    ailleurs = [
        f'<a href="barometre?groupe={escape(code)}" target="_self">{escape(libelles[code])}</a>'
        for code, autre in barometres(base, autour).items()
        if autre.suffit
    ]
    suite = f"<p>Le baromètre existe pour{INSECABLE}: {', '.join(ailleurs)}.</p>" if ailleurs else ""
    return cadre(
        '<div class="boite b-bloc"><p><b>Pas de baromètre pour ce groupe.</b> Il faut au moins '
        f"{nombres.cardinal(MINI_THEMES)} thèmes sur {nombres.cardinal(len(barometre.chapitres))} connus pour la "
        f"moitié des quartiers, à la même date{INSECABLE}; ici, {escape(ont)}. Plutôt qu’un ordre bâti sur trop peu, "
        f"voici ce qui manque.</p>{suite}</div>"
    )


def methode(barometre: Barometre, catalogue: Catalogue) -> str:
    """La méthode et la table des indicateurs déclarés, avec leur date, ce qui est connu et ce qui est écarté."""
    i = INSECABLE
    corps = ""
    for chapitre in barometre.chapitres:
        for mesure in chapitre.mesures:
            mot = "plus haut" if mesure.signal.besoin is Sens.HAUSSE else "plus bas"
            neutre = (
                " Indicateur sans sens propre, pris ici comme signe." if mesure.indicateur.sens is Sens.NEUTRE else ""
            )
            date = groupes.libelle_periode(mesure.periode) if mesure.periode else "—"
            sources = {catalogue.sources[o.source].titre for o in mesure.classement.classees}
            titres = escape(", ".join(sorted(sources)))
            etat_mesure = "compte" if mesure.suffit else "ne compte pas"
            corps += (
                f'<tr><th scope="row">{escape(mesure.indicateur.libelle_court)}<br><span class="petit">'
                f"{escape(chapitre.thematique.libelle)}</span></th>"
                f'<td data-nom="besoin plus grand quand">{mot}{INSECABLE}: {escape(mesure.signal.raison)}.{neutre}</td>'
                f'<td data-nom="date">{escape(date)}<br><span class="petit">{titres}</span></td>'
                f'<td data-nom="quartiers connus">'
                f"{len(mesure.classement.classees)} sur {mesure.effectif}, {etat_mesure}</td>"
                f'<td data-nom="écartés">{escape(_ecartes(mesure)) or "aucun"}</td></tr>'
            )
    return cadre(
        "<p>Pour chaque indicateur, un quartier est situé de 0 (le moins de besoin du groupe) à 100 (le plus), parmi "
        f"ceux qui ont une valeur sûre à la même date. <b>Rang</b>{i}: selon sa place. <b>Écart réduit</b>{i}: selon "
        "sa distance au minimum et au maximum du groupe. Un thème est la moyenne de ses indicateurs connus, le total "
        "la moyenne pondérée des thèmes connus. Une note est dite forte à partir de 67, faible jusqu’à 33.</p>"
        f"<p>Un indicateur compte s’il est connu pour au moins {nombres.cardinal(MINI_QUARTIERS)} quartiers et la "
        "moitié du groupe. Un quartier a un total s’il a au moins la moitié des thèmes, et si le groupe en connaît au "
        f"moins {nombres.cardinal(MINI_THEMES)}. Secrets, chiffres douteux, seuils et intervalles ne sont jamais "
        f"utilisés{i}; ils sont comptés ci-dessous.</p>"
        f"<p><b>Général</b>{i}: au moins trois quarts des quartiers sont moins bien placés que l’agglomération. "
        f"<b>Concentré</b>{i}: la moitié au plus. <b>Répandu</b>{i}: entre les deux. Quand un thème a plusieurs "
        "indicateurs, un quartier compte si la moitié au moins lui sont défavorables.</p>"
        f"<p><b>L’ordre tient</b> si aucun quartier ne bouge de plus de {nombres.cardinal(PLACES_TOLEREES)} places "
        "quand on change de méthode ou qu’on donne à un thème, un à la fois, chacun des poids de 0 (retiré) à 3.</p>",
        '<table class="souple"><caption class="sr">Indicateurs déclarés</caption><thead><tr><th scope="col">Indicateur'
        '</th><th scope="col">Le besoin est plus grand quand il est…</th><th scope="col">Date et source</th>'
        f'<th scope="col">Quartiers connus</th><th scope="col">Écartés</th></tr></thead><tbody>{corps}</tbody></table>',
    )


def variantes(sensibilite: Sensibilite) -> str:
    """Chaque réglage essayé, du plus bousculant au plus neutre."""
    rangees = sorted(sensibilite.variantes, key=lambda v: (-v.ecart_maximal, -v.deplaces, v.libelle))
    corps = "".join(
        f'<tr><th scope="row">{escape(v.libelle)}</th><td class="n" data-nom="quartiers déplacés">{v.deplaces}</td>'
        f'<td class="n" data-nom="plus grand déplacement">{v.ecart_maximal}{INSECABLE}'
        f"{nombres.pluriel('places', v.ecart_maximal)}</td></tr>"
        for v in rangees
    )
    return cadre(
        '<table class="souple"><caption class="sr">Réglages essayés</caption><thead><tr><th scope="col">Réglage</th>'
        '<th scope="col" class="n">Quartiers déplacés</th><th scope="col" class="n">Plus grand déplacement</th></tr>'
        f"</thead><tbody>{corps}</tbody></table>"
    )
