"""Les phrases qui résument un portrait : celle du haut de l'écran, la taille, ce qui va mieux et moins bien."""

from __future__ import annotations

import math

from indicators.analyse.comparaison import Comparaison, Jugement
from indicators.analyse.portrait import Ligne, Portrait
from indicators.recit.phrases import chiffre, face_a, nommer, periode, rapport
from indicators.recit.regroupements import etendue
from indicators.socle.catalogue import Catalogue
from indicators.socle.nombres import INSECABLE, accord, capitale, cardinal, fraction, nombre
from indicators.socle.territoires import Fiche, Maille, Territoire


def nature(territoire: Territoire) -> str:
    """Ce qu'est le territoire : « Quartier prioritaire », « Commune »…"""
    if territoire.maille is Maille.QUARTIER:
        return {
            "QPV": "Quartier prioritaire",
            "QIC": "Quartier d’intérêt communautaire",
            "poche de pauvreté": "Poche de pauvreté",
            "veille active": "Veille active",
        }.get(territoire.statut, "Quartier")
    if territoire.maille is Maille.IRIS:
        return "IRIS (découpage statistique de l’Insee)"
    return "Regroupement fait ici" if territoire.est_a_soi else capitale(territoire.maille.libelle)


def code_lisible(territoire: Territoire) -> str:
    """Le code officiel sans le préfixe de l'observatoire ; chaîne vide s'il n'y en a pas."""
    if not territoire.code_officiel:
        return ""
    return territoire.territoire.removeprefix("COM").removeprefix("EPCI").removeprefix("IRIS")


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
    vie = [p for p in (vie_du_lieu(vue.fiche),) if p]
    if phrases:
        return " ".join([*vie, *phrases])
    n = sum(ligne.chiffre is not None and ligne.chiffre.a_une_valeur for ligne in vue.lignes)
    cles = _cles_connues(vue)
    des_membres = "" if cles else _de_ses_membres(vue)
    if n == 0 and des_membres:
        texte = f"Aucun nombre n’est connu de tous{INSECABLE}: rien ne s’additionne."
    elif n == 0:
        texte = "Aucun des documents lus ne donne de chiffre pour ce territoire."
    else:
        connus = "Un seul indicateur est connu" if n == 1 else f"{capitale(cardinal(n))} indicateurs sont connus"
        des = f"des {cardinal(len(vue.tete))} chiffres clés"
        dont = f"dont {cardinal(cles)} {des}" if cles else f"aucun {des}"
        texte = f"{connus} pour ce territoire, {dont}."
    if vue.territoire.maille is Maille.QUARTIER:
        texte += _autre_perimetre(vue)
    vie += [des_membres] if des_membres else []
    return " ".join([*vie, texte.replace(" ;", f"{INSECABLE};")])


def _de_ses_membres(vue: Portrait) -> str:
    """Le premier chiffre clé que disent ses membres, pour un ensemble qui n'en a aucun à lui ; vide sinon."""
    dite = next((ligne.etendue for ligne in vue.tete if ligne.etendue is not None), None)
    return f"{dite.indicateur.libelle_court} de ses membres{INSECABLE}: {etendue(dite)}." if dite else ""


def vie_du_lieu(fiche: Fiche) -> str:
    """Ce qu'est devenu un lieu qui n'existe plus, ou qui est entré en lui ; vide pour les autres."""
    if fiche.suite is not None:
        ou, depuis = fiche.suite
        return f"Ce territoire n’existe plus depuis {depuis}{INSECABLE}: il est entré dans {ou.nom}."
    if not fiche.absorbees:
        return ""
    noms = ", ".join(f"{t.nom} ({depuis})" for t, depuis in fiche.absorbees)
    return f"Son périmètre compte aussi {noms}{INSECABLE}: ses chiffres d’avant ne se comparent pas à ceux d’après."


