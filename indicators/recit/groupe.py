"""Un groupe dans le temps, en phrases : où cela s'améliore, où l'écart se creuse, où il se réduit, et pourquoi pas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from indicators.analyse.comparaison import Jugement, Motif
from indicators.analyse.evolution import Evolution, EvolutionEcart, MotifEvolution, Tendance
from indicators.analyse.groupe import GroupeSuivi, LigneSuivie, Place, est_la_mediane
from indicators.analyse.series import Serie
from indicators.recit import phrases, tendances
from indicators.socle.catalogue import Sens
from indicators.socle.nombres import INSECABLE, TIRET, capitale, compter, et_autres, minuscule, nombre, signe
from indicators.socle.observations import Observation
from indicators.socle.territoires import Maille, Territoire

_AU_PLUS = 3
"""Combien de noms une phrase cite avant de compter les autres."""

MOTS_PLACE = {
    Place.PLUS_HAUT: "dans le quart le plus élevé du groupe",
    Place.HAUT: "au-dessus de la médiane",
    Place.MILIEU: "proche de la médiane",
    Place.BAS: "au-dessous de la médiane",
    Place.PLUS_BAS: "dans le quart le plus faible du groupe",
    Place.HORS: "",
}
_MOTS_SECS = {"secret statistique": "secret", "non disponible": "n. d.", "sans objet": "s. o."}


def membres(suivi: GroupeSuivi, n: int) -> str:
    """« 21 quartiers », « 1 commune » : ce que sont les membres du groupe, comptés."""
    mailles = {ligne.territoire.maille for ligne in suivi.lignes}
    mot = {Maille.QUARTIER: "quartier", Maille.COMMUNE: "commune"}.get(mailles.pop(), "") if len(mailles) == 1 else ""
    return compter(n, mot or "territoire")


def nom_de(serie: Serie | None, suivi: GroupeSuivi) -> str:
    """Le nom d'une référence, « médiane des 21 quartiers » compris ; vide s'il n'y en a pas."""
    if serie is None:
        return ""
    return f"médiane des {membres(suivi, suivi.combien)}" if est_la_mediane(serie) else serie.territoire.nom_court


def _nommer(serie: Serie, suivi: GroupeSuivi) -> str:
    """« l’agglomération », « la médiane des 21 quartiers »."""
    return f"la {nom_de(serie, suivi)}" if est_la_mediane(serie) else phrases.nommer(serie.territoire)


def valeur(observation: Observation | None) -> str:
    """Un chiffre dans une case : sans unité, ses mots en bref ; un tiret s'il n'y en a pas."""
    if observation is None:
        return TIRET
    texte = phrases.chiffre(observation, "")
    return _MOTS_SECS.get(texte, texte)


def reponse(suivi: GroupeSuivi) -> list[str]:
    """Les phrases de tête : la tendance de tous, puis l'écart, puis ce qui manque pour en dire plus."""
    return [p for p in (_tendance(suivi), _ecart(suivi), _derniere(suivi)) if p]


def _tendance(suivi: GroupeSuivi) -> str:
    quoi = minuscule(suivi.indicateur.libelle_court)
    if suivi.tendance is None:
        return f"Aucune tendance à dire{INSECABLE}: une seule année connue, ou deux qu’une rupture sépare."
    debut, fin = suivi.tendance
    tete = f"De {debut} à {fin}, {quoi}{INSECABLE}: "
    dites = [ligne.evolution for ligne in suivi.lignes if ligne.evolution.motif is MotifEvolution.AUCUN]
    sans = len(suivi.lignes) - len(dites)
    if not dites:
        return f"{tete}sans jugement, {raison_commune([ligne.evolution for ligne in suivi.lignes])}."
    reste = f"{INSECABLE}; {membres(suivi, sans)} sans jugement" if sans else ""
    return f"{tete}{_comptes(suivi, dites)}{reste}."


