"""Ce qu'une carte dit d'elle sous sa légende : la méthode, ce que valent les positions, ce qui n'est pas placé."""

from __future__ import annotations

from indicators.carte import fond_ign
from indicators.carte.classement import Carte
from indicators.carte.plan import Cerne, Plan
from indicators.recit import phrases
from indicators.socle.catalogue import Source
from indicators.socle.nombres import INSECABLE, accord, compter, et_autres
from indicators.socle.territoires import Maille


def dater(carte: Carte) -> str:
    """« , 2018 » après un titre ; rien sans chiffre."""
    lignes = carte.comparatif.lignes
    return f", {phrases.date_complete(lignes[0].chiffre)}" if lignes else ""


def notes_de(
    carte: Carte, plan: Plan, sources: dict[str, Source], *, devant: str | None, seule: bool, fond: bool
) -> list[str]:
    """La méthode, ce que valent les positions, ce qui n'est pas placé, la source ; `devant` : le lieu mis en avant.

    `seule` : la page dit déjà de quels périmètres sont les chiffres ; `fond` : celui de l'IGN est demandé.
    """
    absents = {t.territoire for t in plan.sans_position}
    entoures = [
        li.territoire.nom_court
        for li in carte.lieux
        if li.territoire.territoire == devant and li.territoire.territoire not in absents
    ]
    notes = [*(f"Entouré{INSECABLE}: {nom}." for nom in entoures), carte.decoupage.phrase]
    if plan.indicatifs:
        notes.append(_positions(plan, filets_dits=seule))
    if plan.nus and not plan.traces:
        notes.append(f"Position indicative{INSECABLE}: un point du territoire, son contour n’est pas connu.")
    elif plan.nus:
        combien = compter(len(plan.nus), "lieu montré", "lieux montrés")
        sien = accord(len(plan.nus), "son", "leur")
        notes.append(f"{combien} par un point{INSECABLE}: {sien} contour n’est pas connu.")
    if plan.perimetres:
        notes.append(
            "Trait noir épais : le périmètre des quartiers prioritaires de 2024.".replace(" :", f"{INSECABLE}:")
        )
    if plan.cerne:
        notes.append(dire_le_cerne(plan.cerne))
    if plan.traces or plan.fond:
        notes.append("Contours simplifiés à cette échelle.")
    if plan.hors_cadre:
        s = "x" if plan.hors_cadre > 1 else ""
        notes.append(f"{plan.hors_cadre} lieu{s} hors du cadre, au tableau.")
    if plan.sans_position:
        manquants = _quelques([t.nom_court for t in plan.sans_position])
        notes.append(f"Sans contour ni position connus, seulement au tableau{INSECABLE}: {manquants}.")
        if plan.traces and any(t.maille is Maille.COMMUNE for t in plan.sans_position):
            notes.append(
                f"Les contours sont ceux des communes de 2018{INSECABLE}: une commune rétablie depuis y est dessinée "
                "avec celle qu’elle a quittée."
            )
    titres = dict.fromkeys(sources[li.chiffre.source].nom for li in carte.lieux if li.chiffre is not None)
    if titres:
        lus = phrases.typographie(_quelques(list(titres), f"{INSECABLE}; "))
        notes.append(f"Source{INSECABLE}: {lus}{dater(carte)}.")
    mailles = {lieu.territoire.maille for lieu in carte.lieux}
    ajouts = [
        *([f"{INSECABLE}; IRIS{INSECABLE}: IGN et Insee, 2020"] if Maille.IRIS in mailles else []),
        *([f"{INSECABLE}; quartiers{INSECABLE}: ANCT 2024"] if Maille.QUARTIER in mailles or plan.perimetres else []),
    ]
    notes.append(f"Contours{INSECABLE}: IGN Admin Express (COG 2018, réunies au COG 2024 de l’Insee){''.join(ajouts)}.")
    if fond:
        notes.append(fond_ign.ATTRIBUTION + ".")
    return notes


def dire_le_cerne(cerne: Cerne) -> str:
    """Ce qu'est le tireté, ou pourquoi il n'y en a pas."""
    if cerne.sans_contour:
        sans = compter(cerne.sans_contour, "membre n’a", "membres n’ont")
        return f"«{INSECABLE}{cerne.regroupement.nom}{INSECABLE}» n’a pas de contour{INSECABLE}: {sans} pas le sien."
    return (
        f"Tireté{INSECABLE}: le contour de «{INSECABLE}{cerne.regroupement.nom}{INSECABLE}», celui de ses "
        f"{compter(cerne.membres, 'membre réuni', 'membres réunis')}."
    )


def _positions(plan: Plan, *, filets_dits: bool) -> str:
    """D'où vient la place des territoires dont le périmètre n'est pas connu."""
    sur_commune = [a for a in plan.indicatifs.values() if not a.successeurs]
    if not sur_commune:
        ou = "le quartier de 2024 qui lui succède"
    elif len(sur_commune) == len(plan.indicatifs):
        ou = "la commune du quartier, ou le milieu de ses communes"
    else:
        ou = "le quartier de 2024 qui lui succède, à défaut sa commune"
    filets = ""
    if plan.filets and not filets_dits:
        filets = f" Chiffres{INSECABLE}: périmètres 2015{INSECABLE}; contours{INSECABLE}: 2024."
    return f"Position indicative{INSECABLE}: {ou}. Le périmètre de 2015 n’est pas connu.{filets}"


def _quelques(mots: list[str], joint: str = ", ") -> str:
    """Les premiers d'une liste, et combien d'autres : une légende reste courte."""
    return joint.join(mots[:6]) + et_autres(len(mots) - 6)
