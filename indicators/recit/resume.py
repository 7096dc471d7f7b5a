"""Les phrases qui résument un portrait : celle du haut de l'écran, la taille, ce qui va mieux et moins bien."""

from __future__ import annotations

from indicators.analyse.comparaison import Comparaison, Jugement, Motif
from indicators.analyse.portrait import Ligne, Portrait
from indicators.recit.phrases import chiffre, face_a, nommer, periode, rapport
from indicators.socle.catalogue import Catalogue
from indicators.socle.nombres import INSECABLE, capitale, cardinal, fraction, nombre
from indicators.socle.territoires import Maille, Territoire


def nature(territoire: Territoire) -> str:
    """Ce qu'est le territoire : « Quartier prioritaire », « Commune »…"""
    if territoire.maille is Maille.QUARTIER:
        return {
            "QPV": "Quartier prioritaire",
            "QIC": "Quartier d’intérêt communautaire",
            "poche de pauvreté": "Poche de pauvreté",
            "veille active": "Veille active",
        }.get(territoire.statut, "Quartier")
    return capitale(territoire.maille.libelle)


def code_lisible(territoire: Territoire) -> str:
    """Le code officiel sans le préfixe de l'observatoire ; chaîne vide s'il n'y en a pas."""
    return territoire.territoire.removeprefix("COM").removeprefix("EPCI") if territoire.code_officiel else ""


def taille(vue: Portrait) -> list[str]:
    """Population et superficie, telles que lues : « environ 5 300 habitants », « 85 ha »."""
    morceaux = []
    for ligne in vue.lignes:
        if ligne.indicateur.indicateur in {"population", "population_fiscale"} and ligne.chiffre is not None:
            morceaux.append(f"{chiffre(ligne.chiffre, 'habitants')} ({periode(ligne.chiffre)})")
            break
    if vue.territoire.superficie_ha is not None:
        morceaux.append(f"{nombre(vue.territoire.superficie_ha)}{INSECABLE}ha")
    return morceaux


def chapeau(vue: Portrait) -> str:
    """Deux ou trois phrases : la pauvreté en fraction, le bilan des chiffres clés, ou ce qui est connu à défaut."""
    phrases = [p for p in (_pauvrete(vue), bilan(vue)) if p]
    if phrases:
        return " ".join(phrases)
    n = sum(ligne.chiffre is not None and ligne.chiffre.a_une_valeur for ligne in vue.lignes)
    cles = _cles_connues(vue)
    if n == 0:
        texte = "Aucun des documents lus ne donne de chiffre pour ce territoire."
    else:
        connus = "Un seul indicateur est connu" if n == 1 else f"{capitale(cardinal(n))} indicateurs sont connus"
        dont = f"dont {cardinal(cles)} des cinq chiffres clés" if cles else "aucun des cinq chiffres clés"
        texte = f"{connus} pour ce territoire, {dont}."
    if vue.fiche.filiations and vue.territoire.maille is Maille.QUARTIER:
        autre = 2015 if vue.territoire.geographie == 2024 else 2024
        texte += f" Le quartier a un autre périmètre, celui de {autre}, dont les chiffres sont à part."
    return texte.replace(" ;", f"{INSECABLE};")


def _pauvrete(vue: Portrait) -> str:
    ligne = next((li for li in vue.tete if li.indicateur.indicateur == "taux_pauvrete"), None)
    if ligne is None or ligne.chiffre is None or not ligne.chiffre.est_ponctuelle:
        return ""
    part = fraction(ligne.chiffre.valeur or 0.0)
    texte = chiffre(ligne.chiffre, "%")
    if part:
        verbe = "vit" if "un habitant" in part else "vivent"
        debut = f"{capitale(part)} {verbe} sous le seuil de pauvreté ({texte})"
    else:
        debut = f"{texte} des habitants vivent sous le seuil de pauvreté"
    comparaison = ligne.comparaisons[0] if ligne.comparaisons else None
    suite = ""
    if comparaison is not None and (fois := rapport(comparaison)):
        nom = nommer(vue.references[0])
        suite = f", soit {fois} le taux {'du ' + nom[3:] if nom.startswith('le ') else 'de ' + nom}"
    return debut + suite + "."