def _comptes(suivi: GroupeSuivi, dites: Sequence[Evolution]) -> str:
    if suivi.indicateur.sens is Sens.NEUTRE:
        combien = Counter(e.tendance for e in dites)
        mots = ((Tendance.HAUSSE, "hausse"), (Tendance.BAISSE, "baisse"), (Tendance.STABLE, "stable"))
        return _enumerer(suivi, [(mot, combien[t], "") for t, mot in mots])
    juges = Counter(e.jugement for e in dites)
    verdicts = (
        (Jugement.DEFAVORABLE, "se dégrade"),
        (Jugement.FAVORABLE, "s’améliore"),
        (Jugement.PROCHE, "reste stable"),
    )
    return _enumerer(suivi, [(mot, juges[j], "") for j, mot in verdicts])


def _enumerer(suivi: GroupeSuivi, comptes: Sequence[tuple[str, int, str]]) -> str:
    """« se dégrade dans 3 quartiers, s’améliore dans 10 » : le premier dit de quoi, les autres le sous-entendent."""
    utiles = [(mot, n, suite) for mot, n, suite in comptes if n]
    return ", ".join(
        f"{mot} dans {membres(suivi, n) if rang == 0 else nombre(n)}{suite}"
        for rang, (mot, n, suite) in enumerate(utiles)
    )


def raison_commune(evolutions: Sequence[Evolution | EvolutionEcart]) -> str:
    """La raison la plus fréquente de ne pas juger, une fois ; les autres sont comptées."""
    combien = Counter((e.motif, e.rupture) for e in evolutions if e.motif is not MotifEvolution.AUCUN)
    if not combien:
        return ""
    (motif, rupture), n = combien.most_common(1)[0]
    indicateur = next((e.indicateur for e in evolutions if isinstance(e, Evolution)), None)
    texte = tendances.motif_evolution(motif, rupture, indicateur)
    autres = sum(combien.values()) - n
    return f"{texte} ({autres} pour une autre raison)" if autres else texte


def _ecart(suivi: GroupeSuivi) -> str:
    """« L’écart avec l’agglomération se creuse dans … ; il se réduit dans … », ou la raison, dite une fois."""
    if suivi.indicateur.est_effectif:
        return f"Pas d’écart{INSECABLE}: {phrases.MOTS_MOTIF[Motif.EFFECTIF]}."
    if suivi.reference is None or suivi.repere is None:
        return "Aucune référence n’a ce chiffre à une année du groupe."
    if suivi.suivi is None:
        return _pas_suivi(suivi.reference, suivi)
    debut, fin = suivi.suivi
    par_tendance = {t: [li.territoire for li in suivi.lignes if li.ecart and li.ecart.tendance is t] for t in Tendance}
    mots = (
        (Tendance.SE_CREUSE, "se creuse"),
        (Tendance.SE_REDUIT, "se réduit"),
        (Tendance.STABLE, "ne change presque pas"),
    )
    dits = sum(len(par_tendance[t]) for t, _ in mots)
    avec = f"l’écart avec {_nommer(suivi.repere, suivi)}"
    if not dits:
        raison = raison_commune([li.ecart for li in suivi.lignes if li.ecart])
        return f"De {debut} à {fin}, {avec} ne se juge pas{INSECABLE}: {raison}."
    texte = _enumerer(suivi, [(mot, len(par_tendance[t]), _citer(par_tendance[t], suivi, t)) for t, mot in mots])
    reste = f"{INSECABLE}; {membres(suivi, len(suivi.lignes) - dits)} sans jugement" if dits < len(suivi.lignes) else ""
    autre = suivi.repere.territoire != suivi.reference.territoire
    faute = _pas_suivi(suivi.reference, suivi) if autre else ""
    return f"{faute} De {debut} à {fin}, {avec} {texte}{reste}.".strip()


def _pas_suivi(reference: Serie, suivi: GroupeSuivi) -> str:
    """Pourquoi l'écart avec cette référence ne se suit pas : ses années, dites une fois."""
    annees = suivi.references[reference.territoire.territoire]
    nom = _nommer(reference, suivi)
    il, e = ("il", "") if nom.startswith(("le ", "l’ensemble")) else ("elle", "e")
    if len(annees) == 1:
        raison = f"{il} n’est connu{e} qu’en {annees[0]}"
    else:
        raison = f"connu{e} en {', '.join(map(str, annees))}, {il} ne l’est pas à deux années qui se jugent ensemble"
    return f"L’écart avec {nom} ne peut pas être suivi{INSECABLE}: {raison}."