def _autre_perimetre(vue: Portrait) -> str:
    """D'où vient le quartier, ou ce qu'il est devenu ; qu'on l'ignore se dit aussi."""
    ancien = vue.territoire.geographie == 2015
    if vue.fiche.autres_perimetres:
        autre = 2024 if ancien else 2015
        return f" Le quartier a un autre périmètre, celui de {autre}, dont les chiffres sont à part."
    if ancien or vue.territoire.statut != "QPV":
        return ""
    if vue.fiche.filiations:
        return " Ce n’était pas un quartier prioritaire avant 2024."
    return " Aucune table lue ne dit de quel périmètre de 2015 il vient."


def _pauvrete(vue: Portrait) -> str:
    """La pauvreté en fraction d'habitants ; rien si le taux est douteux, inconnu, ou publié en classe."""
    ligne = next((li for li in vue.tete if li.indicateur.indicateur == "taux_pauvrete"), None)
    if ligne is None or ligne.chiffre is None or not ligne.chiffre.est_ponctuelle or ligne.chiffre.douteuse:
        return ""
    part = fraction(ligne.chiffre.valeur or 0.0)
    texte = chiffre(ligne.chiffre, ligne.indicateur.unite)
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


_JUGES = (
    (Jugement.DEFAVORABLE, "défavorable", "défavorables"),
    (Jugement.FAVORABLE, "favorable", "favorables"),
    (Jugement.PROCHE, "comparable", "comparables"),
)


def bilan(vue: Portrait) -> str:
    """« Des quatre chiffres clés qui se jugent, trois sont défavorables face à l'agglomération. »

    Ne comptent que ceux que la première référence juge : ni douteux, ni neutre, ni d'une autre année.
    """
    if not vue.references:
        return ""
    comptes = {
        jugement: sum(bool(li.comparaisons) and li.comparaisons[0].jugement is jugement for li in vue.tete)
        for jugement, _, _ in _JUGES
    }
    juges = sum(comptes.values())
    face = face_a(vue.references[0])
    if not juges:
        connus = _cles_connues(vue)
        if not connus or not any(li.comparaisons for li in vue.tete):
            return ""
        if connus == 1:
            return f"Le seul chiffre clé connu ne se juge pas {face}."
        return f"Aucun des {cardinal(connus)} chiffres clés connus ne se juge {face}."
    morceaux = [
        f"{cardinal(n)} {accord(n, 'est', 'sont')} {accord(n, un, plusieurs)}"
        for jugement, un, plusieurs in _JUGES
        if (n := comptes[jugement])
    ]
    if juges == 1:
        return f"Le seul chiffre clé qui se juge {morceaux[0].partition(' ')[2]} {face}."
    if len(morceaux) == 1:
        return f"Les {cardinal(juges)} chiffres clés qui se jugent {morceaux[0].partition(' ')[2]} {face}."
    combien = f"Des {cardinal(juges)} chiffres clés qui se jugent"
    liste = ", ".join(morceaux[:-1]) + " et " + morceaux[-1]
    return f"{combien}, {liste} {face}."


def points_saillants(
    vue: Portrait, jugement: Jugement, catalogue: Catalogue, combien: int = 4
) -> list[tuple[Ligne, Comparaison]]:
    """Les indicateurs les plus éloignés de la première référence dans ce sens, les plus forts d'abord.

    Un seul par sujet, le plus fort : une famille, ou un thème pour ce qui n'est d'aucune. Un seuil ou un intervalle
    jugé compte, par son écart le plus petit.
    """
    trouves: dict[str, tuple[float, Ligne, Comparaison]] = {}
    for ligne in vue.jugees(jugement):
        comparaison = ligne.comparaisons[0]
        force = _force(comparaison)
        if force is None or ligne.indicateur.evolution_de:
            continue
        sujet = catalogue.sujet(ligne.indicateur)
        if sujet not in trouves or force > trouves[sujet][0]:
            trouves[sujet] = force, ligne, comparaison
    rangees = sorted(trouves.values(), key=lambda trouve: -trouve[0])
    return [(ligne, comparaison) for _, ligne, comparaison in rangees[:combien]]