def _cles_connues(vue: Portrait) -> int:
    return sum(ligne.chiffre is not None and ligne.chiffre.a_une_valeur for ligne in vue.tete)


def bilan(vue: Portrait) -> str:
    """« Des cinq chiffres clés, quatre sont défavorables face à l'agglomération. »"""
    if not vue.references:
        return ""
    comparees = [li.comparaisons[0] for li in vue.tete if li.chiffre is not None and li.comparaisons]
    juges = [c for c in comparees if c.motif is Motif.AUCUN]
    if not juges:
        return ""
    connus = _cles_connues(vue)
    mots = [
        (Jugement.DEFAVORABLE, "défavorable", "défavorables"),
        (Jugement.FAVORABLE, "favorable", "favorables"),
        (Jugement.PROCHE, "comparable", "comparables"),
    ]
    morceaux = []
    for jugement, un, plusieurs in mots:
        n = sum(c.jugement is jugement for c in juges)
        if n:
            morceaux.append(f"{cardinal(n)} {'est' if n == 1 else 'sont'} {un if n == 1 else plusieurs}")
    if not morceaux:
        return ""
    face = face_a(vue.references[0])
    if connus == 1:
        return f"Le seul chiffre clé connu {morceaux[0].partition(' ')[2]} {face}."
    combien = "Des cinq chiffres clés" if connus == len(vue.tete) else f"Des {cardinal(connus)} chiffres clés connus"
    liste = morceaux[0] if len(morceaux) == 1 else ", ".join(morceaux[:-1]) + " et " + morceaux[-1]
    return f"{combien}, {liste} {face}."


def points_saillants(vue: Portrait, jugement: Jugement, combien: int = 4) -> list[tuple[Ligne, Comparaison]]:
    """Les indicateurs les plus éloignés de la première référence dans ce sens, les plus forts d'abord."""
    trouves = []
    for ligne in vue.jugees(jugement):
        comparaison = ligne.comparaisons[0]
        reference = comparaison.reference
        if comparaison.ecart is None or reference is None or ligne.indicateur.evolution_de:
            continue
        base = abs(reference.valeur or 0.0) or 1.0
        trouves.append((abs(comparaison.ecart) / base, ligne, comparaison))
    trouves.sort(key=lambda trouve: -trouve[0])
    return [(ligne, comparaison) for _, ligne, comparaison in trouves[:combien]]


def doutes(vue: Portrait, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Les chiffres douteux et les sources qui se contredisent : (ce dont on parle, la raison)."""
    items = [
        (
            ligne.indicateur.libelle_court,
            f"{chiffre(ligne.chiffre, ligne.indicateur.unite).rstrip('.')}. {ligne.chiffre.note}",
        )
        for ligne in vue.lignes
        if ligne.chiffre is not None and ligne.chiffre.douteuse
    ]
    items += [
        (f"Recoupement, {ligne.indicateur.libelle_court}", _recoupement(ligne, catalogue))
        for ligne in vue.lignes
        if ligne.recoupements
    ]
    return items


def _recoupement(ligne: Ligne, catalogue: Catalogue) -> str:
    """Ce que chaque source dit de la même année : la mieux classée d'abord, celles qui disent pareil réunies."""
    dits: dict[str, list[str]] = {}
    for o in dict.fromkeys(o for paire in ligne.recoupements for o in paire):
        dits.setdefault(chiffre(o, ligne.indicateur.unite), []).append(catalogue.sources[o.source].titre)
    texte = " ; ".join(f"{valeur} ({', '.join(titres)})" for valeur, titres in dits.items())
    return f"{capitale(periode(ligne.recoupements[0][0]))}, {texte}. Tous sont gardés."


def titre_doutes(n: int) -> str:
    """« Un chiffre à prendre avec prudence », « Trois chiffres à prendre avec prudence »."""
    return f"{capitale(cardinal(n))} chiffre{'s' if n > 1 else ''} à prendre avec prudence"


def titre_cles_absentes(n: int) -> str:
    """« Un chiffre clé non disponible », « Trois chiffres clés non disponibles »."""
    s = "s" if n > 1 else ""
    return f"{capitale(cardinal(n))} chiffre{s} clé{s} non disponible{s}"