def _citer(territoires: Sequence[Territoire], suivi: GroupeSuivi, tendance: Tendance) -> str:
    """« (Rimbert, Mont Liébaut et 2 autres) », les plus grands changements d'abord ; rien pour un écart stable."""
    if tendance is Tendance.STABLE:
        return ""
    tailles = {li.territoire: abs(li.ecart.variation or 0.0) for li in suivi.lignes if li.ecart}
    ranges = sorted(territoires, key=lambda t: (-tailles[t], t.nom_court))
    noms = ", ".join(t.nom_court for t in ranges[:_AU_PLUS])
    return f" ({noms}{et_autres(len(ranges) - _AU_PLUS)})"


def _derniere(suivi: GroupeSuivi) -> str:
    """Le dernier écart connu : combien sont défavorables, face à quelle valeur."""
    annee = suivi.annee_ecart
    if annee is None or suivi.reference is None or est_la_mediane(suivi.reference):
        return ""
    comparees = [
        c.comparaison for li in suivi.lignes if (c := li.cases.get(annee)) is not None and c.comparaison is not None
    ]
    juges = Counter(c.jugement for c in comparees)
    mots = (
        (Jugement.DEFAVORABLE, "défavorable"),
        (Jugement.FAVORABLE, "favorable"),
        (Jugement.PROCHE, "comparable"),
    )
    dits = _enumerer(suivi, [(mot, juges[j], "") for j, mot in mots])
    temoin = suivi.reference.en(annee)
    if not dits or temoin is None:
        return ""
    chiffre = phrases.chiffre(temoin, suivi.indicateur.unite)
    return f"En {annee}, {phrases.face_a(suivi.reference.territoire)} ({chiffre}){INSECABLE}: {dits}."


def fleche(evolution: Evolution) -> tuple[str, str, str]:
    """La flèche, la variation signée et le mot d'une tendance : (« ↑ », « +3,1 », « se dégrade »).

    Une variation qui ne se juge pas garde sa flèche et dit « sans jugement » ; sans variation, un tiret et la raison.
    """
    if evolution.variation is None or evolution.depart is None or evolution.arrivee is None:
        return "", TIRET, tendances.motif_evolution(evolution.motif)
    d = min(evolution.depart.decimales, evolution.arrivee.decimales)
    sens = {Tendance.HAUSSE: "↑", Tendance.BAISSE: "↓"}.get(evolution.tendance, "→")
    if evolution.motif is not MotifEvolution.AUCUN:
        mot = "sans jugement"
    else:
        mot = {
            Jugement.FAVORABLE: "s’améliore",
            Jugement.DEFAVORABLE: "se dégrade",
            Jugement.PROCHE: "stable",
        }.get(
            evolution.jugement, {Tendance.HAUSSE: "hausse", Tendance.BAISSE: "baisse"}.get(evolution.tendance, "stable")
        )
    return sens, signe(round(evolution.variation, d), d), mot


def mot_de_l_ecart(ligne: LigneSuivie) -> str:
    """« se creuse de 2,1 », « se réduit de 0,8 », « stable », « change de côté » ; sinon la raison."""
    ecart = ligne.ecart
    if ecart is None:
        return TIRET
    if ecart.variation is None or ecart.depart is None or ecart.arrivee is None:
        return tendances.motif_evolution(ecart.motif)
    if ecart.inverse:
        return "change de côté"
    d = min(ecart.depart.decimales, ecart.arrivee.decimales)
    taille = nombre(round(abs(ecart.variation), d), d)
    return {
        Tendance.SE_CREUSE: f"se creuse de {taille}",
        Tendance.SE_REDUIT: f"se réduit de {taille}",
    }.get(ecart.tendance, "stable")


def ruptures(suivi: GroupeSuivi) -> list[tuple[int, str, str]]:
    """(année, raison, source) de chaque rupture qui coupe le tableau, par année."""
    return sorted((r.depuis or 0, capitale(r.raison), r.source) for r in suivi.ruptures)


def reserves(suivi: GroupeSuivi) -> list[tuple[str, str]]:
    """(raison, source) de ce qui prive une variation de jugement sans couper la série."""
    return [(capitale(r.raison), r.source) for r in suivi.reserves]