def _force(comparaison: Comparaison) -> float | None:
    """La taille de l'écart en part de la référence ; None s'il n'est pas borné."""
    etendue = comparaison.reference.etendue if comparaison.reference is not None else None
    if etendue is None or comparaison.ecart_min is None or comparaison.ecart_max is None:
        return None
    ecart = min(abs(comparaison.ecart_min), abs(comparaison.ecart_max))
    base = min(abs(b) for b in etendue)
    return ecart / (base or 1.0) if math.isfinite(ecart) and math.isfinite(base) else None


def doutes(vue: Portrait, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Les chiffres douteux, ceux des références, et les sources qui se contredisent : (ce dont on parle, la raison)."""
    items = [
        (
            ligne.indicateur.libelle_court,
            f"{chiffre(ligne.chiffre, ligne.indicateur.unite).rstrip('.')}. {ligne.chiffre.note}",
        )
        for ligne in vue.lignes
        if ligne.chiffre is not None and ligne.chiffre.douteuse
    ]
    items += [
        (
            f"{ligne.indicateur.libelle_court}, {reference.nom_court}",
            f"{chiffre(douteux, ligne.indicateur.unite).rstrip('.')}{_remplace(comparaison)}. {douteux.note}",
        )
        for ligne in vue.lignes
        for reference, comparaison in zip(vue.references, ligne.comparaisons, strict=True)
        if (douteux := comparaison.reference_douteuse) is not None
    ]
    items += [
        (f"Recoupement, {ligne.indicateur.libelle_court}", _recoupement(ligne, catalogue))
        for ligne in vue.lignes
        if ligne.recoupements
    ]
    return items


def _remplace(comparaison: Comparaison) -> str:
    """« , remplacé par 92,8 (2022) » quand un chiffre sûr de la même référence a servi à sa place."""
    if comparaison.ecartee is None or comparaison.reference is None:
        return ""
    sur = chiffre(comparaison.reference, comparaison.indicateur.unite)
    return f"{INSECABLE}; la comparaison se fait avec un chiffre sûr, {sur} ({periode(comparaison.reference)})"


def _recoupement(ligne: Ligne, catalogue: Catalogue) -> str:
    """Ce que chaque source dit de la même année : la mieux classée d'abord, celles qui disent pareil réunies."""
    dits: dict[str, list[str]] = {}
    for o in dict.fromkeys(o for paire in ligne.recoupements for o in paire):
        dits.setdefault(chiffre(o, ligne.indicateur.unite), []).append(catalogue.sources[o.source].titre)
    texte = " ; ".join(f"{valeur} ({', '.join(titres)})" for valeur, titres in dits.items())
    return f"{capitale(periode(ligne.recoupements[0][0]))}, {texte}. Tous sont gardés."


def titre_doutes(n: int) -> str:
    """« Un chiffre à prendre avec prudence », « Trois chiffres à prendre avec prudence »."""
    return f"{capitale(cardinal(n))} {accord(n, 'chiffre')} à prendre avec prudence"


def titre_cles_en_etendue(n: int, absentes: int) -> str:
    """« Un chiffre clé ne se dit que par ses membres, quatre ne sont pas disponibles », pour un ensemble."""
    mots = accord(n, "chiffre clé ne se dit", "chiffres clés ne se disent")
    reste = f", {cardinal(absentes)} {accord(absentes, 'n’est pas disponible', 'ne sont pas disponibles')}"
    return f"{capitale(cardinal(n))} {mots} que par ses membres{reste * bool(absentes)}"


def titre_cles_absentes(n: int) -> str:
    """« Un chiffre clé non disponible », « Trois chiffres clés non disponibles »."""
    mots = accord(n, "chiffre clé non disponible", "chiffres clés non disponibles")
    return f"{capitale(cardinal(n))} {mots}"
